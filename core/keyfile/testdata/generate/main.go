// Command generate makes the files of testdata with openssl and keytool, around
// throw-away keys: `go generate ./core/keyfile`. What is made each time anew
// differs in its bytes, not in its kind.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"log"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	log.SetFlags(0)
	if err := os.Chdir("testdata"); err != nil {
		log.Fatal(err)
	}
	work, err := os.MkdirTemp("", "keyfile")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(work)
	g := generator{work: work}
	for _, name := range []string{"one", "two"} {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		g.must(err)
		g.pair(name, key, &key.PublicKey)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	g.must(err)
	g.pair("ec", ec, &ec.PublicKey)
	g.pfx()
	g.others()
}

type generator struct{ work string }

func (g generator) must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func (g generator) at(name string) string { return filepath.Join(g.work, name) }

// pair writes NAME.key and NAME.crt, valid for long.
func (g generator) pair(name string, key, public any) {
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	g.must(err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	g.must(err)
	g.must(os.WriteFile(g.at(name+".key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), 0o600))
	g.must(os.WriteFile(g.at(name+".crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
}

// run runs a program, with the paths of what pair made.
func (g generator) run(program string, arguments ...string) {
	cmd := exec.Command(program, arguments...)
	if out, err := cmd.CombinedOutput(); err != nil {
		log.Fatalf("%s %q: %v\n%s", program, arguments, err, out)
	}
}

// export makes a PFX file of a pair; its password is "pass word" unless told.
func (g generator) export(to string, arguments ...string) {
	g.run("openssl", append([]string{"pkcs12", "-export", "-inkey", g.at("one.key"), "-in", g.at("one.crt"), "-out", to, "-passout", "pass:pass word"}, arguments...)...)
}

func (g generator) pfx() {
	g.export("modern.pfx")
	g.export("sha384.pfx", "-macalg", "sha384")
	g.export("sha512.pfx", "-macalg", "sha512")
	g.export("legacy-rc2.pfx", "-legacy")
	g.export("legacy-3des.pfx", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1")
	g.export("aes128-sha1.pfx", "-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha1")
	g.export("des3-pbes2.pfx", "-keypbe", "DES-EDE3-CBC", "-certpbe", "DES-EDE3-CBC")
	g.export("camellia.pfx", "-keypbe", "CAMELLIA-256-CBC", "-certpbe", "CAMELLIA-256-CBC")
	g.export("key-plain.pfx", "-keypbe", "NONE")
	g.export("no-mac.pfx", "-nomac")
	g.export("no-password.pfx", "-passout", "pass:")
	g.export("umlaut.pfx", "-passout", "pass:Grüße")
	g.export("umlaut-legacy.pfx", "-passout", "pass:Grüße", "-legacy")
	g.export("emoji.pfx", "-passout", "pass:key 🔑")
	g.export("emoji-legacy-3des.pfx", "-passout", "pass:key 🔑", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1")
	g.export("chain.pfx", "-certfile", g.at("two.crt"))
	g.run("openssl", "pkcs12", "-export", "-nokeys", "-in", g.at("one.crt"), "-out", "certificate-only.pfx", "-passout", "pass:pass word")
	g.run("openssl", "pkcs12", "-export", "-nocerts", "-inkey", g.at("one.key"), "-out", "key-only.pfx", "-passout", "pass:pass word")
	g.run("openssl", "pkcs12", "-export", "-inkey", g.at("ec.key"), "-in", g.at("ec.crt"), "-out", "ec.pfx", "-passout", "pass:pass word")
	text, err := os.ReadFile("modern.pfx")
	g.must(err)
	g.must(os.WriteFile("modern.pfx.txt", []byte(base64.StdEncoding.EncodeToString(text)+"\n"), 0o600))
	g.keystores()
}

// keystores are keytool's: with two keys, and in Java's own format.
func (g generator) keystores() {
	for _, name := range []string{"one", "two"} {
		g.run("openssl", "pkcs12", "-export", "-name", name, "-inkey", g.at(name+".key"), "-in", g.at(name+".crt"), "-out", g.at(name+".pfx"), "-passout", "pass:pass word")
		for to, kind := range map[string]string{"two-keys.pfx": "PKCS12", "store.jks": "JKS"} {
			if name == "one" {
				_ = os.Remove(to)
			}
			g.run("keytool", "-importkeystore", "-noprompt", "-srckeystore", g.at(name+".pfx"), "-srcstorepass", "pass word", "-srcalias", name,
				"-destkeystore", to, "-deststoretype", kind, "-deststorepass", "pass word")
		}
	}
	_ = os.Remove("trust.p12")
	g.run("keytool", "-importcert", "-noprompt", "-alias", "one", "-file", g.at("one.crt"), "-keystore", "trust.p12", "-storetype", "PKCS12", "-storepass", "pass word")
}

func (g generator) others() {
	g.run("openssl", "pkcs8", "-topk8", "-in", g.at("one.key"), "-out", g.at("encrypted.key"), "-passout", "pass:pass word")
	g.run("openssl", "rsa", "-aes128", "-traditional", "-in", g.at("one.key"), "-out", g.at("dek.key"), "-passout", "pass:pass word")
	g.run("openssl", "rsa", "-traditional", "-in", g.at("one.key"), "-out", g.at("pkcs1.key"))
	g.run("openssl", "ec", "-in", g.at("ec.key"), "-out", g.at("sec1.key"))
	g.run("openssl", "pkcs12", "-in", "modern.pfx", "-passin", "pass:pass word", "-nodes", "-out", "bag-attributes.pem")
	g.run("openssl", "x509", "-in", g.at("one.crt"), "-outform", "DER", "-out", "certificate.cer")
	g.run("openssl", "x509", "-in", g.at("one.crt"), "-trustout", "-addtrust", "clientAuth", "-out", g.at("trusted.crt"))
	g.run("openssl", "crl2pkcs7", "-nocrl", "-certfile", g.at("one.crt"), "-out", "certificates.p7b")
	g.run("openssl", "crl2pkcs7", "-nocrl", "-certfile", g.at("one.crt"), "-outform", "DER", "-out", "certificates-der.p7b")
	g.run("openssl", "rsa", "-in", g.at("one.key"), "-pubout", "-out", "public.pem")
	g.run("openssl", "rsa", "-in", g.at("one.key"), "-pubout", "-outform", "DER", "-out", "public.der")
	g.run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", g.at("one.key"), "-outform", "DER", "-out", "key.der")
	g.run("openssl", "pkcs8", "-topk8", "-in", g.at("one.key"), "-outform", "DER", "-out", "encrypted-key.der", "-passout", "pass:pass word")
	g.run("openssl", "req", "-new", "-key", g.at("one.key"), "-subj", "/CN=one", "-out", "request.csr")
	_, _ = os.Remove("ssh"), os.Remove("ssh.pub")
	g.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", "ssh")
	g.join("encrypted.pem", "encrypted.key", "one.crt")
	g.join("dek-info.pem", "dek.key", "one.crt")
	g.join("pkcs1.pem", "pkcs1.key", "one.crt")
	g.join("ec.pem", "sec1.key", "ec.crt")
	g.join("trusted.pem", "one.key", "trusted.crt")
	g.join("mismatch.pem", "two.key", "one.crt")
	g.join("plain.pem", "one.key", "one.crt")
}

// join writes what pair and others made into one file.
func (g generator) join(to string, parts ...string) {
	var all bytes.Buffer
	for _, p := range parts {
		b, err := os.ReadFile(g.at(p))
		g.must(err)
		all.Write(b)
	}
	g.must(os.WriteFile(to, all.Bytes(), 0o600))
}
