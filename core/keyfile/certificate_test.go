package keyfile

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/entraidsync/entraidsync/core/entra"
)

var certificateNow = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// rsaKeys are made once: they take most of the time of these tests.
var rsaKeys = sync.OnceValue(func() map[int]*rsa.PrivateKey {
	keys := map[int]*rsa.PrivateKey{}
	for _, bits := range []int{1024, 2048, 2049, 4096} {
		keys[bits], _ = rsa.GenerateKey(rand.Reader, bits) // 2049: the second key of 2048
	}
	return keys
})

func certify(t *testing.T, key crypto.Signer, from, to time.Time) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: from, NotAfter: to}
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

func validCertificate(t *testing.T, key crypto.Signer) *x509.Certificate {
	return certify(t, key, certificateNow.AddDate(-1, 0, 0), certificateNow.AddDate(1, 0, 0))
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pemBlock("PRIVATE KEY", der)
}

func certPEM(c *x509.Certificate) []byte { return pemBlock("CERTIFICATE", c.Raw) }

func pfx(t *testing.T, encoder *pkcs12.Encoder, key any, cert *x509.Certificate, chain ...*x509.Certificate) []byte {
	t.Helper()
	file, err := encoder.Encode(key, cert, chain, "pass word")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCertificateTakes(t *testing.T) {
	keys := rsaKeys()
	cert, big := validCertificate(t, keys[2048]), validCertificate(t, keys[4096])
	other := validCertificate(t, keys[2049])
	tests := []struct {
		name  string
		file  []byte
		leaf  *x509.Certificate
		certs int
	}{
		{"PEM, key first", append(pkcs8(t, keys[2048]), certPEM(cert)...), cert, 1},
		{"PEM, certificate first", append(certPEM(cert), pkcs8(t, keys[2048])...), cert, 1},
		{"PEM, PKCS#1 and text around", []byte("Bag Attributes\n" + string(pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(keys[2048]))) + "subject=x\n" + string(certPEM(cert))), cert, 1},
		{"PEM, leaf last in the chain", append(append(pkcs8(t, keys[2048]), certPEM(other)...), certPEM(cert)...), cert, 2},
		{"PEM, RSA-4096", append(pkcs8(t, keys[4096]), certPEM(big)...), big, 1},
		{"PFX, SHA-256 MAC", pfx(t, pkcs12.Modern2023, keys[2048], cert), cert, 1},
		{"PFX, SHA-1 MAC", pfx(t, pkcs12.LegacyDES, keys[2048], cert), cert, 1},
		{"PFX, RSA-4096 with chain", pfx(t, pkcs12.Modern2023, keys[4096], big, cert), big, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, expires, err := Certificate(tt.file, []byte("pass word"), certificateNow)
			if err != nil {
				t.Fatal(err)
			}
			if !expires.Equal(tt.leaf.NotAfter) {
				t.Errorf("expires %v, want %v", expires, tt.leaf.NotAfter)
			}
			// What comes out has to be what azidentity takes.
			certs, key, err := azidentity.ParseCertificates(out, nil)
			if err != nil || len(certs) != tt.certs || !certs[0].Equal(tt.leaf) {
				t.Fatalf("read back %d certificates, %v", len(certs), err)
			}
			if _, err := azidentity.NewClientCertificateCredential("t", "app", certs, key, nil); err != nil {
				t.Error(err)
			}
			again, _, err := Certificate(out, nil, certificateNow)
			if err != nil || string(again) != string(out) {
				t.Error("the normal form does not stay as it is")
			}
		})
	}
}

