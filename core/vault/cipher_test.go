package vault

import (
	"bytes"
	"errors"
	"testing"
)

const binding = "profile/7/credential/2/secret"

func mustSeal(t testing.TB, v *Vault, plain, binding string) []byte {
	t.Helper()
	sealed, err := v.Seal(NewSecret([]byte(plain)), binding)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealOpensAgain(t *testing.T) {
	v, _ := Memory()
	for _, size := range []int{0, 1, 40, 2560, 2561, 100 << 10} {
		plain := bytes.Repeat([]byte{'x'}, size)
		sealed := mustSeal(t, v, string(plain), binding)
		got, err := v.Open(sealed, binding)
		if err != nil || !bytes.Equal(got.Reveal(), plain) {
			t.Errorf("%d bytes: opened %d bytes, %v", size, len(got.Reveal()), err)
		}
		if size > 1 && bytes.Contains(sealed, plain) {
			t.Errorf("%d bytes: sealed bytes contain the plain ones", size)
		}
	}
}

func TestSealTwiceDiffers(t *testing.T) {
	v, _ := Memory()
	if bytes.Equal(mustSeal(t, v, marker, binding), mustSeal(t, v, marker, binding)) {
		t.Error("the same secret sealed twice gives the same bytes")
	}
}

func TestOpenRefusesWhatWasChanged(t *testing.T) {
	v, _ := Memory()
	sealed := mustSeal(t, v, marker, binding)
	for i := range sealed {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			changed := bytes.Clone(sealed)
			changed[i] ^= flip
			if plain, err := v.Open(changed, binding); !errors.Is(err, ErrTampered) || !plain.Empty() {
				t.Errorf("byte %d ^ %#x: error %v", i, flip, err)
			}
		}
		if _, err := v.Open(sealed[:i], binding); !errors.Is(err, ErrTampered) {
			t.Errorf("cut to %d bytes: error %v", i, err)
		}
	}
	if _, err := v.Open(append(sealed, 0), binding); !errors.Is(err, ErrTampered) {
		t.Errorf("one byte longer: error %v", err)
	}
}

func TestOpenRefusesAnotherPlace(t *testing.T) {
	v, _ := Memory()
	other, _ := Memory()
	sealed := mustSeal(t, v, marker, binding)
	for _, place := range []string{
		"", "profile/8/credential/2/secret", "profile/7/credential/2/certificate",
		binding + "/", binding[1:], binding + "\x00",
	} {
		if _, err := v.Open(sealed, place); !errors.Is(err, ErrTampered) {
			t.Errorf("opened at %q: error %v", place, err)
		}
	}
	if _, err := other.Open(sealed, binding); !errors.Is(err, ErrTampered) {
		t.Errorf("opened by another vault: error %v", err)
	}
	namesake := &Vault{id: other.id, key: v.key}
	if _, err := namesake.Open(sealed, binding); !errors.Is(err, ErrTampered) {
		t.Errorf("opened under another vault id: error %v", err)
	}
}

// No two splits into vault id and binding may stand for the same place.
func TestAssociatedDataIsUnambiguous(t *testing.T) {
	key := newKey()
	sealed := seal(key, []byte(marker), "ab", "c")
	if _, err := open(key, sealed, "a", "bc"); !errors.Is(err, ErrTampered) {
		t.Errorf("error %v", err)
	}
}

func TestSealRefusesReservedBindings(t *testing.T) {
	v, _ := Memory()
	for _, place := range []string{"", canaryBinding, passphraseBinding, "vault/x"} {
		if sealed, err := v.Seal(NewSecret([]byte(marker)), place); err == nil || sealed != nil {
			t.Errorf("sealed at %q", place)
		}
	}
}

func FuzzOpen(f *testing.F) {
	frozen := readVectors(f)[0] // the fuzzer's processes must agree on what is genuine
	v := &Vault{id: frozen.Record.ID, key: NewSecret(frozen.Keychain)}
	genuine := map[string]bool{}
	for _, s := range frozen.Secrets {
		f.Add(s.Sealed, s.Binding)
		genuine[s.Binding+string(s.Sealed)] = s.Error == ""
	}
	f.Add([]byte{formatVersion, keyVersion}, binding)
	f.Fuzz(func(t *testing.T, data []byte, place string) {
		plain, err := v.Open(data, place)
		opens := genuine[place+string(data)]
		if opens != (err == nil) || (err != nil && !errors.Is(err, ErrTampered)) {
			t.Errorf("genuine %v, error %v", opens, err)
		}
		if err != nil && !plain.Empty() {
			t.Error("bytes came with an error")
		}
	})
}
