package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// bench is a store with one tenant, and a run in progress.
type bench struct {
	testing.TB
	*Store
	tenant  entra.Tenant
	run     int64
	rounds  map[string]*Pass
	clock   time.Time
	ticking sync.Mutex // of the clock
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := openBench(t, t.TempDir())
	var err error
	b.must(b.AddProfile(b.Context(), "reader", ""))
	b.tenant, err = b.AddTenant(b.Context(), entra.Tenant{Name: "contoso.com", Cloud: "public", Profile: "reader", Enabled: true})
	b.must(err)
	b.begin()
	return b
}

// openBench opens the store of a folder.
func openBench(t testing.TB, dir string) *bench {
	t.Helper()
	b := &bench{TB: t, rounds: map[string]*Pass{}, clock: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	s, err := Open(t.Context(), dir, Options{Now: b.tick})
	b.must(err)
	t.Cleanup(func() { s.Close() })
	b.Store = s
	return b
}

// tick is the clock, which goes on by a second whenever somebody looks at it.
func (b *bench) tick() time.Time {
	b.ticking.Lock()
	defer b.ticking.Unlock()
	b.clock = b.clock.Add(time.Second)
	return b.clock
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// begin opens a sync run.
func (b *bench) begin() {
	b.Helper()
	run, err := b.BeginRun(b.Context(), b.tenant.Key)
	b.must(err)
	b.run = run
}

// round begins a round of a class in the current run.
func (b *bench) round(kind RoundKind, class string) *Pass {
	b.Helper()
	c, _ := entra.ClassNamed(class)
	row, err := b.BeginClass(b.Context(), b.run, b.tenant.Key, class)
	b.must(err)
	r, err := b.BeginRound(b.Context(), b.tenant.Key, c, NewRound{Kind: kind, Links: []string{"first"}})
	b.must(err)
	filter, err := entra.ParseFilter(b.tenant.Filters[class])
	b.must(err)
	b.rounds[class] = NewPass(r, row, filter)
	return b.rounds[class]
}

// page applies one page to a class's round.
func (b *bench) page(class, next, delta string, objects ...entra.Object) Applied {
	b.Helper()
	a, err := b.ApplyPage(b.Context(), b.rounds[class], 0, &entra.Page{Objects: objects, NextLink: next, DeltaLink: delta}, nil)
	b.must(err)
	return a
}

// scan does a whole full scan of one page.
func (b *bench) scan(class string, objects ...entra.Object) {
	b.Helper()
	r := b.round(Scan, class)
	b.page(class, "", "delta-0", objects...)
	_, err := b.Complete(b.Context(), r, "delta-0", Verdict{})
	b.must(err)
	b.end(class)
}

// delta does a whole delta sync of one page.
func (b *bench) delta(class string, objects ...entra.Object) {
	b.Helper()
	b.round(Delta, class)
	b.page(class, "", "delta-n", objects...)
	b.end(class)
}

func (b *bench) end(class string) entra.ClassRun {
	b.Helper()
	row, err := b.EndClass(b.Context(), b.rounds[class].ClassRun, ClassEnd{Status: entra.Succeeded, FullScan: b.rounds[class].Kind.Full()})
	b.must(err)
	return row
}

func object(id, properties string, links ...entra.Link) entra.Object {
	p, err := entra.ParseProperties([]byte(properties))
	if err != nil {
		panic(err)
	}
	return entra.Object{ID: id, Properties: p, Links: links}
}

func user(id, name string) entra.Object { return object(id, fmt.Sprintf(`{"displayName":%q}`, name)) }

func removed(id string, how entra.Removal) entra.Object { return entra.Object{ID: id, Removed: how} }

func gains(id string) entra.Link {
	return entra.Link{Relation: entra.Members, Target: id, Type: "#microsoft.graph.user"}
}
func loses(id string) entra.Link {
	return entra.Link{Relation: entra.Members, Target: id, Type: "#microsoft.graph.user", Removed: true}
}

// recorded are all changes as short texts, oldest first.
func (b *bench) recorded() []string {
	b.Helper()
	out := []string{}
	for c, err := range b.Changes(b.Context(), b.tenant.Key, ChangeQuery{}) {
		b.must(err)
		text := string(c.Kind) + " " + c.ID
		switch c.Kind {
		case entra.MemberAdded, entra.MemberRemoved, entra.LinkAdded, entra.LinkRemoved:
			if c.Relation != entra.Members || c.Class != "groups" {
				text += " " + c.Relation
			}
			text += " " + c.Target.ID
		case entra.Updated:
			text += " " + string(c.Before) + "→" + string(c.After)
		}
		out = append(out, text)
	}
	return out
}

func (b *bench) wantChanges(want ...string) {
	b.Helper()
	got := b.recorded()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		b.Errorf("recorded %q, want %q", got, want)
	}
}

// held are the objects of a class in sight, as id:displayName.
func (b *bench) held(class string, q ObjectQuery) []string {
	b.Helper()
	out := []string{}
	q.Class = class
	for o, err := range b.Objects(b.Context(), b.tenant.Key, q) {
		b.must(err)
		out = append(out, o.ID+":"+o.Properties.Text("displayName"))
	}
	return out
}

func (b *bench) members() []string {
	b.Helper()
	out := []string{}
	for l, err := range b.Links(b.Context(), b.tenant.Key, LinkQuery{Relation: entra.Members, Class: "groups"}) {
		b.must(err)
		out = append(out, l.Source.ID+">"+l.Target.ID)
	}
	return out
}

func (b *bench) wantList(what string, got []string, want ...string) {
	b.Helper()
	if !slices.Equal(got, append([]string{}, want...)) {
		b.Errorf("%s: %q, want %q", what, got, want)
	}
}

// sound fails the test where counts and rows disagree.
func (b *bench) sound() {
	b.Helper()
	problems, err := b.Check(context.WithoutCancel(b.Context()))
	if err != nil || len(problems) > 0 {
		b.Errorf("problems: %v %v", problems, err)
	}
}
