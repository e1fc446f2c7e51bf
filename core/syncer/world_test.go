package syncer

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// A page that was stored leaves nothing behind that could pass for a value.
func init() { graph.SpoilReleased = true }

// world is a simulated tenant, a store and an engine that syncs the one into
// the other.
type world struct {
	testing.TB
	server *graphsim.Server
	sim    *graphsim.Tenant
	store  *store.Store
	engine *Engine
	tenant entra.Tenant
	ask    func(entra.Prompt) // nil: nobody may be asked to sign in
	ahead  atomic.Int64       // how far the computer's clock is, as the store reads it
}

const (
	clientID = "11111111-2222-3333-4444-555555555555"
	secret   = "marker~secret~value"
)

var allRoles = []string{"User.Read.All", "Group.Read.All", "Device.Read.All", "Organization.Read.All", "Member.Read.Hidden", "Directory.Read.All"}

func newWorld(t testing.TB, size graphsim.TenantConfig, more ...func(*graphsim.Config)) *world {
	t.Helper()
	size.Apps = []graphsim.App{{ClientID: clientID, Secret: secret, Roles: allRoles}}
	if size.Seed == 0 {
		size.Seed = 1
	}
	cfg := graphsim.Config{Tenants: []graphsim.TenantConfig{size}}
	for _, m := range more {
		m(&cfg)
	}
	server, err := graphsim.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	w := &world{TB: t, server: server, sim: server.Tenant("contoso.onmicrosoft.com")}
	w.openStore(t.TempDir())
	w.setUp()
	return w
}

func (w *world) openStore(dir string) {
	w.Helper()
	st, err := store.Open(w.ctx(), dir, store.Options{Now: func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { st.Close() })
	w.store = st
	level := slog.LevelError
	if os.Getenv("ENTRASYNC_TEST_LOG") != "" {
		level = slog.LevelDebug
	}
	w.engine = New(Options{Store: st, Vault: signin.MemoryVaultAccess(), Backoff: time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))})
	w.engine.lately = 0 // what a sync brings is compared with the truth
}

// withVault gives the engine another access to the vault, as a new process has.
func (w *world) withVault(access *signin.VaultAccess) {
	w.engine.Vault, w.engine.connections.Vault = access, access
}

func (w *world) setUp() {
	w.Helper()
	ctx := w.ctx()
	must := func(err error) {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
	}
	must(w.store.AddCloud(ctx, entra.Cloud{Name: "sim", Authority: w.server.Authority(), Graph: w.server.Graph(), CA: w.server.CA()}))
	must(w.store.AddProfile(ctx, "reader", ""))
	must(signin.AddCredential(ctx, w.store, w.engine.Vault, "reader", signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte(secret))}))
	var err error
	w.tenant, err = w.engine.AddTenant(ctx, entra.Tenant{Name: w.sim.Domain(), Cloud: "sim", Profile: "reader", Enabled: true, Classes: entra.DefaultClasses()})
	must(err)
}

func (w *world) ctx() context.Context {
	ctx := w.Context()
	return ctx
}

// sync syncs and fails the test unless it ended with the wanted status.
func (w *world) sync(want entra.Status) Result {
	w.Helper()
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
	if r.Status != want {
		w.Fatalf("sync ended %s (%v), want %s; classes %+v", r.Status, err, want, r.Classes)
	}
	return r
}

// snapshot is the truth of the simulated tenant at a moment.
type snapshot struct {
	live  map[string]map[string]entra.Properties // class → id → properties
	soft  map[string]bool                        // soft-deleted ids
	links map[linkKey]string                     // in sight → the target's type
}

// first are some live objects of a class, in each run of a test the same: of half of those
// that are gone Graph tells in a full scan by itself.
func (s snapshot) first(class string, n int) []string {
	return slices.Sorted(maps.Keys(s.live[class]))[:n]
}

type linkKey struct{ class, relation, source, target string }

func (w *world) truth() snapshot {
	s := snapshot{live: map[string]map[string]entra.Properties{}, soft: map[string]bool{}, links: map[linkKey]string{}}
	for _, name := range entra.DefaultClasses() {
		class, _ := entra.ClassNamed(name)
		w.truthOf(s, class)
	}
	return s
}

