package keyfile

import (
	"bytes"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"testing"
)

// inBER rewrites a PFX file as BER: no length is told beforehand, and strings come
// in parts. With deep also what its checksum covers is rewritten, and the checksum
// made anew: Java and Firefox write such files.
func inBER(t testing.TB, der []byte, deep bool) []byte {
	t.Helper()
	if deep {
		der = rewritten(t, der)
	}
	e, _, err := read(der, 0)
	if err != nil {
		t.Fatal(err)
	}
	return e.loose(nil)
}

// loose writes e in BER behind out.
func (e element) loose(out []byte) []byte {
	switch {
	case len(e.children) > 0:
		out = append(append(out, e.tag...), 0x80)
		for _, c := range e.children {
			out = c.loose(out)
		}
		return append(out, 0, 0)
	case (e.is(tagOctets) || e.is(tagContext0Text)) && len(e.content) > 1:
		tag := byte(tagOctetsParts)
		if e.is(tagContext0Text) {
			tag = tagContext0
		}
		half := len(e.content) / 2
		out = append(out, tag, 0x80)
		for _, part := range [][]byte{e.content[:half], e.content[half:]} {
			out = element{tag: []byte{tagOctets}, content: part}.append(out)
		}
		return append(out, 0, 0)
	}
	return e.append(out)
}

// rewritten is a PFX file whose inner content is BER, too, with its checksum.
func rewritten(t testing.TB, der []byte) []byte {
	t.Helper()
	var pfx pfxFile
	if _, err := asn1.Unmarshal(der, &pfx); err != nil {
		t.Fatal(err)
	}
	content, err := octets(pfx.AuthSafe)
	if err != nil {
		t.Fatal(err)
	}
	inner, _, err := read(content, 0)
	if err != nil {
		t.Fatal(err)
	}
	loose := inner.loose(nil)
	digest := digests[pfx.MAC.Digest.Algorithm.Algorithm.String()]
	mac := hmac.New(digest, derive(digest, saltAndRounds{pfx.MAC.Salt, pfx.MAC.Rounds}, passwordsLike([]byte("pass word"))[0].wide, purpose{3, digest().Size()}))
	mac.Write(loose)
	whole := bytes.Replace(der, pfx.MAC.Digest.Digest, mac.Sum(nil), 1)
	e, _, err := read(whole, 0)
	if err != nil {
		t.Fatal(err)
	}
	e.children[1].children[1].children[0].content = loose
	return e.append(nil)
}

// TestDERStays: what is DER comes out as it was.
func TestDERStays(t *testing.T) {
	for _, name := range []string{"modern.pfx", "legacy-rc2.pfx", "two-keys.pfx", "certificate.cer", "key.der", "certificates-der.p7b"} {
		file := testFile(t, name)
		if der, used, err := toDER(append(bytes.Clone(file), "behind"...)); err != nil || used != len(file) || !bytes.Equal(der, file) {
			t.Errorf("%s: %d of %d bytes, %v", name, used, len(file), err)
		}
	}
}

// TestBrokenBER ends with an error, and not with the computer's memory or patience.
func TestBrokenBER(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing":              {},
		"a tag":                {0x30},
		"a long tag":           {0x3F, 0xFF, 0xFF},
		"half a length":        {0x30, 0x82, 1},
		"a length of 8 bytes":  {0x30, 0x88, 1, 1, 1, 1, 1, 1, 1, 1},
		"a length of 4 GB":     {0x04, 0x84, 0xFF, 0xFF, 0xFF, 0xFF},
		"no end":               {0x30, 0x80, 0x02, 0x01, 0x03},
		"no end of a string":   {0x04, 0x80, 0, 0},
		"nested for ever":      bytes.Repeat([]byte{0x30, 0x80}, 1<<18),
		"nested, with lengths": bytes.Repeat([]byte{0x30, 0x84, 0, 1, 0, 0}, 1<<16),
	} {
		if _, _, err := toDER(b); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestRounds refuses what would keep this computer busy for hours.
func TestRounds(t *testing.T) {
	var pfx pfxFile
	if _, err := asn1.Unmarshal(testFile(t, "modern.pfx"), &pfx); err != nil {
		t.Fatal(err)
	}
	pfx.MAC.Rounds = 1 << 31
	if _, err := pfx.MAC.fits(nil, password{}); err != errRounds {
		t.Error(err)
	}
}

func mustKey(t testing.TB, file []byte) *rsa.PrivateKey {
	t.Helper()
	b, _ := pem.Decode(file)
	key, err := x509.ParsePKCS8PrivateKey(b.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}
