package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

// cheap makes passphrase slots that cost next to nothing, for tests only.
var cheap = Argon2id{Passes: 1, MemoryKiB: 64, Threads: 1}

func passphrase(text string) Secret { return NewSecret([]byte(text)) }

// stored is what comes back after the record was stored as JSON.
func stored(t *testing.T, s Sealed) Sealed {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Sealed
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func TestUnlock(t *testing.T) {
	k := newFakeKeychain()
	byKeychain, keychainOnly, err1 := create(t.Context(), k, Secret{}, cheap)
	byPassphrase, passphraseOnly, err2 := create(t.Context(), k, passphrase("pass"), cheap)
	both, err3 := byKeychain.addPassphrase(keychainOnly, passphrase("pass"), cheap)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	_, memory := Memory()
	tests := []struct {
		name   string
		record Sealed
		k      Keychain
		pass   string
		want   error
		made   *Vault // whose secrets must open
	}{
		{"keychain", keychainOnly, k, "", nil, byKeychain},
		{"keychain, a passphrase nobody asked for", keychainOnly, k, "any", nil, byKeychain},
		{"passphrase", passphraseOnly, nil, "pass", nil, byPassphrase},
		{"passphrase wrong", passphraseOnly, k, "Pass", ErrWrongPassphrase, nil},
		{"passphrase missing", passphraseOnly, k, "", ErrLocked, nil},
		{"both, by keychain", both, k, "", nil, byKeychain},
		{"both, by passphrase", both, nil, "pass", nil, byKeychain},
		{"both, a wrong passphrase is not passed over", both, k, "Pass", ErrWrongPassphrase, nil},
		{"no slot", memory, k, "pass", ErrKeyLost, nil},
		{"no vault", Sealed{}, k, "", ErrKeyLost, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, err := Unlock(t.Context(), stored(t, test.record), test.k, passphrase(test.pass))
			if !errors.Is(err, test.want) || (v == nil) != (test.want != nil) {
				t.Fatalf("error %v, want %v", err, test.want)
			}
			if test.want != nil {
				return
			}
			got, err := v.Open(mustSeal(t, test.made, marker, binding), binding)
			if err != nil || string(got.Reveal()) != marker {
				t.Errorf("the unlocked vault opens %q, %v", got.Reveal(), err)
			}
		})
	}
}

func TestCreateDefaults(t *testing.T) {
	k := newFakeKeychain()
	_, sealed, err := Create(t.Context(), k, passphrase(marker))
	if err != nil {
		t.Fatal(err)
	}
	if len(k.entries) != 0 || !slices.Equal(sealed.Kinds(), []Kind{KindPassphrase}) {
		t.Errorf("with a passphrase: %d keychain entries, slots %v", len(k.entries), sealed.Kinds())
	}
	kdf := sealed.Slots[0].KDF
	if kdf.Passes < 3 || kdf.MemoryKiB < 64<<10 || len(kdf.Salt) != saltSize {
		t.Errorf("weak Argon2id parameters %+v", kdf)
	}
	text, _ := json.Marshal(sealed)
	checkHidden(t, string(text))

	_, first, err1 := Create(t.Context(), k, Secret{})
	_, second, err2 := Create(t.Context(), k, Secret{})
	if err1 != nil || err2 != nil || first.ID == second.ID || len(k.entries) != 2 {
		t.Errorf("two vaults share a keychain entry: %v, %v, %d entries", err1, err2, len(k.entries))
	}
	if !slices.Equal(first.Kinds(), []Kind{KindKeychain}) {
		t.Errorf("without a passphrase: slots %v", first.Kinds())
	}
}

