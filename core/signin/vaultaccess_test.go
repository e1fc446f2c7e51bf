package signin

import (
	"context"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
	"testing"
)

// TestVaultAccess makes a vault, opens it again, refuses a wrong passphrase, changes
// it, and forgets everything when asked to.
func TestVaultAccess(t *testing.T) {
	ctx := t.Context()
	st, err := store.Open(ctx, t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if s, err := NewVaultAccess(st, nil, passphrase("one")).Status(ctx); err != nil || len(s.Kinds) != 0 || s.Locked {
		t.Fatalf("before there is one: %+v %v", s, err)
	}
	v, err := NewVaultAccess(st, nil, passphrase("one")).Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(vault.NewSecret([]byte("s")), "b")
	if err != nil {
		t.Fatal(err)
	}
	for pass, want := range map[string]entra.Code{"two": entra.CodeVaultLocked, "": entra.CodeVaultLocked, "one": ""} {
		if _, err := NewVaultAccess(st, nil, passphrase(pass)).Open(ctx); entra.CodeOf(err) != want {
			t.Errorf("%q: %v", pass, err)
		}
	}
	if err := NewVaultAccess(st, nil, passphrase("one")).AddPassphrase(ctx, vault.NewSecret([]byte("three"))); err != nil {
		t.Fatal(err)
	}
	v, err = NewVaultAccess(st, nil, passphrase("three")).Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := v.Open(sealed, "b"); err != nil || string(s.Reveal()) != "s" {
		t.Errorf("after another passphrase: %v", err)
	}
	if s, err := NewVaultAccess(st, nil, passphrase("one")).Status(ctx); err != nil || !s.Locked {
		t.Errorf("%+v %v", s, err)
	}
	if err := NewVaultAccess(st, nil, nil).Reset(ctx); err != nil {
		t.Fatal(err)
	}
	if s, err := NewVaultAccess(st, nil, nil).Status(ctx); err != nil || len(s.Kinds) != 0 {
		t.Errorf("after the reset: %+v %v", s, err)
	}
}

// TestOpenedOnce asks the vault's owner once for many tenants that start at the
// same time, and again for who comes later.
func TestOpenedOnce(t *testing.T) {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := NewVaultAccess(st, nil, passphrase("one")).AddPassphrase(t.Context(), vault.NewSecret([]byte("one"))); err != nil {
		t.Fatal(err)
	}
	asked := 0
	k := NewVaultAccess(st, nil, func(context.Context) (vault.Secret, error) {
		asked++
		return vault.Secret{}, nil
	})
	before := k.tries.Load()
	for _, began := range []int64{before, before, before, before + 1} { // one asks, three waited for it, one comes later
		if _, err := k.openSince(t.Context(), began); entra.CodeOf(err) != entra.CodeVaultLocked {
			t.Error(err)
		}
	}
	if s, err := k.Status(t.Context()); err != nil || !s.Locked || asked != 2 {
		t.Errorf("%+v %v, asked %d times, want 2: status asks nobody", s, err, asked)
	}
}
