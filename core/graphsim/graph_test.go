package graphsim

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

func TestRefusals(t *testing.T) {
	s := start(t, Config{})
	delta := s.page(t, "/v1.0/users/delta?$select=displayName&$deltatoken=latest").Delta
	next := s.page(t, "/v1.0/users/delta?$select=displayName").Next
	for _, tc := range []struct {
		path   string
		status int
		code   string
		text   string
	}{
		{"/v1.0/users?$top=1000", 400, "Request_UnsupportedQuery", "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive."},
		{"/v1.0/users?$top=0", 400, "Request_UnsupportedQuery", "Must be between 1 and 999"},
		{"/v1.0/users?$select=displayName,nonsense", 400, "BadRequest", "Could not find a property named 'nonsense' on type 'microsoft.graph.user'."},
		{"/v1.0/groups/delta?$select=nonsense", 400, "BadRequest", "Could not find a property named 'nonsense' on type 'microsoft.graph.group'."},
		{"/v1.0/users?$select=skills", 501, "NotImplemented", "This operation target is not yet supported."},
		{"/v1.0/users/delta?$select=aboutMe", 501, "NotImplemented", ""},
		{"/v1.0/users?$search=\"displayName:x\"", 400, "Request_UnsupportedQuery", "ConsistencyLevel: eventual"},
		{"/v1.0/users/$count", 400, "Request_BadRequest", "$count is not currently supported."},
		{"/v1.0/groups?$filter=createdDateTime ge 2021-11-01", 400, "Request_UnsupportedQuery", "filter clause specified for property 'createdDateTime' of resource 'Group'."},
		{"/v1.0/users?$filter=endsWith(userPrincipalName,'x')", 400, "Request_UnsupportedQuery", "Operator 'endsWith' is not supported"},
		{"/v1.0/groups?$filter=contains(displayName,'x')", 400, "Request_UnsupportedQuery", "property 'displayName'"},
		{"/v1.0/groups?$filter=startsWith(mailEnabled,'t')", 400, "Request_UnsupportedQuery", "property 'mailEnabled'"},
		{"/v1.0/groups?$orderby=displayName", 400, "Request_UnsupportedQuery", "Sorting not supported"},
		{"/v1.0/users?$orderby=department", 400, "Request_UnsupportedQuery", "Sorting not supported"},
		{"/v1.0/users?$filter=startsWith(displayName,'a')&$orderby=displayName", 400, "Request_UnsupportedQuery", "Sorting not supported"},
		{"/v1.0/users?$skip=5", 400, "Request_BadRequest", "'$skip' is not supported"},
		{"/v1.0/users?$nonsense=1", 400, "Request_BadRequest", "nonsense"},
		{"/v1.0/users?$skiptoken=nonsense", 400, "Request_BadRequest", ""},
		{"/v1.0/users/delta?$orderby=displayName", 400, "Request_UnsupportedQuery", ""},
		{"/v1.0/users/delta?$expand=manager", 400, "Request_UnsupportedQuery", ""},
		{"/v1.0/users/delta?$search=x", 400, "Request_UnsupportedQuery", ""},
		{"/v1.0/users/delta?$filter=startsWith(userPrincipalName,'a')", 400, "Request_UnsupportedQuery", ""},
		{"/v1.0/users/delta?$nonsense=1", 400, "Request_BadRequest", ""},
		{"/v1.0/users/delta?$deltatoken=nonsense", 400, "Request_BadRequest", ""},
		{"/v1.0/users/delta?$deltatoken=latest&$skiptoken=x", 400, "Request_BadRequest", "Both skiptoken and deltatoken can't be in the same request."},
		{next + "&$select=displayName", 400, "Request_UnsupportedQuery", "$skiptoken"},
		{strings.Replace(delta, "/users/", "/devices/", 1), 400, "Request_BadRequest", "Badly formed token."},
		{strings.Replace(delta, "$deltatoken", "$skiptoken", 1), 400, "Request_BadRequest", "Badly formed token."},
		{"/v1.0/users/00000000-0000-4000-8000-000000000000", 404, "Request_ResourceNotFound", "does not exist"},
		{"/v1.0/directory/deletedItems/" + s.tenant.IDOf(directory.Users, 3), 404, "Request_ResourceNotFound", ""},
		{"/v1.0/groups/" + s.tenant.IDOf(directory.Users, 3) + "/members", 404, "Request_ResourceNotFound", ""},
		{"/v1.0/nonsense", 400, "BadRequest", "Resource not found for the segment 'nonsense'."},
		{"/v1.0/users/" + s.tenant.IDOf(directory.Users, 3) + "/nonsense", 400, "BadRequest", "Resource not found for the segment 'nonsense'."},
		{"/v2.0/users", 400, "BadRequest", "Invalid version: v2.0"},
		{"/v1.0/identityProtection/riskyUsers", 403, "Authorization_RequestDenied", "Insufficient privileges"},
		{"/v1.0/roleManagement/directory/roleEligibilityScheduleInstances", 400, "AadPremiumLicenseRequired", "P2"},
	} {
		a := s.get(t, tc.path, "client-request-id", "mine")
		if a.status != tc.status {
			t.Errorf("%s: status %d, want %d: %s", tc.path, a.status, tc.status, a.body)
			continue
		}
		code, message := a.problem(t)
		if code != tc.code || !strings.Contains(message, tc.text) {
			t.Errorf("%s: %s %q, want %s %q", tc.path, code, message, tc.code, tc.text)
		}
		if a.header.Get("client-request-id") != "mine" || a.header.Get("request-id") == "" {
			t.Errorf("%s: header %v", tc.path, a.header)
		}
	}
}

