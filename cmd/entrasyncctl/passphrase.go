package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"

	"github.com/entraidsync/entraidsync/cmd/internal/secrets"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/vault"
)

// The environment variables that the program reads.
const (
	dataDirVariable        = "ENTRASYNC_DATA_DIR"
	passphraseVariable     = secrets.Passphrase
	passphraseFileVariable = secrets.PassphraseFile
	newPassphraseVariable  = "ENTRASYNC_NEW_PASSPHRASE"
)

// environment holds the variables that were set.
type environment map[string]string

// takeEnvironment reads the program's variables. Those about passphrases leave
// the environment, so that no child process ever sees them.
func takeEnvironment() environment {
	env := environment(secrets.Take(passphraseVariable, passphraseFileVariable, newPassphraseVariable))
	env[dataDirVariable] = os.Getenv(dataDirVariable)
	return env
}

// givenPassphrase is the vault's passphrase by variable or file; empty where
// none is given.
func (a *app) givenPassphrase() (vault.Secret, error) { return secrets.GivenPassphrase(a.env) }

// passphrase opens the vault: what is given, else what somebody types. It asks
// only where nothing but a passphrase opens the vault.
func (a *app) passphrase(ctx context.Context) (vault.Secret, error) {
	given, err := a.givenPassphrase()
	if err != nil || !given.Empty() {
		return given, err
	}
	record, err := a.opened.Vault(ctx)
	if err != nil || record == nil {
		return vault.Secret{}, err
	}
	var sealed vault.Sealed
	if err := json.Unmarshal(record, &sealed); err != nil || sealed.Has(vault.KindKeychain) {
		return vault.Secret{}, err
	}
	return a.ask(ctx, "Passphrase of the vault: ")
}

// newPassphrase asks for a new passphrase twice.
func (a *app) newPassphrase(ctx context.Context) (vault.Secret, error) {
	first, err := a.ask(ctx, "New passphrase: ")
	if err != nil || first.Empty() {
		return first, err
	}
	again, err := a.ask(ctx, "The same once more: ")
	if err != nil {
		return again, err
	}
	defer again.Clear()
	if !bytes.Equal(first.Reveal(), again.Reveal()) {
		return vault.Secret{}, entra.Invalid("the passphrase is not set", "the two differ", "try again")
	}
	return first, nil
}
