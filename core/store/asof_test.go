package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// mark is a moment between two steps.
func (b *bench) mark() time.Time {
	b.clock = b.clock.Add(time.Second)
	at := b.clock
	b.clock = b.clock.Add(time.Second)
	return at
}

// comes tells of a new user in a delta.
func (b *bench) comes(o entra.Object, more ...entra.Object) {
	b.Helper()
	b.comesTo("users", o, more...)
}

// comesTo tells of a new object of a class in a delta.
func (b *bench) comesTo(class string, o entra.Object, more ...entra.Object) {
	b.Helper()
	b.round(Delta, class)
	_, err := b.ApplyPage(b.Context(), b.rounds[class], 0, &entra.Page{Objects: append(more, o), DeltaLink: "delta-n"}, map[string]entra.Object{o.ID: o})
	b.must(err)
	b.end(class)
}

// TestAppRolesThen: what an assignment gave is told by the name that its app called the
// role by then, in lists and at the ends of links, whatever has gone since.
func TestAppRolesThen(t *testing.T) {
	b := newBench(t)
	app := func(role string) entra.Object {
		return object("app", `{"displayName":"Payroll","appRoles":[{"id":"0a0a0a0a-0000-4000-8000-000000000001","displayName":"`+role+`","value":"Read.All"}]}`)
	}
	given := func(id, role string) entra.Object {
		return object(id, `{"principalId":"u1","resourceId":"app","appRoleId":"`+role+`"}`)
	}
	const role, access, none = "0a0a0a0a-0000-4000-8000-000000000001", "00000000-0000-0000-0000-000000000000", "0a0a0a0a-0000-4000-8000-00000000000f"
	b.scan("users", user("u1", "Anna"))
	b.must(b.SetTenant(t.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "servicePrincipals", "appRoleAssignments"}}))
	b.scan("appRoleAssignments", given("a1", role))
	unread := b.mark()
	var at []time.Time
	for _, step := range []func(){
		func() {
			b.scan("servicePrincipals", app("Reader"))
			b.scan("appRoleAssignments", given("a1", role), given("a2", access), given("a3", none))
		},
		func() { b.delta("servicePrincipals", app("Auditor")) },
		func() { b.delta("appRoleAssignments", removed("a1", entra.Gone)) },
		func() { b.delta("servicePrincipals", removed("app", entra.SoftDeleted)) },
		func() { b.delta("servicePrincipals", removed("app", entra.Gone)) },
	} {
		b.begin()
		step()
		at = append(at, b.mark())
	}
	told := func(at time.Time) (lists, ends []string) {
		for o, err := range b.Objects(t.Context(), b.tenant.Key, ObjectQuery{Class: "appRoleAssignments", At: at}) {
			b.must(err)
			lists = append(lists, o.ID+" "+o.Text("appRoleId"))
		}
		for l, err := range b.Links(t.Context(), b.tenant.Key, LinkQuery{Relation: "principal", Class: "appRoleAssignments", Names: true, At: at}) {
			b.must(err)
			ends = append(ends, l.Source.ID+" "+l.Source.Name)
		}
		return sorted(lists), sorted(ends)
	}
	for i, reader := range []string{"a1 Reader (Read.All)", "a1 Auditor (Read.All)"} {
		lists, ends := told(at[i])
		b.wantList("a list of then", lists, reader, "a2 Default Access", "a3 "+none)
		b.wantList("ends of then", ends, reader, "a2 Default Access", "a3 ")
	}
	lists, _ := told(unread)
	b.wantList("before the app was read", lists, "a1 "+role)
	lists, ends := told(at[2])
	b.wantList("once it had ended", lists, "a2 Default Access", "a3 "+none)
	b.wantList("its ends", ends, "a2 Default Access", "a3 ")
}

