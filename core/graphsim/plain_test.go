package graphsim

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

func ids(p graphPage) (list []string) {
	for _, v := range p.Value {
		list = append(list, text(v["id"]))
	}
	return list
}

const assignments = "/v1.0/roleManagement/directory/roleAssignments"

func TestRoleAssignmentsByFilter(t *testing.T) {
	s := start(t, Config{})
	s.tenant.MutateAll(newRand(3), 200)
	all := s.page(t, assignments)
	byRole, byPrincipal := map[string]int{}, map[string]int{}
	for _, v := range all.Value {
		byRole[text(v["roleDefinitionId"])]++
		byPrincipal[text(v["principalId"])]++
	}
	if len(byRole) < 2 {
		t.Fatalf("assignments of %d roles", len(byRole))
	}
	for role, n := range byRole {
		got := s.page(t, assignments+"?$filter=roleDefinitionId eq '"+role+"'")
		if len(got.Value) != n {
			t.Errorf("role %s: %d rows, want %d", role, len(got.Value), n)
		}
		for _, v := range got.Value {
			if text(v["roleDefinitionId"]) != role {
				t.Errorf("a row of another role: %v", v)
			}
		}
	}
	for principal, n := range byPrincipal {
		if got := s.page(t, assignments+"?$filter=principalId eq '"+strings.ToUpper(principal)+"'"); len(got.Value) != n {
			t.Errorf("principal %s: %d rows, want %d", principal, len(got.Value), n)
		}
	}
	none := s.page(t, assignments+"?$filter=roleDefinitionId eq '00000000-0000-4000-8000-000000000000'")
	if len(none.Value) != 0 {
		t.Errorf("a role that nobody holds: %v", none.Value)
	}
}

// The members of directory roles are those who hold them over the whole directory.
func TestRoleMembersAreAssigned(t *testing.T) {
	s := start(t, Config{})
	s.tenant.MutateAll(newRand(4), 300)
	want := 0
	for l := range s.tenant.Links("directoryRoles", "members") {
		if l.Target == Live {
			want++
		}
	}
	if got := len(s.page(t, assignments+"?$filter=directoryScopeId eq '/'").Value); got != want {
		t.Errorf("%d assignments, want %d", got, want)
	}
}

func TestPlainListsPage(t *testing.T) {
	s := start(t, Config{})
	all := ids(s.page(t, assignments))
	var got []string
	for next := assignments + "?$top=5"; next != ""; {
		p := s.page(t, next)
		if len(p.Value) > 5 {
			t.Errorf("a page of %d", len(p.Value))
		}
		got = append(got, ids(p)...)
		next = p.Next
	}
	if !slices.Equal(got, all) {
		t.Errorf("in pages %v, whole %v", got, all)
	}
}

func TestPlainListsExpand(t *testing.T) {
	s := start(t, Config{})
	for _, v := range s.page(t, assignments+"?$expand=principal&$select=principalId").Value {
		var principal struct {
			Type string `json:"@odata.type"`
			ID   string `json:"id"`
		}
		if err := decode(v["principal"], &principal); err != nil || principal.ID != text(v["principalId"]) || principal.Type == "" || v["roleDefinitionId"] != nil {
			t.Errorf("a row is %v", v)
		}
	}
	scopes := 0
	for _, v := range s.page(t, assignments+"?$expand=directoryScope").Value {
		if string(v["directoryScope"]) != "null" {
			scopes++
		}
	}
	if scopes == 0 {
		t.Error("nobody administers a unit")
	}
}

func TestNamedLocations(t *testing.T) {
	s := start(t, Config{})
	const list = "/v1.0/identity/conditionalAccess/namedLocations"
	all := s.page(t, list).Value
	if len(all) != 3 || all[0]["isTrusted"] == nil || all[0]["ipRanges"] == nil || all[1]["countriesAndRegions"] == nil {
		t.Errorf("the locations are %v", all)
	}
	for _, v := range s.page(t, list+"?$select=displayName").Value {
		if v["@odata.type"] == nil || v["ipRanges"] != nil {
			t.Errorf("the base of a location is %v", v)
		}
	}
	if n := len(s.page(t, list+"?$filter=isof('microsoft.graph.ipNamedLocation')").Value); n != 2 {
		t.Errorf("%d are of addresses", n)
	}
	if n := len(s.page(t, list+"?$filter=createdDateTime ge 2019-07-27T00:00:00Z").Value); n != 2 {
		t.Errorf("%d are younger", n)
	}
}

// What Graph would refuse is refused, not ignored.
func TestPlainListsRefuse(t *testing.T) {
	s := start(t, Config{})
	for _, path := range []string{
		"identity/conditionalAccess/namedLocations?$select=id,isTrusted",
		"identity/conditionalAccess/namedLocations?$filter=isTrusted eq true",
		"roleManagement/directory/roleAssignments?$filter=nonsense eq 'x'",
		"roleManagement/directory/roleAssignments?$filter=roleDefinitionId ne 'x'",
		"roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq 'x' or principalId eq 'x'",
		"roleManagement/directory/roleAssignments?$expand=nonsense",
		"roleManagement/directory/roleAssignments?$expand=principal,roleDefinition",
		"roleManagement/directory/roleAssignments?$select=nonsense",
		"roleManagement/directory/roleAssignments?$top=0",
		"roleManagement/directory/roleAssignments?$orderby=principalId",
		"roleManagement/directory/roleAssignments?$skip=3",
		"subscribedSkus?$filter=skuPartNumber eq 'SPE_E5'", "subscribedSkus?$top=1", "directoryRoles?$top=1",
		"organization?$filter=displayName eq 'x'", "organization?$select=nonsense", "servicePrincipals?$select=createdDateTime",
		"servicePrincipals/delta?$select=createdDateTime", "contacts?$filter=phones eq 'x'", "oauth2PermissionGrants?$select=nonsense",
	} {
		if a := s.get(t, "/v1.0/"+path); a.status != 400 {
			t.Errorf("%s: %d %.200s", path, a.status, a.body)
		}
	}
}

