package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// linked are all links in sight, as relation source>class target.
func (b *bench) linked(q LinkQuery) []string {
	b.Helper()
	out := []string{}
	for l, err := range b.Links(b.Context(), b.tenant.Key, q) {
		b.must(err)
		out = append(out, fmt.Sprintf("%s %s>%s %s", l.Relation, l.Source.ID, l.Target.Class, l.Target.ID))
	}
	slices.Sort(out)
	return out
}

func link(relation, target, odataType string) entra.Link {
	return entra.Link{Relation: relation, Target: target, Type: entra.LinkType(odataType)}
}

func ends(l entra.Link) entra.Link {
	l.Removed = true
	return l
}

// theTypes are the ways in which a link may name the type of a user.
var theTypes = []string{"#microsoft.graph.user", "#microsoft.graph.agentUser", "#microsoft.graph.directoryObject", "microsoft.graph.user", "", "#made.up"}

// TestTypesAreHints: however a link names its target's type, it is one link, ends
// when it is removed under any type, and ends with the object.
func TestTypesAreHints(t *testing.T) {
	const relation = "administrators"
	for i, first := range append([]string{"known"}, theTypes...) {
		for _, last := range theTypes {
			t.Run(fmt.Sprint(first, " ", last), func(t *testing.T) {
				b := newBench(t)
				add := link(relation, "u1", first)
				if i == 0 {
					b.scan("users", user("u1", "A"))
					add.Type = "#microsoft.graph.user"
				}
				b.scan("groups", object("g1", `{}`, add))
				if i > 0 {
					b.scan("users", user("u1", "A"))
				}
				b.wantList("once", b.linked(LinkQuery{}), relation+" g1>users u1")
				b.begin()
				b.delta("groups", object("g1", `{}`, link(relation, "u1", last)))
				b.scan("groups", object("g1", `{}`, link(relation, "u1", last)))
				b.wantList("named again", b.linked(LinkQuery{}), relation+" g1>users u1")
				b.wantChanges()
				b.delta("groups", object("g1", `{}`, ends(link(relation, "u1", last))))
				b.wantList("removed", b.linked(LinkQuery{}))
				b.wantChanges("link_removed g1 administrators u1")
				b.delta("groups", object("g1", `{}`, link(relation, "u1", last)))
				b.delta("users", removed("u1", entra.Gone))
				b.wantList("gone", b.linked(LinkQuery{}))
				if n := b.number("SELECT count(*) FROM objects"); n != 2 {
					t.Errorf("%d objects are known, want the group and the user", n)
				}
				b.sound()
			})
		}
	}
}

// TestGuessedClass: an object that only links named is kept under the most
// telling of the types, and under the class that reads it in the end.
func TestGuessedClass(t *testing.T) {
	b := newBench(t)
	for _, step := range []struct{ named, class string }{
		{"", ""}, {"#made.up", "#made.up"}, {"", "#made.up"}, {"#microsoft.graph.device", "devices"}, {"#made.up", "devices"}, {"#microsoft.graph.riskyUser", "devices"},
	} {
		b.begin()
		b.scan("groups", object("g1", `{}`, link(entra.Members, "x", step.named)))
		b.wantList("named "+step.named, b.linked(LinkQuery{}), "members g1>"+step.class+" x")
	}
	b.scan("servicePrincipals", object("x", `{"displayName":"X"}`))
	b.wantList("read", b.linked(LinkQuery{}), "members g1>servicePrincipals x")
	b.sound()
}

// TestRelationsApart: an owner who is a member, too, has two links, each with its
// own record.
func TestRelationsApart(t *testing.T) {
	b := newBench(t)
	owns := link("owners", "u1", "#microsoft.graph.user")
	b.scan("users", user("u1", "A"))
	b.scan("groups", object("g1", `{}`, gains("u1"), owns))
	b.wantList("both", b.linked(LinkQuery{}), "members g1>users u1", "owners g1>users u1")
	b.begin()
	b.delta("groups", object("g1", `{}`, ends(owns)))
	b.wantList("members", b.linked(LinkQuery{}), "members g1>users u1")
	b.begin()
	b.delta("groups", object("g1", `{}`, owns, loses("u1")))
	b.wantList("owners", b.linked(LinkQuery{}), "owners g1>users u1")
	b.wantChanges("link_removed g1 owners u1", "link_added g1 owners u1", "member_removed g1 u1")
	b.sound()
}