// TestObjectsThen: how an object was at each moment of its life.
func TestObjectsThen(t *testing.T) {
	b := newBench(t)
	before := b.mark()
	b.scan("users", user("u1", "A"), object("u2", `{"displayName":"B","jobTitle":"Boss","onPremisesLastSyncDateTime":"2020-01-01T00:00:00Z"}`))
	steps := []struct {
		do      func()
		seen    []string
		deleted []string // with them
	}{
		{func() {}, []string{"u1:A", "u2:B"}, []string{"u1:A", "u2:B"}},
		{func() { b.comes(user("u3", "C"), user("u1", "A2")) }, []string{"u1:A2", "u2:B", "u3:C"}, nil},
		{func() { b.delta("users", removed("u1", entra.SoftDeleted)) }, []string{"u2:B", "u3:C"}, []string{"u1:A2", "u2:B", "u3:C"}},
		{func() { b.delta("users", object("u1", `{"displayName":"A3"}`), removed("u3", entra.Gone)) }, []string{"u1:A3", "u2:B"}, nil},
		{func() { b.delta("users", removed("u1", entra.SoftDeleted)) }, []string{"u2:B"}, []string{"u1:A3", "u2:B"}},
		{func() { b.delta("users", removed("u1", entra.Gone)) }, []string{"u2:B"}, []string{"u2:B"}},
		{func() { b.comes(user("u4", "D"), object("u2", `{"jobTitle":null}`)) }, []string{"u2:B", "u4:D"}, nil},
	}
	var at []time.Time
	for _, s := range steps {
		b.begin()
		s.do()
		at = append(at, b.mark())
	}
	then := func(q ObjectQuery) []string {
		got := b.held("users", q)
		slices.Sort(got)
		return got
	}
	for i, s := range steps {
		b.wantList("seen", then(ObjectQuery{At: at[i]}), s.seen...)
		if s.deleted != nil {
			b.wantList("with deleted", then(ObjectQuery{At: at[i], Deleted: true}), s.deleted...)
		}
	}
	b.wantList("before the first scan", then(ObjectQuery{At: before}))
	b.wantList("searched", then(ObjectQuery{At: at[0], Search: "bOSS"}), "u2:B")
	b.wantList("searched later", then(ObjectQuery{At: at[6], Search: "boss"}))
	b.wantList("searched for what is no longer so", then(ObjectQuery{At: at[0], Search: "A2"}))
	b.wantList("one", then(ObjectQuery{At: at[1], ID: "u3"}), "u3:C")
	if page := then(ObjectQuery{At: at[1], Range: Range{Offset: 1, Limit: 1}}); len(page) != 1 {
		t.Errorf("a page of one row has %q", page)
	}
	for o, err := range b.Objects(t.Context(), b.tenant.Key, ObjectQuery{Class: "users", ID: "u2", At: at[0]}) {
		b.must(err)
		if o.Properties.Value("onPremisesLastSyncDateTime") != nil {
			t.Error("a value is told whose past is not known")
		}
	}
}

// TestGoneForAWhile: who is deleted for good and comes back under the same id, as roles
// that are given anew do, was not there in between, and the difference to then says so.
func TestGoneForAWhile(t *testing.T) {
	b := newBench(t)
	b.must(b.SetTenant(t.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "groups"}}))
	b.scan("users", user("u1", "A"))
	b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u1")), object("g2", `{"displayName":"H"}`, gains("u1")))
	var at []time.Time
	for _, step := range []func(){
		func() {},
		func() { b.delta("groups", removed("g1", entra.Gone)) },
		func() {
			b.round(Delta, "groups")
			back := object("g1", `{"displayName":"G"}`, gains("u1"))
			_, err := b.ApplyPage(b.Context(), b.rounds["groups"], 0, &entra.Page{Objects: []entra.Object{back}, DeltaLink: "delta-n"}, map[string]entra.Object{"g1": back})
			b.must(err)
			b.end("groups")
		},
		func() { b.delta("groups", object("g2", `{"displayName":"I"}`)) },
	} {
		b.begin()
		step()
		at = append(at, b.mark())
	}
	differs := func(i, j int) (out []string) {
		for x, err := range b.Diff(t.Context(), b.tenant.Key, DiffQuery{From: at[i], To: at[j], Classes: []string{"users", "groups"}}) {
			b.must(err)
			out = append(out, string(x.Kind)+" "+x.ID+" "+x.DisplayName)
		}
		return out
	}
	b.wantList("there, and gone", differs(0, 1), "deleted g1 G")
	b.wantList("gone, and there", differs(1, 2), "added g1 G", "member_added g1 G")
	b.wantList("there, and there", differs(0, 2))
	b.wantList("gone, and there later", differs(1, 3), "added g1 G", "updated g2 I", "member_added g1 G")
	b.wantList("while it was gone", b.held("groups", ObjectQuery{At: at[1], Deleted: true}), "g2:H")
	var links []string
	for l, err := range b.Links(t.Context(), b.tenant.Key, LinkQuery{At: at[1]}) {
		b.must(err)
		links = append(links, l.Source.ID+">"+l.Target.ID)
	}
	b.wantList("links while it was gone", links, "g2>u1")
}

