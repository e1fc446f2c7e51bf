package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/cmd/internal/secrets"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
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

// sealing does what seals a secret. Where there is no vault yet, and no keychain to
// make one with, it asks for a passphrase first.
func (a *app) sealing(ctx context.Context, do func() error) error {
	err := do()
	if !errors.Is(err, vault.ErrNoKeychain) {
		return err
	}
	chosen, refused := a.newPassphrase(ctx)
	if refused != nil {
		return refused
	}
	if chosen.Empty() {
		return err // nobody is there to type one
	}
	defer chosen.Clear()
	k, err := a.vaultAccess(ctx)
	if err == nil {
		err = k.AddPassphrase(ctx, chosen)
	}
	if err != nil {
		return err
	}
	return do()
}

// newPassphrase asks for a new passphrase twice.
func (a *app) newPassphrase(ctx context.Context) (vault.Secret, error) {
	first, err := a.ask(ctx, "New passphrase of the vault: ")
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

// mayAsk lets the calls under ctx ask for a sign-in, where somebody sits at the
// terminal. In a scheduled task or behind a pipe nobody is asked.
func (a *app) mayAsk(ctx context.Context) context.Context {
	if !a.attended {
		return ctx
	}
	return signin.Attended(ctx, a.prompt)
}

// prompt asks for a sign-in on a line of its own, past the line of progress.
func (a *app) prompt(p entra.Prompt) {
	line := p.Message
	if p.Code == "" {
		line = "sign in in the browser that opens; if none does, go to " + p.URL
	}
	line = terminal.Plain(line) + "\n"
	if terminal.Is(a.err) {
		line = "\r\x1b[K" + line
	}
	_, _ = fmt.Fprint(a.err, line)
}

// howToSignIn tells the way to sign in again from here.
func howToSignIn(err error) error {
	e := *entra.AsError(err)
	e.Remedy = "run `entrasyncctl tenant test TENANT` on a terminal to sign in, or use a credential that needs nobody"
	return &e
}
