// Package secrets reads secrets from where people put them for a program: the
// environment, a file of their own, a stream.
package secrets

import (
	"io"
	"os"
	"runtime"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/keyfile"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/vault"
)

// The environment variables of the vault's passphrase: itself, or a file that
// holds it and that only its owner can read.
const (
	Passphrase     = "ENTRASYNC_PASSPHRASE"
	PassphraseFile = "ENTRASYNC_PASSPHRASE_FILE"
)

// Take takes variables out of the environment, so that no child process ever
// sees them, and gives what they held.
func Take(names ...string) map[string]string {
	taken := map[string]string{}
	for _, name := range names {
		taken[name] = os.Getenv(name)
		_ = os.Unsetenv(name) // fails only for names that can't be
	}
	return taken
}

// GivenPassphrase is the vault's passphrase as the variables give it; empty
// where they don't. A file that can't be used is [entra.CodeVaultLocked].
func GivenPassphrase(variables map[string]string) (vault.Secret, error) {
	if text := variables[Passphrase]; text != "" {
		return vault.NewSecret([]byte(text)), nil
	}
	path := variables[PassphraseFile]
	if path == "" {
		return vault.Secret{}, nil
	}
	secret, err := readPrivate(path)
	if err != nil {
		return secret, &entra.Error{Code: entra.CodeVaultLocked, What: "the vault's passphrase can't be read", Why: say.Because(err),
			Remedy: "name a file that only you can read in " + PassphraseFile, Err: err}
	}
	return secret, nil
}

func readPrivate(path string) (vault.Secret, error) {
	f, err := os.Open(path)
	if err != nil {
		return vault.Secret{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return vault.Secret{}, err
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0: // there the folder's own rights keep others out
		return vault.Secret{}, say.Errorf("others can read %s (chmod 600 helps)", path)
	}
	secret, err := Read(f)
	if err != nil {
		return secret, say.Errorf("%s: %s", path, err)
	}
	return secret, nil
}

// Read reads a secret to its end, as [keyfile.Line] does: in UTF-8, or in UTF-16
// with a mark, less one newline at its end. None is an error, and so is one of
// more than 1 MB.
func Read(r io.Reader) (vault.Secret, error) {
	b, err := keyfile.Read(r)
	if err != nil {
		return vault.Secret{}, err
	}
	text, err := keyfile.Line(b)
	switch {
	case err != nil:
		return vault.Secret{}, err
	case len(text) == 0:
		return vault.Secret{}, say.Errorf("it is empty")
	}
	return vault.NewSecret(text), nil
}
