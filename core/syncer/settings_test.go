package syncer

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// rightSecret is the credential that the simulated tenant takes.
func rightSecret() signin.Material {
	return signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte(secret))}
}

// elsewhere is an engine of another process on the world's data folder, which
// shares nothing but the files and the vault's key.
func (w *world) elsewhere() *Engine {
	w.Helper()
	st, err := store.Open(w.ctx(), w.store.Dir(), store.Options{})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { st.Close() })
	e := New(Options{Store: st, Vault: signin.NewVaultAccess(st, nil, passphrase("correct horse")), Backoff: time.Millisecond})
	e.lately = 0
	return e
}

// TestCredentialsWake syncs a tenant at once that waits for a sign-in, when
// somebody changes what it signs in with: its profile's credentials or its
// profile, by this process or by another.
func TestCredentialsWake(t *testing.T) {
	for name, change := range map[string]func(*world, entra.Profile) error{
		"a secret added": func(w *world, p entra.Profile) error {
			return w.engine.AddCredential(w.ctx(), p.Name, rightSecret())
		},
		"the credential replaced": func(w *world, p entra.Profile) error {
			return w.engine.ReplaceCredential(w.ctx(), signin.Place{Profile: p.ID, Credential: p.Credentials[0].ID}, rightSecret())
		},
		"another profile": func(w *world, _ entra.Profile) error {
			return otherProfile(w, w.engine)
		},
		"a secret added elsewhere": func(w *world, p entra.Profile) error {
			return w.elsewhere().AddCredential(w.ctx(), p.Name, rightSecret())
		},
		"replaced elsewhere": func(w *world, p entra.Profile) error {
			return w.elsewhere().ReplaceCredential(w.ctx(), signin.Place{Profile: p.ID, Credential: p.Credentials[0].ID}, rightSecret())
		},
		"another profile elsewhere": func(w *world, _ entra.Profile) error {
			return otherProfile(w, w.elsewhere())
		},
	} {
		for _, waits := range []entra.Code{entra.CodeSignInAgain, entra.CodeSignIn} {
			t.Run(name+", "+string(waits), func(t *testing.T) {
				t.Parallel()
				w := worldOfPeople(t)
				if waits == entra.CodeSignIn {
					if err := w.store.RemoveCredential(w.ctx(), "reader", 1); err != nil {
						t.Fatal(err)
					}
					w.add(signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("wrong"))})
				}
				w.wakes(func(p entra.Profile) error { return change(w, p) })
			})
		}
	}
}

func otherProfile(w *world, e *Engine) error {
	other := "other"
	if err := e.AddProfile(w.ctx(), other, ""); err != nil {
		return err
	}
	if err := e.AddCredential(w.ctx(), other, rightSecret()); err != nil {
		return err
	}
	return e.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Profile: &other})
}

// wakes runs the loop until the tenant's sync has failed, changes something, and
// waits until it is synced.
func (w *world) wakes(change func(entra.Profile) error) {
	w.Helper()
	stop := w.background()
	defer stop()
	w.until(entra.Failed)
	p, err := w.store.Profile(w.ctx(), "reader")
	if err != nil {
		w.Fatal(err)
	}
	if err := change(p); err != nil {
		w.Fatal(err)
	}
	w.until(entra.Succeeded)
}

// background runs the loop until stop is called.
func (w *world) background() (stop func()) {
	ctx, cancel := context.WithCancel(w.ctx())
	done := make(chan struct{})
	go func() { defer close(done); _ = w.engine.Loop(ctx) }()
	return func() { cancel(); <-done }
}

// until waits until the tenant's last sync ended so.
func (w *world) until(want entra.Status) {
	w.Helper()
	events, unsubscribe := w.engine.Subscribe()
	defer unsubscribe()
	patience := time.After(2 * time.Minute)
	for {
		t, err := w.store.TenantByKey(w.ctx(), w.tenant.Key)
		if err != nil {
			w.Fatal(err)
		}
		if t.LastSyncStatus == want && w.engine.Activity(w.tenant.Key).Since.IsZero() {
			return
		}
		select {
		case <-events:
		case <-patience:
			w.Fatalf("the last sync is %s: %+v", t.LastSyncStatus, w.engine.Activity(w.tenant.Key))
		}
	}
}

// TestSignInElsewhereWakes syncs a tenant at once when the person that it waits
// for signed in through another process.
func TestSignInElsewhereWakes(t *testing.T) {
	for name, signIn := range map[string]func(*world, *Engine, func(entra.Prompt)) error{
		"by signing in": func(w *world, e *Engine, ask func(entra.Prompt)) error {
			return e.SignIn(w.ctx(), w.tenant, "", ask)
		},
		"by a test of the connection": func(w *world, e *Engine, ask func(entra.Prompt)) error {
			d := e.Diagnose(signin.Attended(w.ctx(), ask), w.tenant)
			if !d.OK {
				return fmt.Errorf("%+v", d.Error)
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := worldOfPeople(t)
			ask, _ := w.typist()
			w.wakes(func(entra.Profile) error { return signIn(w, w.elsewhere(), ask) })
		})
	}
}

// TestFailureIsNoChange does not try a tenant again and again whose sign-in is
// refused: only a change of what it signs in with wakes it.
func TestFailureIsNoChange(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 3, Groups: 1, Devices: 1})
	w.sim.SetSecret(clientID, "another", false)
	l, key := w.engine.newLoop(), w.tenant.Key
	l.look(w.ctx())
	w.sync(entra.Failed)
	for len(w.engine.wake) > 0 {
		<-w.engine.wake
	}
	hour := time.Now().Add(time.Hour)
	l.next[key] = hour
	for _, err := range []error{
		w.engine.AddProfile(w.ctx(), "unused", ""),
		w.elsewhere().AddProfile(w.ctx(), "unused too", ""),
		w.engine.SetProfile(w.ctx(), "reader", "renamed", "and described"),
		w.engine.RemoveProfile(w.ctx(), "unused"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	l.look(w.ctx())
	if len(w.engine.wake) > 0 || !l.next[key].Equal(hour) {
		t.Errorf("it is due at %v, %d tenants are woken", l.next[key], len(w.engine.wake))
	}
	if err := w.engine.RemoveCredential(w.ctx(), "renamed", 1); err != nil || len(w.engine.wake) != 1 {
		t.Errorf("%v; %d tenants are woken by another list of credentials", err, len(w.engine.wake))
	}
}
