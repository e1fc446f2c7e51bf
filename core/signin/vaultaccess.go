package signin

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// VaultAccess opens and makes the vault. What the vault sealed lies in the store.
type VaultAccess struct {
	store      *store.Store
	keychain   vault.Keychain
	passphrase func(context.Context) (vault.Secret, error)

	tries   atomic.Int64 // to open it
	mu      sync.Mutex
	open    *vault.Vault
	refused error // how the last try to open it ended, where it did not open
}

// NewVaultAccess keeps the vault of a store. keychain nil: there is none; passphrase
// nil, or giving an empty one: none was given.
func NewVaultAccess(st *store.Store, keychain vault.Keychain, passphrase func(context.Context) (vault.Secret, error)) *VaultAccess {
	if passphrase == nil {
		passphrase = func(context.Context) (vault.Secret, error) { return vault.Secret{}, nil }
	}
	return &VaultAccess{store: st, keychain: keychain, passphrase: passphrase}
}

var errNoVault = say.Errorf("no vault is set up here")

// MemoryVaultAccess keeps a vault that lives as long as the process, for the demo.
func MemoryVaultAccess() *VaultAccess {
	v, _ := vault.Memory()
	return &VaultAccess{open: v}
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
func (a *VaultAccess) Status(ctx context.Context) (VaultStatus, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.store == nil {
		return VaultStatus{}, nil
	}
	sealed, err := a.record(ctx)
	if err != nil || sealed == nil {
		return VaultStatus{}, err
	}
	status := VaultStatus{Kinds: sealed.Kinds(), ID: sealed.ID}
	err = a.refused
	if err == nil {
		err = a.unlock(ctx, *sealed)
	}
	if status.Locked = err != nil; status.Locked {
		status.Err = entra.AsError(err)
	}
	return status, ctx.Err()
}

// Open unlocks the vault, making one where there is none. Trouble is
// [entra.CodeVaultLocked]. Who waited for another's try shares its end, so that
// many tenants at once ask the vault's owner once.
func (a *VaultAccess) Open(ctx context.Context) (*vault.Vault, error) {
	return a.openSince(ctx, a.tries.Load())
}

// openSince is Open for somebody who came when so many tries had been made.
func (a *VaultAccess) openSince(ctx context.Context, before int64) (*vault.Vault, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.store == nil && a.open == nil {
		return nil, locked(errNoVault)
	}
	sealed, err := a.record(ctx)
	switch {
	case err != nil:
		return nil, err
	case a.open != nil:
		return a.open, nil
	case a.refused != nil && a.tries.Load() != before:
		return nil, a.refused
	}
	if sealed == nil {
		if err := a.create(ctx); err == nil || entra.CodeOf(err) != entra.CodeExists {
			return a.open, err
		}
		// Another process made one at the same moment: that one counts.
		if sealed, err = a.record(ctx); err != nil {
			return nil, err
		} else if sealed == nil { // and reset it
			return nil, locked(errNoVault)
		}
	}
	err = a.unlock(ctx, *sealed)
	return a.open, err
}

// record reads the vault's record. What is open of a vault that was reset by
// another process is closed: what it sealed from now on could never be opened.
func (a *VaultAccess) record(ctx context.Context) (*vault.Sealed, error) {
	if a.store == nil {
		return nil, nil
	}
	sealed, _, err := a.sealed(ctx)
	if err == nil && a.open != nil && (sealed == nil || !a.open.Opens(*sealed)) {
		a.open, a.refused = nil, nil
	}
	return sealed, err
}

func (a *VaultAccess) sealed(ctx context.Context) (*vault.Sealed, []byte, error) {
	text, err := a.store.Vault(ctx)
	if err != nil || text == nil {
		return nil, nil, err
	}
	var s vault.Sealed
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, nil, locked(errors.Join(vault.ErrTampered, err))
	}
	return &s, text, nil
}

func (a *VaultAccess) unlock(ctx context.Context, s vault.Sealed) error {
	if a.open != nil {
		return nil
	}
	pass, err := a.passphrase(ctx)
	if err != nil {
		return a.ended(ctx, nil, err)
	}
	defer pass.Clear()
	v, err := vault.Unlock(ctx, s, a.keychain, pass)
	return a.ended(ctx, v, err)
}