func TestOnlyGetIsServed(t *testing.T) {
	s := start(t, Config{})
	for _, method := range []string{"POST", "PATCH", "PUT", "DELETE"} {
		if a := s.do(t, method, "/v1.0/users/"+s.tenant.IDOf(directory.Users, 1)); a.status != 405 {
			t.Errorf("%s: status %d", method, a.status)
		}
	}
	if n := s.Count("/v1.0/users/{id}", 405); n != 4 {
		t.Errorf("%d refused requests were recorded", n)
	}
}

func TestPermissions(t *testing.T) {
	s := start(t, Config{})
	for path, least := range map[string]string{
		"/v1.0/users":        "User.Read.All",
		"/v1.0/users/delta":  "User.Read.All",
		"/v1.0/groups/delta": "GroupMember.Read.All",
		"/v1.0/groups/" + s.tenant.IDOf(directory.Groups, 0):              "GroupMember.Read.All",
		"/v1.0/groups/" + s.tenant.IDOf(directory.Groups, 0) + "/members": "GroupMember.Read.All",
		"/v1.0/devices":                                  "Device.Read.All",
		"/v1.0/devices/delta":                            "Device.Read.All",
		"/v1.0/servicePrincipals/delta":                  "Application.Read.All",
		"/v1.0/applications":                             "Application.Read.All",
		"/v1.0/organization":                             "Organization.Read.All",
		"/v1.0/roleManagement/directory/roleAssignments": "RoleManagement.Read.Directory",
	} {
		for roles, want := range map[string]int{least: 200, "Directory.Read.All": 200, "Mail.Read": 403} {
			if roles == "Directory.Read.All" && least == "Device.Read.All" {
				want = 403
			}
			s.tenant.SetRoles(testClient, roles)
			s.signIn(t)
			a := s.get(t, path)
			if a.status != want {
				t.Errorf("%s with %s: status %d, want %d", path, roles, a.status, want)
				continue
			}
			if a.status == 200 {
				continue
			}
			if code, message := a.problem(t); code != "Authorization_RequestDenied" || message != "Insufficient privileges to complete the operation." {
				t.Errorf("%s: %s %q", path, code, message)
			}
		}
	}
}

