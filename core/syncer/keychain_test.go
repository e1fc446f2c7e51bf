package syncer

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// keychain is an OS keychain in memory, which may be in trouble.
type keychain struct {
	mu      sync.Mutex
	entries map[string][]byte
	trouble error
}

func (k *keychain) Get(account string) (vault.Secret, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	entry, ok := k.entries[account]
	switch {
	case k.trouble != nil:
		return vault.Secret{}, k.trouble
	case !ok:
		return vault.Secret{}, vault.ErrKeyLost
	}
	return vault.NewSecret(bytes.Clone(entry)), nil
}

func (k *keychain) Set(account string, key vault.Secret) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.trouble == nil {
		k.entries[account] = bytes.Clone(key.Reveal())
	}
	return k.trouble
}

func (k *keychain) Delete(account string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.entries, account)
	return k.trouble
}

// TestKeychainTrouble syncs nothing while the keychain does not open the vault,
// says so, and leaves the data readable (row 35 of the faults; a keychain that is
// slow is the vault's own test).
func TestKeychainTrouble(t *testing.T) {
	for name, tt := range map[string]struct {
		trouble error
		emptied bool
		next    string
	}{
		"absent":   {vault.ErrNoKeychain, false, "ENTRASYNC_PASSPHRASE"},
		"locked":   {vault.ErrLocked, false, "unlock the keychain"},
		"denied":   {errors.New("the user said no"), false, "unlock the keychain"},
		"vanished": {nil, true, "vault reset"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, small)
			chain := &keychain{entries: map[string][]byte{}}
			w.withVault(signin.NewVaultAccess(w.store, chain, nil))
			w.replaceSecret(secret)
			w.sync(entra.Succeeded)
			truth, kept := w.truth(), chain.entries
			chain.trouble = tt.trouble
			if tt.emptied {
				chain.entries = map[string][]byte{}
			}
			w.withVault(signin.NewVaultAccess(w.store, chain, nil))
			w.newProcess()
			e := entra.AsError(w.sync(entra.Failed).Err)
			if e.Code != entra.CodeVaultLocked || e.Why == "" || !strings.Contains(e.Remedy.String(), tt.next) {
				t.Errorf("%+v", e)
			}
			w.equal(truth)
			w.refusesSecrets()
			chain.trouble, chain.entries = nil, kept
			w.withVault(signin.NewVaultAccess(w.store, chain, nil))
			w.newProcess()
			w.sync(entra.Succeeded)
		})
	}
}

// refusesSecrets: without the vault no secret is taken, and none stored plain.
func (w *world) refusesSecrets() {
	w.Helper()
	err := signin.AddCredential(w.ctx(), w.store, w.engine.Vault, "reader", signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("another"))})
	if entra.CodeOf(err) != entra.CodeVaultLocked {
		w.Errorf("a secret was taken: %v", err)
	}
	if p, err := w.store.Profile(w.ctx(), "reader"); err != nil || len(p.Credentials) != 1 {
		w.Errorf("%+v %v", p, err)
	}
}

// TestNothingIsHalfSaved leaves a profile as it was where a credential can't be
// used (row 36; the files that are taken and refused are core/graph's tests).
func TestNothingIsHalfSaved(t *testing.T) {
	_, good := certified(t)
	key, _ := pem.Decode(good)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecDER, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, small)
	before, err := w.store.Profile(w.ctx(), "reader")
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]signin.Material{
		"an empty secret":       {Kind: entra.ClientSecret, ClientID: clientID},
		"no client id":          {Kind: entra.ClientSecret, Secret: vault.NewSecret([]byte("x"))},
		"a kind of nobody":      {Kind: "password", ClientID: clientID},
		"a key without a cert":  {Kind: entra.Certificate, ClientID: clientID, Certificate: pem.EncodeToMemory(key)},
		"an ECDSA key":          {Kind: entra.Certificate, ClientID: clientID, Certificate: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: ecDER})},
		"a file that is broken": {Kind: entra.Certificate, ClientID: clientID, Certificate: []byte{0x30, 0x82, 1}},
	} {
		if err := signin.AddCredential(w.ctx(), w.store, w.engine.Vault, "reader", m); entra.CodeOf(err) != entra.CodeInvalid {
			t.Errorf("%s: added: %v", name, err)
		}
		place := signin.Place{Profile: before.ID, Credential: before.Credentials[0].ID}
		if err := signin.ReplaceCredential(w.ctx(), w.store, w.engine.Vault, place, m); entra.CodeOf(err) != entra.CodeInvalid {
			t.Errorf("%s: replaced: %v", name, err)
		}
	}
	after, err := w.store.Profile(w.ctx(), "reader")
	if err != nil || len(after.Credentials) != 1 || after.Credentials[0] != before.Credentials[0] {
		t.Errorf("%+v, was %+v: %v", after, before, err)
	}
	w.sync(entra.Succeeded)
}

// TestTamperedSecret refuses a sealed secret that was changed, or that another
// key sealed, says which credential it is, and lets other profiles sign in (row
// 37; a secret that was copied elsewhere is [TestSwappedSecret]).
func TestTamperedSecret(t *testing.T) {
	for name, tamper := range map[string]func(sealed []byte) []byte{
		"a bit":         func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut short":     func(b []byte) []byte { return b[:len(b)-1] },
		"grown":         func(b []byte) []byte { return append(b, 0) },
		"another key's": func(b []byte) []byte { return sealedElsewhere(t, b) },
		"nothing":       func([]byte) []byte { return []byte{} },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, small)
			p, err := w.store.Profile(w.ctx(), "reader")
			if err != nil {
				t.Fatal(err)
			}
			id := p.Credentials[0].ID
			sealed, err := w.store.Secrets(w.ctx(), id)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.store.SetSecret(w.ctx(), id, entra.FieldSecret, tamper(sealed[entra.FieldSecret])); err != nil {
				t.Fatal(err)
			}
			r := w.sync(entra.Failed)
			if e := entra.AsError(r.Err); e.Code != entra.CodeVaultLocked || !strings.Contains(e.Remedy.String(), "remove it from the profile reader and add it again") || strings.Contains(e.Error()+e.Detail, secret) {
				t.Errorf("%+v", e)
			}
			if n := w.server.Count("/{tenant}/oauth2/v2.0/token", -1); n != 0 {
				t.Errorf("%d sign-ins with what was tampered with", n)
			}
			w.profileThatWorks()
			w.sync(entra.Succeeded)
		})
	}
}

// profileThatWorks gives the tenant another profile.
func (w *world) profileThatWorks() {
	w.Helper()
	other := "other"
	err := errors.Join(w.store.AddProfile(w.ctx(), other, ""),
		signin.AddCredential(w.ctx(), w.store, w.engine.Vault, other, signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte(secret))}),
		w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Profile: &other}))
	if err != nil {
		w.Fatal(err)
	}
}

// sealedElsewhere is something of the same length that another vault sealed.
func sealedElsewhere(t *testing.T, like []byte) []byte {
	t.Helper()
	v, _ := vault.Memory()
	sealed, err := v.Seal(vault.NewSecret([]byte(secret)), "profile/x/credential/y/secret")
	if err != nil || len(sealed) != len(like) {
		t.Fatalf("%d bytes, not %d: %v", len(sealed), len(like), err)
	}
	return sealed
}
