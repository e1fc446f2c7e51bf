package signin

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/vault"
)

// AddPassphrase adds a passphrase slot, or seals it anew with another one. Where
// there is no vault yet, one is made with it.
func (a *VaultAccess) AddPassphrase(ctx context.Context, passphrase vault.Secret) error {
	return a.addSlot(ctx, passphrase, func(v *vault.Vault, s vault.Sealed) (vault.Sealed, error) {
		return v.AddPassphrase(s, passphrase)
	})
}

// AddKeychain lets the OS keychain open the vault, too. Where there is no vault
// yet, one is made with it.
func (a *VaultAccess) AddKeychain(ctx context.Context) error {
	return a.addSlot(ctx, vault.Secret{}, func(v *vault.Vault, s vault.Sealed) (vault.Sealed, error) {
		next, err := v.AddKeychain(ctx, s, a.keychain)
		if errors.Is(err, vault.ErrNoKeychain) { // the vault itself is open
			err = &entra.Error{Code: entra.CodeVaultLocked, What: "the keychain can't open the vault, too", Why: "this computer has none that could keep its key",
				Remedy: "start one, such as GNOME Keyring or KWallet, and try again; what opens the vault now stays", Err: err}
		}
		return next, err
	})
}

// RemoveSlot takes away one way to open the vault. The last one stays:
// [entra.CodeInUse].
func (a *VaultAccess) RemoveSlot(ctx context.Context, kind vault.Kind) error {
	if a.store == nil {
		return locked(errNoVault)
	}
	if _, err := a.Open(ctx); err != nil {
		return err
	}
	before, old, err := a.sealed(ctx)
	if err != nil || before == nil || !before.Has(kind) {
		return err
	}
	next, err := before.Without(kind)
	if errors.Is(err, vault.ErrLastSlot) {
		return &entra.Error{Code: entra.CodeInUse, What: say.With("the %s stays", kind), Why: "nothing else opens the vault", Remedy: "add another way to open it first", Err: err}
	}
	if err := a.save(ctx, old, next); err != nil || kind != vault.KindKeychain {
		return err
	}
	if err := vault.Forget(ctx, *before, a.keychain); err != nil {
		return &entra.Error{Code: entra.CodeVaultLocked, What: "the keychain no longer opens the vault, but its entry is left", Why: say.Because(err),
			Remedy: "remove the entry of Entra ID Sync in the keychain by hand", Err: err}
	}
	return nil
}

// addSlot changes the vault's record, or makes a vault with the passphrase.
func (a *VaultAccess) addSlot(ctx context.Context, passphrase vault.Secret, add func(*vault.Vault, vault.Sealed) (vault.Sealed, error)) error {
	if a.store == nil {
		return locked(errNoVault)
	}
	sealed, old, err := a.sealed(ctx)
	switch {
	case err != nil:
		return err
	case sealed == nil:
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.createWith(ctx, passphrase)
	}
	v, err := a.Open(ctx)
	if err != nil {
		return err
	}
	next, err := add(v, *sealed)
	if err != nil {
		return locked(err)
	}
	return a.save(ctx, old, next)
}

func (a *VaultAccess) save(ctx context.Context, old []byte, next vault.Sealed) error {
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	return a.store.SetVault(ctx, old, text)
}
