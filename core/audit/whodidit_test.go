package audit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// world is a simulated tenant that knows who did what, its copy, and one clock for both that stands still unless the
// test moves it.
type world struct {
	testing.TB
	server *graphsim.Server
	sim    *graphsim.Tenant
	store  *store.Store
	engine *syncer.Engine
	tenant entra.Tenant
	passed atomic.Int64
	ahead  time.Duration // Graph's clock before this computer's
	dir    string
}

var roles = []string{"User.Read.All", "GroupMember.Read.All", "Group.Read.All", "Device.Read.All", "Organization.Read.All", "Member.Read.Hidden",
	"Directory.Read.All", "Application.Read.All", "AdministrativeUnit.Read.All", "OrgContact.Read.All"}

const auditRole = "AuditLog.Read.All"

// setting is what a world is like.
type setting struct {
	free    bool // without the licence
	roles   []string
	late    time.Duration
	ahead   time.Duration
	classes []string
	page    int
	backoff time.Duration
	real    bool                                        // time goes by itself as well
	vault   func(context.Context) (vault.Secret, error) // seals a vault in the file; nil: it is in memory
	sim     func(*graphsim.Config)
}

func newWorld(t testing.TB, s setting) *world {
	t.Helper()
	w := &world{TB: t, ahead: s.ahead, dir: t.TempDir()}
	began := time.Now()
	now := func() time.Time { return began.Add(time.Duration(w.passed.Load())) }
	if s.real {
		now = func() time.Time { return time.Now().Add(time.Duration(w.passed.Load())) }
	}
	if s.roles == nil {
		s.roles = append(slices.Clone(roles), auditRole)
	}
	cfg := graphsim.Config{AuditLag: s.late, ListObjects: s.page, Now: func() time.Time { return now().Add(s.ahead) }, TokenLifetime: 1000 * time.Hour,
		DeltaLifetime: 1000 * time.Hour, Tenants: []graphsim.TenantConfig{{Seed: 7, Users: 40, Groups: 12, Devices: 15, Premium: !s.free,
			Apps: []graphsim.App{{ClientID: "11111111-2222-3333-4444-555555555555", Secret: "secret", Roles: s.roles}}}}}
	if s.sim != nil {
		s.sim(&cfg)
	}
	var err error
	w.server, err = graphsim.Start(cfg)
	w.must(err)
	t.Cleanup(func() { w.server.Close() })
	w.sim = w.server.Tenant("contoso.onmicrosoft.com")
	w.store, err = store.Open(t.Context(), w.dir, store.Options{Now: now})
	w.must(err)
	t.Cleanup(func() { w.store.Close() })
	if s.backoff == 0 {
		s.backoff = time.Millisecond
	}
	access := signin.MemoryVaultAccess()
	if s.vault != nil {
		secret, _ := s.vault(t.Context())
		access = signin.NewVaultAccess(w.store, nil, s.vault)
		w.must(access.AddPassphrase(t.Context(), secret))
	}
	w.engine = syncer.New(syncer.Options{Store: w.store, Vault: access, Backoff: s.backoff})
	w.must(w.store.AddCloud(t.Context(), entra.Cloud{Name: "sim", Authority: w.server.Authority(), Graph: w.server.Graph(), CA: w.server.CA()}))
	w.must(w.engine.AddProfileWith(t.Context(), "reader", "", signin.Material{Kind: entra.ClientSecret, ClientID: "11111111-2222-3333-4444-555555555555", Secret: vault.NewSecret([]byte("secret"))}))
	if s.classes == nil {
		s.classes = []string{"users", "groups", "devices", "applications", "servicePrincipals", "administrativeUnits", entra.Audits.Name}
	}
	w.tenant, err = w.engine.AddTenant(t.Context(), entra.Tenant{Name: w.sim.Domain(), Cloud: "sim", Profile: "reader", Enabled: true, Classes: s.classes})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// pass lets time go by.
func (w *world) pass(d time.Duration) { w.passed.Add(int64(d)) }

// sync syncs, whatever is due, and gives the history row of the log; of none an empty one.
func (w *world) sync() (log entra.ClassRun) {
	w.Helper()
	r, err := w.engine.Sync(w.Context(), w.tenant.Key, syncer.SyncOptions{})
	w.must(err)
	for _, c := range r.Classes {
		if c.Class == entra.Audits.Name {
			log = c
		}
	}
	return log
}

func (w *world) changes(q store.ChangeQuery) (all []entra.Change) {
	w.Helper()
	for c, err := range w.store.Changes(w.Context(), w.tenant.Key, q) {
		w.must(err)
		all = append(all, c)
	}
	return all
}

// makers are who truly made a change, each by what the log names them; "": nobody is named.
func (w *world) makers(c entra.Change, deeds []directory.Deed) map[string]bool {
	out := map[string]bool{}
	for _, d := range deeds {
		at := d.At.Add(-w.ahead)
		if !at.After(c.NotBefore) || at.After(c.Time) || w.sim.RefID(d.Object) != c.ID {
			continue
		}
		if w.made(c, d) {
			out[nameOf(entra.Actor{ID: d.By.ID, AppID: d.By.AppID, Name: d.By.Name})] = true
		}
	}
	return out
}

func (w *world) made(c entra.Change, d directory.Deed) bool {
	link := d.Event == directory.Linked || d.Event == directory.Unlinked
	if link {
		return c.Target != nil && c.Relation == d.Relation.Relation().Name && w.sim.RefID(d.Target.Object()) == c.Target.ID && c.Lost() == (d.Event == directory.Unlinked)
	}
	switch c.Kind {
	case entra.Added:
		return d.Event == directory.Created
	case entra.ChangeDeleted:
		return d.Event == directory.Deleted
	case entra.Restored:
		return d.Event == directory.Restored
	case entra.Updated:
		return d.Event == directory.Updated && slices.ContainsFunc(d.Values, func(v directory.Changed) bool {
			return strings.Contains(string(c.After)+string(c.Before), `"`+v.Name+`":`)
		})
	}
	return false
}

func nameOf(a entra.Actor) string {
	for _, text := range []string{a.ID, a.AppID, a.Name} {
		if text != "" {
			return text
		}
	}
	return ""
}

// tally is how the changes are told.
type tally struct{ right, candidates, unknown, wrong, nameless int }

func (t tally) String() string {
	return fmt.Sprintf("%d right, %d with candidates, %d not known (%d of them made by nobody who is named), %d wrong", t.right, t.candidates, t.unknown, t.nameless, t.wrong)
}

// judge compares what is told of all changes with who truly made them. Late says that entries are still to come: then
// candidates need not be all.
func (w *world) judge(late bool) (t tally) {
	w.Helper()
	deeds := w.sim.Deeds(0)
	for _, c := range w.changes(store.ChangeQuery{}) {
		true_ := w.makers(c, deeds)
		who, known := c.Actor()
		told := map[string]bool{}
		for _, a := range c.Actors {
			told[nameOf(a)] = true
		}
		missing := slices.ContainsFunc(keys(true_), func(name string) bool { return name != "" && !told[name] })
		foreign := slices.ContainsFunc(keys(told), func(name string) bool { return !true_[name] })
		switch {
		case len(true_) == 0 && len(told) > 0, known && !true_[nameOf(who)], known && len(true_) > 1 && !late, foreign && !known && !late && len(told) == 1, missing && len(told) > 0 && !late:
			t.wrong++
			w.Errorf("%s %s %s %s (%s to %s): told %v (known: %v), it was %v", c.Kind, c.Class, c.ID, c.Relation, c.NotBefore.Format(time.TimeOnly), c.Time.Format(time.TimeOnly), keys(told), known, keys(true_))
		case known:
			t.right++
		case len(told) > 0:
			t.candidates++
		default:
			t.unknown++
			if !slices.ContainsFunc(keys(true_), func(name string) bool { return name != "" }) {
				t.nameless++
			}
		}
	}
	return t
}

func keys(m map[string]bool) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// The recorded life of a tenant: whoever is told to have made a change did, and alone; others are candidates, or not
// known. So it is after every sync, whatever of the log is yet to come.
func TestWhoDidIt(t *testing.T) {
	w := newWorld(t, setting{late: 20 * time.Minute})
	w.sync()
	r := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		for range 1 + r.IntN(40) {
			w.pass(time.Duration(5+r.IntN(120)) * time.Second)
			w.sim.MutateAll(r, 1)
		}
		w.pass(time.Duration(1+r.IntN(50)) * time.Minute)
		w.sync()
		w.judge(true)
		w.pass(time.Duration(r.IntN(3)) * time.Second)
	}
	w.pass(26 * time.Hour)
	w.sync()
	got := w.judge(false)
	t.Log(got)
	all := got.right + got.candidates + got.unknown + got.wrong
	if all < 200 || got.wrong > 0 || got.right*100 < all*75 || (got.unknown-got.nameless)*100 > all*3 {
		t.Errorf("of %d changes %s", all, got)
	}
}
