package keyfile

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// begin finds the first line of a PEM block, wherever editors, portals and shells
// have put it: indented, quoted, or all of it on one line.
var begin = regexp.MustCompile(`-----BEGIN ([A-Z0-9 #]{1,60})-----`)

// block is a PEM block; its content is nil where it can't be decoded.
type block struct {
	label     string
	encrypted bool // by the headers of old
	der       []byte
}

// blocks finds the PEM blocks of a text. One without its end counts, without content.
func blocks(text []byte) []block {
	var out []block
	for {
		at := begin.FindSubmatchIndex(text)
		if at == nil {
			return out
		}
		b := block{label: string(text[at[2]:at[3]])}
		text = text[at[1]:]
		end := bytes.Index(text, []byte("-----END "+b.label+"-----"))
		if end >= 0 {
			b.encrypted = bytes.Contains(text[:end], []byte("Proc-Type:"))
			if !b.encrypted {
				b.der = unbase64(text[:end])
			}
			text = text[end:]
		}
		out = append(out, b)
	}
}

// unbase64 decodes base64 that is broken into lines in any way; nil: it is none.
func unbase64(text []byte) []byte {
	for _, lineEnd := range []string{`\r`, `\n`} { // as JSON and environment files write it
		text = bytes.ReplaceAll(text, []byte(lineEnd), nil)
	}
	text = bytes.Join(bytes.Fields(text), nil)
	out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(out, text)
	if err != nil || n == 0 {
		return nil
	}
	return out[:n]
}

// readPEM takes the keys and certificates out of a PEM file. What else it holds
// is told only where they are missing.
func readPEM(text []byte, given []byte) (opened, error) {
	var out opened
	var others []string
	for _, b := range blocks(text) {
		switch {
		case b.encrypted, b.label == "ENCRYPTED PRIVATE KEY":
			return out, troubleEncryptedKey
		case b.label == "OPENSSH PRIVATE KEY":
			return out, troubleSSH
		case b.der == nil && (strings.HasSuffix(b.label, "PRIVATE KEY") || strings.HasSuffix(b.label, "CERTIFICATE")):
			return out, troubleCutBlock(b.label)
		case b.label == "PKCS12":
			return readPFX(b.der, given)
		case strings.HasSuffix(b.label, "PRIVATE KEY"):
			key, err := parseKey(b)
			if err != nil {
				return out, err
			}
			out.keys = append(out.keys, key)
		case slices.Contains([]string{"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}, b.label):
			cert, err := certificateIn(b)
			if err != nil {
				return out, troubleBrokenCertificate
			}
			out.certs = append(out.certs, cert)
		default:
			others = append(others, b.label)
		}
	}
	if len(out.keys) == 0 && len(out.certs) == 0 {
		return out, troubleOfLabels(others)
	}
	return out, nil
}

// certificateIn reads the certificate of a block; a trusted one has more behind it.
func certificateIn(b block) (*x509.Certificate, error) {
	der, _, err := toDER(b.der)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func parseKey(b block) (any, error) {
	parse := map[string]func([]byte) (any, error){
		"PRIVATE KEY":     x509.ParsePKCS8PrivateKey,
		"RSA PRIVATE KEY": func(der []byte) (any, error) { return x509.ParsePKCS1PrivateKey(der) },
		"EC PRIVATE KEY":  func(der []byte) (any, error) { return x509.ParseECPrivateKey(der) },
	}[b.label]
	if parse == nil {
		return nil, troubleNotRSA(strings.TrimSuffix(b.label, " PRIVATE KEY"))
	}
	key, err := parse(b.der)
	if err != nil { // PKCS #1 under the name of PKCS #8, and the other way round, are told apart by what they hold
		if key = keyOf(b.der); key == nil {
			return nil, troubleBrokenKey
		}
	}
	return key, nil
}

// keyOf reads a private key in any of its three forms; nil: it is none.
func keyOf(der []byte) any {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}
