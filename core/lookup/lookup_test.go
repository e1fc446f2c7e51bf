package lookup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// copyOf makes a tenant's copy by hand; each object is its class, its id and its properties. At
// the moment that it gives, the copy held what came first.
func copyOf(t *testing.T, first, then [][3]string) (Query, time.Time) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	clock := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: func() time.Time { return clock }})
	must(err)
	t.Cleanup(func() { s.Close() })
	must(s.AddProfile(t.Context(), "reader", ""))
	tenant, err := s.AddTenant(t.Context(), entra.Tenant{Name: "contoso.com", Cloud: "public", Profile: "reader", Enabled: true,
		Classes: []string{"users", "groups", "applications", "servicePrincipals", "roleDefinitions", "directoryRoles", "riskyUsers"}})
	must(err)
	scan := func(objects [][3]string) {
		run, err := s.BeginRun(t.Context(), tenant.Key)
		must(err)
		for _, name := range tenant.Classes {
			class, _ := entra.ClassNamed(name)
			row, err := s.BeginClass(t.Context(), run, tenant.Key, name)
			must(err)
			r, err := s.BeginRound(t.Context(), tenant.Key, class, store.NewRound{Kind: store.Scan, Links: []string{"first"}})
			must(err)
			pass, page := store.NewPass(r, row, nil), &entra.Page{DeltaLink: "delta"}
			for _, o := range objects {
				if o[0] == name {
					properties, err := entra.ParseProperties([]byte(o[2]))
					must(err)
					page.Objects = append(page.Objects, entra.Object{ID: o[1], Properties: properties})
				}
			}
			_, err = s.ApplyPage(t.Context(), pass, 0, page, nil)
			must(err)
			_, err = s.Complete(t.Context(), pass, "delta", store.Verdict{})
			must(err)
			_, err = s.EndClass(t.Context(), row, store.ClassEnd{Status: entra.Succeeded, FullScan: true})
			must(err)
		}
	}
	scan(first)
	clock = clock.Add(time.Hour)
	at := clock
	clock = clock.Add(time.Hour)
	scan(then)
	return Query{Ctx: t.Context(), Store: s, Tenant: tenant.Key}, at
}

const (
	global = "62e90394-69f5-4237-9190-012177145e10"
	appID  = "aaaaaaaa-0000-0000-0000-00000000000a"
	nobody = "bbbbbbbb-0000-0000-0000-00000000000b"
)

// TestObject: by each kind of name; several of one name are told with their ids, whichever
// they are.
func TestObject(t *testing.T) {
	first := [][3]string{
		{"users", "u1", `{"displayName":"Anna","userPrincipalName":"anna@contoso.com"}`}, {"users", "u2", `{"displayName":"Bert","userPrincipalName":"bert@contoso.com"}`},
		{"users", "u3", `{"displayName":"Bert","userPrincipalName":"bert2@contoso.com"}`}, {"users", "u4", `{"displayName":"Old name"}`},
		{"riskyUsers", "u1", `{"userPrincipalName":"anna@contoso.com"}`},
		{"groups", "g1", `{"displayName":"Sales"}`}, {"groups", "g2", `{"displayName":"sales"}`}, {"groups", "g3", `{"displayName":"Payroll"}`},
		{"applications", "a1", `{"displayName":"Payroll","appId":"` + appID + `"}`}, {"servicePrincipals", "s1", `{"displayName":"Backup","appId":"` + nobody + `"}`},
		{"roleDefinitions", global, `{"displayName":"Global Administrator"}`}, {"directoryRoles", "d1", `{"displayName":"Global Administrator"}`},
	}
	then := slices.Clone(first)
	then[3][2] = `{"displayName":"New name"}`
	q, at := copyOf(t, first, then)
	for _, c := range []struct {
		name    string
		classes []string
		at      time.Time
		want    string // class/id, or what the error holds
	}{
		{"Anna", nil, time.Time{}, "users/u1"},
		{" anna ", nil, time.Time{}, "users/u1"},
		{"ANNA@contoso.com", nil, time.Time{}, "users/u1"}, // a risky user is the user
		{"u1", nil, time.Time{}, "users/u1"},
		{"u1", []string{"riskyUsers"}, time.Time{}, "riskyUsers/u1"},
		{"Bert", nil, time.Time{}, "Bert can't be told apart: several objects are called so: users/u2 (bert@contoso.com), users/u3 (bert2@contoso.com); give the id"},
		{"Sales", nil, time.Time{}, "groups/g1"}, // spelled so
		{"SALES", nil, time.Time{}, "groups/g1, groups/g2"},
		{"Payroll", nil, time.Time{}, "groups/g3, applications/a1"},
		{"groups/payroll", nil, time.Time{}, "groups/g3"},
		{"Payroll", []string{"applications"}, time.Time{}, "applications/a1"},
		{strings.ToUpper(appID), nil, time.Time{}, "applications/a1"},
		{nobody, nil, time.Time{}, "servicePrincipals/s1"},
		{"cccccccc-0000-0000-0000-00000000000c", nil, time.Time{}, "/cccccccc-0000-0000-0000-00000000000c"}, // not read, or not yet
		{"cccccccc-0000-0000-0000-00000000000c", []string{"groups"}, time.Time{}, "there is no object cccccccc-0000-0000-0000-00000000000c among groups"},
		{"Nobody", nil, time.Time{}, "there is no object Nobody: nothing that is held"},
		{"Anna", []string{"groups"}, time.Time{}, "there is no object Anna among groups"},
		{"Old name", nil, time.Time{}, "there is no object Old name"},
		{"Old name", nil, at, "users/u4"},
		{"New name", nil, at, "there is no object New name"},
	} {
		q.Classes, q.At = c.classes, c.at
		got, err := Object(c.name, q)
		if err == nil && got.Class+"/"+got.ID != c.want || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q among %q: %+v, %v, want %q", c.name, c.classes, got, err, c.want)
		}
	}
	q.At, q.Classes = time.Time{}, nil
	for name, want := range map[string]string{"global administrator": "roleDefinitions/" + global, "d1": "directoryRoles/d1", "Privileged Role Administrator": "roleDefinitions/e8611ab8-c189-46e8-94e1-60213ab1f814", "Emperor": "there is no role Emperor",
		"CCCCCCCC-0000-0000-0000-00000000000c": "roleDefinitions/cccccccc-0000-0000-0000-00000000000c"} {
		got, err := Role(name, q)
		if err == nil && got.Class+"/"+got.ID != want || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("the role %q: %+v, %v, want %q", name, got, err, want)
		}
	}
	names, err := Beginning("ber", 10, q)
	if want := []string{"Bert", "bert@contoso.com", "bert2@contoso.com"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("names that begin so: %q, %v", names, err)
	}
	if names, err := Beginning("", 2, q); err != nil || len(names) != 2 {
		t.Errorf("two names: %q, %v", names, err)
	}
}
