package syncer

import (
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestNothingNew costs one request a class, however large the tenant.
func TestNothingNew(t *testing.T) {
	w := newWorld(t, small)
	w.engine.lately, w.engine.few = entra.PollInterval, 0
	w.sync(entra.Succeeded)
	w.server.ResetRequests()
	r := w.sync(entra.Succeeded)
	graphRequests := 0
	for _, q := range w.server.Requests() {
		if strings.HasPrefix(q.Path, "/v1.0") {
			graphRequests++
		}
	}
	// Graph may put empty pages before the delta link; each is a request.
	if most := 3 * 3; graphRequests < 3 || graphRequests > most {
		t.Errorf("%d requests", graphRequests)
	}
	for _, c := range r.Classes {
		if c.Changed+c.Deleted != 0 || c.FullScan || c.Total == 0 {
			t.Errorf("%+v", c)
		}
	}
}

// TestOnlyReading sends nothing but GET to Graph.
func TestOnlyReading(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	for _, q := range w.server.Requests() {
		if strings.HasPrefix(q.Path, "/v1.0") && q.Method != "GET" {
			t.Errorf("%s %s", q.Method, q.Path)
		}
		if q.Authorized && !strings.HasPrefix(q.Path, "/v1.0") {
			t.Errorf("a bearer went to %s%s", q.Host, q.Path)
		}
	}
}

// TestFullScanFinds deletions that happened while the delta links were dead:
// restorable ones and those that are gone, told apart one by one.
func TestFullScanFinds(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	before := w.truth()
	some := before.first("users", 10)
	soft, gone := some[:5], some[5:]
	for _, id := range some {
		if err := w.sim.Delete(id); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range gone {
		if err := w.sim.Purge(id); err != nil {
			t.Fatal(err)
		}
	}
	after := w.truth()
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true}); err != nil {
		t.Fatal(err)
	}
	w.equal(after)
	got, _ := w.changes(0)
	w.sameChanges(got, net(before, after))
	restorable := 0
	for o, err := range w.store.Objects(w.ctx(), w.tenant.Key, store.ObjectQuery{Class: "users", Deleted: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if o.State == entra.Deleted {
			restorable++
		}
	}
	if restorable < len(soft) || restorable >= len(soft)+len(gone) {
		t.Errorf("%d users are restorable, %d should be", restorable, len(soft))
	}
	// The flag is off again, and so is the next run's full scan.
	if tenant, _ := w.store.TenantByKey(w.ctx(), w.tenant.Key); tenant.FullScan {
		t.Error("the full-scan flag is still on")
	}
}

func TestTestConnection(t *testing.T) {
	w := newWorld(t, small)
	w.sim.SetRoles(clientID, "User.Read.All")
	c := w.engine.Test(w.ctx(), w.tenant)
	if !c.OK || c.Error != nil || c.Credential != 1 || c.DisplayName != w.sim.Domain() || len(c.Permissions) != 3 {
		t.Fatalf("%+v", c)
	}
	for _, p := range c.Permissions {
		if p.Granted != (p.Class == "users") || (!p.Granted && !strings.Contains(p.Reason.String(), p.Permission)) {
			t.Errorf("%+v", p)
		}
	}
	w.sim.SetSecret(clientID, "another", false)
	if c := w.engine.Test(w.ctx(), w.tenant); c.OK || c.Error == nil || c.Error.Code != entra.CodeSignIn || c.Error.Remedy == "" {
		t.Errorf("%+v", c)
	}
}
