package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/searchindex"
)

// newNamesBench is a store that indexes all classes, by segments of a block.
func newNamesBench(t *testing.T) *bench {
	b := newSearchBench(t)
	b.index = searchindex.Sizes{Segment: 16, Scanned: 1}
	var classes []string
	for _, c := range entra.Classes() {
		classes = append(classes, c.Name)
	}
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: classes}))
	return b
}

// nameless holds what shows others by name: assignments of roles, what was activated, roles of apps, licences,
// policies.
func nameless(t *testing.T) *bench {
	b := newNamesBench(t)
	b.scan("users", object("u1", `{"displayName":"Anna Ö"}`), object("u2", `{"displayName":"Bert","assignedLicenses":[{"skuId":"S1","disabledPlans":[]}]}`),
		object("u3", `{"displayName":"Gone"}`), object("a0000000-0000-0000-0000-000000000004", `{"displayName":"Cleo","assignedLicenses":[{"skuId":"s2","disabledPlans":["x"]}]}`))
	b.scan("groups", object("a0000000-0000-0000-0000-000000000005", `{"displayName":"Staff"}`))
	b.scan("subscribedSkus", object("t_s1", `{"skuId":"s1","skuPartNumber":"SPE_E3"}`), object("t_s2", `{"skuId":"s2","skuPartNumber":"VISIO"}`))
	b.scan("roleDefinitions", object("d1", `{"displayName":"Global Administrator"}`), object("d2", `{"displayName":"Global Reader"}`))
	b.scan("roleAssignments", object("r1", `{"principalId":"u1","roleDefinitionId":"d1","directoryScopeId":"/"}`), object("r2", `{"principalId":"u2","roleDefinitionId":"d2","directoryScopeId":"/"}`),
		object("r3", `{"principalId":"u3","roleDefinitionId":"d1","directoryScopeId":"/"}`), object("r4", `{"principalId":"nobody","roleDefinitionId":"d2","condition":"Bert"}`))
	b.scan("roleEligibilitySchedules", object("e1", `{"principalId":"u2","roleDefinitionId":"d1"}`))
	b.scan("roleAssignmentSchedules", object("s1", `{"principalId":"u1","roleDefinitionId":"d2","activatedUsing":"e1"}`))
	b.scan("servicePrincipals", object("p1", `{"displayName":"App","appRoles":[{"id":"ROLE1","displayName":"Read all","value":"Data.Read"},{"id":"role2","displayName":"Admin","value":"Admin"}]}`),
		object("p2", `{"displayName":"Other app","appRoles":[{"id":"role2","displayName":"Chief","value":""}]}`))
	b.scan("appRoleAssignments", object("x1", `{"principalId":"u1","resourceId":"p1","appRoleId":"role1"}`), object("x2", `{"principalId":"u1","resourceId":"p1","appRoleId":"role2"}`),
		object("x3", `{"principalId":"u2","resourceId":"p2","appRoleId":"role2"}`), object("x4", `{"principalId":"u2","resourceId":"p2","appRoleId":"00000000-0000-0000-0000-000000000000"}`))
	b.scan("conditionalAccessPolicies", object("c1", `{"displayName":"Rule","conditions":{"users":{"includeUsers":["All"],"excludeUsers":["A0000000-0000-0000-0000-000000000004"],"includeGroups":["a0000000-0000-0000-0000-000000000005"]}}}`),
		object("c2", `{"displayName":"Empty","conditions":{"users":{"includeUsers":["All"],"excludeGroups":null}}}`))
	b.delta("users", entra.Object{ID: "u3", Removed: entra.SoftDeleted})
	return b
}

func (b *bench) ids(q ObjectQuery) (out []string) {
	b.Helper()
	for o, err := range b.Objects(b.Context(), b.tenant.Key, q) {
		b.must(err)
		out = append(out, o.ID)
	}
	return out
}

// wantNamed asks in all ways in which names can be found: with the search index and without, and where too many
// have the name to gather them.
func (b *bench) wantNamed(what string, q ObjectQuery, want ...string) {
	b.Helper()
	for _, most := range []int{0, 1, 1000} {
		b.named = most
		if got := b.ids(q); !slices.Equal(got, want) {
			b.Errorf("%s, at most %d: %q, want %q", what, most, got, want)
		}
		if n, err := b.ObjectCount(b.Context(), b.tenant.Key, q); n != len(want) || err != nil {
			b.Errorf("%s, at most %d: counted %d, want %d: %v", what, most, n, len(want), err)
		}
	}
}

