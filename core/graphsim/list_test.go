package graphsim

import (
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

func TestListPagesEqualTruth(t *testing.T) {
	s := start(t, Config{})
	for _, class := range []string{"users", "groups", "devices", "servicePrincipals", "applications"} {
		c := newCopy(class)
		names := properties(class)
		next := "/v1.0/" + class + "?$top=33&$select=id," + strings.Join(names, ",")
		pages := 0
		for next != "" {
			p := s.page(t, next)
			if len(p.Value) > 33 {
				t.Errorf("%s: a page of %d", class, len(p.Value))
			}
			for _, v := range p.Value {
				for _, name := range names {
					if _, ok := v[name]; !ok {
						t.Fatalf("%s: a list leaves out %s", class, name)
					}
				}
			}
			c.apply(t, p)
			next, pages = p.Next, pages+1
		}
		if want := (len(c.objects) + 32) / 33; pages != want {
			t.Errorf("%s: %d pages, want %d", class, pages, want)
		}
		c.mustEqualTruth(t, s.tenant, names...)
	}
}

func TestListDefaults(t *testing.T) {
	s := start(t, Config{})
	p := s.page(t, "/v1.0/users")
	if len(p.Value) != 100 {
		t.Errorf("the default page has %d users", len(p.Value))
	}
	for _, v := range p.Value {
		if delete(v, "@odata.type"); len(v) != 11 { // of a derived type, which comes unasked
			t.Fatalf("a user has %d properties without $select: %v", len(v), v)
		}
	}
	if p.Count != nil {
		t.Error("@odata.count came unasked")
	}
	if p = s.page(t, "/v1.0/users?$count=true"); p.Count != nil {
		t.Error("$count was not ignored without ConsistencyLevel")
	}
	if p = s.page(t, "/v1.0/users?$count=true", "ConsistencyLevel", "eventual"); p.Count == nil || *p.Count != 400 {
		t.Errorf("count %v", p.Count)
	}
}

func TestListPartitionsByName(t *testing.T) {
	s := start(t, Config{})
	if err := s.tenant.Update(s.tenant.IDOf(directory.Users, 7), map[string]any{"userPrincipalName": "Zz.renamed@contoso.com"}); err != nil {
		t.Fatal(err)
	}
	odd, err := s.tenant.Create("users", map[string]any{"userPrincipalName": "élan@contoso.com"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	list := func(filter string, right func(first string) bool, header ...string) {
		t.Helper()
		next := "/v1.0/users?$top=20&" + filter
		for next != "" {
			p := s.page(t, next, header...)
			for _, v := range p.Value {
				upn, id := text(v["userPrincipalName"]), text(v["id"])
				if seen[id] || !right(upn[:1]) {
					t.Errorf("%s is among those of %s, or came before", upn, filter)
				}
				seen[id] = true
			}
			next = p.Next
		}
	}
	const initials = "abcdefghijklmnopqrstuvwxyz0123456789_-"
	var rest []string
	for _, prefix := range initials {
		clause := "startsWith(userPrincipalName,'" + string(prefix) + "')"
		list("$filter="+clause, func(first string) bool { return strings.EqualFold(first, string(prefix)) })
		rest = append(rest, "not "+clause)
	}
	if len(seen) != 400 || seen[odd] {
		t.Errorf("the partitions hold %d of 400", len(seen))
	}
	remainder := "$filter=" + strings.Join(rest, " and ")
	list(remainder+"&$count=true", func(first string) bool { return !strings.Contains(initials, first) }, "ConsistencyLevel", "eventual")
	if !seen[odd] {
		t.Error("the remainder doesn't hold who is in no partition")
	}
	for query, header := range map[string]string{remainder: "eventual", remainder + "&$count=true": ""} {
		if _, why := s.get(t, "/v1.0/users?"+query, "ConsistencyLevel", header).problem(t); !strings.HasPrefix(why, "Operator 'not'") {
			t.Errorf("a filter with not is answered %q without what it needs", why)
		}
	}
}

func TestListByID(t *testing.T) {
	s := start(t, Config{})
	a, b := s.tenant.IDOf(directory.Users, 1), s.tenant.IDOf(directory.Users, 2)
	p := s.page(t, "/v1.0/users?$select=id&$filter=id eq '"+strings.ToUpper(a)+"' or id eq '"+b+"' or id eq '"+s.tenant.IDOf(directory.Groups, 1)+"'")
	if len(p.Value) != 2 {
		t.Errorf("%d of 2 users came", len(p.Value))
	}
}

func TestMemberListLeavesOutWhatGraphLeavesOut(t *testing.T) {
	s := start(t, Config{})
	group, _ := s.tenant.Create("groups", map[string]any{"displayName": "G"})
	deleted := s.tenant.IDOf(directory.Users, 5)
	for _, m := range []string{s.tenant.IDOf(directory.Users, 4), deleted, s.tenant.IDOf(directory.Devices, 1), s.tenant.IDOf(directory.ServicePrincipals, 1)} {
		if err := s.tenant.AddMember(group, m); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.tenant.Delete(deleted); err != nil {
		t.Fatal(err)
	}
	p := s.page(t, "/v1.0/groups/"+group+"/members?$select=id&$top=1")
	kinds := text(p.Value[0]["@odata.type"])
	for p.Next != "" {
		p = s.page(t, p.Next)
		for _, v := range p.Value {
			kinds += " " + text(v["@odata.type"])
		}
	}
	if want := "#microsoft.graph.user #microsoft.graph.device"; kinds != want {
		t.Errorf("members %q, want %q", kinds, want)
	}
}

func TestPlainLists(t *testing.T) {
	s := start(t, Config{})
	org := s.page(t, "/v1.0/organization?$select=id,displayName")
	if len(org.Value) != 1 || text(org.Value[0]["id"]) != s.tenant.ID() || text(org.Value[0]["displayName"]) != "Contoso" || len(org.Value[0]) != 2 {
		t.Errorf("organization %v", org.Value)
	}
	roles := s.page(t, "/v1.0/roleManagement/directory/roleAssignments")
	if len(roles.Value) == 0 || text(roles.Value[0]["principalId"]) == "" {
		t.Errorf("role assignments %v", roles.Value)
	}
}

func TestCacheFollowsTheTenant(t *testing.T) {
	s := start(t, Config{Cache: true})
	const path = "/v1.0/users?$select=id,jobTitle&$top=5"
	first := s.page(t, path)
	if again := s.page(t, path); again.Next != first.Next {
		t.Error("the answer was made twice")
	}
	if err := s.tenant.Update(text(first.Value[0]["id"]), map[string]any{"jobTitle": "Keeper"}); err != nil {
		t.Fatal(err)
	}
	if p := s.page(t, path); text(p.Value[0]["jobTitle"]) != "Keeper" {
		t.Errorf("an old answer came: %v", p.Value[0])
	}
	s.tenant.SetRoles(testClient, "Device.Read.All")
	s.signIn(t)
	if a := s.get(t, path); a.status != 403 {
		t.Errorf("without the permission: %d", a.status)
	}
}

// TestSortedAndBegun sorts and narrows lists as the documents say: users plainly, others and what is narrowed, too, by an
// advanced query.
func TestSortedAndBegun(t *testing.T) {
	s := start(t, Config{ListObjects: 50})
	for _, path := range []string{"/users?$select=displayName&$orderby=displayName", "/users?$select=displayName&$orderby=displayName%20desc",
		"/groups?$select=displayName&$count=true&$orderby=displayName",
		"/users?$select=displayName&$count=true&$filter=startswith(displayName,'a')&$orderby=displayName"} {
		var names []string
		for link := s.Graph() + "/v1.0" + path; link != ""; {
			p := s.page(t, link, "ConsistencyLevel", "eventual")
			for _, v := range p.Value {
				names = append(names, strings.ToLower(text(v["displayName"])))
			}
			link = p.Next
		}
		if strings.Contains(path, "desc") {
			slices.Reverse(names)
		}
		narrowed := strings.Contains(path, "startswith")
		if all := s.tenant.Count(strings.Split(path[1:], "?")[0]); len(names) == 0 || !slices.IsSorted(names) || (len(names) == all) == narrowed {
			t.Errorf("%s tells %d of %d: %v …", path, len(names), all, names[:min(5, len(names))])
		}
		for _, name := range names {
			if narrowed && !strings.HasPrefix(name, "a") {
				t.Errorf("%s tells %s", path, name)
			}
		}
	}
	if named := s.page(t, s.Graph()+"/v1.0/users?$filter=startswith(displayName,'a')").Value; len(named) == 0 {
		t.Error("nobody begins with a")
	}
}

// TestRoleGroups: no other group holds a role than one that may, and those that do are neither dynamic nor from on-premises.
func TestRoleGroups(t *testing.T) {
	s := start(t, Config{})
	may := map[string]bool{}
	for o := range s.tenant.Objects("groups") {
		if string(o.Properties["isAssignableToRole"]) == "true" {
			may[o.ID] = true
			if strings.Contains(string(o.Properties["groupTypes"]), "Dynamic") || string(o.Properties["onPremisesSyncEnabled"]) == "true" {
				t.Errorf("%s may hold roles", o.ID)
			}
		}
	}
	held := 0
	for l := range s.tenant.Links("directoryRoles", "members") {
		if l.TargetType == "#microsoft.graph.group" {
			if held++; !may[l.TargetID] {
				t.Errorf("%s holds a role", l.TargetID)
			}
		}
	}
	if held == 0 {
		t.Error("no group holds a role")
	}
}
