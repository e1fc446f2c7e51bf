package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// world is a simulated tenant and its copy.
type world struct {
	testing.TB
	server *graphsim.Server
	sim    *graphsim.Tenant
	store  *store.Store
	engine *syncer.Engine
	tenant entra.Tenant
	dir    string
}

const clientID = "11111111-2222-3333-4444-555555555555"

// newWorld is a tenant of which all classes are synced.
func newWorld(t testing.TB) *world {
	t.Helper()
	var roles []string
	var classes []string
	for _, c := range entra.Classes() {
		roles, classes = append(roles, c.Permission), append(classes, c.Name)
		for _, r := range c.Relations {
			roles = append(roles, r.Permission)
		}
	}
	roles = append(slices.DeleteFunc(roles, func(r string) bool { return r == "" }), "Directory.Read.All", "Member.Read.Hidden", "Organization.Read.All")
	server, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{Seed: 5, Users: 120, Groups: 20, Devices: 30, Premium: true,
		Apps: []graphsim.App{{ClientID: clientID, Secret: "marker~secret~value", Roles: roles}}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	w := &world{TB: t, server: server, sim: server.Tenant("contoso.onmicrosoft.com"), dir: t.TempDir()}
	if w.store, err = store.Open(t.Context(), w.dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.store.Close() })
	w.engine = syncer.New(syncer.Options{Store: w.store, Vault: signin.MemoryVaultAccess(), Backoff: time.Millisecond})
	w.must(w.store.AddCloud(t.Context(), entra.Cloud{Name: "sim", Authority: server.Authority(), Graph: server.Graph(), CA: server.CA()}))
	w.must(w.store.AddProfile(t.Context(), "reader", ""))
	w.must(signin.AddCredential(t.Context(), w.store, w.engine.Vault, "reader", signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("marker~secret~value"))}))
	w.tenant, err = w.engine.AddTenant(t.Context(), entra.Tenant{Name: w.sim.Domain(), Cloud: "sim", Profile: "reader", Enabled: true, Classes: classes,
		Filters: map[string]string{"users": `userType == "Guest"`}})
	w.must(err)
	w.sync(syncer.SyncOptions{})
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) sync(o syncer.SyncOptions) {
	w.Helper()
	if r, err := w.engine.Sync(w.Context(), w.tenant.Key, o); r.Status != entra.Succeeded {
		w.Fatalf("%s: %v %v", r.Status, err, r.Warnings)
	}
}

func (w *world) verify() Result {
	w.Helper()
	r, err := Run(w.Context(), w.engine, w.tenant, Options{})
	w.must(err)
	if rooms, _ := filepath.Glob(filepath.Join(w.dir, roomStart+"*")); len(rooms) > 0 {
		w.Errorf("left behind: %v", rooms)
	}
	return r
}

// rows are the differences as texts, sorted.
func (w *world) rows(r Result) (out []string) {
	w.Helper()
	for row, err := range r.Rows(w.Context(), w.store, w.tenant.Key) {
		w.must(err)
		out = append(out, strings.Trim(fmt.Sprintf("%s %s %s %s %s %s", row.Kind, row.Class, row.ID, row.Relation, row.Target, strings.Join(row.Properties, ",")), " "))
	}
	slices.Sort(out)
	return out
}

// TestEqualCopy reads a tenant of all classes, some of its users left out by a filter.
func TestEqualCopy(t *testing.T) {
	w := newWorld(t)
	r := w.verify()
	if !r.Equal || len(w.rows(r)) > 0 || len(r.Unread()) > 0 {
		t.Errorf("equal %v, %v, unread %v", r.Equal, w.rows(r), r.Unread())
	}
	if len(r.Classes) != len(entra.Classes()) {
		t.Errorf("%d classes", len(r.Classes))
	}
	for _, c := range r.Classes {
		state, err := w.store.ClassState(t.Context(), w.tenant.Key, c.Class)
		w.must(err)
		if c.Held != c.Read || int64(c.Held) != state.Total {
			t.Errorf("%s: held %d, read %d, total %d", c.Class, c.Held, c.Read, state.Total)
		}
		for relation, l := range c.Links {
			if l.Held != l.Read || l.Held == 0 && (relation == entra.Members || relation == "owners") {
				t.Errorf("%s of %s: held %d, read %d", relation, c.Class, l.Held, l.Read)
			}
		}
	}
	last, found, err := Last(t.Context(), w.store, w.tenant.Key)
	if err != nil || !found || !last.Equal || !last.Ended.Equal(r.Ended) {
		t.Errorf("kept: %+v %v %v", last, found, err)
	}
}