// TestWhatIsShownByNameIsFoundByIt: whoever reads a name on the screen can search for it and filter by it.
func TestWhatIsShownByNameIsFoundByIt(t *testing.T) {
	b := nameless(t)
	at := b.mark()
	searches := []struct {
		class, text string
		want        []string
	}{
		{"roleAssignments", "global admin", []string{"r1", "r3"}}, // of r3 the one who has it is deleted, the role is not
		{"roleAssignments", "gone", nil},
		{"roleAssignments", "bert", []string{"r2", "r4"}}, // r4 by a text of its own
		{"roleAssignments", "anna Ö", []string{"r1"}},
		{"roleAssignments", "a", []string{"r1", "r2", "r3", "r4"}},
		{"roleAssignments", "nothing", nil},
		{"roleAssignmentSchedules", "bert", []string{"s1"}}, // activated from the eligible role that Bert has
		{"roleEligibilitySchedules", "anna", nil},
		{"appRoleAssignments", "read all (data", []string{"x1"}},
		{"appRoleAssignments", "admin", []string{"x2"}}, // the other app calls the same id otherwise
		{"appRoleAssignments", "chief", []string{"x3"}},
		{"appRoleAssignments", "default acc", []string{"x4"}},
		{"appRoleAssignments", "other app", []string{"x3", "x4"}},
		{"users", "spe_e3", []string{"u2"}},
		{"users", "visio", []string{"a0000000-0000-0000-0000-000000000004"}},
		{"users", "staff", nil},
		{"conditionalAccessPolicies", "staff", []string{"c1"}},
		{"conditionalAccessPolicies", "cleo", []string{"c1"}},
	}
	filters := []struct {
		class, filter string
		want          []string
	}{
		{"roleAssignments", `roleDefinitionId = "global administrator"`, []string{"r1", "r3"}},
		{"roleAssignments", `roleDefinitionId = d2`, []string{"r2", "r4"}},
		{"roleAssignments", `roleDefinitionId starts with Global`, []string{"r1", "r2", "r3", "r4"}},
		{"roleAssignments", `roleDefinitionId contains Reader`, []string{"r2", "r4"}},
		{"roleAssignments", `roleDefinitionId != "Global Reader"`, []string{"r1", "r3"}},
		{"roleAssignments", `roleDefinitionId not contains admin`, []string{"r2", "r4"}},
		{"roleAssignments", `principalId contains Global`, nil},
		{"roleAssignments", `principalId has value`, []string{"r1", "r2", "r3", "r4"}},
		{"roleAssignmentSchedules", `activatedUsing = Bert`, []string{"s1"}},
		{"appRoleAssignments", `appRoleId = "Read all (Data.Read)"`, []string{"x1"}},
		{"appRoleAssignments", `resourceId = App`, []string{"x1", "x2"}},
		{"users", `assignedLicenses contains VISIO`, []string{"a0000000-0000-0000-0000-000000000004"}},
		{"users", `assignedLicenses/skuId = spe_e3`, []string{"u2"}},
		{"users", `assignedLicenses/disabledPlans = spe_e3`, nil},
		{"conditionalAccessPolicies", `conditions/includeGroups = Staff`, []string{"c1"}},
		{"conditionalAccessPolicies", `conditions/excludeUsers = Staff`, nil},
		{"conditionalAccessPolicies", `conditions contains cleo`, []string{"c1"}},
	}
	for _, indexed := range []bool{false, true} {
		for _, s := range searches {
			b.wantNamed(fmt.Sprintf("%s %q, indexed %v", s.class, s.text, indexed), ObjectQuery{Class: s.class, Search: s.text}, s.want...)
			b.wantNamed(fmt.Sprintf("%s %q sorted, indexed %v", s.class, s.text, indexed), ObjectQuery{Class: s.class, Search: s.text, Sort: "id"}, slices.Sorted(slices.Values(s.want))...)
			b.wantNamed(fmt.Sprintf("%s %q then", s.class, s.text), ObjectQuery{Class: s.class, Search: s.text, At: at}, s.want...)
		}
		for _, f := range filters {
			c, err := entra.ParseCondition(f.filter)
			b.must(err)
			b.wantNamed(fmt.Sprintf("%s, indexed %v", f.filter, indexed), ObjectQuery{Class: f.class, Filters: []entra.Condition{c}}, f.want...)
			b.wantNamed(f.filter+" then", ObjectQuery{Class: f.class, Filters: []entra.Condition{c}, At: at}, f.want...)
		}
		b.must(b.Index(b.Context(), b.tenant.Key))
	}
	b.wantNamed("both", ObjectQuery{Class: "roleAssignments", Search: "bert", Filters: []entra.Condition{{Property: "roleDefinitionId", Op: entra.OpContains, Value: "reader"}}}, "r2", "r4")
	b.wantNamed("by two names", ObjectQuery{Class: "roleAssignments", Search: "anna", Filters: []entra.Condition{{Property: "roleDefinitionId", Op: entra.OpContains, Value: "reader"}}})
}