// ended keeps how a try to open the vault ended.
func (a *VaultAccess) ended(ctx context.Context, v *vault.Vault, err error) error {
	debug.FreeOSMemory() // what Argon2 took is as much as a whole sync needs
	a.tries.Add(1)
	a.open, a.refused = v, nil
	if err == nil {
		return nil
	}
	if err = locked(err); ctx.Err() == nil {
		a.refused = err
	}
	return err
}

// Unlock opens a locked vault with its passphrase; with an empty one the
// keychain is asked again. Trouble is [entra.CodeVaultLocked].
func (a *VaultAccess) Unlock(ctx context.Context, passphrase vault.Secret) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.store == nil {
		return nil
	}
	sealed, err := a.record(ctx)
	if err != nil || sealed == nil || a.open != nil {
		return err
	}
	before := a.refused
	v, err := vault.Unlock(ctx, *sealed, a.keychain, passphrase)
	if errors.Is(err, vault.ErrWrongPassphrase) {
		defer func() { // who typed it is told; why the vault is locked is another matter
			if a.refused != nil && before != nil {
				a.refused = before
			}
		}()
		err = &entra.Error{Code: entra.CodeVaultLocked, What: "the vault can't be opened", Why: "the passphrase is wrong",
			Remedy: "type it again; if it is lost, reset the vault: that forgets the secrets and keeps the data", Err: err}
	}
	return a.ended(ctx, v, err)
}

func (a *VaultAccess) create(ctx context.Context) error {
	pass, err := a.passphrase(ctx)
	if err != nil {
		return locked(err)
	}
	defer pass.Clear()
	return a.createWith(ctx, pass)
}

// createWith makes a vault that the passphrase opens; where it is empty, the
// keychain.
func (a *VaultAccess) createWith(ctx context.Context, passphrase vault.Secret) error {
	v, sealed, err := vault.Create(ctx, a.keychain, passphrase)
	if err != nil {
		return locked(err)
	}
	text, err := json.Marshal(sealed)
	if err != nil {
		return err
	}
	if err := a.store.SetVault(ctx, nil, text); err != nil {
		return errors.Join(err, vault.Forget(context.WithoutCancel(ctx), sealed, a.keychain))
	}
	a.open, a.refused = v, nil
	return nil
}

// Reset forgets all secrets and the vault, and marks the credentials that lost
// theirs. Everything else stays.
func (a *VaultAccess) Reset(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	sealed, _, err := a.sealed(ctx)
	if err != nil && entra.CodeOf(err) != entra.CodeVaultLocked {
		return err
	}
	if err := a.store.ResetVault(ctx); err != nil {
		return err
	}
	a.open, a.refused = nil, nil
	if sealed != nil && a.keychain != nil {
		// The entry is worthless without what was just forgotten, so that it
		// can't be removed is no failure.
		_ = vault.Forget(ctx, *sealed, a.keychain)
	}
	return nil
}

// locked tells the vault's trouble with its remedy.
func locked(err error) error {
	var known *entra.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	e := &entra.Error{Code: entra.CodeVaultLocked, What: "the vault can't be opened", Why: say.Because(err), Err: err}
	switch {
	case errors.Is(err, vault.ErrWrongPassphrase):
		e.Why, e.Remedy = "the passphrase is wrong", "give the right one, by ENTRASYNC_PASSPHRASE_FILE or ENTRASYNC_PASSPHRASE; if it is lost, `entrasyncctl vault reset --yes` forgets the secrets and keeps the data"
	case errors.Is(err, vault.ErrNoPassphrase):
		e.Why, e.Remedy = "no passphrase is given", "unlock it in the window, or set ENTRASYNC_PASSPHRASE_FILE or ENTRASYNC_PASSPHRASE"
	case errors.Is(err, vault.ErrNoKeychain):
		e.Why, e.Remedy = "there is neither a keychain nor a passphrase", "set ENTRASYNC_PASSPHRASE_FILE or ENTRASYNC_PASSPHRASE"
	case errors.Is(err, vault.ErrKeyLost), errors.Is(err, vault.ErrTampered):
		e.Remedy = "`entrasyncctl vault reset --yes` forgets the secrets and keeps the data"
	default:
		e.Remedy = "unlock the keychain, or set ENTRASYNC_PASSPHRASE_FILE or ENTRASYNC_PASSPHRASE"
	}
	return e
}
