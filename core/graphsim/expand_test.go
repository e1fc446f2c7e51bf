package graphsim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// related is an item of an expansion or of a list behind a navigation.
type related struct {
	Type string `json:"@odata.type"`
	ID   string `json:"id"`
}

// expanded reads a class's list with an expansion: which targets each object names.
func expanded(t *testing.T, s *sim, path, name string) map[string][]related {
	t.Helper()
	all := map[string][]related{}
	for next := path; next != ""; {
		p := s.page(t, next)
		for _, v := range p.Value {
			var list []related
			raw, ok := v[name]
			switch {
			case !ok:
				continue
			case strings.HasPrefix(string(raw), "{"):
				list = make([]related, 1)
				_ = json.Unmarshal(raw, &list[0])
			default:
				if err := json.Unmarshal(raw, &list); err != nil {
					t.Fatalf("%s: %s: %v", path, raw, err)
				}
			}
			if v[name+"@odata.nextLink"] != nil {
				t.Errorf("%s: an expansion has a nextLink", path)
			}
			all[text(v["id"])] = list
		}
		next = p.Next
	}
	return all
}

// wantRelated is the truth of a relation: live targets of live sources.
func wantRelated(s *sim, class, relation string) map[string][]string {
	want := map[string][]string{}
	for l := range s.tenant.Links(class, relation) {
		if l.Target == Live {
			want[l.SourceID] = append(want[l.SourceID], l.TargetType+" "+l.TargetID)
		}
	}
	return want
}

func TestExpandEqualsTruth(t *testing.T) {
	s := start(t, Config{})
	s.tenant.MutateAll(newRand(1), 600)
	for _, tc := range []struct{ class, relation, inner string }{
		{"groups", "owners", "($select=id)"}, {"groups", "members", "($select=id)"}, {"applications", "owners", "($select=id)"},
		{"servicePrincipals", "owners", ""}, {"devices", "registeredOwners", "($select=id)"}, {"devices", "registeredUsers", "($select=id)"},
		{"users", "manager", "($levels=1;$select=id)"}, {"users", "manager", "($select=id)"}, {"users", "manager", ""},
		{"administrativeUnits", "members", ""}, {"directoryRoles", "members", "($select=id,displayName)"},
	} {
		top := "&$top=50"
		if tc.class == "directoryRoles" {
			top = ""
		}
		got := expanded(t, s, "/v1.0/"+pathOf(tc.class)+"?$select=id"+top+"&$expand="+tc.relation+tc.inner, tc.relation)
		want := wantRelated(s, tc.class, tc.relation)
		full := 0
		for id, list := range want {
			var held []string
			for _, r := range got[id] {
				held = append(held, r.Type+" "+r.ID)
			}
			if len(list) > mostExpanded {
				full++
				list = list[:mostExpanded]
			}
			if !slices.Equal(held, list) {
				t.Errorf("%s %s %s: %v, want %v", tc.class, id, tc.relation, held, list)
			}
		}
		for id, list := range got {
			if len(list) > 0 && want[id] == nil {
				t.Errorf("%s %s has %s %v", tc.class, id, tc.relation, list)
			}
		}
		if tc.class == "groups" && tc.relation == "members" && full == 0 {
			t.Error("no group has more members than an expansion gives")
		}
	}
}

func TestExpandOfOneObject(t *testing.T) {
	s := start(t, Config{})
	user, manager := s.tenant.IDOf(directory.Users, 20), s.tenant.IDOf(directory.Users, 21)
	if err := s.tenant.AddLink(user, "manager", manager); err != nil {
		t.Fatal(err)
	}
	var body struct {
		DisplayName string
		Manager     map[string]any
	}
	a := s.get(t, "/v1.0/users/"+user+"?$expand=manager($levels=1;$select=id,displayName)&$select=displayName")
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatal(err)
	}
	keys := slices.Sorted(maps.Keys(body.Manager))
	if body.DisplayName == "" || body.Manager["id"] != manager || !slices.Equal(keys, []string{"@odata.type", "displayName", "id"}) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a = s.get(t, "/v1.0/users/"+user+"/manager?$select=id"); !strings.Contains(a.body, `"@odata.type":"#microsoft.graph.user","id":"`+manager+`"}`) {
		t.Errorf("the manager is %s", a.body)
	}
	if err := s.tenant.RemoveLink(user, "manager", manager); err != nil {
		t.Fatal(err)
	}
	if a = s.get(t, "/v1.0/users/"+user+"/manager"); a.status != 404 {
		t.Errorf("no manager: %d %s", a.status, a.body)
	}
	if a = s.get(t, "/v1.0/users/"+user+"?$expand=manager&$select=id"); a.status != 200 || strings.Contains(a.body, `"manager"`) {
		t.Errorf("no manager, expanded: %d %s", a.status, a.body)
	}
}

func TestExpandRefusals(t *testing.T) {
	s := start(t, Config{})
	eventual := []string{"ConsistencyLevel", "eventual"}
	for _, tc := range []struct {
		path    string
		headers []string
		code    string
	}{
		{"users?$expand=manager&$count=true", eventual, "Request_UnsupportedQuery"},
		{"groups?$expand=members,owners", nil, "Request_UnsupportedQuery"},
		{"groups?$expand=members($select=id),owners", nil, "Request_UnsupportedQuery"},
		{"groups?$expand=*", nil, "Request_UnsupportedQuery"},
		{"groups?$expand=nonsense", nil, "BadRequest"},
		{"users?$expand=members", nil, "BadRequest"},
		{"groups?$expand=members($top=5)", nil, "Request_UnsupportedQuery"},
		{"groups?$expand=members($levels=1)", nil, "Request_UnsupportedQuery"},
		{"users?$expand=manager($levels=2)", nil, "Request_UnsupportedQuery"},
		{"users/delta?$expand=manager", nil, "Request_UnsupportedQuery"},
		{"groups/" + s.tenant.IDOf(directory.Groups, 0) + "/members?$expand=manager", nil, "Request_UnsupportedQuery"},
	} {
		a := s.get(t, "/v1.0/"+tc.path, tc.headers...)
		if a.status != 400 {
			t.Errorf("%s: %d %s", tc.path, a.status, a.body)
			continue
		}
		if code, message := a.problem(t); code != tc.code {
			t.Errorf("%s: %s %s, want %s", tc.path, code, message, tc.code)
		}
	}
	if a := s.get(t, "/v1.0/users?$top=1&$expand=manager", eventual...); a.status != 200 {
		t.Errorf("the header alone makes no advanced query: %d %s", a.status, a.body)
	}
}

