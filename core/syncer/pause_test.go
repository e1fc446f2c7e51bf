package syncer

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// lock makes a world's vault one that a passphrase opens, which nobody has
// given to the engine.
func (w *world) lock() {
	w.Helper()
	sealInVault(w)
	w.withVault(signin.NewVaultAccess(w.store, nil, nil))
}

// TestUnlockResumes pauses a tenant whose secret is locked away, keeps what was
// synced readable, and goes on by itself once somebody unlocks the vault.
func TestUnlockResumes(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	truth := w.truth()
	w.lock()
	w.newProcess()
	paused, stop := w.loop()
	defer stop()
	paused(entra.CodeVaultLocked)
	w.equal(truth)
	if s, err := w.engine.Vault.Status(w.ctx()); err != nil || !s.Locked || s.Err == nil || s.Err.Code != entra.CodeVaultLocked || s.Err.Why != "no passphrase is given" || s.Err.Remedy == "" {
		t.Errorf("%+v %v", s, err)
	}
	err := w.engine.Unlock(w.ctx(), vault.NewSecret([]byte("another")))
	if e := entra.AsError(err); e.Code != entra.CodeVaultLocked || !strings.Contains(e.Why.String(), "passphrase is wrong") || !strings.Contains(e.Remedy.String(), "type it again") {
		t.Errorf("with a wrong passphrase: %+v", e)
	}
	if a := w.engine.Activity(w.tenant.Key); a.Phase != Paused || a.Next.IsZero() {
		t.Errorf("after a wrong passphrase: %+v", a)
	}
	pass, err := childPassphrase(w.ctx())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.engine.Unlock(w.ctx(), pass); err != nil {
		t.Fatal(err)
	}
	paused("")
	if s, err := w.engine.Vault.Status(w.ctx()); err != nil || s.Locked || s.Err != nil {
		t.Errorf("%+v %v", s, err)
	}
}

// TestResetResumes lets a tenant that waited for the vault go on with the
// credential that is left.
func TestResetResumes(t *testing.T) {
	w := newWorld(t, small)
	w.lock()
	w.newProcess()
	paused, stop := w.loop()
	defer stop()
	paused(entra.CodeVaultLocked)
	w.standInForCLI(t)
	w.add(signin.Material{Kind: entra.AzureCLI})
	if err := w.engine.ResetVault(w.ctx()); err != nil {
		t.Fatal(err)
	}
	paused("")
}

// TestUnlockWhileItRuns does not pause a tenant whose run met the locked vault
// before somebody unlocked it.
func TestUnlockWhileItRuns(t *testing.T) {
	w := newWorld(t, small)
	var watch watchers
	began := w.tenant.NextRun
	watch.resume(w.tenant.Key, entra.CodeVaultLocked)
	if watch.pause(w.tenant.Key, &entra.Error{Code: entra.CodeVaultLocked}, began, began) {
		t.Error("paused, though somebody came after the run began")
	}
}

// TestLockedVaultStopsOnlySecrets syncs with the next credential that needs no
// vault, and with the first again once the vault is open.
func TestLockedVaultStopsOnlySecrets(t *testing.T) {
	w := newWorld(t, small)
	w.lock()
	w.standInForCLI(t)
	w.add(signin.Material{Kind: entra.AzureCLI})
	w.newProcess()
	r := w.sync(entra.Succeeded)
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].String(), "credential 1") {
		t.Errorf("warnings %q", r.Warnings)
	}
	if in := w.signedIn(r); in.Index != 2 || in.Kind != entra.AzureCLI || len(in.Refused) != 1 || !strings.Contains(in.Refused[0].String(), "credential 1 (client-secret): the vault can't be opened") {
		t.Errorf("locked: %+v", in)
	}
	pass, _ := childPassphrase(w.ctx())
	if err := w.engine.Unlock(w.ctx(), pass); err != nil {
		t.Fatal(err)
	}
	if in := w.signedIn(w.sync(entra.Succeeded)); in.Index != 1 || in.Kind != entra.ClientSecret || len(in.Refused) != 0 {
		t.Errorf("unlocked: %+v", in)
	}
}

// TestTellsWhatCanBeMended tells, of several failures, the one that somebody can
// mend at once, with the others as its detail.
func TestTellsWhatCanBeMended(t *testing.T) {
	w := worldOfKinds(t, graphsim.App{Public: true})
	w.add(signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("wrong"))})
	w.add(signin.Material{Kind: entra.DeviceCode, ClientID: kindsApp})
	r := w.sync(entra.Failed)
	e := entra.AsError(r.Err)
	if e.Code != entra.CodeSignInAgain || !strings.Contains(e.Detail, "credential 1 (client-secret): ") || strings.Contains(e.Detail, "credential 2") {
		t.Errorf("%+v", e)
	}
	if in := w.signedIn(r); in.Index != 0 || len(in.Refused) != 0 {
		t.Errorf("%+v", in)
	}
}

// signedIn tells which credential a run worked with, as the history does.
func (w *world) signedIn(r Result) entra.SignedIn {
	w.Helper()
	in, err := w.store.SignedIn(w.ctx(), r.Classes[0].Run)
	if err != nil {
		w.Fatal(err)
	}
	return in
}

// standInForCLI puts an Azure CLI on the PATH that is signed in.
func (w *world) standInForCLI(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for az is a shell script")
	}
	bin := t.TempDir()
	script := fmt.Sprintf(`printf '{"accessToken":"%%s","expires_on":%d}' '%s'`, time.Now().Add(time.Hour).Unix(), w.token())
	if err := os.WriteFile(filepath.Join(bin, "az"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":/usr/bin:/bin")
}

