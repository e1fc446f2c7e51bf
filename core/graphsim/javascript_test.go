package graphsim

import (
	"strings"
	"testing"
)

// TestRequestsOfTheJavaScriptClient sends what Microsoft's JavaScript client 3.0.7 puts on the wire, sign by sign: it
// leaves semicolons, brackets and dollar signs as they are. It was tried against this server by itself, too.
func TestRequestsOfTheJavaScriptClient(t *testing.T) {
	s := start(t, Config{})
	raw := func(path string) graphPage { return s.page(t, s.Graph()+"/v1.0"+strings.ReplaceAll(path, " ", "%20")) }
	for path, selected := range map[string]string{
		"/users": "displayName,manager", "/groups": "displayName,members,owners", "/devices": "displayName", "/applications": "displayName",
		"/servicePrincipals": "displayName", "/administrativeUnits": "displayName,members", "/directory/administrativeUnits": "displayName,members",
		"/directoryRoles": "displayName,members", "/contacts": "displayName,mail", "/oauth2PermissionGrants": "clientId,scope",
	} {
		delta, first := iterate(t, s, s.Graph()+"/v1.0"+path+"/delta?$select="+selected)
		if delta, second := iterate(t, s, delta); first == 0 || second != 0 || delta == "" {
			t.Errorf("%s: %d objects, then %d", path, first, second)
		}
	}
	for path, name := range map[string]string{
		"/groups?$expand=owners&$select=id": "owners", "/applications?$expand=owners&$select=id": "owners",
		"/servicePrincipals?$expand=owners&$select=id": "owners", "/devices?$expand=registeredOwners&$select=id": "registeredOwners",
		"/users?$expand=manager&$select=id": "manager", "/users?$expand=manager($select=id)&$select=id": "manager",
		"/users?$expand=manager($levels=1;$select=id)&$select=id": "manager",
		"/servicePrincipals?$expand=appRoleAssignedTo&$select=id": "appRoleAssignedTo",
	} {
		told := 0
		for _, v := range raw(path).Value {
			if items := string(v[name]); items != "" && items != "[]" {
				told++
			}
		}
		if told == 0 {
			t.Errorf("%s tells none", path)
		}
	}
	all := raw("/roleManagement/directory/roleAssignments").Value
	role := text(all[0]["roleDefinitionId"])
	one := raw("/roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq '" + role + "'&$expand=principal").Value
	if len(one) == 0 || len(one) == len(all) {
		t.Errorf("%d assignments of a role, of %d", len(one), len(all))
	}
	for _, v := range one {
		if text(v["roleDefinitionId"]) != role || v["principal"] == nil {
			t.Errorf("a row is %v", v)
		}
	}
}

// iterate follows a chain to its delta link, and counts the objects.
func iterate(t *testing.T, s *sim, link string) (delta string, objects int) {
	t.Helper()
	for {
		p := s.page(t, link)
		objects += len(p.Value)
		if p.Delta != "" {
			return p.Delta, objects
		}
		link = p.Next
	}
}
