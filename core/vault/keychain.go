package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/entraidsync/entraidsync/core/say"
)

// Keychain keeps one key an account. Calls may block while the OS asks the
// user. A missing entry is ErrKeyLost, a missing keychain ErrNoKeychain, an entry
// that is no key ErrTampered; any other error counts as a locked keychain.
type Keychain interface {
	Get(account string) (Secret, error)
	Set(account string, key Secret) error
	Delete(account string) error
}

// patience is how long a person may take over the prompt of an OS keychain.
const patience = time.Minute

// ask makes a call to the keychain k, and stops waiting when ctx ends or patience
// does. An OS call cannot be interrupted: an abandoned one ends on its own when
// the keychain answers, and its answer is dropped.
func ask(ctx context.Context, k Keychain, call func() (Secret, error)) (Secret, error) {
	if k == nil {
		return Secret{}, ErrNoKeychain
	}
	if err := ctx.Err(); err != nil {
		return Secret{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	type answer struct {
		key Secret
		err error
	}
	answered := make(chan answer, 1)
	go func() {
		key, err := call()
		answered <- answer{key, err}
	}()
	select {
	case a := <-answered:
		return a.key, a.err
	case <-ctx.Done():
		return Secret{}, say.Errorf("it did not answer: %s", ctx.Err())
	}
}

// service names our entries in the OS keychain.
const service = "Entra ID Sync"

type osKeychain struct{}

// OSKeychain is the keychain of the signed-in user: Windows Credential Manager,
// macOS Keychain, or the Secret Service of a Linux desktop.
func OSKeychain() Keychain { return osKeychain{} }

func (osKeychain) Get(account string) (Secret, error) {
	text, err := keyring.Get(service, account)
	if err != nil {
		return Secret{}, keychainState(err)
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return Secret{}, ErrTampered // the decoder's error would quote the entry
	}
	return NewSecret(key), nil
}

func (osKeychain) Set(account string, key Secret) error {
	return keychainState(keyring.Set(service, account, base64.StdEncoding.EncodeToString(key.Reveal())))
}

func (osKeychain) Delete(account string) error {
	return keychainState(keyring.Delete(service, account))
}

func keychainState(err error) error {
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return ErrKeyLost
	case errors.Is(err, keyring.ErrUnsupportedPlatform), err != nil && keychainAbsent(err):
		return say.Errorf("%s (%s)", ErrNoKeychain, say.Because(err))
	default:
		return err
	}
}
