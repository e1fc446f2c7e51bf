package keyfile

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/entraidsync/entraidsync/core/entra"
)

//go:generate go run ./testdata/generate

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// inUTF16 is a text as PowerShell's > and Notepad write it.
func inUTF16(text []byte, order binary.ByteOrder, mark bool) []byte {
	units := utf16.Encode([]rune(string(text)))
	if mark {
		units = append([]uint16{0xFEFF}, units...)
	}
	out := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(out[2*i:], u)
	}
	return out
}

func join(parts ...string) []byte { return []byte(strings.Join(parts, "")) }

// TestFilesThatAreTaken: what can be decoded with certainty is.
func TestFilesThatAreTaken(t *testing.T) {
	file := func(name string) []byte { return testFile(t, name) }
	pem, modern := string(file("plain.pem")), file("modern.pfx")
	text := base64.StdEncoding.EncodeToString(modern)
	type given struct {
		file     []byte
		password string
	}
	for name, g := range map[string]given{
		"PFX, AES and SHA-256":               {modern, "pass word"},
		"PFX, SHA-384":                       {file("sha384.pfx"), "pass word"},
		"PFX, SHA-512":                       {file("sha512.pfx"), "pass word"},
		"PFX, RC2":                           {file("legacy-rc2.pfx"), "pass word"},
		"PFX, 3DES":                          {file("legacy-3des.pfx"), "pass word"},
		"PFX, AES-128 and SHA-1":             {file("aes128-sha1.pfx"), "pass word"},
		"PFX, 3DES by PBES2":                 {file("des3-pbes2.pfx"), "pass word"},
		"PFX, key in the clear":              {file("key-plain.pfx"), "pass word"},
		"PFX without a checksum":             {file("no-mac.pfx"), "pass word"},
		"PFX without a password":             {file("no-password.pfx"), ""},
		"PFX, a password that it needs not":  {file("no-password.pfx"), "some"},
		"PFX, ü":                             {file("umlaut.pfx"), "Grüße"},
		"PFX, ü typed as u and its dots":     {file("umlaut.pfx"), "Gru\u0308ße"},
		"PFX, ü, RC2":                        {file("umlaut-legacy.pfx"), "Grüße"},
		"PFX, a password beyond the BMP":     {file("emoji.pfx"), "key 🔑"},
		"PFX, beyond the BMP, 3DES":          {file("emoji-legacy-3des.pfx"), "key 🔑"},
		"PFX with a chain":                   {file("chain.pfx"), "pass word"},
		"PFX with a newline":                 {join(string(modern), "\n"), "pass word"},
		"PFX with CRLF":                      {join(string(modern), "\r\n"), "pass word"},
		"PFX with zeros":                     {join(string(modern), strings.Repeat("\x00", 512)), "pass word"},
		"PFX with a text behind":             {join(string(modern), "-- end of file --"), "pass word"},
		"PFX in base64":                      {file("modern.pfx.txt"), "pass word"},
		"PFX in base64, without padding":     {[]byte(strings.TrimRight(text, "=")), "pass word"},
		"PFX in base64, lines and a BOM":     {join("\uFEFF", text[:76], "\r\n", text[76:], "\r\n"), "pass word"},
		"PFX in base64, UTF-16":              {inUTF16([]byte(text+"\r\n"), binary.LittleEndian, true), "pass word"},
		"PFX in base64, quoted as JSON":      {join(`"`, text, "\"\n"), "pass word"},
		"PFX with a BOM":                     {join("\uFEFF", string(modern)), "pass word"},
		"PFX in base64url":                   {[]byte(base64.URLEncoding.EncodeToString(modern)), "pass word"},
		"PFX in base64url, without padding":  {[]byte(base64.RawURLEncoding.EncodeToString(modern)), "pass word"},
		"PFX in base64 twice":                {[]byte(base64.StdEncoding.EncodeToString([]byte(text + "\n"))), "pass word"},
		"PFX as PEM":                         {join("-----BEGIN PKCS12-----\n", text, "\n-----END PKCS12-----\n"), "pass word"},
		"PFX in BER":                         {inBER(t, modern, false), "pass word"},
		"PFX in BER, a newline":              {append(inBER(t, modern, false), '\n'), "pass word"},
		"PFX in BER, base64":                 {[]byte(base64.StdEncoding.EncodeToString(inBER(t, modern, false))), "pass word"},
		"PFX in BER, 3DES":                   {inBER(t, file("legacy-3des.pfx"), false), "pass word"},
		"PFX in BER, RC2":                    {inBER(t, file("legacy-rc2.pfx"), false), "pass word"},
		"PFX in BER, all the way":            {inBER(t, modern, true), "pass word"},
		"PFX in BER, all the way, 3DES":      {inBER(t, file("legacy-3des.pfx"), true), "pass word"},
		"PEM":                                {[]byte(pem), ""},
		"PEM, a password that it needs not":  {[]byte(pem), "some"},
		"PEM with a BOM":                     {join("\uFEFF", pem), ""},
		"PEM, UTF-16 LE":                     {inUTF16([]byte(pem), binary.LittleEndian, true), ""},
		"PEM, UTF-16 BE":                     {inUTF16([]byte(pem), binary.BigEndian, true), ""},
		"PEM, UTF-16 without a mark":         {inUTF16([]byte(pem), binary.LittleEndian, false), ""},
		"PEM, CRLF":                          {[]byte(strings.ReplaceAll(pem, "\n", "\r\n")), ""},
		"PEM, CR":                            {[]byte(strings.ReplaceAll(pem, "\n", "\r")), ""},
		"PEM on one line":                    {[]byte(strings.ReplaceAll(pem, "\n", " ")), ""},
		"PEM on one line, as an environment": {[]byte(strings.ReplaceAll(pem, "\n", `\n`)), ""},
		"PEM, indented":                      {[]byte("  " + strings.ReplaceAll(pem, "\n", "\n  ")), ""},
		"PEM in base64":                      {[]byte(base64.StdEncoding.EncodeToString([]byte(pem))), ""},
		"PEM, Bag Attributes":                {file("bag-attributes.pem"), ""},
		"PEM, a comment in Latin-1":          {join("Schl\xfcssel\n", pem), ""},
		"PEM, PKCS #1":                       {file("pkcs1.pem"), ""},
		"PEM, PKCS #1 by a wrong name":       {bytes.ReplaceAll(file("pkcs1.pem"), []byte("RSA PRIVATE"), []byte("PRIVATE")), ""},
		"PEM, a trusted certificate":         {file("trusted.pem"), ""},
		"PEM, the key twice":                 {join(pem, pem), ""},
		"PEM, another key without its own":   {join(pem, string(keyPart(t, "mismatch.pem"))), ""},
	} {
		t.Run(name, func(t *testing.T) {
			out, expires, err := Certificate(g.file, []byte(g.password), certificateNow)
			if err != nil || expires.Year() != 2045 {
				t.Fatal(err, expires)
			}
			if again, _, err := Certificate(out, nil, certificateNow); err != nil || !bytes.Equal(again, out) {
				t.Error("the normal form does not stay as it is")
			}
		})
	}
}

