package vault

import (
	"errors"
	"slices"
	"testing"
)

// Each way to open a vault is added to the others and taken away again; the last
// one stays.
func TestSlots(t *testing.T) {
	v, sealed, err := create(t.Context(), nil, passphrase("p"), cheap)
	if err != nil {
		t.Fatal(err)
	}
	k := newFakeKeychain()
	both, err := v.AddKeychain(t.Context(), sealed, k)
	if err != nil || !slices.Equal(both.Kinds(), []Kind{KindPassphrase, KindKeychain}) || len(sealed.Slots) != 1 {
		t.Fatalf("%v %v", both.Kinds(), err)
	}
	if again, err := v.AddKeychain(t.Context(), both, k); err != nil || len(again.Slots) != 2 {
		t.Errorf("added twice: %v %v", again.Kinds(), err)
	}
	chain, err := both.Without(KindPassphrase)
	if err != nil || !slices.Equal(chain.Kinds(), []Kind{KindKeychain}) || len(both.Slots) != 2 {
		t.Fatalf("%v %v", chain.Kinds(), err)
	}
	if _, err := Unlock(t.Context(), chain, k, Secret{}); err != nil {
		t.Errorf("by the keychain: %v", err)
	}
	for _, kind := range []Kind{KindKeychain, KindPassphrase} {
		left, err := chain.Without(kind)
		if (kind == KindKeychain) != errors.Is(err, ErrLastSlot) || (kind == KindPassphrase) != (len(left.Slots) == 1) {
			t.Errorf("without %s: %v %v", kind, left.Kinds(), err)
		}
	}
}

// A keychain that does not keep the key becomes no slot, nor does one of another
// vault's record.
func TestAddKeychainRefuses(t *testing.T) {
	v, sealed, err := create(t.Context(), nil, passphrase("p"), cheap)
	if err != nil {
		t.Fatal(err)
	}
	forgetful := newFakeKeychain()
	forgetful.forgets = true
	for name, k := range map[string]Keychain{"forgets": forgetful, "none": nil} {
		if left, err := v.AddKeychain(t.Context(), sealed, k); err == nil || left.Has(KindKeychain) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, _ := Memory()
	if _, err := other.AddKeychain(t.Context(), sealed, newFakeKeychain()); !errors.Is(err, ErrTampered) {
		t.Errorf("another vault's record: %v", err)
	}
}
