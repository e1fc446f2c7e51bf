package keyfile

import (
	"encoding/pem"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// maxFile is more than any key, certificate or secret needs.
const maxFile = 1 << 20

// The reasons why a file is not read.
var (
	errFolder = say.Errorf("it is a folder")
	ErrHuge   = say.Errorf("it is longer than 1 MB")
)

// Read reads what keys, certificates and secrets may be: 1 MB, and no more of
// what has no end.
func Read(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case errors.Is(err, syscall.EISDIR):
		return nil, errFolder
	case err != nil:
		return nil, err
	case len(b) > maxFile:
		clear(b)
		return nil, ErrHuge
	}
	return b, nil
}

// ReadFile is [Read] of a file.
func ReadFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errFolder
	}
	return Read(f)
}

// Roots reads a file of certificates that are trusted, PEM in any encoding that
// [Text] knows or DER, and gives them as PEM. Nothing else of the file is kept, a
// private key least of all.
func Roots(file []byte) (pemFile []byte, err error) {
	found, err := rootsIn(file)
	if err != nil || len(found.certs) == 0 {
		why := say.Sentence("it holds no certificate")
		var t trouble
		if errors.As(err, &t) && t != troubleUnknown {
			why = t.why
		}
		return nil, entra.Invalid("the CA file can't be used", why, "name a file of certificates, PEM or DER; `openssl pkcs7 -print_certs -in FILE -out ca.pem` makes one of a PKCS #7 file")
	}
	for _, c := range found.certs {
		pemFile = append(pemFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return pemFile, nil
}

// rootsIn finds a file's certificates. Those of a PEM file that can't be read are
// passed over: bundles hold what only others need.
func rootsIn(file []byte) (opened, error) {
	text := pemText(file)
	if text == nil {
		return open(file, nil)
	}
	var out opened
	for _, b := range blocks(text) {
		if cert, err := certificateIn(b); err == nil && strings.HasSuffix(b.label, "CERTIFICATE") {
			out.certs = append(out.certs, cert)
		}
	}
	return out, nil
}
