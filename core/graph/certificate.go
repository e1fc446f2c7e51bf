package graph

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/entraidsync/entraidsync/core/entra"
)

const minKeyBits = 2048

// ParseCertificate reads a private key and its certificate from a PEM or a PFX
// (PKCS#12) file; password opens a PFX. It gives them as one PEM (the key as
// PKCS#8, then its certificate, then the others) and when the certificate
// expires. What Entra would not take is refused with the exact reason.
func ParseCertificate(file, password []byte, now time.Time) (pemFile []byte, expires time.Time, err error) {
	key, certs, err := readKeyAndCertificates(file, password)
	if err != nil {
		return nil, time.Time{}, refuseCertificate(err)
	}
	private, leaf, err := match(key, certs)
	if err == nil {
		err = current(leaf, now)
	}
	if err != nil {
		return nil, time.Time{}, refuseCertificate(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, time.Time{}, refuseCertificate(err)
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
	clear(pkcs8)
	for _, c := range leafFirst(leaf, certs) {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out, leaf.NotAfter, nil
}

// certificateTrouble is a reason with its remedy.
type certificateTrouble struct{ why, remedy string }

func (t certificateTrouble) Error() string { return t.why }

func refuseCertificate(err error) error {
	var t certificateTrouble
	if !errors.As(err, &t) {
		t = certificateTrouble{err.Error(), "give a PEM file with key and certificate, or a PFX file and its password"}
	}
	return entra.Invalid("the certificate can't be used", t.why, t.remedy)
}

func readKeyAndCertificates(file, password []byte) (key any, certs []*x509.Certificate, err error) {
	if bytes.Contains(file, []byte("-----BEGIN ")) {
		return readPEM(file)
	}
	if certs, err := x509.ParseCertificates(file); err == nil && len(certs) > 0 {
		return nil, certs, nil
	}
	return readPFX(file, password)
}

func readPFX(file, password []byte) (key any, certs []*x509.Certificate, err error) {
	key, leaf, chain, err := pkcs12.DecodeChain(file, string(password))
	switch {
	case err == nil:
		return key, append([]*x509.Certificate{leaf}, chain...), nil
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return nil, nil, certificateTrouble{"the password of the PFX file is wrong", "type the password that was set when the file was exported"}
	case strings.HasSuffix(err.Error(), "certificate missing"):
		return nil, nil, errKeyOnly
	case strings.HasSuffix(err.Error(), "private key missing"):
		return nil, nil, errCertificateOnly
	}
	return nil, nil, certificateTrouble{"it is neither PEM nor a readable PFX file: " + err.Error(),
		"give a PEM file with key and certificate, or a PFX file and its password"}
}

func readPEM(file []byte) (key any, certs []*x509.Certificate, err error) {
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil, fmt.Errorf("one of its certificates is broken: %w", err)
			}
			certs = append(certs, cert)
			continue
		}
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue
		}
		if key != nil {
			return nil, nil, certificateTrouble{"it holds more than one private key", "leave only the key of the certificate in the file"}
		}
		if key, err = parseKey(block); err != nil {
			return nil, nil, err
		}
	}
	return key, certs, nil
}

func parseKey(block *pem.Block) (any, error) {
	if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
		return nil, certificateTrouble{"its private key is encrypted, which PEM files may not be here",
			"export it as a PFX file with a password, or decrypt the key first"}
	}
	parse := map[string]func([]byte) (any, error){
		"PRIVATE KEY":     x509.ParsePKCS8PrivateKey,
		"RSA PRIVATE KEY": func(der []byte) (any, error) { return x509.ParsePKCS1PrivateKey(der) },
		"EC PRIVATE KEY":  func(der []byte) (any, error) { return x509.ParseECPrivateKey(der) },
	}[block.Type]
	if parse == nil {
		return nil, fmt.Errorf("its key is of a kind that is not known here: %s", block.Type)
	}
	key, err := parse(block.Bytes)
	if err != nil {
		// The error of the parser tells of the key's structure, never of its value.
		return nil, fmt.Errorf("its private key is broken: %w", err)
	}
	return key, nil
}

var (
	errKeyOnly         = certificateTrouble{"it holds a private key and no certificate", "put the certificate into the same file"}
	errCertificateOnly = certificateTrouble{"it holds a certificate and no private key", "give the file that was exported with its private key"}
)

// match finds the certificate that belongs to the key.
func match(key any, certs []*x509.Certificate) (*rsa.PrivateKey, *x509.Certificate, error) {
	switch {
	case key == nil && len(certs) == 0:
		return nil, nil, errors.New("it holds neither a private key nor a certificate")
	case key == nil:
		return nil, nil, errCertificateOnly
	case len(certs) == 0:
		return nil, nil, errKeyOnly
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, nil, certificateTrouble{fmt.Sprintf("its key is %s, and Entra takes RSA only", keyKind(key)), "make a new certificate with an RSA key of 2048 bits or more"}
	}
	if bits := private.N.BitLen(); bits < minKeyBits {
		return nil, nil, certificateTrouble{fmt.Sprintf("its RSA key has only %d bits", bits), "make a new certificate with an RSA key of 2048 bits or more"}
	}
	for _, c := range certs {
		if private.PublicKey.Equal(c.PublicKey) {
			return private, c, nil
		}
	}
	return nil, nil, certificateTrouble{"its private key does not belong to its certificate", "give the key that the certificate was made with"}
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
		return certificateTrouble{"it expired on " + c.NotAfter.UTC().Format(day), "make a new certificate and upload its public part to the app registration"}
	case now.Before(c.NotBefore):
		return certificateTrouble{"it is valid only from " + c.NotBefore.UTC().Format(day) + " on", "wait until then, or check this computer's clock"}
	}
	return nil
}

func leafFirst(leaf *x509.Certificate, certs []*x509.Certificate) []*x509.Certificate {
	out := []*x509.Certificate{leaf}
	for _, c := range certs {
		if !c.Equal(leaf) {
			out = append(out, c)
		}
	}
	return out
}
