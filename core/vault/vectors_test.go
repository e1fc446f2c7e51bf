package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"
)

// vector is a vault as an earlier version stored it. Vaults of users look like
// these: they must open for ever, so vectors are added, never changed.
type vector struct {
	Name       string         `json:"name"`
	Record     Sealed         `json:"record"`
	Keychain   []byte         `json:"keychain,omitempty"` // the entry under the vault's id
	Passphrase string         `json:"passphrase,omitempty"`
	Error      string         `json:"error,omitempty"` // of Unlock
	Secrets    []sealedVector `json:"secrets,omitempty"`
}

type sealedVector struct {
	Binding string `json:"binding"`
	Sealed  []byte `json:"sealed"`
	Plain   []byte `json:"plain,omitempty"`
	Error   string `json:"error,omitempty"` // of Open
}

var errorsByName = map[string]error{
	"":                 nil,
	"locked":           ErrLocked,
	"wrong passphrase": ErrWrongPassphrase,
	"no keychain":      ErrNoKeychain,
	"key lost":         ErrKeyLost,
	"tampered":         ErrTampered,
}

func errorNamed(t *testing.T, name string) error {
	t.Helper()
	err, ok := errorsByName[name]
	if !ok {
		t.Fatalf("no error is named %q", name)
	}
	return err
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) == 0 || len(vectors[0].Secrets) == 0 {
		t.Fatal("no vectors")
	}
	return vectors
}

func TestVectorsOpenForEver(t *testing.T) {
	for _, vec := range readVectors(t) {
		t.Run(vec.Name, vec.check)
	}
}

func (vec vector) check(t *testing.T) {
	k := newFakeKeychain()
	if vec.Keychain != nil {
		k.entries[vec.Record.ID] = vec.Keychain
	}
	v, err := Unlock(t.Context(), vec.Record, k, passphrase(vec.Passphrase))
	if !errors.Is(err, errorNamed(t, vec.Error)) {
		t.Fatalf("Unlock: %v, want %q", err, vec.Error)
	}
	for _, s := range vec.Secrets {
		plain, err := v.Open(s.Sealed, s.Binding)
		if !errors.Is(err, errorNamed(t, s.Error)) || !bytes.Equal(plain.Reveal(), s.Plain) {
			t.Errorf("%s: %q, %v, want %q, %q", s.Binding, plain.Reveal(), err, s.Plain, s.Error)
		}
	}
}
