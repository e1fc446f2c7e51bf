package store

import (
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// What is counted is what is given, for every way to ask.
func TestChangesAreCountedAsGiven(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "Ann"), user("u2", "Bob"))
	b.scan("groups", object("g1", `{"displayName":"Staff"}`, gains("u1")))
	between := b.mark()
	b.delta("users", user("u1", "Anna"), user("u3", "Cem"))
	b.delta("users", removed("u2", entra.SoftDeleted))
	var all []entra.Change
	for x, err := range b.Changes(b.Context(), b.tenant.Key, ChangeQuery{}) {
		b.must(err)
		all = append(all, x)
	}
	if len(all) == 0 {
		t.Fatal("nothing has changed")
	}
	for name, q := range map[string]ChangeQuery{
		"all": {}, "of a class": {Class: "users"}, "of a class without any": {Class: "devices"}, "of a kind": {Kinds: []entra.ChangeKind{entra.Updated}}, "searched": {Search: "ann"},
		"by the id of an object": {ID: "u1"}, "of a property": {Property: "displayname"}, "since": {Since: between}, "until": {Until: between}, "several": {Class: "users", Search: "b", Since: between},
	} {
		given := map[bool][3]int64{}
		n, middle := 0, all[len(all)/2].Time
		for x, err := range b.Changes(b.Context(), b.tenant.Key, q) {
			b.must(err)
			n++
			counts := given[!x.Time.Before(middle)]
			switch x.Kind {
			case entra.Added, entra.Restored:
				counts[0]++
			case entra.ChangeDeleted:
				counts[2]++
			default:
				counts[1]++
			}
			given[!x.Time.Before(middle)] = counts
		}
		if counted, err := b.ChangeCount(b.Context(), b.tenant.Key, q); err != nil || counted != n {
			t.Errorf("%s: %d are counted, %d are given, %v", name, counted, n, err)
		}
		days, err := b.ChangesByDay(b.Context(), b.tenant.Key, q, []time.Time{middle.Add(-24 * time.Hour), middle})
		b.must(err)
		for i, d := range days {
			if got := [3]int64{d.Added, d.Updated, d.Deleted}; got != given[i == 1] {
				t.Errorf("%s: day %d counts %v, given are %v", name, i, got, given[i == 1])
			}
		}
	}
}

// What happened to an object is what happened to the links that lead to it, too, and what was given to it; another
// with the same id, in a space of its own, has no part in it.
func TestChangesOfAnObjectFromBothSides(t *testing.T) {
	b := newBench(t)
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "groups", "roleAssignments"}}))
	b.scan("users", user("u1", "A"), user("u2", "Z"))
	b.scan("groups", object("g1", `{"displayName":"Staff"}`))
	b.scan("riskyUsers", object("u1", `{"riskLevel":"low"}`))
	b.scan("roleAssignments", object("r0", `{"principalId":"u1","roleDefinitionId":"d"}`), object("r2", `{"principalId":"u2","roleDefinitionId":"d"}`))
	b.begin()
	b.scan("users", user("u1", "B"), user("u2", "Y"))
	b.scan("groups", object("g1", `{"displayName":"Staff"}`, gains("u1"), gains("u2")))
	b.scan("riskyUsers", object("u1", `{"riskLevel":"high"}`))
	b.comesTo("roleAssignments", object("r1", `{"principalId":"u1","roleDefinitionId":"d"}`), removed("r0", entra.Gone))
	for want, q := range map[string]ChangeQuery{
		"updated users, member_added groups, deleted roleAssignments, added roleAssignments": {Of: "users", ID: "u1", Both: true},
		"member_added groups":   {Of: "users", ID: "u1", Both: true, Search: "staff"},
		"added roleAssignments": {ID: "u1", Both: true, Class: "roleAssignments", Kinds: []entra.ChangeKind{entra.Added}},
		"":                      {Of: "riskyUsers", ID: "u1", Both: true}, // it is not in the group
		"updated users":         {Class: "users", ID: "u1"},
	} {
		var got []string
		for x, err := range b.Changes(b.Context(), b.tenant.Key, q) {
			b.must(err)
			got = append(got, string(x.Kind)+" "+x.Class)
		}
		n, err := b.ChangeCount(b.Context(), b.tenant.Key, q)
		b.must(err)
		if strings.Join(got, ", ") != want || n != len(got) {
			t.Errorf("%+v: %q, %d are counted, want %q", q, got, n, want)
		}
	}
}
