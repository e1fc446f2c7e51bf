package keyfile

import (
	"bytes"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestLine reads a secret as people's tools write it: decoded where a mark says
// how, refused where it would have to be guessed.
func TestLine(t *testing.T) {
	const secret = "s3~cret ü 李 🔑"
	for name, c := range map[string]struct {
		file []byte
		want string
		err  error
	}{
		"as it is":               {[]byte(secret), secret, nil},
		"a newline":              {[]byte(secret + "\n"), secret, nil},
		"CRLF is one":            {[]byte(secret + "\r\n"), secret, nil},
		"one of two newlines":    {[]byte(secret + "\n\n"), secret + "\n", nil},
		"one of two CRLF":        {[]byte(secret + "\r\n\r\n"), secret + "\r\n", nil},
		"CR alone is no newline": {[]byte(secret + "\r"), secret + "\r", nil},
		"blanks are part of it":  {[]byte(" " + secret + " "), " " + secret + " ", nil},
		"a BOM":                  {[]byte("\uFEFF" + secret + "\r\n"), secret, nil},
		"a BOM within":           {[]byte("a\uFEFFb"), "a\uFEFFb", nil},
		"UTF-16 LE":              {inUTF16([]byte(secret+"\r\n"), binary.LittleEndian, true), secret, nil},
		"UTF-16 BE":              {inUTF16([]byte(secret+"\n"), binary.BigEndian, true), secret, nil},
		"nothing":                {nil, "", nil},
		"a mark alone":           {[]byte{0xFF, 0xFE}, "", nil},
		"UTF-16 without a mark":  {inUTF16([]byte(secret), binary.LittleEndian, false), "", ErrUTF16},
		"UTF-16, cut":            {[]byte{0xFF, 0xFE, 'a', 0, 'b'}, "", ErrCutText},
		"UTF-16, half a pair":    {[]byte{0xFF, 0xFE, 0x3D, 0xD8}, "", ErrCutText},
		"UTF-16, a lone half":    {[]byte{0xFF, 0xFE, 0x00, 0xDC, 'a', 0}, "", ErrNotText},
		"UTF-16, a zero":         {[]byte{0xFF, 0xFE, 'a', 0, 0, 0}, "", ErrNotText},
		"UTF-32":                 {[]byte{0xFF, 0xFE, 0, 0, 'a', 0, 0, 0}, "", ErrUTF32},
		"Latin-1":                {[]byte("s\xFCcret"), "", ErrNotText},
		"binary":                 {[]byte{1, 0, 2}, "", ErrNotText},
	} {
		got, err := Line(c.file)
		if string(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestReadIsBounded reads no folder, and what has no end not to its end.
func TestReadIsBounded(t *testing.T) {
	if _, err := ReadFile(t.TempDir()); !errors.Is(err, errFolder) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("no such file is read")
	}
	if _, err := Read(endless{}); !errors.Is(err, ErrHuge) {
		t.Errorf("without end: %v", err)
	}
	if _, err := Read(iotest.ErrReader(errors.New("x"))); err == nil {
		t.Error("a failure is no end")
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// TestRoots keeps the certificates of a CA file as PEM, and nothing else of it.
func TestRoots(t *testing.T) {
	plain, der := testFile(t, "plain.pem"), testFile(t, "certificate.cer")
	alone := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, file := range map[string][]byte{
		"PEM": alone, "PEM with a BOM": append([]byte("\uFEFF"), alone...), "UTF-16": inUTF16(alone, binary.LittleEndian, true),
		"with a private key": plain, "with a broken one": append(certPEMOf([]byte("x")), alone...), "DER": der,
		"with an encrypted key": testFile(t, "encrypted.pem"),
	} {
		roots, err := Roots(file)
		if err != nil || bytes.Count(roots, []byte("BEGIN")) != 1 || !bytes.HasPrefix(roots, []byte("-----BEGIN CERTIFICATE-----")) {
			t.Errorf("%s: %q, %v", name, roots, err)
		}
	}
	for name, file := range map[string][]byte{
		"nothing": nil, "garbage": []byte("hello"), "a key": keyPart(t, "plain.pem"), "PKCS #7": testFile(t, "certificates.p7b"),
	} {
		if _, err := Roots(file); entra.CodeOf(err) != entra.CodeInvalid || entra.AsError(err).Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func certPEMOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// FuzzText never gives what is no UTF-8, and leaves UTF-8 alone.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"secret\n", "\uFEFFsecret\r\n", "\xFF\xFEs\x00", "\xFE\xFF\x00s", "\xFF\xFE\x00\x00", "s\x00", "\xFC"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		text, err := Text(file)
		if err == nil && (!utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0) {
			t.Errorf("%q", text)
		}
		if plain := utf8.Valid(file) && !strings.ContainsAny(string(file), "\x00\uFEFF"); plain && (err != nil || !bytes.Equal(text, file)) {
			t.Errorf("%q becomes %q, %v", file, text, err)
		}
	})
}
