package vault

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/say"
)

// Vault is an unlocked vault. It may be used by several goroutines at once.
type Vault struct {
	id  string
	key Secret
}

const idSize = 16

// Bindings of what the vault seals for itself.
const (
	ownBindings       = "vault/"
	canaryBinding     = ownBindings + "canary"
	passphraseBinding = ownBindings + "slot/passphrase"
)

// Create makes a new vault and the record to store. A passphrase, if given,
// guards its key; otherwise the OS keychain does. k may be nil where there is
// no keychain. Without either it fails with ErrNoKeychain or ErrLocked.
//
// If the keychain takes the key only after Create gave up waiting, an entry that
// no record names stays behind; it opens nothing.
func Create(ctx context.Context, k Keychain, passphrase Secret) (*Vault, Sealed, error) {
	return create(ctx, k, passphrase, interactive)
}

func create(ctx context.Context, k Keychain, passphrase Secret, cost Argon2id) (*Vault, Sealed, error) {
	v, sealed := Memory()
	if !passphrase.Empty() {
		sealed.Slots = []Slot{v.newPassphraseSlot(passphrase, cost)}
		return v, sealed, nil
	}
	if err := v.storeKey(ctx, k); err != nil {
		return nil, Sealed{}, say.Errorf("create the vault: %s", err)
	}
	sealed.Slots = []Slot{{Kind: KindKeychain}}
	return v, sealed, nil
}

// Memory makes a vault that ends with the process: it has no slot and touches
// no keychain, so what it sealed cannot be opened later.
func Memory() (*Vault, Sealed) {
	v := &Vault{id: hex.EncodeToString(randomBytes(idSize)), key: newKey()}
	return v, Sealed{ID: v.id, Canary: seal(v.key, nil, v.id, canaryBinding)}
}

// Unlock opens the vault of s: by its passphrase slot if it has one and a
// passphrase is given, else by the OS keychain. A wrong passphrase is an error
// even if the keychain could help: who gives one wants it checked.
// It waits for the keychain as long as ctx allows, at most a minute.
func Unlock(ctx context.Context, s Sealed, k Keychain, passphrase Secret) (*Vault, error) {
	key, err := s.masterKey(ctx, k, passphrase)
	if err != nil {
		return nil, err
	}
	if _, err := open(key, s.Canary, s.ID, canaryBinding); err != nil {
		return nil, say.Errorf("its key and its record do not match: %s: restore a backup or reset the vault", err)
	}
	return &Vault{id: s.ID, key: key}, nil
}

func (s Sealed) masterKey(ctx context.Context, k Keychain, passphrase Secret) (Secret, error) {
	switch {
	case s.Has(KindPassphrase) && !passphrase.Empty():
		return s.Slots[s.index(KindPassphrase)].open(passphrase, s.ID)
	case s.Has(KindKeychain):
		key, err := ask(ctx, k, func() (Secret, error) { return k.Get(s.ID) })
		return key, s.advise(err)
	case s.Has(KindPassphrase):
		return Secret{}, ErrNoPassphrase
	default:
		return Secret{}, say.Errorf("no slot opens it: %s: reset the vault and enter its secrets again", ErrKeyLost)
	}
}

// advise names the state that a keychain's error means for this vault, and the
// way out. With a passphrase in reserve the vault is merely locked.
func (s Sealed) advise(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case s.Has(KindPassphrase):
		return say.Errorf("%s: the OS keychain gave no key (%s): give the passphrase", ErrLocked, say.Because(err))
	case errors.Is(err, ErrNoKeychain):
		return say.Errorf("its only key is in an OS keychain: %s: run as the user who made the vault, or reset it", err)
	case errors.Is(err, ErrKeyLost):
		return say.Errorf("the OS keychain has no entry for it: %s: reset the vault and enter its secrets again", err)
	case errors.Is(err, ErrTampered):
		return say.Errorf("its keychain entry: %s: restore the entry or reset the vault", err)
	default:
		return say.Errorf("%s: the OS keychain gave no key (%s): unlock it and try again", ErrLocked, err)
	}
}

