package syncer

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
)

// worldOfPeople is a world whose profile signs a person in by a device code,
// and whose vault is on disk.
func worldOfPeople(t *testing.T) *world {
	t.Helper()
	w := worldOfKinds(t, graphsim.App{Public: true})
	w.withVault(signin.NewVaultAccess(w.store, nil, passphrase("correct horse")))
	w.add(signin.Material{Kind: entra.DeviceCode, ClientID: kindsApp})
	return w
}

// typist types the codes that are shown, and counts them.
func (w *world) typist() (ask func(entra.Prompt), shown *int) {
	shown = new(int)
	return func(p entra.Prompt) {
		*shown++
		if !w.server.TypeCode(p.Code) {
			w.Errorf("no such code: %+v", p)
		}
	}, shown
}

// signInAgain syncs in the background, where nobody is asked.
func (w *world) signInAgain() {
	w.Helper()
	r := w.sync(entra.Failed)
	if e := entra.AsError(r.Err); e.Code != entra.CodeSignInAgain || e.Why == "" || !strings.Contains(e.Remedy.String(), "sign in again") || strings.Contains(e.What.String(), w.sim.ID()) {
		w.Fatalf("%+v", e)
	}
	if row := r.Classes[0]; row.Code != entra.CodeSignInAgain || row.Trouble().Code != entra.CodeSignInAgain {
		w.Errorf("the history's row says %q", row.Code)
	}
}

// TestPersonStaysSignedIn signs somebody in once: later processes go on with
// it silently, until an admin revokes it, which asks for the person again.
func TestPersonStaysSignedIn(t *testing.T) {
	w := worldOfPeople(t)
	w.signInAgain()
	ask, shown := w.typist()
	if err := w.engine.SignIn(w.ctx(), w.tenant, "", ask); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		w.newProcess()
		w.sync(entra.Succeeded)
	}
	w.equal(w.truth())
	if *shown != 1 {
		t.Errorf("asked %d times", *shown)
	}
	w.sim.RevokeSessions()
	w.newProcess()
	w.signInAgain()
	if err := w.engine.SignIn(w.ctx(), w.tenant, "", ask); err != nil || *shown != 2 {
		t.Fatal(err, *shown)
	}
	w.sync(entra.Succeeded)
}

// TestNewTokenForAPerson gets a new token, and not the refused one again, where
// Graph says that the one in use is good no more.
func TestNewTokenForAPerson(t *testing.T) {
	w := worldOfPeople(t)
	ask, shown := w.typist()
	if _, err := w.engine.Sync(signin.Attended(w.ctx(), ask), w.tenant.Key, SyncOptions{}); err != nil {
		t.Fatal(err)
	}
	before := w.tokenRequests()
	w.server.Fault(graphsim.Fault{Kind: graphsim.ExpiredAccessToken})
	w.sync(entra.Succeeded)
	if n := w.tokenRequests() - before; n != 1 || *shown != 1 {
		t.Errorf("%d new tokens, asked %d times", n, *shown)
	}
}