// TestUnitsHaveMembers: what is a member of an administrative unit is told as a
// link, and a group's as a membership.
func TestUnitsHaveMembers(t *testing.T) {
	b := newBench(t)
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "administrativeUnits"}}))
	b.scan("users", user("u1", "A"))
	b.scan("administrativeUnits", object("a1", `{}`))
	b.delta("administrativeUnits", object("a1", `{}`, gains("u1")))
	b.wantList("members", b.linked(LinkQuery{Relation: entra.Members}), "members a1>users u1")
	b.wantList("of groups", b.members())
	b.wantChanges("link_added a1 members u1")
}

const aRole = "11111111-aaaa-4bbb-8ccc-222222222222"

func assignment(id, principal, role, scope string) entra.Object {
	return object(id, fmt.Sprintf(`{"principalId":%q,"roleDefinitionId":%q,"directoryScopeId":%q}`, principal, role, scope))
}

// TestReferences become links with their object, follow its properties, and end
// with it. The object's own record tells of them.
func TestReferences(t *testing.T) {
	for _, told := range []bool{false, true} {
		b := newBench(t)
		b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "roleAssignments"}}))
		r := b.round(Poll, "roleAssignments")
		r.Told = told
		b.page("roleAssignments", "", "", assignment("r1", "u1", aRole, "/"), assignment("r2", "u2", aRole, "/administrativeUnits/"+aRole))
		b.scan("users", user("u1", "A"))
		_, err := b.Complete(b.Context(), r, "", Verdict{})
		b.must(err)
		b.wantList("begin", b.linked(LinkQuery{}), "principal r1>users u1", "principal r2> u2",
			"roleDefinition r1>roleDefinitions "+aRole, "roleDefinition r2>roleDefinitions "+aRole, "scope r2> "+aRole)
		b.begin()
		r = b.round(Poll, "roleAssignments")
		b.page("roleAssignments", "", "", assignment("r1", "u3", aRole, "/"))
		_, err = b.Complete(b.Context(), r, "", Verdict{Gone: map[string]entra.Removal{"r2": entra.Gone}})
		b.must(err)
		b.wantList("changed", b.linked(LinkQuery{}), "principal r1> u3", "roleDefinition r1>roleDefinitions "+aRole)
		b.wantChanges(`updated r1 {"principalId":"u1"}→{"principalId":"u3"}`, "deleted r2")
		b.begin()
		r = b.round(Poll, "roleAssignments")
		b.page("roleAssignments", "", "", assignment("r1", "u3", aRole, "/"))
		_, err = b.Complete(b.Context(), r, "", Verdict{})
		b.must(err)
		b.wantList("unchanged", b.linked(LinkQuery{}), "principal r1> u3", "roleDefinition r1>roleDefinitions "+aRole)
		b.sound()
	}
}