// TestLinksThen: links by since and until, and by how their ends were.
func TestLinksThen(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u1"), gains("x")))
	first := b.mark()
	b.begin()
	b.delta("groups", object("g1", `{"displayName":"H"}`, gains("u2"), loses("u1")))
	b.delta("users", user("u2", "B2"))
	second := b.mark()
	b.begin()
	b.delta("users", removed("u2", entra.SoftDeleted))
	third := b.mark()
	b.begin()
	b.delta("groups", removed("g1", entra.Gone))
	for i, c := range []struct {
		at   time.Time
		want []string
	}{{first, []string{"G>A", "G>x"}}, {second, []string{"H>B2", "H>x"}}, {third, []string{"H>x"}}, {b.mark(), nil}} {
		var got []string
		for l, err := range b.Links(t.Context(), b.tenant.Key, LinkQuery{At: c.at}) {
			b.must(err)
			name := l.Target.Name
			if name == "" {
				name = l.Target.ID
			}
			got = append(got, l.Source.Name+">"+name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("moment %d: %q, want %q", i, got, c.want)
		}
	}
	one := b.linked(LinkQuery{At: first, Target: "u1", Class: "groups", Relation: entra.Members, Source: "g1"})
	b.wantList("from both sides", one, "members g1>users u1")
}

// TestChangesNameAppRoles: a change of who is assigned to an app tells the role by its name.
func TestChangesNameAppRoles(t *testing.T) {
	b := newBench(t)
	const role = "0a0a0a0a-0000-4000-8000-000000000001"
	b.must(b.SetTenant(t.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "servicePrincipals", "appRoleAssignments"}}))
	b.scan("users", user("u1", "Anna"))
	b.scan("servicePrincipals", object("app", `{"displayName":"Payroll","appRoles":[{"id":"`+role+`","displayName":"Reader"}]}`))
	b.scan("appRoleAssignments", object("a0", `{"principalId":"u1","resourceId":"app"}`))
	b.begin()
	b.scan("appRoleAssignments", object("a0", `{"principalId":"u1","resourceId":"app"}`), object("a1", `{"principalId":"u1","resourceId":"app","appRoleId":"`+role+`"}`))
	b.begin()
	b.delta("appRoleAssignments", removed("a1", entra.Gone))
	var all []entra.Change
	for x, err := range b.Changes(t.Context(), b.tenant.Key, ChangeQuery{Class: "appRoleAssignments"}) {
		b.must(err)
		all = append(all, x)
	}
	b.must(b.NameEnds(t.Context(), b.tenant.Key, all))
	if len(all) != 2 || all[0].Ends[role].Name != "Reader" || all[1].Kind != entra.ChangeDeleted || all[1].Ends[role].Name != "Reader" {
		t.Errorf("%+v", all)
	}
}

// TestSwitchedOff: of now it is told of classes that are held and no longer synced.
func TestSwitchedOff(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"))
	b.scan("groups", object("g1", `{}`))
	classes := DoubtQuery{Classes: []string{"users", "groups", "applications"}}
	now := func() []entra.Doubt {
		doubts, err := b.Doubts(t.Context(), b.tenant, time.Time{}, classes)
		b.must(err)
		return doubts
	}
	if d := now(); len(d) != 0 {
		t.Errorf("of what is synced: %+v", d)
	}
	completed, err := b.ClassState(t.Context(), b.tenant.Key, "groups")
	b.must(err)
	before := b.mark()
	b.must(b.SetTenant(t.Context(), b.tenant.Key, TenantChange{Classes: []string{"users"}}))
	b.tenant.Classes = []string{"users"}
	d := now()
	if len(d) != 1 || d[0].Class != "groups" || d[0].Kind != entra.SwitchedOff || !d[0].Until.Equal(completed.Completed) || !d[0].Since.After(before) {
		t.Errorf("%+v, completed %v, switched off after %v", d, completed.Completed, before)
	}
}