// truthOf adds a class of the simulated tenant to s.
func (w *world) truthOf(s snapshot, class entra.Class) {
	s.live[class.Name] = map[string]entra.Properties{}
	for o := range w.sim.Objects(class.Name, class.Select...) {
		if o.State != graphsim.Live {
			s.soft[o.ID] = true
			continue
		}
		typed := append(properties(o.Properties), entra.Property{Name: entra.DerivedType, Value: []byte(`"` + o.Type + `"`)})
		s.live[class.Name][o.ID] = class.Typed(entra.NewProperties(typed))
		class.Dropped(s.live[class.Name][o.ID])
	}
	for _, r := range class.Relations {
		for l := range w.sim.Links(class.Name, r.Name) {
			if l.Target == graphsim.Live && s.live[class.Name][l.SourceID] != nil {
				s.links[linkKey{class.Name, r.Name, l.SourceID, l.TargetID}] = l.TargetType
			}
		}
	}
}

func properties(values map[string]json.RawMessage) entra.Properties {
	var list []entra.Property
	for name, value := range values {
		list = append(list, entra.Property{Name: name, Value: []byte(value)})
	}
	return entra.NewProperties(list)
}

// equal fails the test unless the local copy equals the truth: object by
// object, property by property, link by link, and in its counts.
func (w *world) equal(want snapshot) {
	w.Helper()
	for name, objects := range want.live {
		seen := 0
		for o, err := range w.store.Objects(w.ctx(), w.tenant.Key, store.ObjectQuery{Class: name}) {
			if err != nil {
				w.Fatal(err)
			}
			truth, ok := objects[o.ID]
			if !ok {
				w.Errorf("%s %s is held, but not in the tenant", name, o.ID)
				continue
			}
			if before, after := o.Properties.Diff(truth); len(before) > 0 {
				w.Errorf("%s %s: held %s, true %s", name, o.ID, before.JSON(), after.JSON())
			}
			seen++
		}
		if seen != len(objects) {
			w.Errorf("%d %s held, %d in the tenant", seen, name, len(objects))
		}
		state, err := w.store.ClassState(w.ctx(), w.tenant.Key, name)
		if err != nil || state.Total != int64(len(objects)) {
			w.Errorf("%s: total %d (%v), %d in the tenant", name, state.Total, err, len(objects))
		}
	}
	w.equalReferences(want)
	held, there := 0, map[linkKey]bool{}
	for l, err := range w.store.Links(w.ctx(), w.tenant.Key, store.LinkQuery{}) {
		if err != nil {
			w.Fatal(err)
		}
		key := linkKey{l.Source.Class, l.Relation, l.Source.ID, l.Target.ID}
		class, _ := entra.ClassNamed(key.class)
		if !class.Relates(key.relation) {
			continue
		}
		if truth, ok := want.links[key]; !ok || truth != l.Target.Type() {
			w.Errorf("link %v (%s) is held; true is %q", key, l.Target.Type(), truth)
		}
		held++
		there[key] = true
	}
	if held != len(want.links) {
		w.Errorf("%d links held, %d in the tenant", held, len(want.links))
		for key := range want.links {
			if !there[key] {
				w.Errorf("link %v is not held", key)
			}
		}
	}
	if problems, err := w.store.Check(w.ctx()); err != nil || len(problems) > 0 {
		w.Errorf("the database has problems: %v %v", problems, err)
	}
	if w.Failed() {
		w.FailNow()
	}
}

// equalReferences compares the links of references with what the true objects say.
func (w *world) equalReferences(want snapshot) {
	w.Helper()
	truth := map[string]bool{} // whether the target must be there, too
	for name, objects := range want.live {
		class, _ := entra.ClassNamed(name)
		for id, props := range objects {
			for _, l := range class.Linked(props) {
				if !want.soft[l.Target] {
					r, _ := class.Reference(l.Relation)
					truth[name+" "+l.Relation+" "+id+" "+l.Target] = want.mayLead(r.Target, l.Target)
				}
			}
		}
	}
	for l, err := range w.store.Links(w.ctx(), w.tenant.Key, store.LinkQuery{}) {
		if err != nil {
			w.Fatal(err)
		}
		class, _ := entra.ClassNamed(l.Source.Class)
		if _, ok := class.Reference(l.Relation); !ok {
			continue
		}
		text := class.Name + " " + l.Relation + " " + l.Source.ID + " " + l.Target.ID
		if _, ok := truth[text]; !ok {
			w.Errorf("a reference's link is held, but not true: %s", text)
		}
		delete(truth, text)
	}
	for text, must := range truth {
		if must {
			w.Errorf("a reference's link is missing: %s", text)
		}
	}
}

