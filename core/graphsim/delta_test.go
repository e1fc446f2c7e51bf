package graphsim

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// tracked is what the tests select, by class.
var tracked = map[string]string{
	"users":                  "id,displayName,jobTitle,department,mobilePhone,businessPhones,accountEnabled,userPrincipalName,assignedLicenses,otherMails,givenName,manager",
	"groups":                 "displayName,description,groupTypes,classification,visibility,members,owners",
	"devices":                "displayName,operatingSystemVersion,isCompliant,deviceCategory,systemLabels",
	"servicePrincipals":      "displayName,appId,tags",
	"applications":           "displayName,appId,description",
	"administrativeUnits":    "displayName,description,visibility,members",
	"directoryRoles":         "displayName,roleTemplateId,members",
	"orgContacts":            "displayName,mail,jobTitle,proxyAddresses",
	"oauth2PermissionGrants": "clientId,consentType,principalId,resourceId,scope",
}

// trackedRelations are the relations among them.
var trackedRelations = map[string][]string{
	"users": {"manager"}, "groups": {"members", "owners"}, "administrativeUnits": {"members"}, "directoryRoles": {"members"},
}

// paths are where a class isn't found by its name.
var paths = map[string]string{"administrativeUnits": "directory/administrativeUnits", "orgContacts": "contacts"}

func properties(class string) []string {
	names := strings.Split(tracked[class], ",")
	return slices.DeleteFunc(names, func(n string) bool { return n == "id" || slices.Contains(trackedRelations[class], n) })
}

func pathOf(class string) string {
	if path, ok := paths[class]; ok {
		return path
	}
	return class
}

func firstDelta(class string) string {
	return "/v1.0/" + pathOf(class) + "/delta?$select=" + tracked[class]
}

func allCopies() []*localCopy {
	var copies []*localCopy
	for _, class := range slices.Sorted(maps.Keys(tracked)) {
		copies = append(copies, newCopy(class))
	}
	return copies
}

func TestDeltaEqualsTruth(t *testing.T) {
	for _, tc := range []struct {
		name    string
		seed    uint64
		during  int // changes between two pages
		rounds  int
		headers []string
	}{
		{name: "still", seed: 1, rounds: 1},
		{name: "changed between rounds", seed: 2, rounds: 4},
		{name: "changed while paging", seed: 3, during: 12, rounds: 4},
		{name: "minimal", seed: 4, during: 5, rounds: 4, headers: []string{"Prefer", "return=minimal"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, Config{PageObjects: 60, PageLinks: 90})
			r := rand.New(rand.NewPCG(tc.seed, 1))
			copies := allCopies()
			s.tenant.MutateAll(r, 150)
			for round := range tc.rounds {
				for _, c := range copies {
					c.round(t, s, firstDelta(c.class), func() { s.tenant.MutateAll(r, tc.during) }, tc.headers...)
				}
				for _, c := range copies { // what happened while the others paged
					c.round(t, s, "", nil, tc.headers...)
					c.mustEqualTruth(t, s.tenant, properties(c.class)...)
					c.mustEqualLinks(t, s.tenant, trackedRelations[c.class]...)
				}
				if t.Failed() {
					t.Fatalf("in round %d", round)
				}
				s.tenant.MutateAll(r, 300)
			}
		})
	}
}

func TestDeltaLatestMissesNothing(t *testing.T) {
	s := start(t, Config{})
	r := rand.New(rand.NewPCG(5, 5))
	c := newCopy("users")
	p := s.page(t, firstDelta("users")+"&$deltatoken=latest")
	if len(p.Value) != 0 || p.Delta == "" {
		t.Fatalf("latest gave %d objects and deltaLink %q", len(p.Value), p.Delta)
	}
	next := "/v1.0/users?$top=50&$select=" + strings.Join(properties("users"), ",")
	c.fresh = map[string]bool{}
	for next != "" {
		list := s.page(t, next)
		c.apply(t, list)
		next = list.Next
		s.tenant.MutateAll(r, 10)
	}
	c.link = p.Delta
	c.round(t, s, "", nil)
	c.mustEqualTruth(t, s.tenant, properties("users")...)
}

func TestDeltaSpreadsLargeGroups(t *testing.T) {
	cfg := testTenant(3000)
	cfg.Groups, cfg.Links = 40, 9000
	s := start(t, Config{Tenants: []directory.TenantConfig{cfg}})
	seen := map[string]int{}
	c := newCopy("groups")
	next := firstDelta("groups")
	for next != "" {
		p := s.page(t, next)
		for _, v := range p.Value {
			if v["members@delta"] != nil {
				seen[text(v["id"])]++
			}
		}
		c.apply(t, p)
		next = p.Next
	}
	if most := slices.Max(slices.Collect(maps.Values(seen))); most < 3 {
		t.Errorf("no group came on more than %d pages", most)
	}
	c.mustEqualLinks(t, s.tenant, "members")
}

