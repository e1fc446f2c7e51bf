package watch

import (
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

const clientID = "11111111-2222-3333-4444-555555555555"

// world is a tenant that is synced, a receiver of notices, and a clock.
type world struct {
	testing.TB
	sim    *graphsim.Tenant
	store  *store.Store
	engine *syncer.Engine
	tenant entra.Tenant
	hook   *httptest.Server
	now    time.Time

	mu     sync.Mutex
	ids    []string // of the notices that came
	answer int
	header http.Header // of the answer
}

func newWorld(t testing.TB) *world { return newWorldOf(t, entra.DefaultClasses()...) }

// newWorldOf syncs these classes.
func newWorldOf(t testing.TB, classes ...string) *world {
	t.Helper()
	w := &world{TB: t, now: time.Now(), answer: http.StatusOK}
	server, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{Seed: 2, Users: 20, Groups: 3, Devices: 3,
		Apps: []graphsim.App{{ClientID: clientID, Secret: "marker~secret~value", Roles: []string{"User.Read.All", "GroupMember.Read.All", "Device.Read.All", "Organization.Read.All", "RoleManagement.Read.Directory"}}}}}})
	w.must(err)
	t.Cleanup(func() { server.Close() })
	w.sim = server.Tenant("contoso.onmicrosoft.com")
	w.store, err = store.Open(t.Context(), t.TempDir(), store.Options{})
	w.must(err)
	t.Cleanup(func() { w.store.Close() })
	w.engine = syncer.New(syncer.Options{Store: w.store, Vault: signin.MemoryVaultAccess(), Backoff: time.Millisecond})
	w.must(w.store.AddCloud(t.Context(), entra.Cloud{Name: "sim", Authority: server.Authority(), Graph: server.Graph(), CA: server.CA()}))
	w.must(w.store.AddProfile(t.Context(), "reader", ""))
	w.must(signin.AddCredential(t.Context(), w.store, w.engine.Vault, "reader", signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte("marker~secret~value"))}))
	w.tenant, err = w.engine.AddTenant(t.Context(), entra.Tenant{Name: w.sim.Domain(), Cloud: "sim", Profile: "reader", Enabled: true, Classes: classes})
	w.must(err)
	w.sync()
	w.hook = httptest.NewTLSServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.ids = append(w.ids, r.Header.Get("Webhook-Id"))
		maps.Copy(out.Header(), w.header)
		out.WriteHeader(w.answer)
	}))
	t.Cleanup(w.hook.Close)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) sync() {
	w.Helper()
	if r, err := w.engine.Sync(w.Context(), w.tenant.Key, syncer.SyncOptions{}); r.Status != entra.Succeeded {
		w.Fatal(r.Status, err)
	}
}

// keeper is one of a new process.
func (w *world) keeper() *Keeper {
	return &Keeper{Store: w.store, Vault: w.engine.Vault, Now: func() time.Time { return w.now }}
}

func (w *world) add(watch Watch) Watch {
	w.Helper()
	watch.Webhook = w.hook.URL
	watch.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.hook.Certificate().Raw})
	w.must(watch.Seal(w.Context(), w.engine.Vault, vault.NewSecret([]byte("a secret that signs notices"))))
	watch, err := Put(w.Context(), w.store, watch)
	w.must(err)
	return watch
}

// came are the ids of what came, and forgets them.
func (w *world) came() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := w.ids
	w.ids = nil
	return ids
}

func (w *world) change(n int) {
	w.Helper()
	i := 0
	for o := range w.sim.Objects("users") {
		if i++; i > n {
			break
		}
		defer func() { w.must(w.sim.Update(o.ID, map[string]any{"city": w.now.String()})) }() // the tenant is held while it is read
	}
}

// TestKilledBetweenFoundAndTold keeps notices, and ends as a kill would: the next process
// tells each once.
func TestKilledBetweenFoundAndTold(t *testing.T) {
	w := newWorld(t)
	watch := w.add(Watch{Name: "cities", Filter: Filter{Property: "CITY"}})
	w.change(3)
	w.sync()
	var s state
	w.must(read(t.Context(), w.store, stateOf(watch), &s))
	w.must(w.keeper().find(t.Context(), watch, &s))
	if got := w.came(); len(got) != 0 {
		t.Errorf("told already: %v", got)
	}
	for range 3 {
		w.must(w.keeper().Once(t.Context()))
	}
	got := w.came()
	if slices.Sort(got); len(got) != 3 || len(slices.Compact(slices.Clone(got))) != 3 {
		t.Errorf("told: %v", got)
	}
}