// mayLead tells whether a reference leads to an object that is not known to be
// gone: its link ends with it, whatever the property says.
func (s snapshot) mayLead(class, id string) bool {
	if class != "" {
		return s.alive(id, class)
	}
	for name := range s.live {
		if _, ok := s.live[name][id]; ok {
			return true
		}
	}
	return false
}

// changes are the recorded changes after a key, as comparable texts.
func (w *world) changes(after int64) (map[string]bool, int64) {
	w.Helper()
	out := map[string]bool{}
	last := after
	for c, err := range w.store.Changes(w.ctx(), w.tenant.Key, store.ChangeQuery{}) {
		if err != nil {
			w.Fatal(err)
		}
		last = max(last, c.Key)
		if c.Key <= after {
			continue
		}
		text := changeText(c)
		if out[text] {
			w.Errorf("recorded twice: %s", text)
		}
		out[text] = true
	}
	return out, last
}

func changeText(c entra.Change) string {
	switch c.Kind {
	case entra.MemberAdded, entra.MemberRemoved, entra.LinkAdded, entra.LinkRemoved:
		return fmt.Sprintf("%s %s %s %s", c.Kind, c.ID, c.Relation, c.Target.ID)
	case entra.Updated:
		return fmt.Sprintf("updated %s %s %s", c.Class, c.ID, canonicalNames(c.Before))
	}
	return fmt.Sprintf("%s %s %s", c.Kind, c.Class, c.ID)
}

func canonicalNames(raw []byte) string {
	p, err := entra.ParseProperties(raw)
	if err != nil {
		return err.Error()
	}
	out := ""
	for _, q := range p {
		out += q.Name + ","
	}
	return out
}

// net is the difference of two truths as the changes that should be recorded.
func net(before, after snapshot) map[string]bool {
	want := map[string]bool{}
	for name, objects := range after.live {
		class, _ := entra.ClassNamed(name)
		for id, is := range objects {
			was, held := before.live[name][id]
			switch {
			case !held && before.soft[id] && !class.OwnIDs: // soft are objects of the directory, whose ids others may share
				want[fmt.Sprintf("restored %s %s", name, id)] = true
			case !held:
				want[fmt.Sprintf("added %s %s", name, id)] = true
			default:
				if diff, _ := was.Without(class.Volatile).Diff(is.Without(class.Volatile)); len(diff) > 0 {
					want[fmt.Sprintf("updated %s %s %s", name, id, canonicalNames(diff.JSON()))] = true
				}
			}
		}
		for id := range before.live[name] {
			if _, still := objects[id]; !still {
				want[fmt.Sprintf("deleted %s %s", name, id)] = true
			}
		}
	}
	for l := range after.links {
		if _, had := before.links[l]; !had && !before.soft[l.source] && !before.soft[l.target] {
			want[l.text(false)] = true
		}
	}
	for l, targetType := range before.links {
		class, _ := entra.ClassOfType(targetType)
		if _, has := after.links[l]; !has && after.alive(l.source, l.class) && after.alive(l.target, class.Name) {
			want[l.text(true)] = true
		}
	}
	return want
}

// text is the change of a link as changeText tells it.
func (l linkKey) text(removed bool) string {
	return fmt.Sprintf("%s %s %s %s", entra.LinkKind(l.class, l.relation, removed), l.source, l.relation, l.target)
}

func (s snapshot) alive(id, class string) bool {
	if s.live[class] == nil {
		return true // of a class that is not synced
	}
	_, ok := s.live[class][id]
	return ok
}

func (w *world) sameChanges(got, want map[string]bool) {
	w.Helper()
	n := 0
	for text := range want {
		if !got[text] {
			if n++; n < 10 {
				w.Errorf("not recorded: %s", text)
			}
		}
	}
	for text := range got {
		if !want[text] {
			if n++; n < 20 {
				w.Errorf("recorded, but not true: %s", text)
			}
		}
	}
	if n > 0 {
		w.Fatalf("%d differences; %d recorded, %d true", n, len(got), len(want))
	}
}