func TestAddPassphraseReplaces(t *testing.T) {
	v, first, err := create(t.Context(), nil, passphrase("old"), cheap)
	if err != nil {
		t.Fatal(err)
	}
	sealedSecret := mustSeal(t, v, marker, binding)
	second, err := v.addPassphrase(first, passphrase("new"), cheap)
	if err != nil {
		t.Fatal(err)
	}
	if len(second.Slots) != 1 || bytes.Equal(first.Slots[0].KDF.Salt, second.Slots[0].KDF.Salt) {
		t.Errorf("slots %v, salt kept", second.Kinds())
	}
	if _, err := Unlock(t.Context(), second, nil, passphrase("old")); !errors.Is(err, ErrWrongPassphrase) {
		t.Errorf("the old passphrase: %v", err)
	}
	if _, err := Unlock(t.Context(), first, nil, passphrase("old")); err != nil {
		t.Errorf("the caller's record was changed under it: %v", err)
	}
	again, err := Unlock(t.Context(), second, nil, passphrase("new"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(sealedSecret, binding); err != nil || string(got.Reveal()) != marker {
		t.Errorf("a secret sealed before: %q, %v", got.Reveal(), err)
	}
}

func TestAddPassphraseRefuses(t *testing.T) {
	v, sealed := Memory()
	_, others := Memory()
	if _, err := v.AddPassphrase(sealed, Secret{}); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("an empty passphrase: %v", err)
	}
	if _, err := v.AddPassphrase(others, passphrase("pass")); !errors.Is(err, ErrTampered) {
		t.Errorf("another vault's record: %v", err)
	}
}

func TestUnlockRefusesATamperedRecord(t *testing.T) {
	tests := []struct {
		name   string
		tamper func(*Sealed)
		want   error
	}{
		{"canary changed", func(s *Sealed) { s.Canary[len(s.Canary)-1] ^= 1 }, ErrTampered},
		{"canary of another vault", func(s *Sealed) { _, other := Memory(); s.Canary = other.Canary }, ErrTampered},
		{"canary gone", func(s *Sealed) { s.Canary = nil }, ErrTampered},
		{"id changed", func(s *Sealed) { s.ID = "other" }, ErrWrongPassphrase},
		{"salt changed", func(s *Sealed) { s.Slots[0].KDF.Salt[0] ^= 1 }, ErrWrongPassphrase},
		{"sealed key changed", func(s *Sealed) { s.Slots[0].Key[40] ^= 1 }, ErrWrongPassphrase},
		{"sealed key gone", func(s *Sealed) { s.Slots[0].Key = nil }, ErrWrongPassphrase},
		{"passes changed", func(s *Sealed) { s.Slots[0].KDF.Passes++ }, ErrWrongPassphrase},
		{"parameters gone", func(s *Sealed) { s.Slots[0].KDF = nil }, ErrTampered},
		{"salt cut", func(s *Sealed) { s.Slots[0].KDF.Salt = nil }, ErrTampered},
		{"no passes", func(s *Sealed) { s.Slots[0].KDF.Passes = 0 }, ErrTampered},
		{"passes for a year", func(s *Sealed) { s.Slots[0].KDF.Passes = 1 << 31 }, ErrTampered},
		{"memory of 100 GB", func(s *Sealed) { s.Slots[0].KDF.MemoryKiB = 100 << 20 }, ErrTampered},
		{"no threads", func(s *Sealed) { s.Slots[0].KDF.Threads = 0 }, ErrTampered},
		{"255 threads", func(s *Sealed) { s.Slots[0].KDF.Threads = 255 }, ErrTampered},
		{"slot of an unknown kind", func(s *Sealed) { s.Slots[0].Kind = "tpm" }, ErrKeyLost},
	}
	_, sealed, err := create(t.Context(), nil, passphrase("pass"), cheap)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			record := stored(t, sealed) // a deep copy
			test.tamper(&record)
			if v, err := Unlock(t.Context(), record, nil, passphrase("pass")); !errors.Is(err, test.want) || v != nil {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestErrorsHideSecrets(t *testing.T) {
	v, sealed, err := create(t.Context(), nil, passphrase("right"), cheap)
	if err != nil {
		t.Fatal(err)
	}
	_, wrong := Unlock(t.Context(), sealed, nil, passphrase(marker))
	_, place := v.Seal(passphrase(marker), "")
	_, moved := v.Open(mustSeal(t, v, marker, binding), "elsewhere")
	for _, err := range []error{wrong, place, moved} {
		if err == nil {
			t.Fatal("no error")
		}
		checkHidden(t, err.Error())
	}
}

func TestVaultServesManyGoroutines(t *testing.T) {
	v, _ := Memory()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				sealed, _ := v.Seal(passphrase(marker), binding)
				if got, err := v.Open(sealed, binding); err != nil || string(got.Reveal()) != marker {
					t.Errorf("opened %q, %v", got.Reveal(), err)
				}
			}
		})
	}
	wg.Wait()
}