// TestChangedMeanwhile changes the tenant while it is read again: that is told apart.
func TestChangedMeanwhile(t *testing.T) {
	w := newWorld(t)
	var users, groups []string
	for o := range w.sim.Objects("users") {
		if string(o.Properties["userType"]) != `"Guest"` {
			users = append(users, o.ID)
		}
	}
	for o := range w.sim.Objects("groups") {
		groups = append(groups, o.ID)
	}
	w.must(w.sim.Update(users[0], map[string]any{"city": "Before"})) // before the reading: a difference
	var once sync.Once
	w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: `^GET /v1\.0/groups/delta\?\$select`, Times: -1, Ask: func(r *http.Request) *http.Request {
		once.Do(func() {
			born, err := w.sim.Create("users", map[string]any{"displayName": "Born", "userType": "Member"})
			w.must(errors.Join(err, w.sim.Update(users[1], map[string]any{"city": "Meanwhile"}), w.sim.Delete(users[2]), w.sim.AddMember(groups[0], born)))
		})
		return r
	}})
	r := w.verify()
	if got, want := w.rows(r), "different users "+users[0]+"   city"; !slices.Contains(got, want) || r.Differences() != 1 {
		t.Errorf("%d differences: %q, want %q", r.Differences(), got, want)
	}
	meanwhile := r.Classes[0].Meanwhile
	for _, id := range users[1:3] {
		if !slices.Contains(meanwhile, id) {
			t.Errorf("%s changed meanwhile, which is not told of: %v", id, meanwhile)
		}
	}
	if r.Equal {
		t.Error("equal")
	}
}

// TestCancelled stops in the middle: nothing is kept, nothing is left behind.
func TestCancelled(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Run(ctx, w.engine, w.tenant, Options{Progress: func(a syncer.Activity) {
		if a.Phase == syncer.Syncing {
			cancel()
		}
	}})
	if entra.CodeOf(err) != entra.CodeCancelled {
		t.Errorf("%v", err)
	}
	if _, found, err := Last(t.Context(), w.store, w.tenant.Key); found || err != nil {
		t.Errorf("kept: %v %v", found, err)
	}
	if rooms, _ := filepath.Glob(filepath.Join(w.dir, roomStart+"*")); len(rooms) > 0 {
		t.Errorf("left behind: %v", rooms)
	}
}

// TestNotReadable tells of a class that the app may no longer read, and compares the rest.
func TestNotReadable(t *testing.T) {
	w := newWorld(t)
	w.server.Fault(graphsim.Fault{Kind: graphsim.Forbidden, Match: `^GET /v1\.0/devices`, Times: -1})
	r := w.verify()
	unread := r.Unread()
	if r.Equal || r.Differences() != 0 || !slices.Contains(unread, Stream{Class: "devices"}) || slices.Contains(unread, Stream{Class: "users"}) {
		t.Errorf("equal %v, unread %v, %v", r.Equal, unread, w.rows(r))
	}
}

// TestBesideASync verifies while a full scan of the same tenant goes on.
func TestBesideASync(t *testing.T) {
	w := newWorld(t)
	done := make(chan error, 1)
	go func() {
		_, err := w.engine.Sync(t.Context(), w.tenant.Key, syncer.SyncOptions{Full: true})
		done <- err
	}()
	r := w.verify()
	w.must(<-done)
	if !r.Equal {
		t.Errorf("%v", w.rows(r))
	}
}

// TestDisabledTenant is not asked for.
func TestDisabledTenant(t *testing.T) {
	w := newWorld(t)
	off := false
	w.must(w.engine.SetTenant(t.Context(), w.tenant.Key, store.TenantChange{Enabled: &off}))
	tenant, err := w.store.TenantByKey(t.Context(), w.tenant.Key)
	w.must(err)
	w.server.ResetRequests()
	if _, err := Run(t.Context(), w.engine, tenant, Options{}); entra.CodeOf(err) != entra.CodeDisabled || len(w.server.Requests()) > 0 {
		t.Errorf("%v, %d requests", err, len(w.server.Requests()))
	}
}

// TestKilledVerification removes what one that was killed left, and not what another is at.
func TestKilledVerification(t *testing.T) {
	dir := t.TempDir()
	left, atWork := filepath.Join(dir, roomStart+"1"), filepath.Join(dir, roomStart+"2")
	for _, room := range []string{left, atWork} {
		st, err := store.Open(t.Context(), room, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if room == left {
			st.Close()
		} else {
			defer st.Close()
		}
	}
	ClearRooms(dir)
	if _, err := os.Stat(left); err == nil {
		t.Error("what a killed verification left is still there")
	}
	if _, err := os.Stat(filepath.Join(atWork, store.FileName)); err != nil {
		t.Error(err)
	}
}
