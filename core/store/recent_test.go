package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestRecentChanges(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "Ann"), user("u2", "Bob"))
	b.delta("users", user("u1", "Anna"))
	b.delta("users", user("u2", "Bobby"))
	recent, err := b.RecentChanges(b.Context(), 2)
	b.must(err)
	var got []string
	for _, x := range recent {
		got = append(got, fmt.Sprint(x.Tenant == b.tenant.Key, x.Class, x.ID, x.Kind, x.DisplayName, !x.Time.IsZero()))
	}
	want := []string{fmt.Sprint(true, "users", "u2", "updated", "Bobby", true), fmt.Sprint(true, "users", "u1", "updated", "Anna", true)}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if first, err := b.RecentChanges(b.Context(), 1); err != nil || len(first) != 1 || first[0].ID != "u2" {
		t.Errorf("with a limit of one: %v, %v", first, err)
	}
}

// Changes are told by names: those of what is away, too, and of what only the properties name.
func TestChangesKnowTheNamesOfWhatTheyNameByIDs(t *testing.T) {
	b := newBench(t)
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "roleAssignments", "roleDefinitions"}}))
	b.scan("users", user("u1", "Ines Roth"), user("u2", "Dirk Vogel"))
	const role = "11111111-2222-3333-4444-555555555555"
	b.scan("roleDefinitions", object(role, `{"displayName":"Global Reader"}`))
	for _, all := range [][]entra.Object{{object("a0", `{}`)}, {object("a1", `{"directoryScopeId":"/","principalId":"u1","roleDefinitionId":"`+role+`"}`), object("a2", `{"principalId":"gone","roleDefinitionId":"`+role+`"}`)}} {
		b.begin()
		r := b.round(Poll, "roleAssignments")
		b.page("roleAssignments", "", "", all...)
		_, err := b.Complete(b.Context(), r, "", Verdict{})
		b.must(err)
		b.end("roleAssignments")
	}
	b.delta("users", removed("u1", entra.Gone))
	recent, err := b.RecentChanges(b.Context(), 20)
	b.must(err)
	byID := map[string]entra.Change{}
	for _, x := range recent {
		byID[x.ID] = x.Change
	}
	for id, want := range map[string]string{"u1": "Ines Roth", role: "Global Reader", "gone": ""} {
		of := "a1"
		if id == "gone" {
			of = "a2"
		}
		if got := byID[of].Ends[id].Name; got != want {
			t.Errorf("%s is called %q, want %q", id, got, want)
		}
	}
	if c := byID["a1"]; len(c.After) == 0 || c.Kind != entra.Added {
		t.Errorf("what was before and after is not told: %+v", c)
	}
}

// An update tells only what differs: what it is of is known by what the object refers to, or did when it went.
func TestUpdatesKnowWhatTheirObjectRefersTo(t *testing.T) {
	b := newBench(t)
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "groups", "roleAssignmentSchedules", "roleDefinitions"}}))
	b.scan("users", user("u1", "Ines Roth"), user("u2", "Dirk Vogel"))
	b.scan("roleDefinitions", object("role", `{"displayName":"Global Reader"}`))
	schedule := func(id, who, status string) entra.Object {
		return object(id, `{"principalId":"`+who+`","roleDefinitionId":"role","status":"`+status+`"}`)
	}
	for _, all := range [][]entra.Object{{schedule("s1", "u1", "new"), schedule("s2", "u2", "new")}, {schedule("s1", "u1", "old"), schedule("s2", "u2", "old")}, {schedule("s1", "u1", "old")}} {
		b.begin()
		r := b.round(Poll, "roleAssignmentSchedules")
		b.page("roleAssignmentSchedules", "", "", all...)
		_, err := b.Complete(b.Context(), r, "", Verdict{})
		b.must(err)
		b.end("roleAssignmentSchedules")
	}
	b.delta("users", user("u1", "Ines Braun"))
	recent, err := b.RecentChanges(b.Context(), 20)
	b.must(err)
	updates := map[string]entra.Change{}
	for _, x := range recent {
		if x.Kind == entra.Updated {
			updates[x.ID] = x.Change
		}
	}
	for id, who := range map[string]string{"s1": "Ines Braun", "s2": "Dirk Vogel"} {
		var names []string
		for _, l := range updates[id].Leads {
			names = append(names, l.Relation+" "+updates[id].Ends[l.Target].Name)
		}
		if slices.Sort(names); !slices.Equal(names, []string{"principal " + who, "roleDefinition Global Reader"}) {
			t.Errorf("%s refers to %q", id, names)
		}
	}
	if updates["u1"].Leads != nil {
		t.Errorf("a user has a name of its own, and refers to %v", updates["u1"].Leads)
	}
}