// TestTriesGrowRarer tries a notice later and later, under one id, holds others back
// meanwhile, and gives up in the end.
func TestTriesGrowRarer(t *testing.T) {
	w := newWorld(t)
	watch := w.add(Watch{Name: "cities", Filter: Filter{Property: "city"}})
	w.answer = http.StatusInternalServerError
	w.change(1)
	w.sync()
	began, tries, ids := w.now, 0, map[string]bool{}
	for w.now.Sub(began) < time.Hour {
		w.must(w.keeper().Once(t.Context()))
		for _, id := range w.came() {
			tries++
			ids[id] = true
		}
		w.now = w.now.Add(5 * time.Second)
	}
	if tries < 6 || tries > 10 || len(ids) != 1 {
		t.Errorf("%d tries within an hour, ids %v", tries, ids)
	}
	w.answer = http.StatusNoContent
	w.now = w.now.Add(mostWait)
	w.must(w.keeper().Once(t.Context()))
	if got := w.came(); len(got) != 1 || !ids[got[0]] {
		t.Errorf("%v", got)
	}
	told, err := Told(t.Context(), w.store, watch)
	w.must(err)
	if len(told) != 1 || told[0].Status() != "told" || told[0].Tries != tries+1 || told[0].Error != "" {
		t.Errorf("%+v", told)
	}
	w.answer = http.StatusInternalServerError
	w.change(1)
	w.sync()
	for range mostTries + 5 {
		w.now = w.now.Add(mostWait)
		w.must(w.keeper().Once(t.Context()))
	}
	if told, err = Told(t.Context(), w.store, watch); err != nil || told[0].Status() != "given up" || len(w.came()) != mostTries {
		t.Errorf("%v %+v", err, told)
	}
}

// TestSilenceIsToldOnce tells of a tenant that has not synced for a day, and again only
// after it did.
func TestSilenceIsToldOnce(t *testing.T) {
	w := newWorld(t)
	w.add(Watch{Name: "silence", Ready: SyncFailing})
	look := func(want int) {
		t.Helper()
		for range 2 {
			w.must(w.keeper().Once(t.Context()))
		}
		if got := w.came(); len(got) != want {
			t.Errorf("told %v, want %d", got, want)
		}
	}
	look(0)
	w.now = w.now.Add(25 * time.Hour)
	look(1)
	w.now = time.Now()
	w.sync()
	look(0)
	w.now = w.now.Add(25 * time.Hour)
	look(1)
}

// TestReadyOnes judges changes as each ready watch does.
func TestReadyOnes(t *testing.T) {
	const admin = "62e90394-69f5-4237-9190-012177145e10"
	for name, tests := range map[string]map[bool][]entra.Change{
		"privileged-role": {
			true: {{Class: "roleAssignments", Kind: entra.Added, After: []byte(`{"roleDefinitionId":"` + admin + `"}`)},
				{Class: "roleEligibilitySchedules", Kind: entra.Added, After: []byte(`{"roleDefinitionId":"` + admin + `"}`)},
				{Class: "directoryRoles", Kind: entra.LinkAdded, Relation: entra.Members}},
			false: {{Class: "roleAssignments", Kind: entra.Added, After: []byte(`{"roleDefinitionId":"11111111-0000-0000-0000-000000000000"}`)},
				{Class: "roleAssignments", Kind: entra.ChangeDeleted, Before: []byte(`{"roleDefinitionId":"` + admin + `"}`)}, {Class: "users", Kind: entra.Added}}},
		"app-credential": {
			true: {{Class: "applications", Kind: entra.Updated, Before: []byte(`{"passwordCredentials":null}`), After: []byte(`{"passwordCredentials":[{"keyId":"a"}]}`)},
				{Class: "servicePrincipals", Kind: entra.Updated, Before: []byte(`{"keyCredentials":[{"keyId":"a"}]}`), After: []byte(`{"keyCredentials":[{"keyId":"b"},{"keyId":"a"}]}`)}},
			false: {{Class: "applications", Kind: entra.Updated, Before: []byte(`{"passwordCredentials":[{"keyId":"a"}]}`), After: []byte(`{"passwordCredentials":null}`)},
				{Class: "applications", Kind: entra.Updated, Before: []byte(`{"displayName":"a"}`), After: []byte(`{"displayName":"b"}`)}}},
		"guest-invited": {true: {{Class: "users", Kind: entra.Added, After: []byte(`{"userType":"Guest"}`)}}, false: {{Class: "users", Kind: entra.Added, After: []byte(`{"userType":"Member"}`)},
			{Class: "users", Kind: entra.Updated, After: []byte(`{"userType":"Guest"}`)}}},
		"conditional-access": {true: {{Class: "conditionalAccessPolicies", Kind: entra.Updated}, {Class: "conditionalAccessPolicies", Kind: entra.ChangeDeleted}}, false: {{Class: "namedLocations", Kind: entra.Updated}}},
	} {
		r, known := readyNamed(name)
		for want, changes := range tests {
			for _, c := range changes {
				if got := r.about(c); got != want || !known {
					t.Errorf("%s: %v for %s %s %s", name, got, c.Class, c.Kind, c.After)
				}
			}
		}
	}
}

