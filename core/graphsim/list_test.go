package graphsim

import (
	"strings"
	"testing"
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
		if len(v) != 11 {
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
	seen := map[string]bool{}
	for _, prefix := range "abcdefghijklmnopqrstuvwxyz0123456789_-" {
		next := "/v1.0/users?$top=20&$filter=startsWith(userPrincipalName,'" + string(prefix) + "')"
		for next != "" {
			p := s.page(t, next)
			for _, v := range p.Value {
				if upn := text(v["userPrincipalName"]); !strings.EqualFold(upn[:1], string(prefix)) {
					t.Errorf("%s in the partition of %c", upn, prefix)
				}
				if id := text(v["id"]); seen[id] {
					t.Errorf("%s came twice", id)
				}
				seen[text(v["id"])] = true
			}
			next = p.Next
		}
	}
	if len(seen) != 400 {
		t.Errorf("the partitions hold %d of 400", len(seen))
	}
}

func TestListByID(t *testing.T) {
	s := start(t, Config{})
	a, b := s.tenant.id(users, 1), s.tenant.id(users, 2)
	p := s.page(t, "/v1.0/users?$select=id&$filter=id eq '"+strings.ToUpper(a)+"' or id eq '"+b+"' or id eq '"+s.tenant.id(groups, 1)+"'")
	if len(p.Value) != 2 {
		t.Errorf("%d of 2 users came", len(p.Value))
	}
}

func TestMemberListLeavesOutWhatGraphLeavesOut(t *testing.T) {
	s := start(t, Config{})
	group, _ := s.tenant.Create("groups", map[string]any{"displayName": "G"})
	deleted := s.tenant.id(users, 5)
	for _, m := range []string{s.tenant.id(users, 4), deleted, s.tenant.id(devices, 1), s.tenant.id(servicePrincipals, 1)} {
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