func TestChangesKnowTheNamesOfLicences(t *testing.T) {
	b := newBench(t)
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "subscribedSkus"}}))
	const sku = "05e9a617-0261-4cee-bb44-138d3ef5d965"
	b.scan("subscribedSkus", object("t_"+sku, `{"skuId":"`+sku+`","skuPartNumber":"SPE_E3"}`))
	b.scan("users", user("u1", "Ines Roth"))
	b.delta("users", object("u1", `{"assignedLicenses":[{"disabledPlans":[],"skuId":"`+sku+`"},{"disabledPlans":[],"skuId":"none"}]}`))
	recent, err := b.RecentChanges(b.Context(), 1)
	b.must(err)
	if len(recent) != 1 || recent[0].Ends[sku].Name != "SPE_E3" || recent[0].Ends["none"].Name != "" {
		t.Errorf("%+v", recent)
	}
	held := b.mark()
	called := func(what string, at time.Time, want string) {
		t.Helper()
		named, err := b.Licences(b.Context(), b.tenant.Key, at)
		if b.must(err); len(named) != 1 || named[sku].Name != want || named[sku].ID != "t_"+sku {
			t.Errorf("%s the licences are %v", what, named)
		}
	}
	called("now", time.Time{}, "SPE_E3")
	b.begin()
	b.scan("subscribedSkus", object("t_"+sku, `{"skuId":"`+sku+`","skuPartNumber":"RENAMED"}`))
	called("renamed,", time.Time{}, "RENAMED")
	b.begin()
	b.delta("subscribedSkus", removed("t_"+sku, entra.Gone))
	called("once they had ended,", time.Time{}, "RENAMED")
	called("as of then,", held, "SPE_E3")
	b.wantList("whose licences of then are looked for", b.held("users", ObjectQuery{At: held, Search: "spe_e3"}), "u1:Ines Roth")
}

// TestChangesAreFoundByTheirNames: who reads in what changed that somebody got a role finds it by the person and by the
// role, after it was taken away, too.
func TestChangesAreFoundByTheirNames(t *testing.T) {
	b := newBench(t)
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "roleDefinitions", "roleAssignments", "servicePrincipals", "appRoleAssignments", "subscribedSkus"}}))
	b.scan("users", user("u1", "Ines Roth"), user("u2", "Dirk Vogel"), user("u3", "Gone Person"))
	b.scan("subscribedSkus", object("t_s1", `{"skuId":"s1","skuPartNumber":"SPE_E3"}`), object("t_s2", `{"skuId":"s2","skuPartNumber":"VISIO"}`))
	b.scan("servicePrincipals", object("p1", `{"displayName":"Payroll","appRoles":[{"id":"ROLE1","displayName":"Read all","value":"Data.Read"}]}`),
		object("p2", `{"displayName":"Other","appRoles":[{"id":"role1","displayName":"Chief","value":""}]}`))
	b.scan("appRoleAssignments", object("x1", `{"principalId":"u1","resourceId":"p1","appRoleId":"role1"}`))
	b.scan("roleDefinitions", object("d1", `{"displayName":"Global Reader"}`))
	b.scan("roleAssignments", object("r1", `{"principalId":"u1","roleDefinitionId":"d1"}`))
	b.begin()
	b.comesTo("roleAssignments", object("r2", `{"principalId":"u2","roleDefinitionId":"d1"}`), removed("r1", entra.Gone))
	b.comesTo("appRoleAssignments", object("x2", `{"principalId":"u2","resourceId":"p2","appRoleId":"role1"}`), removed("x1", entra.Gone))
	b.comesTo("appRoleAssignments", object("x3", `{"principalId":"u3","resourceId":"p2","appRoleId":"00000000-0000-0000-0000-000000000000"}`))
	b.comes(object("u1", `{"displayName":"Ines Roth","assignedLicenses":[{"skuId":"S1"}]}`), removed("u3", entra.Gone))
	b.comesTo("subscribedSkus", object("t_s2", `{"skuId":"s2","skuPartNumber":"VISIO","capabilityStatus":"Warning"}`), removed("t_s1", entra.Gone))
	for text, want := range map[string][]string{"ines": {"deleted r1", "deleted x1", "updated u1"}, "VOGEL": {"added r2", "added x2"}, "global read": {"deleted r1", "added r2"}, "nobody": nil,
		"data.read": {"deleted x1"}, "Read all (": {"deleted x1"}, "chief": {"added x2"}, "default acc": {"added x3"}, "gone pers": {"added x3", "deleted u3"},
		"spe_e": {"updated u1", "deleted t_s1"}, "visio": {"updated t_s2"}} {
		q := ChangeQuery{Search: text}
		var got []string
		for x, err := range b.Changes(t.Context(), b.tenant.Key, q) {
			b.must(err)
			got = append(got, string(x.Kind)+" "+x.ID)
		}
		b.wantList(text, got, want...)
		if n, err := b.ChangeCount(t.Context(), b.tenant.Key, q); n != len(want) || err != nil {
			t.Errorf("%q: %d are counted, want %d: %v", text, n, len(want), err)
		}
	}
}
