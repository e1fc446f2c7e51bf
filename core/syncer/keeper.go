package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"sync"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// Keeper opens and makes the vault. What the vault sealed lies in the store.
type Keeper struct {
	store      *store.Store
	keychain   vault.Keychain
	passphrase func(context.Context) (vault.Secret, error)

	mu   sync.Mutex
	open *vault.Vault
}

// NewKeeper keeps the vault of a store. keychain nil: there is none; passphrase
// nil, or giving an empty one: none was given.
func NewKeeper(st *store.Store, keychain vault.Keychain, passphrase func(context.Context) (vault.Secret, error)) *Keeper {
	if passphrase == nil {
		passphrase = func(context.Context) (vault.Secret, error) { return vault.Secret{}, nil }
	}
	return &Keeper{store: st, keychain: keychain, passphrase: passphrase}
}

var errNoVault = errors.New("no vault is set up here")

// MemoryKeeper keeps a vault that lives as long as the process, for the demo.
func MemoryKeeper() *Keeper {
	v, _ := vault.Memory()
	return &Keeper{open: v}
}

// VaultStatus is how the vault stands.
type VaultStatus struct {
	Kinds  []vault.Kind // its slots; none: there is no vault yet
	Locked bool
	ID     string
}

// Status tells how the vault stands, trying to open it without making one.
func (k *Keeper) Status(ctx context.Context) (VaultStatus, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.store == nil {
		return VaultStatus{}, nil
	}
	sealed, _, err := k.sealed(ctx)
	if err != nil || sealed == nil {
		return VaultStatus{}, err
	}
	err = k.unlock(ctx, *sealed)
	return VaultStatus{Kinds: sealed.Kinds(), Locked: err != nil, ID: sealed.ID}, ctx.Err()
}

// Open unlocks the vault, making one where there is none. Trouble is
// [entra.CodeVaultLocked].
func (k *Keeper) Open(ctx context.Context) (*vault.Vault, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.open != nil {
		return k.open, nil
	}
	if k.store == nil {
		return nil, locked(errNoVault)
	}
	sealed, _, err := k.sealed(ctx)
	if err != nil {
		return nil, err
	}
	if sealed == nil {
		if err := k.create(ctx); err == nil || entra.CodeOf(err) != entra.CodeExists {
			return k.open, err
		}
		// Another process made one at the same moment: that one counts.
		if sealed, _, err = k.sealed(ctx); err != nil {
			return nil, err
		}
	}
	err = k.unlock(ctx, *sealed)
	return k.open, err
}

func (k *Keeper) sealed(ctx context.Context) (*vault.Sealed, []byte, error) {
	text, err := k.store.Vault(ctx)
	if err != nil || text == nil {
		return nil, nil, err
	}
	var s vault.Sealed
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, nil, locked(errors.Join(vault.ErrTampered, err))
	}
	return &s, text, nil
}

func (k *Keeper) unlock(ctx context.Context, s vault.Sealed) error {
	if k.open != nil {
		return nil
	}
	pass, err := k.passphrase(ctx)
	if err != nil {
		return locked(err)
	}
	defer pass.Clear()
	v, err := vault.Unlock(ctx, s, k.keychain, pass)
	debug.FreeOSMemory() // what Argon2 took is as much as a whole sync needs
	if err != nil {
		return locked(err)
	}
	k.open = v
	return nil
}

func (k *Keeper) create(ctx context.Context) error {
	pass, err := k.passphrase(ctx)
	if err != nil {
		return locked(err)
	}
	defer pass.Clear()
	v, sealed, err := vault.Create(ctx, k.keychain, pass)
	if err != nil {
		return locked(err)
	}
	text, err := json.Marshal(sealed)
	if err != nil {
		return err
	}
	if err := k.store.SetVault(ctx, nil, text); err != nil {
		return errors.Join(err, vault.Forget(context.WithoutCancel(ctx), sealed, k.keychain))
	}
	k.open = v
	return nil
}

// AddPassphrase adds a passphrase slot, or seals it anew with another one. Where
// there is no vault yet, one is made with it.
func (k *Keeper) AddPassphrase(ctx context.Context, passphrase vault.Secret) error {
	if sealed, err := k.store.Vault(ctx); err != nil {
		return err
	} else if sealed == nil {
		return NewKeeper(k.store, nil, func(context.Context) (vault.Secret, error) { return passphrase, nil }).created(ctx)
	}
	v, err := k.Open(ctx)
	if err != nil {
		return err
	}
	sealed, old, err := k.sealed(ctx)
	if err != nil {
		return err
	}
	next, err := v.AddPassphrase(*sealed, passphrase)
	if err != nil {
		return locked(err)
	}
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	return k.store.SetVault(ctx, old, text)
}

func (k *Keeper) created(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.create(ctx)
}

// Reset forgets all secrets and the vault, and marks the credentials that lost
// theirs. Everything else stays.
func (k *Keeper) Reset(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	sealed, _, err := k.sealed(ctx)
	if err != nil && entra.CodeOf(err) != entra.CodeVaultLocked {
		return err
	}
	if err := k.store.ResetVault(ctx); err != nil {
		return err
	}
	k.open = nil
	if sealed != nil && k.keychain != nil {
		// The entry is worthless without what was just forgotten, so that it
		// can't be removed is no failure.
		_ = vault.Forget(ctx, *sealed, k.keychain)
	}
	return nil
}

// locked tells the vault's trouble with its remedy.
func locked(err error) error {
	var known *entra.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	e := &entra.Error{Code: entra.CodeVaultLocked, What: "the vault can't be opened", Why: err.Error(), Err: err}
	switch {
	case errors.Is(err, vault.ErrWrongPassphrase):
		e.Why, e.Remedy = "the passphrase is wrong", "set ENTRASYNC_PASSPHRASE to the right one; if it is lost, `entrasyncctl vault reset --yes` forgets the secrets and keeps the data"
	case errors.Is(err, vault.ErrNoKeychain):
		e.Why, e.Remedy = "there is neither a keychain nor a passphrase", "set ENTRASYNC_PASSPHRASE, or ENTRASYNC_PASSPHRASE_FILE"
	case errors.Is(err, vault.ErrKeyLost), errors.Is(err, vault.ErrTampered):
		e.Remedy = "`entrasyncctl vault reset --yes` forgets the secrets and keeps the data"
	default:
		e.Remedy = "unlock the keychain, or set ENTRASYNC_PASSPHRASE"
	}
	return e
}