// TestGivenInOrder: what is shown by a name is sorted by it, now and then, those last that have none.
func TestGivenInOrder(t *testing.T) {
	b := nameless(t)
	b.comesTo("appRoleAssignments", object("x5", `{"principalId":"u2","resourceId":"p2","appRoleId":"unknown"}`))
	for _, at := range []time.Time{{}, b.mark()} {
		q := ObjectQuery{Class: "appRoleAssignments", Sort: "appRoleName", At: at}
		b.wantList("in order", b.ids(q), "x2", "x3", "x4", "x1", "x5")
		q.Descending = true
		b.wantList("the other way round", b.ids(q), "x1", "x4", "x3", "x2", "x5")
		q.Range = Range{Offset: 1, Limit: 2}
		b.wantList("a page of it", b.ids(q), "x4", "x3")
	}
}

// TestLedInOrder: what ids lead to is sorted by the names that stand in their place, now and then, those last that show
// none: of whom is deleted, or not known.
func TestLedInOrder(t *testing.T) {
	b := nameless(t)
	for id, principal := range map[string]string{"e2": "u1", "e3": "u3"} {
		b.comesTo("roleEligibilitySchedules", object(id, `{"principalId":"`+principal+`"}`))
	}
	for _, o := range []entra.Object{object("s2", `{"principalId":"u2","activatedUsing":"e2"}`), object("s3", `{"activatedUsing":"e3"}`), object("s4", `{"activatedUsing":""}`)} {
		b.comesTo("roleAssignmentSchedules", o)
	}
	b.delta("users", object("u1", `{}`, entra.Link{Relation: "manager", Target: "u2"}), object("u2", `{}`, entra.Link{Relation: "manager", Target: "u1"}), object("a0000000-0000-0000-0000-000000000004", `{}`, entra.Link{Relation: "manager", Target: "u3"}))
	for range 2 {
		for _, at := range []time.Time{{}, b.mark()} {
			for _, s := range []struct {
				class, key string
				want       []string
				backwards  []string
			}{
				{"roleAssignments", "principalName", []string{"r1", "r2", "r3", "r4"}, []string{"r2", "r1", "r4", "r3"}},
				{"roleAssignments", "roleDefinitionName", []string{"r1", "r3", "r2", "r4"}, []string{"r4", "r2", "r3", "r1"}},
				{"roleAssignments", "scopeName", []string{"r1", "r2", "r3", "r4"}, []string{"r4", "r3", "r2", "r1"}},
				{"appRoleAssignments", "resourceName", []string{"x1", "x2", "x3", "x4"}, []string{"x4", "x3", "x2", "x1"}},
				{"roleAssignmentSchedules", "activatedUsingName", []string{"s2", "s1", "s3", "s4"}, []string{"s1", "s2", "s4", "s3"}},
				{"users", "managerName", []string{"u2", "u1", "a0000000-0000-0000-0000-000000000004"}, []string{"u1", "u2", "a0000000-0000-0000-0000-000000000004"}},
			} {
				q := ObjectQuery{Class: s.class, Sort: s.key, At: at}
				b.wantList(s.class+" by "+s.key, b.ids(q), s.want...)
				q.Descending = true
				b.wantList(s.class+" backwards by "+s.key, b.ids(q), s.backwards...)
				q.Range = Range{Offset: 1, Limit: 2}
				b.wantList("a page of "+s.class, b.ids(q), s.backwards[1:3]...)
				q.Offset = 2
				b.wantList("the end of "+s.class, b.ids(q), s.backwards[2:]...)
			}
		}
		b.must(b.Index(b.Context(), b.tenant.Key))
	}
	q := ObjectQuery{Class: "roleAssignments", Sort: "principalName", Descending: true, Search: "global administrator"}
	b.wantList("found, in order", b.ids(q), "r1", "r3")
}

