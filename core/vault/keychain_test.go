package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

// fakeKeychain keeps entries in memory, and fails, hangs or forgets on demand.
type fakeKeychain struct {
	mu      sync.Mutex
	entries map[string][]byte
	err     error         // every call fails with it
	hang    chan struct{} // every call waits until it is closed
	forgets bool          // Set says yes and keeps what was there
}

func newFakeKeychain() *fakeKeychain { return &fakeKeychain{entries: map[string][]byte{}} }

func (f *fakeKeychain) enter() error {
	if f.hang != nil {
		<-f.hang
	}
	f.mu.Lock()
	return f.err
}

func (f *fakeKeychain) Get(account string) (Secret, error) {
	err := f.enter()
	defer f.mu.Unlock()
	key, ok := f.entries[account]
	if err == nil && !ok {
		err = ErrKeyLost
	}
	if err != nil {
		return Secret{}, err
	}
	return NewSecret([]byte(string(key))), nil
}

func (f *fakeKeychain) Set(account string, key Secret) error {
	err := f.enter()
	defer f.mu.Unlock()
	if err == nil && !f.forgets {
		f.entries[account] = []byte(string(key.Reveal()))
	}
	return err
}

func (f *fakeKeychain) Delete(account string) error {
	err := f.enter()
	defer f.mu.Unlock()
	if _, ok := f.entries[account]; err == nil && !ok {
		err = ErrKeyLost
	}
	delete(f.entries, account)
	return err
}

var errDenied = errors.New("user interaction is not allowed")

func TestUnlockNamesTheStateOfTheKeychain(t *testing.T) {
	tests := []struct {
		name     string
		fail     func(*fakeKeychain)
		want     error  // of a vault that only the keychain opens
		wantText string // its remedy
	}{
		{"absent", func(f *fakeKeychain) { f.err = ErrNoKeychain }, ErrNoKeychain, "run as the user"},
		{"locked or denied", func(f *fakeKeychain) { f.err = errDenied }, ErrLocked, "unlock it and try again"},
		{"entry vanished", func(f *fakeKeychain) { clear(f.entries) }, ErrKeyLost, "reset the vault"},
		{"entry damaged", func(f *fakeKeychain) { f.err = ErrTampered }, ErrTampered, "restore"},
		{"another key", func(f *fakeKeychain) { f.fill(newKey().Reveal()) }, ErrTampered, "do not match"},
		{"key cut short", func(f *fakeKeychain) { f.fill([]byte("short")) }, ErrTampered, "do not match"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			k := newFakeKeychain()
			v, sealed, err := create(t.Context(), k, Secret{}, cheap)
			if err != nil {
				t.Fatal(err)
			}
			both, err := v.addPassphrase(sealed, passphrase("pass"), cheap)
			if err != nil {
				t.Fatal(err)
			}
			test.fail(k)

			_, err = Unlock(t.Context(), sealed, k, Secret{})
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.wantText) {
				t.Errorf("keychain alone: %v, want %v with %q", err, test.want, test.wantText)
			}
			if _, err := Unlock(t.Context(), both, k, passphrase("pass")); err != nil {
				t.Errorf("the passphrase does not help: %v", err)
			}
		})
	}
}

func (f *fakeKeychain) fill(key []byte) {
	for account := range f.entries {
		f.entries[account] = key
	}
}

// With a passphrase slot in reserve nothing is lost: the vault asks for it.
func TestUnlockAsksForThePassphraseWhenTheKeychainFails(t *testing.T) {
	k := newFakeKeychain()
	v, sealed, err := create(t.Context(), k, Secret{}, cheap)
	if err != nil {
		t.Fatal(err)
	}
	if sealed, err = v.addPassphrase(sealed, passphrase("pass"), cheap); err != nil {
		t.Fatal(err)
	}
	clear(k.entries)
	for name, k := range map[string]Keychain{
		"vanished": k, "none": nil, "denied": &fakeKeychain{err: errDenied}, "absent": &fakeKeychain{err: ErrNoKeychain},
	} {
		_, err := Unlock(t.Context(), sealed, k, Secret{})
		if !errors.Is(err, ErrLocked) || errors.Is(err, ErrKeyLost) || errors.Is(err, ErrNoKeychain) ||
			!strings.Contains(err.Error(), "give the passphrase") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCreateNamesTheStateOfTheKeychain(t *testing.T) {
	tests := []struct {
		name string
		k    Keychain
		want error
	}{
		{"none", nil, ErrNoKeychain},
		{"absent", &fakeKeychain{err: ErrNoKeychain}, ErrNoKeychain},
		{"denied", &fakeKeychain{err: errDenied}, ErrLocked},
		{"prompt dismissed, yet no error", &fakeKeychain{entries: map[string][]byte{}, forgets: true}, ErrLocked},
		{"kept another key", garbling{newFakeKeychain()}, ErrLocked},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, sealed, err := Create(t.Context(), test.k, Secret{})
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), "give a passphrase") {
				t.Errorf("error %v, want %v and its remedy", err, test.want)
			}
			if v != nil || sealed.ID != "" {
				t.Error("a vault came with the error")
			}
		})
	}
}

