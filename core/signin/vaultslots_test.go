package signin

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// fakeKeychain keeps keys by account; locked, it gives and takes none.
type fakeKeychain struct {
	keys   map[string]string
	locked bool
}

func (f *fakeKeychain) Get(account string) (vault.Secret, error) {
	key, ok := f.keys[account]
	switch {
	case f.locked:
		return vault.Secret{}, errors.New("locked")
	case !ok:
		return vault.Secret{}, vault.ErrKeyLost
	}
	return vault.NewSecret([]byte(key)), nil
}

func (f *fakeKeychain) Set(account string, key vault.Secret) error {
	if f.locked {
		return errors.New("locked")
	}
	f.keys[account] = string(key.Reveal())
	return nil
}

func (f *fakeKeychain) Delete(account string) error {
	delete(f.keys, account)
	return nil
}

// TestSlots adds and removes the ways to open a vault: what was sealed before
// opens by each of them, and the last one stays.
func TestSlots(t *testing.T) {
	ctx := t.Context()
	st, err := store.Open(ctx, t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	chain := &fakeKeychain{keys: map[string]string{}}
	k := NewVaultAccess(st, chain, nil)
	if err := k.AddPassphrase(ctx, vault.NewSecret([]byte("one"))); err != nil {
		t.Fatal(err)
	}
	v, err := k.Open(ctx)
	if err != nil {
		t.Fatalf("locked right after it was made: %v", err)
	}
	sealed, err := v.Seal(vault.NewSecret([]byte("s")), "b")
	if err != nil {
		t.Fatal(err)
	}
	opens := func(k *VaultAccess, want bool) {
		t.Helper()
		v, err := k.Open(ctx)
		if (err == nil) != want {
			t.Errorf("opens: %v, want %v", err, want)
		}
		if err == nil {
			if _, err := v.Open(sealed, "b"); err != nil {
				t.Error(err)
			}
		}
	}
	kinds := func(want ...vault.Kind) {
		t.Helper()
		if s, err := k.Status(ctx); err != nil || !slices.Equal(s.Kinds, want) || s.Locked {
			t.Errorf("%+v %v, want %v", s, err, want)
		}
	}
	kinds(vault.KindPassphrase)
	if err := k.RemoveSlot(ctx, vault.KindPassphrase); entra.CodeOf(err) != entra.CodeInUse {
		t.Errorf("the last slot: %v", err)
	}
	if e := entra.AsError(NewVaultAccess(st, nil, passphrase("one")).AddKeychain(ctx)); e.What != "the keychain can't open the vault, too" || strings.Contains(e.Remedy.String(), "PASSPHRASE") {
		t.Errorf("without a keychain, and with a vault that is open: %v", e)
	}
	chain.locked = true
	if err := k.AddKeychain(ctx); entra.CodeOf(err) != entra.CodeVaultLocked {
		t.Errorf("a locked keychain: %v", err)
	}
	chain.locked = false
	if err := k.AddKeychain(ctx); err != nil {
		t.Fatal(err)
	}
	kinds(vault.KindPassphrase, vault.KindKeychain)
	opens(NewVaultAccess(st, chain, nil), true)
	opens(NewVaultAccess(st, nil, passphrase("one")), true)
	if err := k.RemoveSlot(ctx, vault.KindPassphrase); err != nil {
		t.Fatal(err)
	}
	kinds(vault.KindKeychain)
	opens(NewVaultAccess(st, nil, passphrase("one")), false)
	if err := k.AddPassphrase(ctx, vault.NewSecret([]byte("two"))); err != nil {
		t.Fatal(err)
	}
	if err := k.RemoveSlot(ctx, vault.KindKeychain); err != nil || len(chain.keys) != 0 {
		t.Errorf("%v; the keychain holds %d keys", err, len(chain.keys))
	}
	kinds(vault.KindPassphrase)
	opens(NewVaultAccess(st, chain, nil), false)
	opens(NewVaultAccess(st, nil, passphrase("two")), true)
}

// TestUnlockByKeychain asks a keychain again that was locked before, and only
// when somebody wants it to.
func TestUnlockByKeychain(t *testing.T) {
	ctx := t.Context()
	st, err := store.Open(ctx, t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	chain := &fakeKeychain{keys: map[string]string{}}
	if err := NewVaultAccess(st, chain, nil).AddKeychain(ctx); err != nil {
		t.Fatal(err)
	}
	chain.locked = true
	k := NewVaultAccess(st, chain, nil)
	for _, locked := range []bool{true, false, false} {
		if s, err := k.Status(ctx); err != nil || !s.Locked {
			t.Errorf("keychain locked %v: %+v %v", chain.locked, s, err)
		}
		chain.locked = locked
	}
	if err := k.Unlock(ctx, vault.Secret{}); err != nil {
		t.Fatal(err)
	}
	if s, err := k.Status(ctx); err != nil || s.Locked {
		t.Errorf("%+v %v", s, err)
	}
}

// TestResetElsewhere does not go on with a vault that another process has reset:
// what is sealed afterwards opens there, too.
func TestResetElsewhere(t *testing.T) {
	ctx := t.Context()
	st, err := store.Open(ctx, t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	here, there := NewVaultAccess(st, nil, passphrase("one")), NewVaultAccess(st, nil, passphrase("one"))
	if _, err := here.Open(ctx); err != nil {
		t.Fatal(err)
	}
	if err := there.Reset(ctx); err != nil {
		t.Fatal(err)
	}
	if s, err := here.Status(ctx); err != nil || len(s.Kinds) != 0 {
		t.Errorf("%+v %v", s, err)
	}
	v, err := here.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(vault.NewSecret([]byte("s")), "b")
	if err != nil {
		t.Fatal(err)
	}
	again, err := there.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Open(sealed, "b"); err != nil {
		t.Errorf("sealed by a vault that is gone: %v", err)
	}
}
