package vault

import (
	"slices"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/entraidsync/entraidsync/core/say"
)

// Kind says what opens a slot.
type Kind string

// The kinds of slot.
const (
	KindKeychain   Kind = "keychain"   // the key is in the OS keychain; the slot says only that it is
	KindPassphrase Kind = "passphrase" // the key is in the slot, sealed by a passphrase
)

// Noun is the kind within a sentence.
func (k Kind) Noun() say.Sentence { return say.Sentence(k) }

// Slot is one way to the master key.
type Slot struct {
	Kind Kind      `json:"kind"`
	KDF  *Argon2id `json:"argon2id,omitempty"` // of a passphrase slot
	Key  []byte    `json:"key,omitempty"`      // the master key, sealed; of a passphrase slot
}

// Argon2id is how a passphrase was made into a key. It is stored with its slot
// so that old slots open when the costs of new ones rise.
type Argon2id struct {
	Salt      []byte `json:"salt"`
	Passes    uint32 `json:"passes"`
	MemoryKiB uint32 `json:"memory_kib"`
	Threads   uint8  `json:"threads"`
}

// interactive costs a fraction of a second on a desktop.
var interactive = Argon2id{Passes: 3, MemoryKiB: 64 << 10, Threads: 4}

const saltSize = 16

// Caps on what a stored slot may ask for: a tampered one must not exhaust the machine.
const (
	maxPasses    = 16
	maxMemoryKiB = 512 << 10
	maxThreads   = 16
)

func (a *Argon2id) acceptable() bool {
	return a != nil && len(a.Salt) == saltSize &&
		1 <= a.Passes && a.Passes <= maxPasses &&
		1 <= a.MemoryKiB && a.MemoryKiB <= maxMemoryKiB &&
		1 <= a.Threads && a.Threads <= maxThreads
}

func (a *Argon2id) derive(passphrase Secret) Secret {
	return NewSecret(argon2.IDKey(passphrase.Reveal(), a.Salt, a.Passes, a.MemoryKiB, a.Threads, chacha20poly1305.KeySize))
}

// newPassphraseSlot seals the vault's key under a fresh salt.
func (v *Vault) newPassphraseSlot(passphrase Secret, cost Argon2id) Slot {
	cost.Salt = randomBytes(saltSize)
	wrap := cost.derive(passphrase)
	defer wrap.Clear()
	key := seal(wrap, v.key.Reveal(), v.id, passphraseBinding)
	return Slot{Kind: KindPassphrase, KDF: &cost, Key: key}
}

// open returns the master key from a passphrase slot.
func (s Slot) open(passphrase Secret, id string) (Secret, error) {
	if !s.KDF.acceptable() {
		return Secret{}, say.Errorf("the passphrase slot's parameters are out of bounds: %s: restore a backup or reset the vault", ErrTampered)
	}
	wrap := s.KDF.derive(passphrase)
	defer wrap.Clear()
	key, err := open(wrap, s.Key, id, passphraseBinding)
	if err != nil {
		return Secret{}, say.Errorf("%s: check it, or reset the vault if it is forgotten", ErrWrongPassphrase)
	}
	return key, nil
}

// Sealed is the record of a vault: which slots open it, and the proof that a key
// is the right one. It holds no secret in the clear. Store it beside what the
// vault seals; it marshals to JSON.
type Sealed struct {
	ID     string `json:"id"` // random; also the account of the keychain entry
	Slots  []Slot `json:"slots"`
	Canary []byte `json:"canary"`
}

// Kinds lists what can open the vault, in the order of the slots.
func (s Sealed) Kinds() []Kind {
	kinds := make([]Kind, 0, len(s.Slots))
	for _, slot := range s.Slots {
		kinds = append(kinds, slot.Kind)
	}
	return kinds
}

// Has says whether the vault has a slot of that kind.
func (s Sealed) Has(kind Kind) bool { return s.index(kind) >= 0 }

// Without returns the record with no slot of that kind. The last way to open
// the vault stays: ErrLastSlot.
func (s Sealed) Without(kind Kind) (Sealed, error) {
	left := slices.DeleteFunc(slices.Clone(s.Slots), func(slot Slot) bool { return slot.Kind == kind })
	if len(left) == 0 {
		return Sealed{}, ErrLastSlot
	}
	s.Slots = left
	return s, nil
}

func (s Sealed) index(kind Kind) int {
	return slices.IndexFunc(s.Slots, func(slot Slot) bool { return slot.Kind == kind })
}
