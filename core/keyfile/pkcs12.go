package keyfile

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"hash"
)

// What a PFX file is made of (RFC 7292). The library that is used for what is
// old in it, RC2, reads neither BER nor more than one key, and as many rounds as
// a file asks for.
type (
	pfxFile struct {
		Version  int
		AuthSafe contentInfo
		MAC      macData `asn1:"optional"`
	}
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"tag:0,explicit,optional"`
	}
	macData struct {
		Digest struct {
			Algorithm pkix.AlgorithmIdentifier
			Digest    []byte
		}
		Salt   []byte
		Rounds int `asn1:"optional,default:1"`
	}
	encryptedData struct {
		Version int
		Info    struct {
			Type      asn1.ObjectIdentifier
			Algorithm pkix.AlgorithmIdentifier
			Content   []byte `asn1:"tag:0,optional"`
		}
	}
	safeBag struct {
		Type       asn1.ObjectIdentifier
		Value      asn1.RawValue `asn1:"tag:0,explicit"`
		Attributes asn1.RawValue `asn1:"optional"`
	}
	certBag struct {
		Type asn1.ObjectIdentifier
		Data []byte `asn1:"tag:0,explicit"`
	}
	encryptedKey struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	saltAndRounds struct {
		Salt   []byte
		Rounds int
	}
	pbes2 struct {
		KDF, Cipher pkix.AlgorithmIdentifier
	}
	pbkdf2Params struct {
		Salt      []byte
		Rounds    int
		KeyLength int                      `asn1:"optional"`
		PRF       pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

// Object identifiers, as text: they are compared only.
const (
	oidData      = "1.2.840.113549.1.7.1"
	oidSigned    = "1.2.840.113549.1.7.2"
	oidEncrypted = "1.2.840.113549.1.7.6"

	oidKeyBag       = "1.2.840.113549.1.12.10.1.1"
	oidShroudedKey  = "1.2.840.113549.1.12.10.1.2"
	oidCertBag      = "1.2.840.113549.1.12.10.1.3"
	oidX509         = "1.2.840.113549.1.9.22.1"
	oidPBETripleDES = "1.2.840.113549.1.12.1.3"
	oidPBES2        = "1.2.840.113549.1.5.13"
	oidPBKDF2       = "1.2.840.113549.1.5.12"
	oidTripleDES    = "1.2.840.113549.3.7"
	oidPBMAC1       = "1.2.840.113549.1.5.14"
)

// maxRounds bounds what a file may make this computer compute: some seconds.
const maxRounds = 2_000_000

const (
	errPassword    = internal("another password")
	errUnsupported = internal("an algorithm that is not known here")
	errRounds      = internal("more rounds than are waited for")
)

var digests = map[string]func() hash.Hash{
	"1.3.14.3.2.26": sha1.New, "2.16.840.1.101.3.4.2.4": sha256.New224, "2.16.840.1.101.3.4.2.1": sha256.New,
	"2.16.840.1.101.3.4.2.2": sha512.New384, "2.16.840.1.101.3.4.2.3": sha512.New,
}

var prfs = map[string]func() hash.Hash{
	"": sha1.New, "1.2.840.113549.2.7": sha1.New, "1.2.840.113549.2.8": sha256.New224, "1.2.840.113549.2.9": sha256.New,
	"1.2.840.113549.2.10": sha512.New384, "1.2.840.113549.2.11": sha512.New,
}

var aesKeys = map[string]int{"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32}

// opened is what a key store holds.
type opened struct {
	keys  []any
	certs []*x509.Certificate
}

// unmarshal reads one value, in BER too, that fills b.
func unmarshal(b []byte, to any) error {
	der, _, err := toDER(b)
	if err != nil {
		return err
	}
	if rest, err := asn1.Unmarshal(der, to); err != nil || len(rest) > 0 {
		return errBroken
	}
	return nil
}

// openPFX opens a PFX file with the first of the passwords that fits its checksum.
func openPFX(file []byte, passwords []password) (opened, error) {
	var out opened
	var pfx pfxFile
	if err := unmarshal(file, &pfx); err != nil {
		return out, err
	}
	if pfx.Version != 3 || pfx.AuthSafe.Type.String() != oidData {
		return out, errUnsupported
	}
	content, err := octets(pfx.AuthSafe)
	if err != nil {
		return out, err
	}
	if pfx.MAC.Digest.Algorithm.Algorithm == nil { // no checksum: what comes out tells
		for _, p := range passwords {
			if out, err = openSafes(content, p); !errors.Is(err, errPassword) {
				break
			}
		}
		return out, err
	}
	for _, p := range passwords {
		fits, err := pfx.MAC.fits(content, p)
		if err != nil {
			return out, err
		}
		if fits {
			return openSafes(content, p)
		}
	}
	return out, errPassword
}

// octets is the string in a ContentInfo of the type data.
func octets(c contentInfo) (content []byte, err error) {
	return content, unmarshal(c.Content.Bytes, &content)
}

func (m macData) fits(content []byte, p password) (bool, error) {
	algorithm := m.Digest.Algorithm.Algorithm.String()
	if algorithm == oidPBMAC1 {
		return m.fitsPBMAC1(content, p)
	}
	digest := digests[algorithm]
	switch {
	case digest == nil:
		return false, errUnsupported
	case m.Rounds < 1 || m.Rounds > maxRounds:
		return false, errRounds
	}
	mac := hmac.New(digest, derive(digest, saltAndRounds{m.Salt, m.Rounds}, p.wide, purpose{3, digest().Size()}))
	mac.Write(content)
	return hmac.Equal(mac.Sum(nil), m.Digest.Digest), nil
}

// fitsPBMAC1 checks the checksum of RFC 9579.
func (m macData) fitsPBMAC1(content []byte, p password) (bool, error) {
	var scheme struct{ KDF, MAC pkix.AlgorithmIdentifier }
	var params pbkdf2Params
	if err := unmarshal(m.Digest.Algorithm.Parameters.FullBytes, &scheme); err != nil {
		return false, err
	}
	if scheme.KDF.Algorithm.String() != oidPBKDF2 || prfs[scheme.MAC.Algorithm.String()] == nil {
		return false, errUnsupported
	}
	if err := unmarshal(scheme.KDF.Parameters.FullBytes, &params); err != nil {
		return false, err
	}
	if params.KeyLength < 20 || params.KeyLength > 64 { // shorter ones let a forged file pass
		return false, errUnsupported
	}
	key, err := params.key(p, params.KeyLength)
	if err != nil {
		return false, err
	}
	mac := hmac.New(prfs[scheme.MAC.Algorithm.String()], key)
	mac.Write(content)
	return hmac.Equal(mac.Sum(nil), m.Digest.Digest), nil
}

func openSafes(content []byte, p password) (opened, error) {
	var out opened
	var safes []contentInfo
	if err := unmarshal(content, &safes); err != nil {
		return out, err
	}
	for _, s := range safes {
		bags, err := openSafe(s, p)
		if err != nil {
			return out, err
		}
		for _, b := range bags {
			if err := out.take(b, p); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func openSafe(s contentInfo, p password) (bags []safeBag, err error) {
	var plain []byte
	switch s.Type.String() {
	case oidData:
		plain, err = octets(s)
	case oidEncrypted:
		var e encryptedData
		if err = unmarshal(s.Content.Bytes, &e); err == nil {
			plain, err = decrypt(e.Info.Algorithm, e.Info.Content, p)
		}
	default:
		err = errUnsupported
	}
	if err != nil {
		return nil, err
	}
	return bags, unmarshal(plain, &bags)
}

// take keeps what a bag holds; bags of other kinds are left alone.
func (o *opened) take(b safeBag, p password) error {
	switch b.Type.String() {
	case oidKeyBag:
		return o.takeKey(b.Value.Bytes)
	case oidShroudedKey:
		var e encryptedKey
		if err := unmarshal(b.Value.Bytes, &e); err != nil {
			return err
		}
		plain, err := decrypt(e.Algorithm, e.Data, p)
		if err != nil {
			return err
		}
		defer clear(plain)
		return o.takeKey(plain)
	case oidCertBag:
		var c certBag
		if err := unmarshal(b.Value.Bytes, &c); err != nil {
			return err
		}
		if c.Type.String() != oidX509 {
			return nil
		}
		cert, err := x509.ParseCertificate(c.Data)
		if err != nil {
			return errBroken
		}
		o.certs = append(o.certs, cert)
	}
	return nil
}

func (o *opened) takeKey(pkcs8 []byte) error {
	der, _, err := toDER(pkcs8)
	if err != nil {
		return err
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return errBroken
	}
	o.keys = append(o.keys, key)
	return nil
}