// TestSyncNowAtTheEnd joins a run that goes on, and brings another one where the
// run is over though the loop has not planned the next yet.
func TestSyncNowAtTheEnd(t *testing.T) {
	w := newWorld(t, small)
	for _, over := range []bool{false, true} {
		l, key := w.engine.newLoop(), w.tenant.Key
		l.running[key], l.ends[key] = true, l.watch.ends(key)
		l.watch.begin(key, 0)
		if over {
			l.watch.end(key, nil)
		}
		l.woken(w.ctx(), key)
		l.plan(w.ctx(), ending{tenant: key, began: time.Now()})
		if l.next[key].IsZero() != over {
			t.Errorf("over %v: the next run is due at %v", over, l.next[key])
		}
	}
}

// TestSyncNowReadsWhatIsLeft brings another run where the one that was joined
// leaves out classes whose own interval is not over.
func TestSyncNowReadsWhatIsLeft(t *testing.T) {
	w := newWorld(t, small)
	for _, asked := range []bool{false, true} {
		for _, left := range []bool{false, true} {
			l, key := w.engine.newLoop(), w.tenant.Key
			if err := l.reload(w.ctx()); err != nil {
				t.Fatal(err)
			}
			l.running[key], l.ends[key] = true, l.watch.ends(key)
			if asked {
				l.woken(w.ctx(), key)
			}
			l.plan(w.ctx(), ending{tenant: key, began: time.Now(), left: left})
			if l.next[key].IsZero() != (asked && left) {
				t.Errorf("asked %v, classes left out %v: the next run is due at %v", asked, left, l.next[key])
			}
			l.plan(w.ctx(), ending{tenant: key, began: time.Now(), left: left})
			if l.next[key].IsZero() {
				t.Error("once asked, it syncs for ever")
			}
		}
	}
}

// TestAnotherProcessMayHelp tries a paused tenant again at its interval, where
// another process changed something: somebody may have signed in there.
func TestAnotherProcessMayHelp(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	l, key := w.engine.newLoop(), w.tenant.Key
	hour := time.Now().Add(time.Hour)
	l.look(w.ctx())
	l.next[key] = hour
	w.engine.watch.pause(key, &entra.Error{Code: entra.CodeSignInAgain}, time.Now(), hour)
	l.look(w.ctx())
	if !l.next[key].Equal(hour) {
		t.Errorf("nothing changed, and it is due at %v", l.next[key])
	}
	other, err := store.Open(w.ctx(), w.store.Dir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.AddProfile(w.ctx(), "another", ""); err != nil {
		t.Fatal(err)
	}
	l.look(w.ctx())
	if next := l.next[key]; next.After(time.Now().Add(2 * entra.DefaultInterval)) {
		t.Errorf("it is due at %v", next)
	}
}

// TestWaitOutsideOfARun leaves the activity of a tenant alone that Test
// Connection waits for.
func TestWaitOutsideOfARun(t *testing.T) {
	var watch watchers
	for _, until := range []time.Time{time.Now().Add(time.Hour), {}} {
		watch.wait(1, until, "Graph asked to slow down")
		if a := watch.of(1); a.Phase != Idle || a.Why != "" {
			t.Errorf("%+v", a)
		}
	}
}

// TestTestConnectionResumes syncs a tenant that waited for a person who signed
// in to test the connection.
func TestTestConnectionResumes(t *testing.T) {
	w := worldOfPeople(t)
	paused, stop := w.loop()
	defer stop()
	paused(entra.CodeSignInAgain)
	ask, _ := w.typist()
	if d := w.engine.Diagnose(signin.Attended(w.ctx(), ask), w.tenant); !d.OK {
		t.Fatalf("%+v", d.Error)
	}
	paused("")
}

// A tenant that waits for the vault has not failed: no row is written, and it stands as
// it did.
func TestLockedVaultLeavesNoRows(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	count := func() int {
		n, err := w.store.HistoryCount(w.ctx(), w.tenant.Key, "")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := count()
	w.lock()
	w.newProcess()
	for range 2 {
		if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeVaultLocked || len(r.Classes) > 0 {
			t.Errorf("%+v, %v", r, err)
		}
	}
	stands, err := w.store.TenantByKey(w.ctx(), w.tenant.Key)
	if err != nil || stands.LastSyncStatus != entra.Succeeded || count() != before {
		t.Errorf("it stands as %q with %d rows, before %d; %v", stands.LastSyncStatus, count(), before, err)
	}
	if a := w.engine.Activity(w.tenant.Key); a.Phase != Paused || a.Trouble == nil {
		t.Errorf("it does not wait: %+v", a)
	}
}

// A wrong passphrase is told to who typed it; why the vault is locked stays what it was.
func TestWrongPassphraseIsToldOnce(t *testing.T) {
	w := newWorld(t, small)
	w.lock()
	w.newProcess()
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeVaultLocked {
		t.Fatal(err)
	}
	if err := w.engine.Unlock(w.ctx(), vault.NewSecret([]byte("another"))); err == nil {
		t.Fatal("a wrong passphrase opens it")
	}
	if s, err := w.engine.Vault.Status(w.ctx()); err != nil || s.Err == nil || s.Err.Why != "no passphrase is given" {
		t.Errorf("%+v, %v", s.Err, err)
	}
}
