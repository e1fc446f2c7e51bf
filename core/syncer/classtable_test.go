package syncer

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// with makes the tenant sync these classes, with the permissions that they need.
func (w *world) with(names ...string) {
	w.Helper()
	roles := append([]string{}, allRoles...)
	for _, name := range names {
		class, _ := entra.ClassNamed(name)
		roles = append(roles, class.Permission)
	}
	w.sim.SetRoles(clientID, roles...)
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Classes: names}); err != nil {
		w.Fatal(err)
	}
}

// held are the objects of a class that the store has.
func (w *world) held(class string) (objects []entra.StoredObject) {
	w.Helper()
	for o, err := range w.store.Objects(w.ctx(), w.tenant.Key, store.ObjectQuery{Class: class}) {
		if err != nil {
			w.Fatal(err)
		}
		objects = append(objects, o)
	}
	return objects
}

// What matters of a named location stands on its derived type, which no $select
// can name; what is selected of a policy is all of it.
// TestSingleRelationsLeadBack: a list shows no link to who is deleted, so that it has to be
// asked for where the target is restored.
func TestSingleRelationsLeadBack(t *testing.T) {
	for _, c := range entra.Classes() {
		if listed, is := c.Listed(); is && listed.Inverse == "" {
			t.Errorf("%s: what leads back from %s?", c.Name, listed.Name)
		}
	}
}

func TestDerivedTypesAreWhole(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5})
	w.with("conditionalAccessPolicies", "namedLocations")
	w.sync(entra.Succeeded)
	var said []string
	for _, o := range w.held("namedLocations") {
		said = append(said, o.Properties.Text("displayName"), o.Properties.Text("isTrusted"), o.Properties.Text("ipRanges"), o.Properties.Text("countriesAndRegions"))
	}
	all := strings.Join(said, " ")
	for _, want := range []string{"Headquarters true", "198.51.100.0/24", "2001:db8::/48", "DE, US"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not held of the locations: %s", want, all)
		}
	}
	for _, q := range w.server.Requests() {
		if strings.Contains(q.Path, "conditionalAccess") && strings.Contains(q.Query, "select") {
			t.Errorf("asked for %s?%s", q.Path, q.Query)
		}
	}
}

// Of credentials nothing is stored that shows a key or a part of a secret; what
// tells them apart and when they end is.
func TestKeysAndHintsAreNotStored(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5, Applications: 60, ServicePrincipals: 5})
	w.with("applications", "servicePrincipals")
	w.sync(entra.Succeeded)
	id := w.held("applications")[0].ID
	if err := w.sim.Update(id, map[string]any{"passwordCredentials": []map[string]any{{"keyId": "k-1", "hint": "Abc", "secretText": "Abc~visible", "endDateTime": "2030-01-01T00:00:00Z"}}}); err != nil {
		t.Fatal(err)
	}
	w.sync(entra.Succeeded)
	passwords, keys := "", ""
	for _, o := range w.held("applications") {
		passwords += o.Properties.Text("passwordCredentials")
		keys += o.Properties.Text("keyCredentials")
	}
	for _, want := range []string{`"keyId"`, `"endDateTime"`, `"startDateTime"`, `"displayName"`, `k-1`} {
		if !strings.Contains(passwords, want) {
			t.Errorf("%s of secrets is not held", want)
		}
	}
	for _, want := range []string{`"keyId"`, `"endDateTime"`, `"usage":"Verify"`, `"type"`, `"customKeyIdentifier"`} {
		if !strings.Contains(keys, want) {
			t.Errorf("%s of keys is not held", want)
		}
	}
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(w.store.Dir(), "*"))
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"MIIC", `"hint"`, "secretText", "Abc~visible"} {
			if bytes.Contains(body, []byte(secret)) {
				t.Errorf("%s holds %s", filepath.Base(file), secret)
			}
		}
	}
}

// The dates of assigned plans change by themselves; whether a plan is enabled does not.
func TestPlansChangeWhereTheyDo(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5})
	w.with("organization")
	w.sync(entra.Succeeded)
	plans := w.held("organization")[0].Properties.Text("assignedPlans")
	if !strings.Contains(plans, "Enabled") || !strings.Contains(plans, "servicePlanId") || strings.Contains(plans, "assignedDateTime") {
		t.Errorf("the plans held are %s", plans)
	}
}

// A role assignment leads to its role, which has a name.
func TestRolesHaveNames(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 40})
	w.with("users", "roleAssignments", "roleDefinitions")
	w.sync(entra.Succeeded)
	roles := 0
	for l, err := range w.store.Links(t.Context(), w.tenant.Key, store.LinkQuery{Relation: "roleDefinition", Names: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if roles++; l.Target.Class != "roleDefinitions" || l.Target.Name == "" {
			t.Errorf("an assignment leads to %+v", l.Target)
		}
	}
	if roles == 0 {
		t.Error("no assignment leads to a role")
	}
}

// A filter is refused by what the class table says of a property's values; Graph tells no others.
func TestValuesAreOfTheKindsOfTheTable(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 40, Groups: 10, Devices: 10, ServicePrincipals: 10, Applications: 10, Premium: true})
	var classes []string
	for _, c := range entra.Classes() {
		classes = append(classes, c.Name)
	}
	w.with(classes...)
	w.sync(entra.Succeeded)
	kinds := map[jsontext.Kind]entra.ValueKind{'t': entra.FlagValue, 'f': entra.FlagValue, '"': entra.TextValue, '0': entra.NumberValue, '[': entra.ListValue, '{': entra.ComplexValue}
	seen := map[string]bool{}
	for _, class := range classes {
		for _, o := range w.held(class) {
			for _, p := range o.Properties {
				want := entra.KindOf(p.Name)
				if seen[p.Name] = seen[p.Name] || want != entra.UnknownValue; want != entra.UnknownValue && kinds[p.Value.Kind()] != want {
					t.Errorf("%s: %s is %s", class, p.Name, p.Value)
				}
			}
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d properties were seen", len(seen))
	}
}