// keyPart is the private key of a PEM file.
func keyPart(t testing.TB, name string) []byte {
	t.Helper()
	key, _, _ := bytes.Cut(testFile(t, name), []byte("-----BEGIN CERTIFICATE"))
	return key
}

// TestFilesThatAreRefused: what is refused is told by its kind, with a way out, and
// never in a parser's words.
func TestFilesThatAreRefused(t *testing.T) {
	file := func(name string) []byte { return testFile(t, name) }
	pem, modern := string(file("plain.pem")), file("modern.pfx")
	for name, c := range map[string]struct {
		file             []byte
		password         string
		why, remedy, not string
	}{
		"nothing":                    {nil, "", "the file is empty", "PEM", ""},
		"blanks":                     {[]byte(" \r\n"), "", "the file is empty", "PEM", ""},
		"a BOM alone":                {[]byte("\uFEFF"), "", "the file is empty", "PEM", ""},
		"too large":                  {make([]byte, 1<<20+1), "", "larger than 1 MB", "PEM", ""},
		"garbage":                    {[]byte("hello"), "", "neither PEM nor PFX", "PEM", ""},
		"garbage that begins as DER": {[]byte("0 is a number"), "", "neither PEM nor PFX", "PEM", "cut"},
		"binary garbage":             {[]byte{0, 1, 2, 3, 0xFF}, "", "neither PEM nor PFX", "PEM", ""},
		"PFX that is cut":            {modern[:500], "pass word", "cut short", "again", ""},
		"PFX, cut by one":            {modern[:len(modern)-1], "pass word", "cut short", "again", ""},
		"PFX in base64 that is cut":  {[]byte(base64.StdEncoding.EncodeToString(modern[:600])), "pass word", "cut short", "again", ""},
		"PFX, a bit in it":           {flipped(modern, 700), "pass word", "", "", "asn1"},
		"PFX, wrong password":        {modern, "wrong", "the password of the PFX file is wrong", "type the password", ""},
		"PFX, RC2, wrong password":   {file("legacy-rc2.pfx"), "wrong", "the password of the PFX file is wrong", "type the password", ""},
		"PFX, no password":           {modern, "", "none was given", "give the password", ""},
		"PFX, RC2, no password":      {file("legacy-rc2.pfx"), "", "none was given", "give the password", ""},
		"PFX, no key":                {file("certificate-only.pfx"), "pass word", "a certificate and no private key", "openssl pkcs12 -export", ""},
		"PFX, no certificate":        {file("key-only.pfx"), "pass word", "a private key and no certificate", "openssl pkcs12 -export", ""},
		"PFX of trusted ones":        {file("trust.p12"), "pass word", "a certificate and no private key", "openssl pkcs12 -export", ""},
		"PFX, two keys":              {file("two-keys.pfx"), "pass word", "more than one private key", "openssl pkcs12 -in", ""},
		"PFX, ECDSA":                 {file("ec.pfx"), "pass word", "ECDSA, and Entra takes RSA only", "openssl req -x509", ""},
		"PFX, Camellia":              {file("camellia.pfx"), "pass word", "encrypted in a way that is not known", "openssl pkcs12", ""},
		"PEM, ECDSA":                 {file("ec.pem"), "", "ECDSA, and Entra takes RSA only", "openssl req -x509", ""},
		"PEM, PKCS #8 encrypted":     {file("encrypted.pem"), "", "its private key is encrypted", "openssl pkcs12 -export", ""},
		"PEM, DEK-Info":              {file("dek-info.pem"), "", "its private key is encrypted", "openssl pkcs12 -export", ""},
		"PEM with a BOM, encrypted":  {join("\uFEFF", string(file("encrypted.pem"))), "", "its private key is encrypted", "openssl pkcs12 -export", ""},
		"PEM, another's key":         {file("mismatch.pem"), "", "does not belong to its certificate", "openssl", ""},
		"PEM that is cut":            {[]byte(pem[:len(pem)-40]), "", "its block CERTIFICATE is cut short", "-----END", ""},
		"PEM, key cut":               {[]byte(pem[:900]), "", "its block PRIVATE KEY is cut short", "-----END", ""},
		"PEM, broken base64":         {[]byte(strings.Replace(pem, "MII", "M!I", 1)), "", "is cut short or broken", "-----END", ""},
		"PEM, two pairs":             {append(join(pem, string(keyPart(t, "mismatch.pem"))), certPEM(validCertificate(t, mustKey(t, keyPart(t, "mismatch.pem"))))...), "", "more than one private key", "leave one", ""},
		"certificate, DER":           {file("certificate.cer"), "", "a certificate and no private key", "Export-PfxCertificate", ""},
		"certificate, base64":        {[]byte(base64.StdEncoding.EncodeToString(file("certificate.cer"))), "", "a certificate and no private key", "openssl", ""},
		"PKCS #7":                    {file("certificates.p7b"), "", "PKCS #7", "openssl pkcs12 -export", ""},
		"PKCS #7, DER":               {file("certificates-der.p7b"), "", "PKCS #7", "openssl pkcs12 -export", ""},
		"public key":                 {file("public.pem"), "", "a public key", "openssl", ""},
		"public key, DER":            {file("public.der"), "", "a public key", "openssl", ""},
		"key, DER":                   {file("key.der"), "", "a private key and no certificate", "openssl", ""},
		"encrypted key, DER":         {file("encrypted-key.der"), "pass word", "an encrypted private key", "openssl", ""},
		"request":                    {file("request.csr"), "", "a certificate request", "openssl req -x509", ""},
		"SSH key":                    {file("ssh"), "", "an SSH key", "openssl req -x509", ""},
		"SSH public key":             {file("ssh.pub"), "", "an SSH key", "openssl req -x509", ""},
		"Java key store":             {file("store.jks"), "pass word", "Java key store (JKS)", "keytool -importkeystore", ""},
		"PuTTY key":                  {[]byte("PuTTY-User-Key-File-3: ssh-ed25519\n"), "", "a PuTTY key", "openssl", ""},
		"zip":                        {[]byte("PK\x03\x04abc"), "", "a zip archive", "unpack", ""},
		"web page":                   {[]byte("\n<!DOCTYPE html><html></html>"), "", "a web page", "download it again", ""},
		"JSON":                       {[]byte(`{"value": "MII"}`), "", "it is JSON", "--query value", ""},
		"PFX saved as text":          {bytes.ToValidUTF8(modern, []byte("\uFFFD")), "pass word", "saved as text", "--encoding base64", ""},
		"PFX through PowerShell":     {inUTF16([]byte(strings.Map(asLatin1, string(latin1(modern)))), binary.LittleEndian, true), "pass word", "saved as text", "--encoding base64", ""},
	} {
		t.Run(name, func(t *testing.T) {
			out, _, err := Certificate(c.file, []byte(c.password), certificateNow)
			if out != nil || entra.CodeOf(err) != entra.CodeInvalid {
				t.Fatalf("got %d bytes, %v", len(out), err)
			}
			e := entra.AsError(err)
			if !strings.Contains(e.Why.String(), c.why) || !strings.Contains(e.Remedy.String(), c.remedy) || e.Remedy == "" || c.not != "" && strings.Contains(e.Error(), c.not) {
				t.Errorf("says %q", e.Error())
			}
			for _, raw := range []string{"asn1", "x509:", "pkcs12:", "illegal", "pem:"} {
				if strings.Contains(e.Error(), raw) {
					t.Errorf("a parser's words: %q", e.Error())
				}
			}
		})
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// latin1 makes a character of each byte, as a shell does that takes a binary file
// for text.
func latin1(b []byte) []byte {
	var out []byte
	for _, c := range b {
		out = append(out, string(rune(c))...)
	}
	return out
}

// asLatin1 drops what such a text can't hold: zeros.
func asLatin1(r rune) rune {
	if r == 0 {
		return -1
	}
	return r
}