// storeKey puts the key into the keychain and reads it back: a dismissed prompt
// can look like success, and the key would be lost with this process.
func (v *Vault) storeKey(ctx context.Context, k Keychain) error {
	stored, err := ask(ctx, k, func() (Secret, error) {
		if err := k.Set(v.id, v.key); err != nil {
			return Secret{}, err
		}
		return k.Get(v.id)
	})
	kept := err == nil && subtle.ConstantTimeCompare(stored.Reveal(), v.key.Reveal()) == 1
	switch {
	case kept, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, ErrNoKeychain):
		return say.Errorf("%s: give a passphrase for the vault", err)
	case err == nil, errors.Is(err, ErrKeyLost), errors.Is(err, ErrTampered):
		return say.Errorf("%s: the OS keychain did not keep the key: allow it, or give a passphrase for the vault", ErrLocked)
	default:
		return say.Errorf("%s: the OS keychain took no key (%s): unlock it, or give a passphrase for the vault", ErrLocked, err)
	}
}

// Seal encrypts plain for one place, named by binding, such as
// "profile/7/credential/2/secret". A binding must not be empty, nor start with
// "vault/": those are the vault's own.
func (v *Vault) Seal(plain Secret, binding string) ([]byte, error) {
	if binding == "" || strings.HasPrefix(binding, ownBindings) {
		return nil, say.Errorf("seal a secret: it cannot be bound to %q", binding)
	}
	return seal(v.key, plain.Reveal(), v.id, binding), nil
}

// Open decrypts what this vault sealed for the same binding. Anything else is
// ErrTampered.
func (v *Vault) Open(sealed []byte, binding string) (Secret, error) {
	plain, err := open(v.key, sealed, v.id, binding)
	if err != nil {
		return Secret{}, say.Errorf("open %s: %s: enter the secret again", binding, err)
	}
	return plain, nil
}

// Opens tells whether s is the record of this vault, and not of one that was made
// in its place.
func (v *Vault) Opens(s Sealed) bool { return v.id == s.ID }

// AddPassphrase returns s, the record of this vault, with a passphrase slot
// added or replaced. The sealed secrets stay as they are.
func (v *Vault) AddPassphrase(s Sealed, passphrase Secret) (Sealed, error) {
	return v.addPassphrase(s, passphrase, interactive)
}

func (v *Vault) addPassphrase(s Sealed, passphrase Secret, cost Argon2id) (Sealed, error) {
	if passphrase.Empty() {
		return Sealed{}, say.Errorf("set the vault's passphrase: it is empty")
	}
	if s.ID != v.id {
		return Sealed{}, say.Errorf("set the vault's passphrase: the record is another vault's: %s", ErrTampered)
	}
	s.Slots = slices.DeleteFunc(slices.Clone(s.Slots), func(old Slot) bool { return old.Kind == KindPassphrase })
	s.Slots = append(s.Slots, v.newPassphraseSlot(passphrase, cost))
	return s, nil
}

// AddKeychain returns s, the record of this vault, with the OS keychain as one
// way to open it. Trouble is that of [Create].
func (v *Vault) AddKeychain(ctx context.Context, s Sealed, k Keychain) (Sealed, error) {
	if s.ID != v.id {
		return Sealed{}, say.Errorf("add the OS keychain: the record is another vault's: %s", ErrTampered)
	}
	if err := v.storeKey(ctx, k); err != nil {
		return Sealed{}, say.Errorf("add the OS keychain: %s", err)
	}
	if !s.Has(KindKeychain) {
		s.Slots = append(slices.Clone(s.Slots), Slot{Kind: KindKeychain})
	}
	return s, nil
}

// Forget removes the vault's entry from the OS keychain, if it has one there:
// the last step of a reset. On an error the entry may remain; without its record
// it opens nothing, so the reset may go on.
func Forget(ctx context.Context, s Sealed, k Keychain) error {
	if !s.Has(KindKeychain) {
		return nil
	}
	_, err := ask(ctx, k, func() (Secret, error) { return Secret{}, k.Delete(s.ID) })
	if err != nil && !errors.Is(err, ErrKeyLost) {
		return say.Errorf("remove the vault's key from the OS keychain: %s", err)
	}
	return nil
}
