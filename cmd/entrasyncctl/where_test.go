package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
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
		`"" is no direction`:              {"--sort", "displayName:"},
		"has no property ;":               {"--sort", ":desc"},
		"may lead to several by sponsors": {"--sort", "Sponsors"},
		"has no property principal":       {"--sort", "principal"},
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
	last := ""
	for _, a := range c.rows("objects", tenantName, "--class", "roleAssignments", "--sort", "RoleDefinition:desc") {
		name := strings.ToLower(roles[a["properties"].(map[string]any)["roleDefinitionId"].(string)])
		if last != "" && name > last {
			t.Errorf("%s stands behind %s", name, last)
		}
		last = name
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

// TestWhoHadAnApp: what is called by a name now is called so in what changed, in what differs, and as of a moment.
func TestWhoHadAnApp(t *testing.T) {
	c, sim := simulate(t)
	sim.Tenant(tenantName).SetRoles(clientID, append([]string{"Application.Read.All"}, allRoles...)...)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,servicePrincipals,appRoleAssignments")
	c.must("sync")
	const class = "appRoleAssignments"
	held := c.rows("objects", tenantName, "--class", class)
	at := time.Now().UTC().Format(time.RFC3339Nano)
	sim.Tenant(tenantName).MutateAll(rand.New(rand.NewPCG(5, 5)), 400)
	c.must("sync")
	named := func(what string, p any) {
		t.Helper()
		properties, is := p.(map[string]any)
		if is && (properties["appRoleName"] == nil || !strings.Contains(what, "changes") && properties["principalDisplayName"] == nil) {
			t.Errorf("%s tell of %v", what, properties)
		}
	}
	past := c.rows("objects", tenantName, "--class", class, "--as-of", at)
	for _, row := range past {
		named("objects of then", row["properties"])
	}
	for _, list := range [][]string{{"changes", tenantName}, {"diff", tenantName, "--from", at}} {
		rows := c.rows(append(list, "--class", class)...)
		for _, row := range rows {
			named(list[0], row["before"])
			named(list[0], row["after"])
		}
		if len(rows) == 0 || len(past) != len(held) {
			t.Errorf("%s: %d rows; %d were held, and %d as of then", list[0], len(rows), len(held), len(past))
		}
	}
	given := c.rows("changes", tenantName, "--class", class)[0]
	whole, is := given["after"].(map[string]any)
	if !is {
		whole = given["before"].(map[string]any)
	}
	told := c.rows("changes", tenantName, "--object", whole["principalId"].(string), "--class", class)
	if !slices.ContainsFunc(told, func(x map[string]any) bool { return x["id"] == given["id"] }) {
		t.Errorf("what happened to who was given %v: %v", given, told)
	}
	if shown := c.must("objects", tenantName, "--class", class, "--as-of", at, "--per-page", "1"); !strings.Contains(shown, past[0]["properties"].(map[string]any)["principalDisplayName"].(string)) {
		t.Errorf("the table shows %s", shown)
	}
	var names []string
	for _, row := range c.rows("objects", tenantName, "--class", class, "--sort", "approlename", "--as-of", at) {
		names = append(names, strings.ToLower(row["properties"].(map[string]any)["appRoleName"].(string)))
	}
	if !slices.IsSorted(names) || len(names) == 0 {
		t.Errorf("in the order of their names: %q", names)
	}
	folder := filepath.Join(t.TempDir(), "export")
	c.must("export", tenantName, "--format", "csv", "--output", folder, "--as-of", at)
	if content, err := os.ReadFile(filepath.Join(folder, class+".csv")); err != nil || !strings.Contains(string(content), past[0]["properties"].(map[string]any)["principalDisplayName"].(string)) {
		t.Errorf("the export holds %s, %v", content, err)
	}
}
