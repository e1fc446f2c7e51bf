package syncer

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestNothingNew costs one request a class, however large the tenant.
func TestNothingNew(t *testing.T) {
	w := newWorld(t, small)
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
	n := 0
	var soft, gone []string
	for id := range before.live["users"] {
		if n++; n <= 5 {
			soft = append(soft, id)
		} else if n <= 10 {
			gone = append(gone, id)
		}
	}
	for _, id := range append(soft, gone...) {
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

// TestLossGuard holds many deletions until an equal scan confirms them.
func TestLossGuard(t *testing.T) {
	w := newWorld(t, small)
	w.hold(10, 10)
	w.sync(entra.Succeeded)
	before := w.truth()
	n := 0
	for id := range before.live["devices"] {
		if n++; n <= 60 {
			if err := w.sim.Delete(id); err != nil {
				t.Fatal(err)
			}
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
	n := 0 // some of them a full scan tells as removed
	for id := range w.truth().live["users"] {
		if n++; n > 60 {
			break
		}
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
		want := map[string]string{"devices": " Devices were removed in one sync, as Graph says", "groups": " links of Groups were removed in one sync, as Graph says"}[row.Class]
		if !strings.Contains(row.ErrorLine(), want) || (want != "") != (row.Code == entra.CodeManyRemoved) {
			t.Errorf("%s says %q (%s), of %d links", row.Class, row.ErrorLine(), row.Code, len(before.links))
		}
	}
	w.equal(w.truth())
}

// TestFilters leaves out what the expression says, brings it back, and never
// writes changes for either.
func TestFilters(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	all := w.truth()
	set := func(expression string) {
		t.Helper()
		if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Filters: map[string]string{"users": expression, "groups": ""}}); err != nil {
			t.Fatal(err)
		}
		w.sync(entra.Succeeded)
	}
	set(`userType == "Guest" or department == nil`)
	want := w.truth()
	for id, p := range all.live["users"] {
		if p.Text("userType") == "Guest" || p.Text("department") == "" {
			delete(want.live["users"], id)
		}
	}
	if len(want.live["users"]) == len(all.live["users"]) {
		t.Fatal("the filter leaves out nothing; the test proves nothing")
	}
	w.equal(want)
	state, _ := w.store.ClassState(w.ctx(), w.tenant.Key, "users")
	if state.Total+state.Filtered != int64(len(all.live["users"])) {
		t.Errorf("total %d + filtered %d, %d in the tenant", state.Total, state.Filtered, len(all.live["users"]))
	}
	set("")
	w.equal(all)
	if got, _ := w.changes(0); len(got) > 0 {
		t.Errorf("%d changes recorded", len(got))
	}
}

// TestFilteredGroup comes back with all its members when its filter lets it.
func TestFilteredGroup(t *testing.T) {
	w := newWorld(t, small)
	group := ""
	for link := range w.truth().links {
		group = link.source
		break
	}
	if err := w.sim.Update(group, map[string]any{"description": "leave out"}); err != nil {
		t.Fatal(err)
	}
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Filters: map[string]string{"groups": `description == "leave out"`}}); err != nil {
		t.Fatal(err)
	}
	w.sync(entra.Succeeded)
	want := w.truth()
	delete(want.live["groups"], group)
	for link := range want.links {
		if link.source == group {
			delete(want.links, link)
		}
	}
	w.equal(want)
	if err := w.sim.Update(group, map[string]any{"description": "take in"}); err != nil {
		t.Fatal(err)
	}
	w.sync(entra.Succeeded)
	w.equal(w.truth())
}

// TestOneSyncAtATime joins a sync of this process and refuses one of another.
func TestOneSyncAtATime(t *testing.T) {
	w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = 20 * time.Millisecond })
	var wg sync.WaitGroup
	results := make([]Result, 2)
	for i := range results {
		wg.Go(func() { results[i], _ = w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}) })
	}
	wg.Wait()
	if len(results[0].Classes) != 3 || len(results[1].Classes) != 3 || results[0].Classes[0].Run != results[1].Classes[0].Run {
		t.Errorf("two runs: %+v", results)
	}
	unlock, err := w.engine.lock(w.ctx(), w.tenant, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeBusy {
		t.Error(err)
	}
}

