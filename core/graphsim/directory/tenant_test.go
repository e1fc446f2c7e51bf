package directory

import (
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
	tenant, err := New(cfg, time.Now, 0)
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

func TestIDsLeadBack(t *testing.T) {
	tenant := newTestTenant(t, TenantConfig{Seed: 3, Users: 200_000, Groups: 10})
	for index := 0; index < 200_000; index += 77 {
		id := tenant.IDOf(Users, index)
		if got, ok := tenant.Find(Users, strings.ToUpper(id)); !ok || got != index {
			t.Fatalf("id %s of user %d leads to %d, %v", id, index, got, ok)
		}
		if _, ok := tenant.Find(Devices, id); ok {
			t.Fatalf("user %s is a device too", id)
		}
		if id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) {
			t.Fatalf("%s is no version 4 GUID", id)
		}
	}
	for _, id := range []string{"", "x", "00000000-0000-4000-8000-000000000000", tenant.IDOf(Users, 200_000)} {
		if _, ok := tenant.Find(Users, id); ok {
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
	for l := range tenant.Links("groups", "members") {
		b.WriteString(l.SourceID + l.TargetID + l.TargetType)
	}
	return b.String()
}

func TestSeedDecidesEverything(t *testing.T) {
	at := func() time.Time { return time.Unix(1_700_000_000, 0) }
	made := func(seed uint64) string {
		cfg := TenantConfig{Seed: seed, Domain: "contoso.com", Users: 300, Groups: 75, Devices: 60, Links: 1800}
		tenant, err := New(cfg, at, 0)
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
			if upn := string(o.Properties["userPrincipalName"]); class == "users" && (upn == "" || names[strings.ToLower(upn)]) {
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
	for l := range tenant.Links("groups", "members") {
		kinds[l.TargetType]++
		sizes[l.SourceID]++
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
	tenant := newTestTenant(t, TenantConfig{Seed: 7, Users: 50, Groups: 12, Devices: 10, Links: 300})
	user, group, device := tenant.IDOf(Users, 1), tenant.IDOf(Groups, 1), tenant.IDOf(Devices, 1)
	deleted := tenant.IDOf(Users, 2)
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
