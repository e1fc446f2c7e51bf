package keyfile

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

const minKeyBits = 2048

// Certificate reads a private key and its certificate from a PEM or a PFX
// (PKCS #12) file; password opens a PFX. It gives them as one PEM (the key as
// PKCS #8, then its certificate, then the others) and when the certificate
// expires. What Entra would not take is refused with the exact reason.
func Certificate(file, password []byte, now time.Time) (pemFile []byte, expires time.Time, err error) {
	found, err := open(file, password)
	var private *rsa.PrivateKey
	var leaf *x509.Certificate
	if err == nil {
		private, leaf, err = match(found, now)
	}
	if err == nil {
		err = current(leaf, now)
	}
	if err != nil {
		return nil, time.Time{}, refuse(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, time.Time{}, refuse(troubleBrokenKey)
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	clear(pkcs8)
	for _, c := range leafFirst(leaf, found.certs) {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out, leaf.NotAfter, nil
}

// refuse tells a trouble; whatever else comes is a PFX file's.
func refuse(err error) error {
	var t trouble
	switch {
	case errors.As(err, &t):
	case errors.Is(err, errCut):
		t = troubleCut
	case errors.Is(err, errUnsupported):
		t = troubleUnsupported
	case errors.Is(err, errRounds):
		t = troubleRounds
	default:
		t = troubleBroken
	}
	return entra.Invalid("the certificate can't be used", t.why, t.remedy)
}

// open finds out what a file is, and gives what it holds.
func open(file, password []byte) (opened, error) {
	switch {
	case len(file) > maxFile:
		return opened{}, troubleHuge
	case len(bytes.TrimSpace(bytes.TrimPrefix(file, markUTF8))) == 0:
		return opened{}, troubleEmpty
	}
	if text := pemText(file); text != nil {
		return readPEM(text, password)
	}
	if rest, marked := bytes.CutPrefix(file, markUTF8); marked && rest[0] == tagSequence { // an editor's mark before a binary file
		file = rest
	}
	if file[0] == tagSequence {
		return readBinary(file, password)
	}
	text, err := Text(file)
	if err != nil {
		return opened{}, troubleOf(file)
	}
	if inner := fromBase64(text); inner != nil {
		return open(inner, password)
	}
	return opened{}, troubleOf(text)
}

// pemText is the text of a PEM file; nil: it is none. A PEM file in UTF-16 is one
// without its mark, too: nothing else begins so.
func pemText(file []byte) []byte {
	const first = "-----BEGIN "
	text, err := Text(file)
	if errors.Is(err, ErrUTF16) {
		for _, mark := range [][]byte{markUTF16LE, markUTF16BE} {
			if text, err := Text(slices.Concat(mark, file)); err == nil && bytes.Contains(text, []byte(first)) {
				return text
			}
		}
	}
	if err != nil { // such as a comment in another encoding
		text = file
	}
	if !bytes.Contains(text, []byte(first)) {
		return nil
	}
	return text
}

// fromBase64 is what a text holds in base64, as Key Vault gives certificates out,
// perhaps in quotes, with the letters of addresses, or encoded twice; nil where it is
// nothing that is read here.
func fromBase64(text []byte) []byte {
	text = bytes.Trim(bytes.TrimSpace(text), `"'`)
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("-"), []byte("+")), []byte("_"), []byte("/"))
	inner := unbase64(text)
	if inner == nil { // without its padding
		if whole, err := base64.RawStdEncoding.DecodeString(string(bytes.Join(bytes.Fields(text), nil))); err == nil {
			inner = whole
		}
	}
	switch {
	case len(inner) == 0:
		return nil
	case inner[0] == tagSequence, bytes.Contains(inner, []byte("-----BEGIN ")):
		return inner
	}
	return fromBase64(inner) // shorter by a quarter each time
}

// readBinary reads a file of ASN.1. What stands behind its end, such as the
// newline of an editor, is not looked at.
func readBinary(file, password []byte) (opened, error) {
	if bytes.HasPrefix(file, []byte("0\uFFFD")) { // no length begins so
		return opened{}, troubleMangled
	}
	der, _, err := toDER(file)
	if err != nil {
		if _, text := Text(file); text == nil { // ASN.1 of any length is no text
			return opened{}, troubleOf(file)
		}
		return opened{}, err
	}
	if cert, err := x509.ParseCertificate(der); err == nil {
		return opened{certs: []*x509.Certificate{cert}}, nil
	}
	if key := keyOf(der); key != nil {
		return opened{keys: []any{key}}, nil
	}
	if t := troubleOfStructure(der); t != nil {
		return opened{}, *t
	}
	return readPFX(file, password)
}

// readPFX opens a PFX file. What is encrypted with RC2, as Windows did for long,
// is the library's.
func readPFX(file, given []byte) (opened, error) {
	found, err := openPFX(file, passwordsLike(given))
	switch {
	case errors.Is(err, errPassword) && len(given) == 0:
		return found, troubleNoPassword
	case errors.Is(err, errPassword):
		return found, troublePassword
	case errors.Is(err, errUnsupported):
		der, _, _ := toDER(file)
		key, leaf, chain, err := pkcs12.DecodeChain(der, string(given))
		switch {
		case err == nil:
			return opened{[]any{key}, append([]*x509.Certificate{leaf}, chain...)}, nil
		case strings.HasSuffix(err.Error(), "certificate missing"):
			return found, troubleKeyOnly
		case strings.HasSuffix(err.Error(), "private key missing"):
			return found, troubleCertificateOnly
		}
		return found, errUnsupported
	}
	return found, err
}

// troubleOfStructure knows the other files of ASN.1 by how they begin; nil: it is
// none of them.
func troubleOfStructure(der []byte) *trouble {
	var parts struct{ First, Second, Third asn1.RawValue }
	if _, err := x509.ParseCertificateRequest(der); err == nil {
		return &troubleRequest
	}
	if _, err := x509.ParsePKIXPublicKey(der); err == nil {
		return &troublePublicKey
	}
	if _, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return &troublePublicKey
	}
	var content contentInfo
	if _, err := asn1.Unmarshal(der, &content); err == nil && content.Type.String() == oidSigned {
		return &troublePKCS7
	}
	var key encryptedKey
	if _, err := asn1.Unmarshal(der, &key); err == nil {
		return &troubleEncryptedDER
	}
	if _, err := asn1.Unmarshal(der, &parts); err == nil && parts.Second.Tag == asn1.TagSequence && parts.Third.Tag == asn1.TagBitString {
		return &troubleBrokenCertificate
	}
	return nil
}