// TestPoliciesFollowTheirConditions: a policy's links come and go with the ids that stand in its conditions, lead into the
// space of their class, and count at a moment in the past.
func TestPoliciesFollowTheirConditions(t *testing.T) {
	b := newBench(t)
	const group, place, role = "a0000000-0000-0000-0000-000000000001", "a0000000-0000-0000-0000-000000000002", "a0000000-0000-0000-0000-000000000003"
	policy := func(users, places string) entra.Object {
		return object("c1", `{"displayName":"Rule","conditions":{"users":{`+users+`},"locations":{"excludeLocations":[`+places+`]}}}`)
	}
	b.scan("groups", object(group, `{"displayName":"Staff"}`))
	b.scan("namedLocations", object(place, `{"displayName":"Office"}`))
	b.scan("roleDefinitions", object(role, `{"displayName":"Reader"}`))
	b.scan("conditionalAccessPolicies", policy(`"includeGroups":["`+group+`"],"includeRoles":["`+role+`"]`, `"AllTrusted","`+place+`"`))
	first := []string{"excludeLocations c1>namedLocations " + place, "includeGroups c1>groups " + group, "includeRoles c1>roleDefinitions " + role}
	b.wantList("begin", b.linked(LinkQuery{}), first...)
	b.wantList("of the location", b.linked(LinkQuery{Target: place}), first[0])
	at := b.mark()
	b.begin()
	b.scan("conditionalAccessPolicies", policy(`"excludeGroups":["`+group+`"]`, `"`+place+`"`))
	b.wantList("changed", b.linked(LinkQuery{}), "excludeGroups c1>groups "+group, first[0])
	b.wantList("then", b.linked(LinkQuery{At: at}), first...)
	b.sound()
}

// TestFacets: an object that has the id of another one is neither that one nor
// the target of a link to it.
func TestFacets(t *testing.T) {
	b := newBench(t)
	b.scan("groups", object("g1", `{}`, link(entra.Members, "u1", "")))
	b.scan("riskyUsers", object("u1", `{"riskLevel":"high"}`))
	b.scan("users", user("u1", "A"))
	b.wantList("links", b.linked(LinkQuery{}), "members g1>users u1")
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:A")
	b.wantList("risky", b.held("riskyUsers", ObjectQuery{}), "u1:")
	b.delta("users", removed("u1", entra.Gone))
	b.wantList("links after", b.linked(LinkQuery{}))
	b.wantList("risky after", b.held("riskyUsers", ObjectQuery{}), "u1:")
	b.sound()
}

// TestOneIDOfTwoClasses: Graph gives no id twice, but no object is lost where two
// classes do.
func TestOneIDOfTwoClasses(t *testing.T) {
	b := newBench(t)
	for range 2 {
		b.scan("users", user("x", "A"))
		b.scan("devices", object("x", `{"displayName":"D"}`))
		b.wantList("users", b.held("users", ObjectQuery{}), "x:A")
		b.wantList("devices", b.held("devices", ObjectQuery{}), "x:D")
		b.sound()
		b.begin()
	}
}

// TestGUIDsHaveNoCase: readers take ids in any case.
func TestGUIDsHaveNoCase(t *testing.T) {
	const lower, upper = "11111111-aaaa-4bbb-8ccc-222222222222", "11111111-AAAA-4BBB-8CCC-222222222222"
	b := newBench(t)
	b.scan("groups", object("g1", `{}`))
	b.scan("users", user(lower, "A"))
	b.delta("users", user(lower, "B"))
	b.delta("groups", object("g1", `{}`, gains(lower)))
	b.wantList("to", b.linked(LinkQuery{Target: upper}), "members g1>users "+lower)
	b.wantList("object", b.held("users", ObjectQuery{ID: upper}), lower+":B")
	n := 0
	for _, err := range b.Changes(b.Context(), b.tenant.Key, ChangeQuery{ID: upper}) {
		b.must(err)
		n++
	}
	if n != 1 {
		t.Errorf("%d changes, want 1", n)
	}
}

// TestEpochs: from when a class is held, and when its policy changed.
func TestEpochs(t *testing.T) {
	b := newBench(t)
	epochs := func() (out []string) {
		rows, err := b.read.QueryContext(b.Context(), "SELECT why FROM class_epochs JOIN classes c USING (class) WHERE c.name = 'users' ORDER BY since")
		b.must(err)
		defer rows.Close()
		for rows.Next() {
			var why string
			b.must(rows.Scan(&why))
			out = append(out, why)
		}
		return out
	}
	set := func(c TenantChange) { b.Helper(); b.must(b.SetTenant(b.Context(), b.tenant.Key, c)) }
	b.scan("users")
	b.scan("users")
	set(TenantChange{Filters: map[string]string{"users": `mail == nil`}})
	b.scan("users")
	set(TenantChange{Classes: []string{"groups"}})
	set(TenantChange{Classes: []string{"groups", "users"}})
	set(TenantChange{Properties: map[string][]string{"users": {"x"}}})
	b.scan("users")
	b.wantList("epochs", epochs(), "held", "filter", "held", "off", "on", "properties", "held")
}