// TestDisabled makes no request, and stops a sync that runs.
func TestDisabled(t *testing.T) {
	w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = 30 * time.Millisecond })
	events, cancel := w.engine.Subscribe()
	defer cancel()
	off := false
	ended := make(chan Result, 1)
	go func() {
		r, _ := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
		ended <- r
	}()
	for e := range events {
		if e.Kind == RunStarted {
			break
		}
	}
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Enabled: &off}); err != nil {
		t.Fatal(err)
	}
	if r := <-ended; r.Status != entra.Cancelled {
		t.Errorf("the running sync ended %s", r.Status)
	}
	w.server.ResetRequests()
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeDisabled {
		t.Error(err)
	}
	if n := len(w.server.Requests()); n > 0 {
		t.Errorf("%d requests for a disabled tenant", n)
	}
}

// TestCancelled closes its rows as cancelled and goes on later.
func TestCancelled(t *testing.T) {
	w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = 30 * time.Millisecond })
	ctx, cancel := context.WithCancel(w.ctx())
	events, unsubscribe := w.engine.Subscribe()
	defer unsubscribe()
	go func() {
		for e := range events {
			if e.Kind == RunStarted {
				cancel()
			}
		}
	}()
	r, err := w.engine.Sync(ctx, w.tenant.Key, SyncOptions{})
	if r.Status != entra.Cancelled || entra.CodeOf(err) != entra.CodeCancelled {
		t.Errorf("%s %v", r.Status, err)
	}
	w.sync(entra.Succeeded)
	w.equal(w.truth())
}

func TestTimeout(t *testing.T) {
	w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = time.Second })
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Timeout: 100 * time.Millisecond})
	if r.Status != entra.Failed || entra.CodeOf(err) != entra.CodeTimeout {
		t.Errorf("%s %v", r.Status, err)
	}
}

// TestLoop syncs what is there on start, what is added, and what somebody asks
// for; it ends when told.
func TestLoop(t *testing.T) {
	w := newWorld(t, small)
	ctx, cancel := context.WithCancel(w.ctx())
	events, unsubscribe := w.engine.Subscribe()
	defer unsubscribe()
	done := make(chan error, 1)
	go func() { done <- w.engine.Loop(ctx) }()
	ended := func() {
		t.Helper()
		for e := range events {
			if e.Kind == RunEnded {
				return
			}
		}
	}
	ended()
	w.equal(w.truth())
	if _, err := w.sim.Create("users", map[string]any{"displayName": "New", "userPrincipalName": "new@contoso.onmicrosoft.com", "mailNickname": "new", "accountEnabled": true}); err != nil {
		t.Fatal(err)
	}
	w.engine.SyncNow(w.tenant.Key)
	ended()
	w.equal(w.truth())
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if tenant, _ := w.store.TenantByKey(w.ctx(), w.tenant.Key); !tenant.NextRun.After(time.Now()) {
		t.Errorf("the next run is not stored: %v", tenant.NextRun)
	}
}

// TestRemoveWhileSyncing stops the sync first, in this process or another, and says
// why; no rows come back.
func TestRemoveWhileSyncing(t *testing.T) {
	for name, elsewhere := range map[string]bool{"here": false, "in another process": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = 30 * time.Millisecond })
			remover := w.engine
			if elsewhere {
				remover = New(Options{Store: w.store, Vault: w.engine.Vault})
			}
			events, unsubscribe := w.engine.Subscribe()
			defer unsubscribe()
			ended := make(chan Result, 1)
			go func() {
				r, _ := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
				ended <- r
			}()
			for e := range events {
				if e.Kind == RunStarted {
					break
				}
			}
			if err := remover.RemoveTenant(w.ctx(), w.tenant.Key); err != nil {
				t.Fatal(err)
			}
			if r := <-ended; r.Status != entra.Cancelled || entra.CodeOf(r.Err) != entra.CodeRemoved {
				t.Errorf("the sync ended %s, %v", r.Status, r.Err)
			}
			size, err := w.store.Size(w.ctx(), w.tenant.Key)
			if err != nil || size != (store.TenantSize{}) {
				t.Errorf("%+v %v", size, err)
			}
		})
	}
}

// TestRemovalIsSeenWhileGraphIsWaitedFor: no page has to come for it.
func TestRemovalIsSeenWhileGraphIsWaitedFor(t *testing.T) {
	w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = time.Hour })
	remover := New(Options{Store: w.store, Vault: w.engine.Vault})
	w.onRequest(`/delta$`, func() {
		if err := w.store.BeginRemoval(w.ctx(), w.tenant.Key); err != nil {
			t.Error(err)
		}
	})
	if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeRemoved {
		t.Errorf("the sync ended %s, %v", r.Status, err)
	}
	if ended, err := remover.EndRemovals(w.ctx()); err != nil || len(ended) != 1 || ended[0].Name != w.tenant.Name {
		t.Errorf("ended %v, %v", ended, err)
	}
	if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeRemoved {
		t.Errorf("afterwards it ended %s, %v", r.Status, err)
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