// TestFailingAuthority asks nobody to sign in again because Entra fails or
// challenges: that goes by itself.
func TestFailingAuthority(t *testing.T) {
	w := worldOfPeople(t)
	ask, shown := w.typist()
	if err := w.engine.SignIn(w.ctx(), w.tenant, "", ask); err != nil {
		t.Fatal(err)
	}
	lift := w.server.Fault(graphsim.Fault{Kind: graphsim.Unavailable, Match: "POST .*/token", Times: -1})
	if _, err := w.engine.Sync(signin.Attended(w.ctx(), ask), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeService {
		t.Errorf("while Entra fails: %v", err)
	}
	lift()
	w.sync(entra.Succeeded)
	w.server.Fault(graphsim.Fault{Kind: graphsim.ClaimsChallenge})
	before := w.tokenRequests()
	w.sync(entra.Succeeded)
	if n := w.tokenRequests() - before; n != 1 || *shown != 1 {
		t.Errorf("%d new tokens, asked %d times", n, *shown)
	}
}

func (w *world) tokenRequests() int {
	n := 0
	for _, r := range w.server.Requests() {
		if strings.HasSuffix(r.Path, "/oauth2/v2.0/token") {
			n++
		}
	}
	return n
}

// TestSignInWithoutSuchCredential asks nobody where the profile has no
// credential that takes a person.
func TestSignInWithoutSuchCredential(t *testing.T) {
	w := newWorld(t, small)
	err := w.engine.SignIn(w.ctx(), w.tenant, "", func(entra.Prompt) { t.Error("somebody was asked") })
	if entra.CodeOf(err) != entra.CodeInvalid || !strings.Contains(err.Error(), "no such credential that takes a person") {
		t.Error(err)
	}
}

// TestSignInRefused names the tenant and Entra's own reason, and ends at once
// when whoever was asked gives up.
func TestSignInRefused(t *testing.T) {
	w := worldOfKinds(t, graphsim.App{})
	w.add(signin.Material{Kind: entra.DeviceCode, ClientID: kindsApp})
	ask, _ := w.typist()
	e := entra.AsError(w.engine.SignIn(w.ctx(), w.tenant, "", ask))
	if e.Code != entra.CodeSignIn || !strings.Contains(e.Why.String(), "AADSTS7000218") || !strings.Contains(e.What.String(), w.sim.Domain()) {
		t.Errorf("%+v", e)
	}
	ctx, cancel := context.WithCancel(w.ctx())
	if err := w.engine.SignIn(ctx, w.tenant, "", func(entra.Prompt) { cancel() }); entra.CodeOf(err) != entra.CodeCancelled {
		t.Errorf("given up: %v", err)
	}
	other := w.tenant
	other.TenantID = clientID
	if err := w.engine.SignIn(w.ctx(), other, "", ask); entra.CodeOf(err) != entra.CodeTenantMismatch {
		t.Errorf("another tenant: %v", err)
	}
}

// TestSignInNeedsTheVault asks nobody for a sign-in that can't be kept.
func TestSignInNeedsTheVault(t *testing.T) {
	w := worldOfPeople(t)
	w.withVault(signin.NewVaultAccess(w.store, nil, nil))
	ask, shown := w.typist()
	for name, err := range map[string]error{
		"SignIn": w.engine.SignIn(w.ctx(), w.tenant, "", ask),
		"Sync": func() error {
			_, err := w.engine.Sync(signin.Attended(w.ctx(), ask), w.tenant.Key, SyncOptions{})
			return err
		}(),
	} {
		if entra.CodeOf(err) != entra.CodeVaultLocked || *shown != 0 {
			t.Errorf("%s: %v, asked %d times", name, err, *shown)
		}
	}
}

// TestResetAsksPeopleAgain does not mark a sign-in as lost: it is asked for again.
func TestResetAsksPeopleAgain(t *testing.T) {
	w := worldOfPeople(t)
	ask, _ := w.typist()
	if err := w.engine.SignIn(w.ctx(), w.tenant, "", ask); err != nil {
		t.Fatal(err)
	}
	if err := w.engine.Vault.Reset(w.ctx()); err != nil {
		t.Fatal(err)
	}
	w.newProcess()
	w.signInAgain()
	if err := w.engine.SignIn(w.ctx(), w.tenant, "", ask); err != nil {
		t.Fatal(err)
	}
	w.sync(entra.Succeeded)
}

// TestSignInResumes ends the pause of a tenant that waited for a person: its
// loop syncs at once. Meanwhile no try adds a row to its history.
func TestSignInResumes(t *testing.T) {
	w := worldOfPeople(t)
	paused, stop := w.loop()
	defer stop()
	paused(entra.CodeSignInAgain)
	w.engine.SyncNow(w.tenant.Key)
	paused(entra.CodeSignInAgain)
	rows, err := w.store.HistoryCount(w.ctx(), w.tenant.Key, "")
	if err != nil || rows != len(w.tenant.Classes) {
		t.Errorf("%d rows for %d classes (%v)", rows, len(w.tenant.Classes), err)
	}
	ask, _ := w.typist()
	if err := w.engine.SignIn(w.ctx(), w.tenant, "", ask); err != nil {
		t.Fatal(err)
	}
	paused("")
	w.equal(w.truth())
}

// loop runs the loop; ended waits until a run has ended and the tenant pauses
// for that reason, or "" is synced.
func (w *world) loop() (ended func(entra.Code), stop func()) {
	ctx, cancel := context.WithCancel(w.ctx())
	events, unsubscribe := w.engine.Subscribe()
	done := make(chan struct{})
	go func() { defer close(done); _ = w.engine.Loop(ctx) }()
	return func(want entra.Code) {
		w.Helper()
		patience := time.After(2 * time.Minute)
		for over := false; ; {
			select {
			case e := <-events:
				over = over || e.Kind == RunEnded
			case <-patience:
				w.Fatalf("no run ended so (%v): %+v", over, w.engine.Activity(w.tenant.Key))
			}
			t, err := w.store.TenantByKey(w.ctx(), w.tenant.Key)
			if err != nil {
				w.Fatal(err)
			}
			trouble := w.engine.Activity(w.tenant.Key).Trouble
			if over && (want != "" && trouble != nil && trouble.Code == want || want == "" && t.LastSyncStatus == entra.Succeeded) {
				return
			}
		}
	}, func() { cancel(); <-done; unsubscribe() }
}