func TestDeltaTracksSelectedPropertiesOnly(t *testing.T) {
	s := start(t, Config{})
	id, err := s.tenant.Create("users", map[string]any{"displayName": "Zoë", "jobTitle": "Chef", "mobilePhone": "1"})
	if err != nil {
		t.Fatal(err)
	}
	link := s.page(t, "/v1.0/users/delta?$select=displayName,jobTitle,mobilePhone&$deltatoken=latest").Delta
	for _, step := range []struct {
		name    string
		set     map[string]any
		prefer  string
		present string // the keys that come, sorted; empty: no object
	}{
		{"an unselected property", map[string]any{"city": "Köln"}, "", ""},
		{"a value that is equal", map[string]any{"jobTitle": "Chef"}, "", ""},
		{"a selected property", map[string]any{"jobTitle": "Cook"}, "", `displayName="Zoë" id jobTitle="Cook" mobilePhone="1"`},
		{"a cleared property is null", map[string]any{"jobTitle": nil}, "", `displayName="Zoë" id jobTitle=null mobilePhone="1"`},
		{"a property cleared before is absent", map[string]any{"mobilePhone": "2"}, "", `displayName="Zoë" id mobilePhone="2"`},
		{"minimal", map[string]any{"mobilePhone": "3"}, "return=minimal", `id mobilePhone="3"`},
		{"minimal, cleared", map[string]any{"mobilePhone": nil}, "return=minimal", `id mobilePhone=null`},
	} {
		if err := s.tenant.Update(id, step.set); err != nil {
			t.Fatal(err)
		}
		p := s.page(t, link, "Prefer", step.prefer)
		link = p.Delta
		got := ""
		for _, v := range p.Value {
			got += spelled(v)
		}
		if got != step.present {
			t.Errorf("%s: got %q, want %q", step.name, got, step.present)
		}
	}
}

// spelled writes an object's keys in order, with their values but for the id.
func spelled(v map[string]json.RawMessage) string {
	var parts []string
	for name, raw := range v {
		if name == "id" {
			parts = append(parts, name)
			continue
		}
		parts = append(parts, fmt.Sprintf("%s=%s", name, raw))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func TestDeltaRemovals(t *testing.T) {
	s := start(t, Config{})
	user, _ := s.tenant.Create("users", map[string]any{"displayName": "A"})
	group, _ := s.tenant.Create("groups", map[string]any{"displayName": "G", "groupTypes": []string{"Unified"}})
	if err := s.tenant.AddMember(group, user); err != nil {
		t.Fatal(err)
	}
	users := s.page(t, firstDelta("users")+"&$deltatoken=latest").Delta
	groups := s.page(t, firstDelta("groups")+"&$deltatoken=latest").Delta
	step := func(name string, do func(string) error, id, wantUsers, wantGroups string) {
		t.Helper()
		if err := do(id); err != nil {
			t.Fatal(err)
		}
		u, g := s.page(t, users), s.page(t, groups)
		users, groups = u.Delta, g.Delta
		if got := describe(u); got != wantUsers {
			t.Errorf("%s: users %q, want %q", name, got, wantUsers)
		}
		if got := describe(g); got != wantGroups {
			t.Errorf("%s: groups %q, want %q", name, got, wantGroups)
		}
	}
	step("soft-deleting a user keeps its memberships", s.tenant.Delete, user, "changed", "")
	step("restoring it", s.tenant.Restore, user, "live", "")
	step("deleting a Microsoft 365 group", s.tenant.Delete, group, "", "changed")
	step("restoring it tells its members again", s.tenant.Restore, group, "", "live+1")
	step("purging a user ends its memberships", s.tenant.Purge, user, "deleted", "live-1")
	step("purging the group", s.tenant.Purge, group, "", "deleted")
}

// describe says of each object of a page whether it was removed, and how many members it gained and lost.
func describe(p graphPage) string {
	var words []string
	for _, v := range p.Value {
		word := "live"
		if raw := string(v["@removed"]); raw != "" {
			word = strings.TrimSuffix(strings.TrimPrefix(raw, `{"reason":"`), `"}`)
		}
		all := strings.Count(string(v["members@delta"]), `"id"`)
		gone := strings.Count(string(v["members@delta"]), "@removed")
		if all > gone {
			word += fmt.Sprintf("+%d", all-gone)
		}
		if gone > 0 {
			word += fmt.Sprintf("-%d", gone)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestDeltaOfSomeIDs(t *testing.T) {
	s := start(t, Config{})
	var ids []string
	for o := range s.tenant.Objects("users", "displayName") {
		if ids = append(ids, o.ID); len(ids) == 50 {
			break
		}
	}
	filter := "id eq '" + strings.Join(ids, "' or id eq '") + "'"
	c := newCopy("users")
	c.round(t, s, firstDelta("users")+"&$filter="+filter, nil)
	if len(c.objects) != 50 {
		t.Errorf("the filter let %d of 50 through", len(c.objects))
	}
	outside, _ := s.tenant.Create("users", map[string]any{"displayName": "outside"})
	if err := s.tenant.Update(ids[0], map[string]any{"jobTitle": "inside"}); err != nil {
		t.Fatal(err)
	}
	c.round(t, s, "", nil)
	if c.objects[outside] != nil || c.objects[ids[0]]["jobTitle"] != `"inside"` {
		t.Errorf("after a change: outside %v, inside %v", c.objects[outside], c.objects[ids[0]])
	}
	long := "/v1.0/users/delta?$filter=" + filter + " or id eq '" + outside + "'"
	if a := s.get(t, long); a.status != 400 {
		t.Errorf("51 ids: status %d", a.status)
	}
}