// No property of a class is called as the name that its objects are sorted by in the place of an id.
func TestLedNamesAreNoProperties(t *testing.T) {
	for _, c := range entra.Classes() {
		for key := range c.LedNames() {
			if slices.Contains(c.Select, key) || slices.Contains(c.Columns, key) {
				t.Errorf("%s has %s", c.Name, key)
			}
		}
	}
}

// TestNamesComplete: what a filter's value is completed by is what is shown.
func TestNamesComplete(t *testing.T) {
	b := nameless(t)
	for _, c := range []struct {
		class, property, text string
		want                  []string
	}{
		{"roleAssignments", "roleDefinitionId", "", []string{"Global Administrator", "Global Reader"}},
		{"roleAssignments", "roleDefinitionId", "read", []string{"Global Reader"}},
		{"roleAssignments", "principalId", "", []string{"Anna Ö", "Bert"}},
		{"roleAssignments", "condition", "", []string{"Bert"}},
		{"users", "assignedLicenses", "", []string{"SPE_E3", "VISIO"}},
		{"users", "assignedLicenses/skuId", "vis", []string{"VISIO"}},
		{"users", "assignedLicenses/disabledPlans", "", nil},
		{"conditionalAccessPolicies", "conditions/includeGroups", "", []string{"Staff"}},
	} {
		uses, err := b.Values(b.Context(), b.tenant.Key, ValueQuery{Class: c.class, Property: c.property, Text: c.text, Names: true, Most: 10})
		b.must(err)
		var got []string
		for _, u := range uses {
			got = append(got, u.Value)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s %s %q: %q, want %q", c.class, c.property, c.text, got, c.want)
		}
	}
}

// TestNamesAreFoundAmongMany: the search index leaves few of many to look at, and finds who shows a name behind its ends.
func TestNamesAreFoundAmongMany(t *testing.T) {
	b := newNamesBench(t)
	var users, grants []entra.Object
	for i := range 300 {
		users = append(users, object(fmt.Sprintf("u%d", i), fmt.Sprintf(`{"displayName":"Person %03d"}`, i)))
		grants = append(grants, object(fmt.Sprintf("r%d", i), fmt.Sprintf(`{"principalId":"u%d","roleDefinitionId":"d"}`, 299-i)))
	}
	b.scan("users", users...)
	b.scan("roleAssignments", grants...)
	b.must(b.Index(b.Context(), b.tenant.Key))
	b.delta("users", object("u7", `{"displayName":"Renamed"}`))
	b.scan("roleAssignments", append(grants, object("last", `{"principalId":"u7"}`))...)
	for _, most := range []int{0, 40, 1000} {
		b.named = most
		for text, want := range map[string][]string{"person 007": nil, "renamed": {"r292", "last"}, "person 01": {"r280", "r281", "r282", "r283", "r284", "r285", "r286", "r287", "r288", "r289"}} {
			if got := b.ids(ObjectQuery{Class: "roleAssignments", Search: text}); !slices.Equal(got, want) {
				t.Errorf("%q, at most %d: %q, want %q", text, most, got, want)
			}
		}
	}
}