// TestManyAddWatchesAtOnce from connections of their own, as processes do: none is lost, and of two with one name one is refused.
func TestManyAddWatchesAtOnce(t *testing.T) {
	w := newWorld(t)
	const each = 8
	var all sync.WaitGroup
	var refused atomic.Int32
	for i := range 4 {
		st, err := store.Open(t.Context(), w.store.Dir(), store.Options{})
		w.must(err)
		defer st.Close()
		all.Go(func() {
			for j := range each {
				if _, err := Put(t.Context(), st, Watch{Name: fmt.Sprintf("%d of %d", j, i), Ready: "guest-invited", Desktop: true}); err != nil {
					t.Error(err)
				}
			}
			if _, err := Put(t.Context(), st, Watch{Name: "of all", Ready: "guest-invited", Desktop: true}); entra.CodeOf(err) == entra.CodeExists {
				refused.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got, err := All(t.Context(), w.store); err != nil || len(got) != 4*each+1 || refused.Load() != 3 {
		t.Errorf("%d watches, %d refused, %v", len(got), refused.Load(), err)
	}
}

// TestReceiverAsksToWait by Retry-After, as seconds or as a date: it is left alone as long, a day at most, and never
// asked sooner than it would be anyway. The id stays. A redirect is no answer, and nobody follows it.
func TestReceiverAsksToWait(t *testing.T) {
	for value, want := range map[string]time.Duration{"": firstWait, "3": firstWait, "90": 90 * time.Second, "999999999": mostAsked, "-5": firstWait, "soon": firstWait, "date": 5 * time.Minute} {
		w := newWorld(t)
		w.now = w.now.Truncate(time.Second)
		if w.header = (http.Header{"Retry-After": {value}}); value == "date" {
			w.header.Set("Retry-After", w.now.Add(want).UTC().Format(http.TimeFormat))
		}
		w.add(Watch{Name: "cities", Filter: Filter{Property: "city"}})
		w.answer = http.StatusServiceUnavailable
		w.change(1)
		w.sync()
		w.must(w.keeper().Once(t.Context()))
		first := w.came()
		w.now = w.now.Add(want - time.Second)
		w.must(w.keeper().Once(t.Context()))
		if got := w.came(); len(got) != 0 {
			t.Errorf("Retry-After %q: asked too soon", value)
		}
		w.now = w.now.Add(time.Second)
		w.must(w.keeper().Once(t.Context()))
		if got := w.came(); len(first) != 1 || !slices.Equal(got, first) {
			t.Errorf("Retry-After %q: %v, then %v", value, first, got)
		}
	}
	w := newWorld(t)
	w.header, w.answer = http.Header{"Location": {"http://127.0.0.1:1/"}}, http.StatusTemporaryRedirect
	watch := w.add(Watch{Name: "cities", Filter: Filter{Property: "city"}})
	if err := w.keeper().Test(t.Context(), watch); err == nil || !strings.Contains(err.Error(), "it answered 307") {
		t.Errorf("%v", err)
	}
}
