package graphsim

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func newTestTenant(t *testing.T, cfg TenantConfig) *Tenant {
	t.Helper()
	tenant, err := newTenant(cfg, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

func TestIDsLeadBack(t *testing.T) {
	tenant := newTestTenant(t, TenantConfig{Seed: 3, Users: 200_000, Groups: 10})
	for index := 0; index < 200_000; index += 77 {
		id := tenant.id(users, index)
		if got, ok := tenant.find(users, strings.ToUpper(id)); !ok || got != index {
			t.Fatalf("id %s of user %d leads to %d, %v", id, index, got, ok)
		}
		if _, ok := tenant.find(devices, id); ok {
			t.Fatalf("user %s is a device too", id)
		}
		if id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) {
			t.Fatalf("%s is no version 4 GUID", id)
		}
	}
	for _, id := range []string{"", "x", "00000000-0000-4000-8000-000000000000", tenant.id(users, 200_000)} {
		if _, ok := tenant.find(users, id); ok {
			t.Errorf("%q was found", id)
		}
	}
}

// dump is everything a tenant holds, in order.
func dump(t *testing.T, tenant *Tenant) string {
	t.Helper()
	var b strings.Builder
	for _, class := range []string{"users", "groups", "devices", "servicePrincipals", "applications"} {
		for o := range tenant.Objects(class) {
			properties, err := json.Marshal(o.Properties)
			if err != nil {
				t.Fatalf("%s %s: %v in %s", class, o.ID, err, o.Properties)
			}
			b.WriteString(o.ID)
			b.Write(properties)
		}
	}
	for l := range tenant.Links() {
		b.WriteString(l.GroupID + l.MemberID + l.MemberType)
	}
	return b.String()
}

func TestSeedDecidesEverything(t *testing.T) {
	at := func() time.Time { return time.Unix(1_700_000_000, 0) }
	made := func(seed uint64) string {
		cfg := testTenant(300)
		cfg.Seed = seed
		tenant, err := newTenant(cfg, at)
		if err != nil {
			t.Fatal(err)
		}
		tenant.Mutate(rand.New(rand.NewPCG(1, 1)), 500)
		return dump(t, tenant)
	}
	if first, second := made(1), made(1); first != second {
		t.Error("the same seed made two tenants")
	}
	if made(1) == made(2) {
		t.Error("two seeds made one tenant")
	}
}

func TestGeneratedTenantIsRealistic(t *testing.T) {
	tenant := newTestTenant(t, TenantConfig{Seed: 9, Users: 5000, Groups: 800, Devices: 600, Links: 20_000})
	names, set := map[string]bool{}, map[string]int{}
	for _, class := range []string{"users", "groups", "devices"} {
		for o := range tenant.Objects(class) {
			for name, raw := range o.Properties {
				if string(raw) != "[]" {
					set[class+" "+name]++
				}
			}
			if upn := text(o.Properties["userPrincipalName"]); class == "users" && (upn == "" || names[strings.ToLower(upn)]) {
				t.Fatalf("userPrincipalName %q is empty or taken", upn)
			} else {
				names[strings.ToLower(upn)] = true
			}
		}
	}
	for _, name := range []string{"users externalUserState", "users onPremisesSyncEnabled", "users ageGroup", "groups membershipRule",
		"groups expirationDateTime", "groups isAssignableToRole", "devices isRooted", "devices systemLabels"} {
		if set[name] == 0 {
			t.Errorf("%s is set nowhere", name)
		}
	}
	kinds, sizes := map[string]int{}, map[string]int{}
	hidden := false
	for l := range tenant.Links() {
		kinds[l.MemberType]++
		sizes[l.GroupID]++
		hidden = hidden || l.Hidden
	}
	if len(kinds) != 4 || !hidden {
		t.Errorf("members are of %v; hidden %v", kinds, hidden)
	}
	all := slices.Sorted(maps.Values(sizes))
	if largest, median := all[len(all)-1], all[len(all)/2]; largest < 20*median {
		t.Errorf("sizes follow no power law: largest %d, median %d", largest, median)
	}
}

func TestMutationsAreRefused(t *testing.T) {
	tenant := newTestTenant(t, testTenant(50))
	user, group, device := tenant.id(users, 1), tenant.id(groups, 1), tenant.id(devices, 1)
	deleted := tenant.id(users, 2)
	if err := tenant.Delete(deleted); err != nil {
		t.Fatal(err)
	}
	_, unknownClass := tenant.Create("nonsense", nil)
	_, unknownProperty := tenant.Create("users", map[string]any{"nonsense": 1})
	for name, tc := range map[string]struct{ got, want error }{
		"create in no class":               {unknownClass, ErrNotFound},
		"create with no property":          {unknownProperty, ErrNotFound},
		"update a deleted user":            {tenant.Update(deleted, map[string]any{"city": "x"}), ErrState},
		"update nobody":                    {tenant.Update("nobody", nil), ErrNotFound},
		"delete twice":                     {tenant.Delete(deleted), ErrState},
		"restore a live user":              {tenant.Restore(user), ErrState},
		"remove who is no member":          {tenant.RemoveMember(group, device), ErrState},
		"add a deleted user":               {tenant.AddMember(group, deleted), ErrState},
		"add to what is no group":          {tenant.AddMember(user, device), ErrNotFound},
		"restore what was purged":          {errors.Join(tenant.Purge(deleted), tenant.Restore(deleted)), ErrState},
		"purge what was purged":            {tenant.Purge(deleted), ErrState},
		"devices are never deleted softly": {errors.Join(tenant.Delete(device), tenant.Restore(device)), ErrState},
	} {
		if !errors.Is(tc.got, tc.want) {
			t.Errorf("%s: %v, want %v", name, tc.got, tc.want)
		}
	}
}

func TestRunChangesUntilItsContextEnds(t *testing.T) {
	s := start(t, Config{})
	link := s.page(t, "/v1.0/users/delta?$deltatoken=latest").Delta
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		s.tenant.Run(ctx, time.Millisecond)
		close(ended)
	}()
	deadline := time.Now().Add(10 * time.Second)
	for len(s.page(t, link).Value) == 0 {
		if time.Now().After(deadline) {
			t.Fatal("nothing changes")
		}
	}
	stop()
	<-ended
}