// TestNavigationsEqualTruth reads each relation of each object on its own.
func TestNavigationsEqualTruth(t *testing.T) {
	cfg := testTenant(60)
	s := start(t, Config{Tenants: []TenantConfig{cfg}})
	s.tenant.MutateAll(newRand(2), 300)
	for class, relations := range map[string][]string{"groups": {"members", "owners"}, "administrativeUnits": {"members"}, "directoryRoles": {"members"},
		"applications": {"owners"}, "servicePrincipals": {"owners"}, "devices": {"registeredOwners", "registeredUsers"}} {
		for _, relation := range relations {
			want := wantRelated(s, class, relation)
			for o := range s.tenant.Objects(class, "displayName") {
				if o.State != Live {
					continue
				}
				list := want[o.ID]
				if class == "groups" { // v1.0 leaves them out
					list = slices.DeleteFunc(list, func(l string) bool { return strings.Contains(l, "servicePrincipal") })
				}
				var got []string
				for next := "/v1.0/" + pathOf(class) + "/" + o.ID + "/" + relation + "?$select=id&$top=3"; next != ""; {
					p := s.page(t, next)
					for _, v := range p.Value {
						got = append(got, text(v["@odata.type"])+" "+text(v["id"]))
					}
					next = p.Next
				}
				if !slices.Equal(got, list) {
					t.Errorf("%s %s %s: %v, want %v", class, o.ID, relation, got, list)
				}
			}
		}
	}
}

func TestNavigationsBack(t *testing.T) {
	s := start(t, Config{})
	user := s.tenant.IDOf(directory.Users, 0)
	want := map[string]bool{}
	for _, class := range []string{"groups", "administrativeUnits", "directoryRoles"} {
		for l := range s.tenant.Links(class, "members") {
			if l.TargetID == user {
				want[l.SourceID] = true
			}
		}
	}
	got := map[string]bool{}
	for _, v := range s.page(t, "/v1.0/users/"+user+"/memberOf?$top=999").Value {
		got[text(v["id"])] = true
	}
	if len(want) == 0 || !maps.Equal(got, want) {
		t.Errorf("the user is a member of %v, want %v", got, want)
	}
	for _, v := range s.page(t, "/v1.0/users/"+user+"/memberOf/microsoft.graph.directoryRole").Value {
		if text(v["@odata.type"]) != "#microsoft.graph.directoryRole" {
			t.Errorf("the cast gives %s", v["@odata.type"])
		}
	}
	for _, v := range s.page(t, "/v1.0/users/"+user+"/directReports?$select=id").Value {
		report := text(v["id"])
		if a := s.get(t, "/v1.0/users/"+report+"/manager?$select=id"); !strings.Contains(a.body, user) {
			t.Errorf("%s reports to the user, and the manager is %s", report, a.body)
		}
	}
}

// An app's assignments: at most 20 by expansion, all of them on their own, and the same from the other side.
func TestAppRoleAssignments(t *testing.T) {
	s := start(t, Config{})
	all := expanded(t, s, "/v1.0/servicePrincipals?$select=id&$top=999&$expand=appRoleAssignedTo", "appRoleAssignedTo")
	large := s.tenant.IDOf(directory.ServicePrincipals, 1)
	if n := len(all[large]); n != mostExpanded {
		t.Errorf("%d are expanded", n)
	}
	own := map[string]bool{}
	for next := "/v1.0/servicePrincipals/" + large + "/appRoleAssignedTo?$top=10"; next != ""; {
		p := s.page(t, next)
		for _, v := range p.Value {
			own[text(v["id"])] = true
			if text(v["resourceId"]) != large || text(v["principalType"]) == "" || v["appRoleId"] == nil {
				t.Errorf("an assignment is %v", v)
			}
		}
		next = p.Next
	}
	if len(own) < 40 {
		t.Errorf("%d on their own", len(own))
	}
	if creds := expanded(t, s, "/v1.0/applications?$select=id&$expand=federatedIdentityCredentials", "federatedIdentityCredentials"); len(creds) != 20 {
		t.Errorf("%d applications", len(creds))
	}
}

// Who may not read a class sees the type and the id of its objects, and nothing else.
func TestRelatedObjectsOfAnotherPermission(t *testing.T) {
	s := start(t, Config{})
	s.tenant.SetRoles(testClient, "GroupMember.Read.All")
	s.signIn(t)
	group := s.tenant.IDOf(directory.Groups, 3)
	if err := s.tenant.AddMember(group, s.tenant.IDOf(directory.Devices, 3)); err != nil {
		t.Fatal(err)
	}
	for _, v := range s.page(t, "/v1.0/groups/"+group+"/members?$select=id,displayName").Value {
		if v["id"] == nil || v["@odata.type"] == nil || string(v["displayName"]) != "null" {
			t.Errorf("a member is %v", v)
		}
	}
}