func TestDeletedItemsNeedTheirOwnPermission(t *testing.T) {
	s := start(t, Config{})
	user, _ := s.tenant.Create("users", map[string]any{"displayName": "U"})
	group, _ := s.tenant.Create("groups", map[string]any{"displayName": "G", "groupTypes": []string{"Unified"}})
	for _, id := range []string{user, group} {
		if err := s.tenant.Delete(id); err != nil {
			t.Fatal(err)
		}
		a := s.get(t, "/v1.0/directory/deletedItems/"+id)
		if a.status != 200 || !strings.Contains(a.body, id) || !strings.Contains(a.body, `"deletedDateTime":"2`) {
			t.Errorf("deleted item: %d %s", a.status, a.body)
		}
	}
	s.tenant.SetRoles(testClient, "User.Read.All", "GroupMember.Read.All")
	s.signIn(t)
	for id, want := range map[string]int{user: 200, group: 403} {
		if a := s.get(t, "/v1.0/directory/deletedItems/"+id); a.status != want {
			t.Errorf("status %d, want %d", a.status, want)
		}
	}
}

func TestHiddenMembership(t *testing.T) {
	s := start(t, Config{})
	group, _ := s.tenant.Create("groups", map[string]any{"displayName": "G", "visibility": "HiddenMembership"})
	if err := s.tenant.AddMember(group, s.tenant.IDOf(directory.Users, 3)); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		roles []string
		want  int
	}{{readAll, 1}, {[]string{"Group.Read.All"}, 0}} {
		s.tenant.SetRoles(testClient, tc.roles...)
		s.signIn(t)
		if n := len(s.page(t, "/v1.0/groups/"+group+"/members").Value); n != tc.want {
			t.Errorf("%d members listed, want %d", n, tc.want)
		}
		c := newCopy("groups")
		c.round(t, s, firstDelta("groups"), nil)
		n := 0
		for link := range c.links {
			if strings.HasPrefix(link, group) {
				n++
			}
		}
		if n != tc.want {
			t.Errorf("%d members in delta, want %d", n, tc.want)
		}
	}
}

func TestGzipWhenAsked(t *testing.T) {
	s := start(t, Config{})
	if a := s.get(t, "/v1.0/users", "Accept-Encoding", "gzip"); a.header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(a.body, "\x1f\x8b") {
		t.Errorf("asked for gzip: %v", a.header)
	}
	if a := s.get(t, "/v1.0/users", "Accept-Encoding", "identity"); a.header.Get("Content-Encoding") != "" {
		t.Errorf("asked for identity: %v", a.header)
	}
}

func TestServesHTTP2(t *testing.T) {
	s := start(t, Config{})
	resp, err := s.Client().Get(s.Graph() + "/v1.0/users")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.ProtoMajor != 2 {
		t.Errorf("served by %s", resp.Proto)
	}
}

func TestRequestsAreRecorded(t *testing.T) {
	s := start(t, Config{})
	s.ResetRequests()
	s.get(t, "/v1.0/users?$top=5")
	s.get(t, "/v1.0/groups/"+s.tenant.IDOf(directory.Groups, 0))
	got := s.Requests()
	if len(got) != 2 {
		t.Fatalf("%d requests", len(got))
	}
	first := got[0]
	if first.Template != "/v1.0/users" || first.Query != "$top=5" || first.Status != 200 || !first.Authorized || first.Tenant != s.tenant.ID() ||
		first.Host != strings.TrimPrefix(s.Graph(), "https://") || first.Method != http.MethodGet {
		t.Errorf("recorded %+v", first)
	}
	if s.Count("/v1.0/groups/{id}", -1) != 1 || s.Count("", 200) != 2 {
		t.Error("counts are wrong")
	}
	if !slices.ContainsFunc(got, func(r wire.Request) bool { return r.Path == "/v1.0/groups/"+s.tenant.IDOf(directory.Groups, 0) }) {
		t.Error("the path is not recorded")
	}
}
