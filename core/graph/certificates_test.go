package graph

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// testKey is made once: that takes most of the time of the tests that need it.
var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// selfSigned is a certificate of testKey that ends then, of a server of these hosts.
func selfSigned(t *testing.T, end time.Time, hosts ...string) *x509.Certificate {
	t.Helper()
	key := testKey()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: end.AddDate(-1, 0, 0), NotAfter: end, DNSNames: hosts}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func certPEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// certificateCredential signs in as app, with testKey.
func certificateCredential(t *testing.T) Credential {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(testKey())
	if err != nil {
		t.Fatal(err)
	}
	file := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), certPEM(selfSigned(t, time.Now().AddDate(0, 6, 0)))...)
	return Credential{Kind: entra.Certificate, ClientID: "app", Certificate: file}
}