// TestNamesThen: what Graph repeats of others has no past of its own, so the past names them as they were called
// then, wherever it is shown: in rows, searches, filters, orders, and what differs between two moments.
func TestNamesThen(t *testing.T) {
	b := newNamesBench(t)
	b.scan("users", object("u1", `{"displayName":"Anna","userPrincipalName":"anna@x"}`), object("u2", `{"displayName":"Bert","userPrincipalName":"bert@x"}`))
	b.scan("servicePrincipals", object("p1", `{"displayName":"Payroll","appRoles":[{"id":"role1","displayName":"Read","value":"Read"}]}`))
	assigned := func(id, principal string) entra.Object {
		return object(id, `{"principalId":"`+principal+`","resourceId":"p1","appRoleId":"role1","principalDisplayName":"as Graph says","resourceDisplayName":"as Graph says"}`)
	}
	b.scan("appRoleAssignments", assigned("x2", "u2"), assigned("x1", "u1"), assigned("x3", "nobody"))
	b.scan("licenseAssignmentStates", object("u1", `{"licenseAssignmentStates":[],"userPrincipalName":"as Graph says"}`))
	first := b.mark()
	b.begin()
	b.delta("users", object("u1", `{"displayName":"Zoe","userPrincipalName":"zoe@x"}`))
	b.scan("servicePrincipals", object("p1", `{"displayName":"Salaries","appRoles":[{"id":"role1","displayName":"Audit","value":"Audit"}]}`))
	b.comesTo("appRoleAssignments", assigned("x4", "u1"), removed("x1", entra.Gone))
	second := b.mark()
	b.begin()
	b.delta("users", object("u1", `{"displayName":"Anna Now","userPrincipalName":"now@x"}`), removed("u2", entra.Gone))
	b.scan("servicePrincipals", object("p1", `{"displayName":"Now","appRoles":[{"id":"role1","displayName":"Now","value":"Now"}]}`))

	rows := func(class, property string, q ObjectQuery) (out []string) {
		q.Class = class
		for o, err := range b.Objects(t.Context(), b.tenant.Key, q) {
			b.must(err)
			out = append(out, o.ID+" "+o.Properties.Text(property))
		}
		return out
	}
	const class, who, what = "appRoleAssignments", "principalDisplayName", "resourceDisplayName"
	b.wantList("whom", sorted(rows(class, who, ObjectQuery{At: first})), "x1 Anna", "x2 Bert", "x3 ")
	b.wantList("whom later", sorted(rows(class, who, ObjectQuery{At: second})), "x2 Bert", "x3 ", "x4 Zoe")
	b.wantList("of what", sorted(rows(class, what, ObjectQuery{At: first})), "x1 Payroll", "x2 Payroll", "x3 Payroll")
	b.wantList("in order", rows(class, who, ObjectQuery{At: first, Sort: who, Descending: true}), "x2 Bert", "x1 Anna", "x3 ")
	b.wantList("found", rows(class, who, ObjectQuery{At: first, Filters: []entra.Condition{{Property: who, Op: entra.OpContains, Value: "ann"}}}), "x1 Anna")
	b.wantList("not found", rows(class, who, ObjectQuery{At: first, Search: "zoe"}))
	b.wantList("whose licences", rows("licenseAssignmentStates", "userPrincipalName", ObjectQuery{At: second}), "u1 zoe@x")

	var differs []string
	for x, err := range b.Diff(t.Context(), b.tenant.Key, DiffQuery{From: first, To: second, Classes: []string{class}}) {
		b.must(err)
		one := []entra.Change{x}
		b.must(b.NameEnds(t.Context(), b.tenant.Key, one))
		p, err := entra.ParseProperties(slices.Concat(x.Before, x.After))
		b.must(err)
		differs = append(differs, fmt.Sprint(x.Kind, " ", p.Text(who), " ", p.Text(what), ": ", one[0].Ends["u1"].Name, " ", one[0].Ends["p1"].Name, " ", one[0].Ends["role1"].Name))
	}
	b.wantList("what differs", sorted(differs), "added Zoe Salaries: Zoe Salaries Audit", "deleted Anna Payroll: Anna Payroll Read")
	doubts, err := b.Doubts(t.Context(), b.tenant, first, DoubtQuery{Classes: []string{class}, Values: true})
	b.must(err)
	for _, d := range doubts {
		if d.Kind == entra.VolatileOnly {
			t.Errorf("names are known: %s", d.Sentence())
		}
	}
}

// Which licences and roles are called as a text says is found out once: a search through all changes would else ask
// for each of them.
func TestNamesInChangesAreFoundOnce(t *testing.T) {
	b := newBench(t)
	matches, args := ChangeQuery{Search: "pack", NewestFirst: true}.match(b.tenant.Key)
	plan, err := planOf(t.Context(), b.read, "SELECT x.change FROM"+changesFrom+matches+" ORDER BY x.time DESC", args...)
	b.must(err)
	if !strings.Contains(plan, "MATERIALIZE n") || strings.Contains(plan, "SEARCH s USING INDEX objects_id") || !strings.Contains(plan, "REUSE LIST SUBQUERY") {
		t.Errorf("the plan is %s", plan)
	}
}
