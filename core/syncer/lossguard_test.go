package syncer

import (
	"errors"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestLossGuard holds many deletions until an equal scan confirms them.
func TestLossGuard(t *testing.T) {
	w := newWorld(t, small)
	w.hold(10, 10)
	w.sync(entra.Succeeded)
	before := w.truth()
	for _, id := range before.first("devices", 60) {
		if err := w.sim.Delete(id); err != nil {
			t.Fatal(err)
		}
	}
	full := func(want entra.Status) Result {
		t.Helper()
		r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true})
		if r.Status != want {
			t.Fatalf("%s %v", r.Status, err)
		}
		return r
	}
	w.server.Fault(graphsim.Fault{Kind: graphsim.GoneSyncState, Match: `devices/delta.*deltatoken`, Times: -1})
	r := w.sync(entra.Warning)
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].String(), " deletions held, ") {
		t.Errorf("%q", r.Warnings)
	}
	// Some were told as removed; those that were just not there any more stay.
	state, err := w.store.ClassState(w.ctx(), w.tenant.Key, "devices")
	if live := int64(len(w.truth().live["devices"])); err != nil || state.Total < live+16 {
		t.Errorf("%d devices held, %d in the tenant (%v)", state.Total, live, err)
	}
	full(entra.Succeeded)
	w.equal(w.truth())
}

// hold sets the limits of the loss guard.
func (w *world) hold(over, share int) {
	w.Helper()
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{HoldOver: &over, HoldShare: &share}); err != nil {
		w.Fatal(err)
	}
}

// TestConfirmDeletions: every sync warns until an admin confirms what is held, which
// needs no request.
func TestConfirmDeletions(t *testing.T) {
	w := newWorld(t, small)
	w.hold(3, 0)
	w.sync(entra.Succeeded)
	for _, id := range w.truth().first("users", 60) { // some of them a full scan tells as removed
		if err := errors.Join(w.sim.Delete(id), w.sim.Purge(id)); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true, Classes: []string{"users"}}); r.Status != entra.Warning || !strings.Contains(r.Classes[0].ErrorLine(), " deletions held, ") || r.Classes[0].Code != entra.CodeHeld {
		t.Fatalf("%s %v %+v", r.Status, err, r.Classes)
	}
	held, err := w.store.HeldCounts(w.ctx(), w.tenant.Key)
	if err != nil || held["users"] < 4 {
		t.Fatalf("held: %v, %v", held, err)
	}
	w.sync(entra.Warning)
	w.server.ResetRequests()
	if n, err := w.engine.ConfirmDeletions(w.ctx(), w.tenant.Key, []string{"groups"}); n != 0 || err != nil {
		t.Errorf("%d of groups, %v", n, err)
	}
	if n, err := w.engine.ConfirmDeletions(w.ctx(), w.tenant.Key, nil); n != held["users"] || err != nil || len(w.server.Requests()) > 0 {
		t.Errorf("%d, %v, %d requests", n, err, len(w.server.Requests()))
	}
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	if tenant, err := w.store.TenantByKey(w.ctx(), w.tenant.Key); err != nil || tenant.LastSyncStatus != entra.Succeeded {
		t.Errorf("%s, %v", tenant.LastSyncStatus, err)
	}
}

// TestMuchIsNamed: what Graph names is applied, however much, and said.
func TestMuchIsNamed(t *testing.T) {
	w := newWorld(t, small)
	w.hold(20, 10)
	w.sync(entra.Succeeded)
	before := w.truth()
	for link := range before.links {
		if link.class != "groups" || link.relation != entra.Members {
			continue
		}
		if err := w.sim.RemoveMember(link.source, link.target); err != nil {
			t.Fatal(err)
		}
	}
	for id := range before.live["devices"] {
		if err := w.sim.Delete(id); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range w.sync(entra.Succeeded).Classes {
		want := map[string]string{"devices": " Devices were removed in one sync, as Graph says", "groups": " links of Groups were removed in one sync, as Graph says"}[row.Stream()]
		if !strings.Contains(row.ErrorLine(), want) || (want != "") != (row.Code == entra.CodeManyRemoved) {
			t.Errorf("%s says %q (%s), of %d links", row.Class, row.ErrorLine(), row.Code, len(before.links))
		}
	}
	w.equal(w.truth())
}