func TestListsByProperty(t *testing.T) {
	s := start(t, Config{})
	app := s.page(t, "/v1.0/applications?$top=1&$select=appId").Value[0]
	if got := s.page(t, "/v1.0/applications?$filter=appId eq '"+text(app["appId"])+"'"); !slices.Equal(ids(got), []string{text(app["id"])}) {
		t.Errorf("the application is %v", ids(got))
	}
	enabled := s.page(t, "/v1.0/groups?$filter=securityEnabled eq true&$top=999")
	want := 0
	for o := range s.tenant.Objects("groups", "securityEnabled") {
		if o.State == Live && string(o.Properties["securityEnabled"]) == "true" {
			want++
		}
	}
	if len(enabled.Value) != want || want == 0 {
		t.Errorf("%d security groups, want %d", len(enabled.Value), want)
	}
	grant := s.page(t, "/v1.0/oauth2PermissionGrants").Value[0]
	for _, v := range s.page(t, "/v1.0/oauth2PermissionGrants?$filter=clientId eq '"+text(grant["clientId"])+"' and consentType eq '"+text(grant["consentType"])+"'").Value {
		if text(v["clientId"]) != text(grant["clientId"]) {
			t.Errorf("a grant of another client: %v", v)
		}
	}
	id := text(grant["id"])
	if s.get(t, "/v1.0/oauth2PermissionGrants/"+id).status != 200 || s.get(t, "/v1.0/oauth2PermissionGrants/"+strings.ToUpper(id)).status != 404 {
		t.Error("capitals and small letters of a grant's id are one")
	}
	if a := s.get(t, "/v1.0/users/"+strings.ToUpper(s.tenant.IDOf(directory.Users, 2))); a.status != 200 {
		t.Errorf("a GUID in capitals: %d", a.status)
	}
}

// TestSchedules: no id stands twice, whatever the seed; what is active has begun and has not ended,
// and comes anew the next day.
func TestSchedules(t *testing.T) {
	for seed := range uint64(12) {
		now := time.Now()
		tenant := testTenant(2000)
		tenant.Seed, tenant.Premium = seed, true
		s := start(t, Config{Now: func() time.Time { return now }, Tenants: []directory.TenantConfig{tenant}})
		activated := map[bool][]string{}
		for _, day := range []bool{false, true} {
			for _, list := range []string{"roleEligibilityScheduleInstances", "roleAssignmentScheduleInstances"} {
				seen := map[string]bool{}
				for _, row := range s.page(t, "/v1.0/roleManagement/directory/"+list).Value {
					if seen[text(row["id"])] {
						t.Errorf("seed %d: %s stands twice in %s", seed, text(row["id"]), list)
					}
					seen[text(row["id"])] = true
					begins, err := time.Parse(time.RFC3339, text(row["startDateTime"]))
					if err != nil || begins.After(now) {
						t.Errorf("seed %d: in %s one begins at %s, now it is %s", seed, list, text(row["startDateTime"]), now)
					}
					if ends, err := time.Parse(time.RFC3339, text(row["endDateTime"])); err == nil && !ends.After(now) {
						t.Errorf("seed %d: in %s one ended at %s, now it is %s", seed, list, ends, now)
					}
					if text(row["assignmentType"]) == "Activated" {
						activated[day] = append(activated[day], text(row["id"]))
					}
				}
			}
			now = now.Add(24 * time.Hour)
			s.signIn(t)
		}
		if len(activated[false]) == 0 || len(activated[true]) != len(activated[false]) || activated[true][0] == activated[false][0] {
			t.Errorf("seed %d: activated %q, a day later %q", seed, activated[false], activated[true])
		}
	}
}

// TestCredentialsEnd: a tenant of the usual size has secrets that end soon, some that have ended,
// and more that do neither; each began before.
func TestCredentialsEnd(t *testing.T) {
	s := start(t, Config{})
	now, many := time.Now(), map[string]int{}
	for o := range s.tenant.Objects("applications") {
		for _, property := range []string{"passwordCredentials", "keyCredentials"} {
			var list []struct{ StartDateTime, EndDateTime time.Time }
			if raw := o.Properties[property]; raw != nil {
				if err := json.Unmarshal(raw, &list); err != nil {
					t.Fatalf("%v in %s", err, raw)
				}
			}
			for _, c := range list {
				switch left := c.EndDateTime.Sub(now); {
				case c.StartDateTime.After(now) || !c.EndDateTime.After(c.StartDateTime):
					t.Errorf("%s: from %s to %s", o.ID, c.StartDateTime, c.EndDateTime)
				case left <= 0:
					many["ended"]++
				case left < 30*24*time.Hour:
					many["soon"]++
				default:
					many["later"]++
				}
			}
		}
	}
	if many["ended"] < 2 || many["soon"] < 2 || many["later"] < 2 {
		t.Errorf("%v", many)
	}
}