// TestFilteredThen: what the filter left out then, or has since, is not guessed.
func TestFilteredThen(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("groups", object("g1", `{}`, gains("u1")))
	first := b.mark()
	filter := func(text string) {
		b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Filters: map[string]string{"users": text}}))
		b.tenant.Filters = map[string]string{"users": text}
	}
	filter(`displayName == "A"`)
	between := b.mark()
	b.begin()
	b.scan("users", user("u1", "A"), user("u2", "B"), user("u3", "C"))
	second := b.mark()
	filter("")
	b.begin()
	b.scan("users", user("u1", "A"), user("u2", "B"), user("u3", "C"))
	third := b.mark()
	b.wantList("before the filter", b.held("users", ObjectQuery{At: first}), "u2:B")
	b.wantList("with the filter", b.held("users", ObjectQuery{At: second, Filtered: true}), "u2:B", "u3:C")
	b.wantList("without it", b.held("users", ObjectQuery{At: third}), "u1:A", "u2:B", "u3:C")
	b.wantList("links", b.linked(LinkQuery{At: first}), "members g1>users u1")
	doubts := func(at time.Time) string {
		d, err := b.Doubts(t.Context(), b.tenant, at, DoubtQuery{Classes: []string{"users"}})
		b.must(err)
		var kinds []string
		for _, x := range d {
			kinds = append(kinds, string(x.Kind))
			if x.Kind == entra.OtherFilter && x.Count != 1 {
				t.Errorf("%d objects are in doubt", x.Count)
			}
		}
		return strings.Join(kinds, " ")
	}
	for at, want := range map[time.Time]string{first: "filter", between: "not_whole filter", second: "filter", third: ""} {
		if got := doubts(at); got != want {
			t.Errorf("in doubt is %q, want %q", got, want)
		}
	}
}

// TestDoubts: times of which a class's copy says nothing, or little.
func TestDoubts(t *testing.T) {
	b := newBench(t)
	never := b.mark()
	b.scan("users", user("u1", "A"))
	at := b.mark()
	classes := func(list ...string) {
		b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: list}))
	}
	classes("groups")
	off := b.mark()
	classes("users", "groups")
	b.begin()
	b.scan("users", user("u1", "A"))
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Properties: map[string][]string{"users": {"extra"}}}))
	b.begin()
	b.scan("users", user("u1", "A"))
	b.clock = b.clock.Add(24 * time.Hour)
	late := b.mark()
	for _, c := range []struct {
		at   time.Time
		want string
	}{{never, "not_held"}, {at, "properties volatile"}, {off, "not_whole properties volatile"}, {late, "not_synced volatile"}} {
		d, err := b.Doubts(t.Context(), b.tenant, c.at, DoubtQuery{Classes: []string{"users"}, Values: true})
		b.must(err)
		var kinds []string
		for _, x := range d {
			kinds = append(kinds, string(x.Kind))
			if text := x.Sentence(); !strings.Contains(text, "users") || !strings.Contains(text, "not known") && x.Kind != entra.OtherChoice {
				t.Errorf("%s is told as %q", x.Kind, text)
			}
		}
		if got := strings.Join(kinds, " "); got != c.want {
			t.Errorf("in doubt is %q, want %q", got, c.want)
		}
	}
	if d, err := b.Doubts(t.Context(), b.tenant, late, DoubtQuery{Classes: []string{"groups"}}); err != nil || len(d) != 1 || d[0].Kind != entra.NotHeldYet || !d[0].Until.IsZero() {
		t.Errorf("of a class that was never read: %v, %v", d, err)
	}
}