func TestExtensionProperties(t *testing.T) {
	const name = "extension_0123456789abcdef0123456789abcdef_costCenter"
	cfg := testTenant(60)
	cfg.Extensions = []string{name}
	s := start(t, Config{Tenants: []TenantConfig{cfg}})
	if err := s.tenant.Update(s.tenant.id(users, 1), map[string]any{name: "CC-1"}); err != nil {
		t.Fatal(err)
	}
	c := newCopy("users")
	c.round(t, s, "/v1.0/users/delta?$select=displayName,"+name, nil)
	c.mustEqualTruth(t, s.tenant, "displayName", name)
}

func TestSeveralTenantsAreApart(t *testing.T) {
	other := testTenant(30)
	other.Domain, other.Seed = "fabrikam.com", 8
	s := start(t, Config{Tenants: []TenantConfig{testTenant(20), other}})
	link := s.page(t, "/v1.0/users/delta?$deltatoken=latest").Delta
	s.tenant = s.Tenant("FABRIKAM.onmicrosoft.com")
	if s.tenant == nil || s.Tenant("nobody.com") != nil {
		t.Fatal("tenants aren't found by their domains")
	}
	s.signIn(t)
	if n := len(s.page(t, "/v1.0/users").Value); n != 30 {
		t.Errorf("%d users", n)
	}
	if a := s.get(t, link); a.status != 400 {
		t.Errorf("another tenant's delta link: %d", a.status)
	}
}

func TestStartRefusesBadConfigs(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no users":   {Tenants: []TenantConfig{{}}},
		"no GUID":    {Tenants: []TenantConfig{{ID: "x", Users: 1}}},
		"no address": {Addr: "nonsense"},
	} {
		if s, err := Start(cfg); err == nil {
			t.Errorf("%s: started", name)
			_ = s.Close()
		}
	}
}
