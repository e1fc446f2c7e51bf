package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestObjectsWhere: conditions that all hold, in an order, then and now.
func TestObjectsWhere(t *testing.T) {
	c, _ := simulateSynced(t)
	all := c.rows("objects", tenantName, "--class", "users")
	property := func(row map[string]any, name string) string {
		text, _ := row["properties"].(map[string]any)[name].(string)
		return text
	}
	var guests []string
	for _, row := range all {
		if property(row, "userType") == "Guest" {
			guests = append(guests, strings.ToLower(property(row, "displayName")))
		}
	}
	slices.Sort(guests)
	slices.Reverse(guests)
	if len(guests) < 3 || len(guests) == len(all) {
		t.Fatalf("%d of %d are guests", len(guests), len(all))
	}
	for _, then := range [][]string{nil, {"--as-of", ""}} {
		if then != nil {
			then[1] = time.Now().UTC().Format(time.RFC3339Nano)
		}
		var got []string
		for _, row := range c.rows(append([]string{"objects", tenantName, "--class", "users", "--where", "USERTYPE = guest", "--where", "id has value", "--sort", "displayname:desc"}, then...)...) {
			got = append(got, strings.ToLower(property(row, "displayName")))
		}
		if !slices.Equal(got, guests) {
			t.Errorf("%q, want %q", got, guests)
		}
	}
	for text, args := range map[string][]string{
		"has no operator":                 {"--where", "department"},
		"perhaps userType":                {"--where", "userTyp = x"},
		"is no direction":                 {"--sort", "displayName:up"},
		"no property nope":                {"--sort", "nope"},
		"accountEnabled is true or false": {"--where", "accountEnabled = maybe"},
		`write "accountEnabled = true"`:   {"--where", "ACCOUNTENABLED > 3"},
		"is no number":                    {"--where", "employeeId greater x"},
		"is no time":                      {"--where", "createdDateTime before soon"},
	} {
		c.refused(exitUsage, text, append([]string{"objects", tenantName, "--class", "users"}, args...)...)
	}
}

// Tables for people call what ids lead to by its name; lists for machines keep the ids.
func TestTablesNameWhatIdsLeadTo(t *testing.T) {
	c, sim := simulate(t)
	sim.Tenant(tenantName).SetRoles(clientID, append([]string{"LicenseAssignment.Read.All", "RoleManagement.Read.Directory"}, allRoles...)...)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,subscribedSkus,roleAssignments,roleDefinitions")
	c.must("sync")
	roles := map[string]string{}
	for _, r := range c.rows("objects", tenantName, "--class", "roleDefinitions") {
		roles[r["id"].(string)] = r["properties"].(map[string]any)["displayName"].(string)
	}
	assignments := c.rows("objects", tenantName, "--class", "roleAssignments")
	shown := c.must("objects", tenantName, "--class", "roleAssignments")
	for _, a := range assignments {
		id := a["properties"].(map[string]any)["roleDefinitionId"].(string)
		if name := roles[id]; name == "" || !strings.Contains(shown, name) || strings.Contains(shown, id) {
			t.Fatalf("the role %s (%q) is not named in %s", id, name, shown)
		}
	}
	licences := c.rows("objects", tenantName, "--class", "subscribedSkus")
	shown = c.must("view", tenantName, "disabled-licensed")
	named := slices.ContainsFunc(licences, func(l map[string]any) bool {
		return strings.Contains(shown, l["properties"].(map[string]any)["skuPartNumber"].(string))
	})
	if len(assignments) == 0 || !named || strings.Contains(shown, "skuId") {
		t.Errorf("%d assignments; the view shows %s", len(assignments), shown)
	}
}