// TestCertificateRefuses gives the exact reason (row 36 of the faults).
func TestCertificateRefuses(t *testing.T) {
	keys := rsaKeys()
	cert := validCertificate(t, keys[2048])
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	ecPEM, _ := x509.MarshalECPrivateKey(ec)
	past, future := certificateNow.AddDate(-2, 0, 0), certificateNow.AddDate(2, 0, 0)
	tests := []struct {
		name     string
		file     []byte
		password string
		why      string
	}{
		{"nothing", nil, "", "the file is empty"},
		{"garbage", []byte("hello"), "", "neither PEM nor PFX"},
		{"PFX that is cut", pfx(t, pkcs12.Modern2023, keys[2048], cert)[:500], "pass word", "it is cut short"},
		{"key only", pkcs8(t, keys[2048]), "", "a private key and no certificate"},
		{"certificate only", certPEM(cert), "", "a certificate and no private key"},
		{"certificate only, DER", cert.Raw, "", "a certificate and no private key"},
		{"neither", []byte("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"), "", "a public key"},
		{"wrong password, SHA-256", pfx(t, pkcs12.Modern2023, keys[2048], cert), "wrong", "the password of the PFX file is wrong"},
		{"no password, SHA-1", pfx(t, pkcs12.LegacyDES, keys[2048], cert), "", "none was given"},
		{"expired", append(pkcs8(t, keys[2048]), certPEM(certify(t, keys[2048], past, certificateNow.AddDate(0, 0, -1)))...), "", "it expired on 2026-05-31"},
		{"not yet valid", append(pkcs8(t, keys[2048]), certPEM(certify(t, keys[2048], certificateNow.AddDate(0, 0, 1), future))...), "", "valid only from 2026-06-02"},
		{"ECDSA", append(pkcs8(t, ec), certPEM(validCertificate(t, ec))...), "", "ECDSA, and Entra takes RSA only"},
		{"ECDSA, SEC 1", append(pemBlock("EC PRIVATE KEY", ecPEM), certPEM(validCertificate(t, ec))...), "", "ECDSA, and Entra takes RSA only"},
		{"Ed25519", append(pkcs8(t, ed), certPEM(validCertificate(t, ed))...), "", "Ed25519, and Entra takes RSA only"},
		{"RSA-1024", append(pkcs8(t, keys[1024]), certPEM(validCertificate(t, keys[1024]))...), "", "only 1024 bits"},
		{"not matching", append(pkcs8(t, keys[2049]), certPEM(cert)...), "", "does not belong to its certificate"},
		{"encrypted key", append(pemBlock("ENCRYPTED PRIVATE KEY", []byte("x")), certPEM(cert)...), "", "is encrypted"},
		{"broken key", append(pemBlock("PRIVATE KEY", []byte("x")), certPEM(cert)...), "", "private key is broken"},
		{"broken certificate", append(pkcs8(t, keys[2048]), pemBlock("CERTIFICATE", []byte("x"))...), "", "certificates is broken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, _, err := Certificate(tt.file, []byte(tt.password), certificateNow)
			if out != nil || entra.CodeOf(err) != entra.CodeInvalid {
				t.Fatalf("got %d bytes, %v", len(out), err)
			}
			if e := entra.AsError(err); !strings.Contains(e.Why.String(), tt.why) || e.Remedy == "" {
				t.Errorf("says %q, want %q and a remedy", e.Error(), tt.why)
			}
		})
	}
}

// FuzzCertificate gives a key that is taken again, or a reason in our words.
func FuzzCertificate(f *testing.F) {
	names, err := filepath.Glob("testdata/*.*")
	if err != nil || len(names) < 30 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		f.Add(testFile(f, filepath.Base(name)), []byte("pass word"))
	}
	f.Add(inBER(f, testFile(f, "modern.pfx"), true), []byte("pass word"))
	f.Add([]byte{0x30, 0x82}, []byte("p"))
	f.Fuzz(func(t *testing.T, file, password []byte) {
		out, _, err := Certificate(file, password, certificateNow)
		if (err == nil) != (len(out) > 0) {
			t.Fatalf("%d bytes and error %v", len(out), err)
		}
		if err != nil {
			if e := entra.AsError(err); e.Code != entra.CodeInvalid || e.Remedy == "" || strings.Contains(e.Error(), "asn1") {
				t.Errorf("%v", err)
			}
			return
		}
		if again, _, err := Certificate(out, nil, certificateNow); err != nil || string(again) != string(out) {
			t.Errorf("the normal form does not stay as it is: %v", err)
		}
	})
}
