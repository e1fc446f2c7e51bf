package syncer

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// Keeper opens and makes the vault. What the vault sealed lies in the store.
type Keeper struct {
	store      *store.Store
	keychain   vault.Keychain
	passphrase func(context.Context) (vault.Secret, error)

	tries   atomic.Int64 // to open it
	mu      sync.Mutex
	open    *vault.Vault
	refused error // how the last try to open it ended, where it did not open
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
	Err    *entra.Error // why it is locked; nil: it is not
	ID     string
}

// Status tells how the vault stands, without making one. It tries to open it
// only if nobody has yet: a keychain may ask its owner each time.
func (k *Keeper) Status(ctx context.Context) (VaultStatus, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.store == nil {
		return VaultStatus{}, nil
	}
	sealed, err := k.record(ctx)
	if err != nil || sealed == nil {
		return VaultStatus{}, err
	}
	status := VaultStatus{Kinds: sealed.Kinds(), ID: sealed.ID}
	err = k.refused
	if err == nil {
		err = k.unlock(ctx, *sealed)
	}
	if status.Locked = err != nil; status.Locked {
		status.Err = entra.AsError(err)
	}
	return status, ctx.Err()
}

// Open unlocks the vault, making one where there is none. Trouble is
// [entra.CodeVaultLocked]. Who waited for another's try shares its end, so that
// many tenants at once ask the vault's owner once.
func (k *Keeper) Open(ctx context.Context) (*vault.Vault, error) {
	return k.openSince(ctx, k.tries.Load())
}

// openSince is Open for somebody who came when so many tries had been made.
func (k *Keeper) openSince(ctx context.Context, before int64) (*vault.Vault, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.store == nil && k.open == nil {
		return nil, locked(errNoVault)
	}
	sealed, err := k.record(ctx)
	switch {
	case err != nil:
		return nil, err
	case k.open != nil:
		return k.open, nil
	case k.refused != nil && k.tries.Load() != before:
		return nil, k.refused
	}
	if sealed == nil {
		if err := k.create(ctx); err == nil || entra.CodeOf(err) != entra.CodeExists {
			return k.open, err
		}
		// Another process made one at the same moment: that one counts.
		if sealed, err = k.record(ctx); err != nil {
			return nil, err
		} else if sealed == nil { // and reset it
			return nil, locked(errNoVault)
		}
	}
	err = k.unlock(ctx, *sealed)
	return k.open, err
}

// record reads the vault's record. What is open of a vault that was reset by
// another process is closed: what it sealed from now on could never be opened.
func (k *Keeper) record(ctx context.Context) (*vault.Sealed, error) {
	if k.store == nil {
		return nil, nil
	}
	sealed, _, err := k.sealed(ctx)
	if err == nil && k.open != nil && (sealed == nil || !k.open.Opens(*sealed)) {
		k.open, k.refused = nil, nil
	}
	return sealed, err
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
		return k.ended(ctx, nil, err)
	}
	defer pass.Clear()
	v, err := vault.Unlock(ctx, s, k.keychain, pass)
	return k.ended(ctx, v, err)
}

// ended keeps how a try to open the vault ended.
func (k *Keeper) ended(ctx context.Context, v *vault.Vault, err error) error {
	debug.FreeOSMemory() // what Argon2 took is as much as a whole sync needs
	k.tries.Add(1)
	k.open, k.refused = v, nil
	if err == nil {
		return nil
	}
	if err = locked(err); ctx.Err() == nil {
		k.refused = err
	}
	return err
}

// Unlock opens a locked vault with its passphrase; with an empty one the
// keychain is asked again. Trouble is [entra.CodeVaultLocked].
func (k *Keeper) Unlock(ctx context.Context, passphrase vault.Secret) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.store == nil {
		return nil
	}
	sealed, err := k.record(ctx)
	if err != nil || sealed == nil || k.open != nil {
		return err
	}
	v, err := vault.Unlock(ctx, *sealed, k.keychain, passphrase)
	if errors.Is(err, vault.ErrWrongPassphrase) {
		err = &entra.Error{Code: entra.CodeVaultLocked, What: "the vault can't be opened", Why: "the passphrase is wrong",
			Remedy: "type it again; if it is lost, reset the vault: that forgets the secrets and keeps the data", Err: err}
	}
	return k.ended(ctx, v, err)
}

func (k *Keeper) create(ctx context.Context) error {
	pass, err := k.passphrase(ctx)
	if err != nil {
		return locked(err)
	}
	defer pass.Clear()
	return k.createWith(ctx, pass)
}

// createWith makes a vault that the passphrase opens; where it is empty, the
// keychain.
func (k *Keeper) createWith(ctx context.Context, passphrase vault.Secret) error {
	v, sealed, err := vault.Create(ctx, k.keychain, passphrase)
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
	k.open, k.refused = v, nil
	return nil
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
	k.open, k.refused = nil, nil
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
	e := &entra.Error{Code: entra.CodeVaultLocked, What: "the vault can't be opened", Why: strings.TrimPrefix(err.Error(), "unlock the vault: "), Err: err}
	switch {
	case errors.Is(err, vault.ErrWrongPassphrase):
		e.Why, e.Remedy = "the passphrase is wrong", "set ENTRASYNC_PASSPHRASE to the right one; if it is lost, `entrasyncctl vault reset --yes` forgets the secrets and keeps the data"
	case errors.Is(err, vault.ErrNoPassphrase):
		e.Why, e.Remedy = "no passphrase is given", "unlock it in the window, or set ENTRASYNC_PASSPHRASE"
	case errors.Is(err, vault.ErrNoKeychain):
		e.Why, e.Remedy = "there is neither a keychain nor a passphrase", "set ENTRASYNC_PASSPHRASE, or ENTRASYNC_PASSPHRASE_FILE"
	case errors.Is(err, vault.ErrKeyLost), errors.Is(err, vault.ErrTampered):
		e.Remedy = "`entrasyncctl vault reset --yes` forgets the secrets and keeps the data"
	default:
		e.Remedy = "unlock the keychain, or set ENTRASYNC_PASSPHRASE"
	}
	return e
}