// TestLinksOfRestored: what became of an object's links while it was out of sight
// is no change, whichever chain tells first that it is back.
func TestLinksOfRestored(t *testing.T) {
	for _, usersFirst := range []bool{true, false} {
		b := newBench(t)
		b.scan("users", user("u1", "A"), user("u2", "B"))
		b.scan("groups", object("g1", `{}`, gains("u1"), gains("u2")), object("g2", `{}`))
		b.delta("users", removed("u1", entra.SoftDeleted))
		b.begin()
		tell := []func(){
			func() { b.delta("users", user("u1", "A")) },
			func() { b.delta("groups", object("g1", `{}`, loses("u1")), object("g2", `{}`, gains("u1"))) },
		}
		if !usersFirst {
			slices.Reverse(tell)
		}
		for _, f := range tell {
			f()
		}
		b.wantList("members", b.members(), "g1>u2", "g2>u1")
		b.wantChanges("deleted u1", "restored u1")
		b.begin()
		b.delta("groups", object("g2", `{}`, loses("u1")))
		b.wantChanges("deleted u1", "restored u1", "member_removed g2 u1")
		b.sound()
	}
}

// TestLinksToDeletedOutliveAScan: a full scan need not show links to who is deleted, and when
// that one is restored, nothing tells them again.
func TestLinksToDeletedOutliveAScan(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("groups", object("g1", `{}`, gains("u1"), gains("u2")))
	b.delta("users", removed("u1", entra.SoftDeleted))
	b.begin()
	b.scan("groups", object("g1", `{}`, gains("u2")))
	b.wantList("while it is deleted", b.members(), "g1>u2")
	b.delta("users", user("u1", "A"))
	b.wantList("once it is restored", b.members(), "g1>u1", "g1>u2")
	b.sound()
}