// troubleOf knows files that are neither PEM nor ASN.1 by how they begin.
func troubleOf(file []byte) trouble {
	begins := func(texts ...string) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return bytes.HasPrefix(bytes.TrimSpace(file), []byte(t)) })
	}
	page := bytes.ToLower(bytes.TrimSpace(file[:min(len(file), 512)]))
	switch {
	case begins("\xFE\xED\xFE\xED", "\xCE\xCE\xCE\xCE"):
		return troubleJKS
	case begins("\x1E\xF1\xB5\xB0"):
		return troublePVK
	case begins("PK\x03\x04"):
		return troubleZip
	case begins("PuTTY-User-Key-File"):
		return troublePuTTY
	case begins("ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN SSH2", "SSH PRIVATE KEY FILE"):
		return troubleSSH
	case begins("{", "["):
		return troubleJSON
	case bytes.HasPrefix(page, []byte("<!doctype")), bytes.HasPrefix(page, []byte("<html")):
		return troublePage
	case begins("0\uFFFD", "0\u0082", "0\u201A", "0é"): // the first bytes of most key stores, by another code page
		return troubleMangled
	}
	return troubleUnknown
}

// match finds the key that can be used, with its certificate. Of several keys the
// only one that has a certificate is meant, and of several pairs the only one that
// is valid.
func match(found opened, now time.Time) (*rsa.PrivateKey, *x509.Certificate, error) {
	type pair struct {
		key  *rsa.PrivateKey
		leaf *x509.Certificate
	}
	switch {
	case len(found.keys) == 0 && len(found.certs) == 0:
		return nil, nil, troubleOfLabels(nil)
	case len(found.keys) == 0:
		return nil, nil, troubleCertificateOnly
	case len(found.certs) == 0:
		return nil, nil, troubleKeyOnly
	}
	var pairs []pair
	var refused error
	for _, key := range found.keys {
		private, err := usable(key)
		if err != nil {
			refused = err
			continue
		}
		leaf := certificateOf(private, found.certs, now)
		known := slices.ContainsFunc(pairs, func(p pair) bool { return p.key.Equal(private) })
		if leaf != nil && !known {
			pairs = append(pairs, pair{private, leaf})
		}
	}
	if valid := slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool { return current(p.leaf, now) != nil }); len(valid) > 0 {
		pairs = valid
	}
	switch {
	case len(pairs) == 1:
		return pairs[0].key, pairs[0].leaf, nil
	case len(pairs) > 1:
		return nil, nil, troubleTwoKeys
	case refused != nil:
		return nil, nil, refused
	}
	return nil, nil, troubleMismatch
}

// usable gives a key that Entra takes.
func usable(key any) (*rsa.PrivateKey, error) {
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, troubleNotRSA(keyKind(key))
	}
	if bits := private.N.BitLen(); bits < minKeyBits {
		return nil, troubleBits(bits)
	}
	return private, nil
}

// certificateOf is the certificate of a key: the first that is valid, else the
// first; nil: it has none.
func certificateOf(key *rsa.PrivateKey, certs []*x509.Certificate, now time.Time) (first *x509.Certificate) {
	for _, c := range certs {
		if !key.PublicKey.Equal(c.PublicKey) {
			continue
		}
		if current(c, now) == nil {
			return c
		}
		if first == nil {
			first = c
		}
	}
	return first
}

func keyKind(key any) string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", key), "*")
	switch {
	case strings.HasPrefix(name, "ecdsa."):
		return "ECDSA"
	case strings.HasPrefix(name, "ed25519."):
		return "Ed25519"
	}
	return name
}

// current refuses what has expired or is not valid yet.
func current(c *x509.Certificate, now time.Time) error {
	const day = "2006-01-02"
	switch {
	case now.After(c.NotAfter):
		return trouble{say.With("it expired on %s", c.NotAfter.UTC().Format(day)), "make a new certificate and upload its public part to the app registration"}
	case now.Before(c.NotBefore):
		return trouble{say.With("it is valid only from %s on", c.NotBefore.UTC().Format(day)), "wait until then, or check this computer's clock"}
	}
	return nil
}

func leafFirst(leaf *x509.Certificate, certs []*x509.Certificate) []*x509.Certificate {
	out := []*x509.Certificate{leaf}
	for _, c := range certs {
		if !slices.ContainsFunc(out, c.Equal) {
			out = append(out, c)
		}
	}
	return out
}