// garbling keeps another key than it was given.
type garbling struct{ *fakeKeychain }

func (g garbling) Set(account string, _ Secret) error { return g.fakeKeychain.Set(account, newKey()) }

func TestNothingIsAskedAfterACancellation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		k := newFakeKeychain()
		if _, _, err := Create(ctx, k, Secret{}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		synctest.Wait() // until a call in the background, if any, has ended
		if len(k.entries) != 0 {
			t.Error("the keychain was written to")
		}
	})
}

func TestSlowKeychainIsGivenUp(t *testing.T) {
	record := Sealed{ID: "1", Slots: []Slot{{Kind: KindKeychain}}}
	calls := map[string]func(context.Context, Keychain) error{
		"create": func(ctx context.Context, k Keychain) error { _, _, err := Create(ctx, k, Secret{}); return err },
		"unlock": func(ctx context.Context, k Keychain) error { _, err := Unlock(ctx, record, k, Secret{}); return err },
		"forget": func(ctx context.Context, k Keychain) error { return Forget(ctx, record, k) },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // its clock jumps over the minute
				k := newFakeKeychain()
				k.hang = make(chan struct{})
				defer close(k.hang)

				start := time.Now()
				err := call(context.Background(), k)
				if waited := time.Since(start); waited != time.Minute {
					t.Errorf("waited %v", waited)
				}
				if !errors.Is(err, context.DeadlineExceeded) || (name != "forget" && !errors.Is(err, ErrLocked)) {
					t.Errorf("after a minute: %v", err)
				}

				ctx, cancel := context.WithCancel(context.Background())
				ended := make(chan error, 1)
				go func() { ended <- call(ctx, k) }()
				synctest.Wait() // until the call hangs
				cancel()
				if err := <-ended; !errors.Is(err, context.Canceled) || errors.Is(err, ErrLocked) {
					t.Errorf("cancelled: %v", err)
				}
			})
		})
	}
}

func TestForget(t *testing.T) {
	k := newFakeKeychain()
	_, sealed, err := Create(t.Context(), k, Secret{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing left, which is well
		if err := Forget(t.Context(), sealed, k); err != nil || len(k.entries) != 0 {
			t.Errorf("error %v, %d entries left", err, len(k.entries))
		}
	}
	k.err = errDenied
	if err := Forget(t.Context(), sealed, k); !errors.Is(err, errDenied) {
		t.Errorf("denied: %v", err)
	}
	if err := Forget(t.Context(), Sealed{ID: sealed.ID}, k); err != nil {
		t.Errorf("a vault without a keychain slot asked the keychain: %v", err)
	}
}

func TestOSKeychain(t *testing.T) {
	keyring.MockInit()
	k := OSKeychain()
	v, sealed, err := Create(t.Context(), k, Secret{})
	if err != nil {
		t.Fatal(err)
	}
	entry, err := keyring.Get("Entra ID Sync", sealed.ID)
	if want := base64.StdEncoding.EncodeToString(v.key.Reveal()); err != nil || entry != want {
		t.Errorf("the entry is not the key in base64 under the vault's id: %v", err)
	}
	if _, err := Unlock(t.Context(), sealed, k, Secret{}); err != nil {
		t.Error(err)
	}
	if err := keyring.Set("Entra ID Sync", sealed.ID, "!"+marker); err != nil {
		t.Fatal(err)
	}
	_, err = Unlock(t.Context(), sealed, k, Secret{})
	if !errors.Is(err, ErrTampered) {
		t.Errorf("an entry that is no base64: %v", err)
	}
	checkHidden(t, err.Error())
	if err := Forget(t.Context(), sealed, k); err != nil {
		t.Error(err)
	}
	if _, err := Unlock(t.Context(), sealed, k, Secret{}); !errors.Is(err, ErrKeyLost) {
		t.Errorf("forgotten: %v", err)
	}
}

func TestOSKeychainErrors(t *testing.T) {
	t.Cleanup(keyring.MockInit)
	for cause, want := range map[error]error{
		keyring.ErrNotFound:            ErrKeyLost,
		keyring.ErrUnsupportedPlatform: ErrNoKeychain,
	} {
		keyring.MockInitWithError(cause)
		if _, err := OSKeychain().Get("1"); !errors.Is(err, want) {
			t.Errorf("%v: Get gives %v", cause, err)
		}
		if err := OSKeychain().Set("1", newKey()); !errors.Is(err, want) {
			t.Errorf("%v: Set gives %v", cause, err)
		}
		if err := OSKeychain().Delete("1"); !errors.Is(err, want) {
			t.Errorf("%v: Delete gives %v", cause, err)
		}
	}
}