// TestLinksAreSearchedAndCounted: by the name and the id of the other end, now and then,
// in pages, and in the order in which they lie.
func TestLinksAreSearchedAndCounted(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "Anna_Berg"), user("u2", `Be"rt`), user("u3", "annabell"), user("gone", "Anna too"))
	b.scan("groups", object("g1", `{"displayName":"Annas group"}`, gains("u1"), gains("u2"), gains("u3"), gains("gone"), gains("x-anna"), contains("g2")), object("g2", `{"displayName":"Other"}`, gains("u1")))
	then := b.mark()
	b.begin()
	b.delta("users", removed("gone", entra.SoftDeleted), user("u3", "Bella"))
	b.delta("groups", object("g1", `{}`, loses("u1")))
	other := func(q LinkQuery) (out []string) {
		q.Names = true
		for l, err := range b.Links(t.Context(), b.tenant.Key, q) {
			b.must(err)
			end := l.Target
			if q.Target != "" {
				end = l.Source
			}
			out = append(out, end.ID)
		}
		if n, err := b.LinkCount(t.Context(), b.tenant.Key, q); err != nil || (n != len(out) && q.Range == (Range{})) {
			t.Errorf("%+v: counted %d, given %d: %v", q, n, len(out), err)
		}
		slices.Sort(out)
		return out
	}
	for _, c := range []struct {
		q    LinkQuery
		want string
	}{
		{LinkQuery{Source: "g1"}, "g2 u2 u3 x-anna"},
		{LinkQuery{Source: "g1", At: then}, "g2 gone u1 u2 u3 x-anna"},
		{LinkQuery{Source: "g1", Search: " ANNA "}, "x-anna"},
		{LinkQuery{Source: "g1", Search: "anna", At: then}, "gone u1 u3 x-anna"},
		{LinkQuery{Source: "g1", Search: "a_b", At: then}, "u1"},
		{LinkQuery{Source: "g1", Search: `e"R`}, "u2"},
		{LinkQuery{Source: "g1", Search: "displayName"}, ""},
		{LinkQuery{Target: "u1", Search: "anna"}, ""},
		{LinkQuery{Target: "u1", Search: "anna", At: then}, "g1"},
		{LinkQuery{Target: "u1", Search: "other", Class: "groups", Relation: entra.Members}, "g2"},
		{LinkQuery{Search: "other"}, "g2 u1"},
		{LinkQuery{Sources: []string{"g1", "g2", "nobody"}, Class: "groups"}, "g2 u1 u2 u3 x-anna"},
		{LinkQuery{Sources: []string{}}, ""},
	} {
		for _, c.q.AsHeld = range []bool{false, true} {
			if got := strings.Join(other(c.q), " "); got != c.want {
				t.Errorf("%+v: %q, want %q", c.q, got, c.want)
			}
		}
	}
	var paged []string
	for at := range 6 {
		paged = append(paged, other(LinkQuery{Source: "g1", AsHeld: true, At: then, Range: Range{Offset: at, Limit: 1}})...)
	}
	slices.Sort(paged)
	b.wantList("page by page", paged, "g2", "gone", "u1", "u2", "u3", "x-anna")
	for at, want := range map[time.Time]string{{}: "[{groups members false 4} {groups members true 0}]", then: "[{groups members false 6} {groups members true 0}]"} {
		counts, err := b.RelationCounts(t.Context(), b.tenant.Key, "g1", at)
		if counts = append(counts, RelationCount{"groups", "members", true, 0}); err != nil || fmt.Sprint(counts) != want {
			t.Errorf("counts at %v: %v, %v", at, counts, err)
		}
	}
	read := func(text string, args []any) (out []string) {
		for l, err := range stream(t.Context(), b.read, scanLink, query{"reading failed", text, args}) {
			b.must(err)
			out = append(out, fmt.Sprint(l))
		}
		return out
	}
	for _, q := range []where.Links{{Source: "g1"}, {Source: "g1", Relation: entra.Members, Class: "groups"}, {Source: "g1", Class: "users"}, {Source: "gone"}, {Source: "g2", Names: true}} {
		q.Tenant, q.AsHeld = b.tenant.Key, true
		for offset := range 5 {
			plain, args := q.Select()
			want := read(plain, append(args, 2, offset))
			q.Many = true
			keys, args := q.Select()
			if got := read(keys, append(args, 2, offset)); keys == plain || !slices.Equal(got, want) {
				t.Errorf("%+v from %d on, by keys alone: %q, want %q", q, offset, got, want)
			}
			count, args := q.Count()
			q.Many = false
			every, more := q.Count()
			if got, want := b.number(count, args...), b.number(every, more...); got != want {
				t.Errorf("%+v, by keys alone: %d, want %d", q, got, want)
			}
		}
	}
	for _, id := range []string{"g1", "g2", "gone"} {
		counts := func(many bool) (out []string) {
			text, args := where.Links{Tenant: b.tenant.Key, Source: id, Many: many}.Counts()
			scan := func(row scanner) (c RelationCount, err error) { return c, row.Scan(&c.Class, &c.Relation, &c.Count) }
			for c, err := range stream(t.Context(), b.read, scan, query{"counting failed", text, args}) {
				b.must(err)
				out = append(out, fmt.Sprint(c))
			}
			return out
		}
		b.wantList("counts of "+id+" by keys alone", counts(true), counts(false)...)
	}
	up, err := b.RelationCounts(t.Context(), b.tenant.Key, "u1", time.Time{})
	if b.must(err); fmt.Sprint(up) != "[{groups members true 1}]" {
		t.Errorf("upwards: %v", up)
	}
	ends, err := b.Ends(t.Context(), b.tenant.Key, "groups", []string{"g2", "g1"}, time.Time{})
	if b.must(err); ends["g2"]["members"].Name != "Anna_Berg" || len(ends) != 2 {
		t.Errorf("ends: %v", ends)
	}
}
