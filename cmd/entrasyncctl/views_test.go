package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/views"
)

// TestViewsOfThenAndOwnOnes: a view as of a moment says what can't be known, and a view
// that the window kept is one like the others.
func TestViewsOfThenAndOwnOnes(t *testing.T) {
	c, _ := simulateSynced(t)
	now := c.must("view", tenantName, "guests", "--format", "jsonl")
	at := time.Now().UTC().Format(time.RFC3339Nano)
	r := c.call("", "view", tenantName, "guests", "--format", "jsonl", "--as-of", at)
	if r.status != exitDone || r.out != now || now == "" {
		t.Errorf("as of then: exit %d, %d bytes, now %d: %s", r.status, len(r.out), len(now), r.err)
	}
	c.refused(exitFailed, "users were first held whole at", "view", tenantName, "guests", "--as-of", "2020-01-31")
	c.must("tenant", "set", tenantName, "--filter", `users=userType == "Guest"`)
	c.must("sync", tenantName, "--classes", "users")
	for _, moment := range [][]string{nil, {"--as-of", time.Now().UTC().Format(time.RFC3339Nano)}} {
		r := c.call("", append([]string{"view", tenantName, "guests"}, moment...)...)
		if !strings.Contains(r.err, "left out by a filter") || !strings.Contains(r.err, "as far as the copy knows, there are none") {
			t.Errorf("%v: of guests that a filter leaves out it says %s", moment, r.err)
		}
	}
	c.must("tenant", "set", tenantName, "--filter", "users=")
	c.must("sync", tenantName, "--classes", "users")

	st, err := store.Open(t.Context(), c.dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept, _ := json.Marshal([]views.Own{{Name: "My guests", Class: "users", Filters: []string{`userType equals "Guest"`}, Sort: "displayName"},
		{Name: "Others'", Tenant: 99, Class: "users"}, {Name: "newer", Class: "nothingOfOurs"}})
	if err := st.SetSetting(t.Context(), views.Setting, string(kept)); err != nil {
		t.Fatal(err)
	}
	st.Close()
	all := c.rows("views")
	if own := all[len(all)-2]; own["name"] != "My guests" || own["meaning"] != `users: userType equals "Guest"` {
		t.Errorf("the own view is told as %v", own)
	}
	own := c.rows("view", tenantName, "my GUESTS")
	names := []string{}
	for _, row := range own {
		names = append(names, entra.LowerASCII(row["display_name"].(string)))
	}
	if len(own) != strings.Count(now, "\n") || !slices.IsSorted(names) {
		t.Errorf("%d rows, %q", len(own), names)
	}
	c.refused(exitUsage, "there is no view Others'", "view", tenantName, "Others'")
}

// TestViews: what the ready views are, one of them, and one that can't be answered.
func TestViews(t *testing.T) {
	c, _ := simulateSynced(t)
	ready := c.rows("views")
	if len(ready) < 17 || !slices.Equal(keysOf(ready[0]), []string{"classes", "meaning", "name"}) {
		t.Errorf("%d views, the first %v", len(ready), ready[0])
	}
	guests := c.rows("view", tenantName, "Guests")
	if n := len(c.rows("objects", tenantName, "--class", "users", "--where", "userType = Guest")); len(guests) != n || n == 0 {
		t.Errorf("%d guests, want %d", len(guests), n)
	}
	if keys := keysOf(guests[0]); !slices.Equal(keys, []string{"accountEnabled", "class", "createdDateTime", "display_name", "externalUserState", "id", "userPrincipalName"}) {
		t.Errorf("keys %q", keys)
	}
	if table := c.must("view", tenantName, "guests"); !strings.Contains(table, "DISPLAY NAME") || strings.Contains(table, guests[0]["id"].(string)) {
		t.Errorf("table: %.400s", table)
	}
	if page := c.must("view", tenantName, "guests", "--format", "csv", "--page", "2", "--per-page", "1"); strings.Count(page, "\n") != 2 {
		t.Errorf("a page of one row: %q", page)
	}
	c.refused(exitUsage, "see `entrasyncctl views`", "view", tenantName, "nope")
	c.must("tenant", "set", tenantName, "--classes", "users")
	c.refused(exitFailed, "riskyUsers are not synced", "view", tenantName, "risky-users")
	r := c.call("", "view", tenantName, "cloud-only")
	if r.status != exitDone || !strings.Contains(r.err, "note: groups are no longer synced") {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
}

// TestRoles: who comes to a role and somebody's roles, now and then, by names.
func TestRoles(t *testing.T) {
	c, sim := simulate(t)
	sim.Tenant(tenantName).SetRoles(clientID, append([]string{"RoleManagement.Read.Directory"}, allRoles...)...)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,roleDefinitions,roleAssignments")
	c.must("sync", tenantName, "--no-index")
	all := c.rows("roles", tenantName)
	keys := []string{"class", "display_name", "from", "id", "role", "role_id", "scope", "scope_name", "through", "until", "userPrincipalName", "way"}
	if len(all) == 0 || !slices.Equal(keysOf(all[0]), keys) {
		t.Fatalf("%d rows with the keys %q", len(all), keysOf(all[0]))
	}
	i := slices.IndexFunc(all, func(row map[string]any) bool { return row["class"] == "users" && row["scope_name"] == nil })
	if i < 0 {
		t.Fatal("no person has a role")
	}
	one := all[i]
	role, upn := one["role"].(string), one["userPrincipalName"].(string)
	at := time.Now().UTC().Format(time.RFC3339Nano)
	for _, then := range [][]string{nil, {"--as-of", at}} {
		of := c.rows(append([]string{"roles", tenantName, "--of", strings.ToUpper(upn)}, then...)...)
		if len(of) == 0 || slices.ContainsFunc(of, func(row map[string]any) bool { return row["id"] != one["id"] }) {
			t.Errorf("%q: the roles of %s are %v", then, upn, of)
		}
		holders := c.rows(append([]string{"roles", tenantName, strings.ToLower(role)}, then...)...)
		if n := len(c.rows(append([]string{"roles", tenantName, "--where", "role = " + role}, then...)...)); len(holders) != n || n == 0 || holders[0]["role_id"] != one["role_id"] {
			t.Errorf("%q: %d hold %s, by a condition %d", then, len(holders), role, n)
		}
		both := c.rows(append([]string{"roles", tenantName, one["role_id"].(string), "--of", upn}, then...)...)
		if len(both) == 0 || both[0]["way"] != "assigned" || both[0]["id"] != one["id"] {
			t.Errorf("%q: %s of %s: %v", then, role, upn, both)
		}
	}
	table := c.must("roles", tenantName, "--of", upn)
	for _, text := range []string{"CLASS", "USERPRINCIPALNAME", "THROUGH", "FROM", upn, role} {
		if !strings.Contains(table, text) {
			t.Errorf("the table lacks %s:\n%s", text, table)
		}
	}
	if strings.Contains(table, "ROLE ID") || strings.Contains(table, "SCOPE NAME") {
		t.Errorf("the table has what is for machines:\n%s", table)
	}
	c.refused(exitUsage, "there is no role Emperor", "roles", tenantName, "Emperor", "--quiet")
	c.refused(exitUsage, "there is no object nobody", "roles", tenantName, "--of", "nobody", "--quiet")
	c.refused(exitUsage, "perhaps userPrincipalName", "roles", tenantName, "--where", "principal = x", "--quiet")
	c.refused(exitUsage, "lies ahead", "roles", tenantName, "--as-of", "2999-01-01")
	if r := c.call("", "roles", tenantName, "--search", "nosuchtext"); r.out != "" && !strings.Contains(r.err, `no row fits: --search "nosuchtext"`) {
		t.Errorf("%+v", r)
	}
	c.must("tenant", "set", tenantName, "--classes", "users,groups")
	if r := c.call("", "roles", tenantName); r.status != exitFailed || !strings.Contains(r.err, "roleAssignments are no longer synced") {
		t.Errorf("%+v", r)
	}
}

// TestViewsTakeConditions, on what they show and on what their objects have.
func TestViewsTakeConditions(t *testing.T) {
	c, _ := simulateSynced(t)
	guests := c.rows("view", tenantName, "guests")
	name := guests[0]["display_name"].(string)
	some := c.rows("view", tenantName, "guests", "--where", "display_name = "+name)
	if len(some) == 0 || len(some) >= len(guests) || some[0]["display_name"] != name {
		t.Errorf("%d of %d guests are called %s", len(some), len(guests), name)
	}
	upn := guests[0]["userPrincipalName"].(string)
	if found := c.rows("view", tenantName, "guests", "--search", upn); len(found) != 1 || found[0]["id"] != guests[0]["id"] {
		t.Errorf("%s is found in %v", upn, found)
	}
	if none := c.rows("view", tenantName, "guests", "--where", "department = nosuchtext"); len(none) != 0 {
		t.Errorf("%v", none)
	}
	c.refused(exitUsage, "has no property nosuch", "view", tenantName, "guests", "--where", "nosuch = x")
}

// TestNamesOfObjects: wherever a command takes an object it takes its name; completion offers
// some.
func TestNamesOfObjects(t *testing.T) {
	c, sim := simulateSynced(t)
	links := c.rows("links", tenantName, "--relation", "members")
	link := links[slices.IndexFunc(links, func(row map[string]any) bool { return row["target_class"] == "users" })]
	from, to := link["source_name"].(string), link["target_id"].(string)
	same := func(a, b []map[string]any) bool {
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		return string(x) == string(y) && len(a) > 0
	}
	if !same(c.rows("links", tenantName, "--from", from), c.rows("links", tenantName, "--from", link["source_id"].(string))) {
		t.Errorf("links from %s", from)
	}
	var upn string
	for _, u := range c.rows("objects", tenantName, "--class", "users") {
		if u["id"] == to {
			upn = u["properties"].(map[string]any)["userPrincipalName"].(string)
		}
	}
	if !same(c.rows("links", tenantName, "--to", upn), c.rows("links", tenantName, "--to", to)) || !same(c.rows("members", tenantName, "--of", upn), c.rows("members", tenantName, "--of", to)) {
		t.Errorf("links to %q, %s", upn, to)
	}
	if err := sim.Tenant(tenantName).Update(to, map[string]any{"city": "Elsewhere"}); err != nil {
		t.Fatal(err)
	}
	if err := sim.Tenant(tenantName).Delete(to); err != nil {
		t.Fatal(err)
	}
	c.must("sync", tenantName)
	if !same(c.rows("changes", tenantName, "--object", upn), c.rows("changes", tenantName, "--object", to)) {
		t.Errorf("changes of %s, who is deleted", upn)
	}
	c.refused(exitUsage, "there is no object Nobody At All", "changes", tenantName, "--object", "Nobody At All")
	out := c.must("__complete", "--data-dir", c.dir, "members", tenantName, from[:3])
	if !strings.Contains(out, from+"\n") {
		t.Errorf("%q is completed by %q", from[:3], out)
	}
	out = c.must("__complete", "--data-dir", c.dir, "links", tenantName, "--from", from[:3])
	if !strings.Contains(out, from+"\n") {
		t.Errorf("%q is completed by %q", from[:3], out)
	}
}

// TestSwitchedOffClassesAreTold: what is held of them stands still, and a note says since when.
func TestSwitchedOffClassesAreTold(t *testing.T) {
	c, _ := simulateSynced(t)
	c.must("tenant", "set", tenantName, "--classes", "users")
	for _, args := range [][]string{{"objects", tenantName, "--class", "groups"}, {"members", tenantName}, {"links", tenantName}, {"links", tenantName, "--relation", "members"}} {
		r := c.call("", append(args, "--format", "jsonl")...)
		if r.status != exitDone || r.out == "" || !strings.HasPrefix(r.err, "note: groups") || strings.Count(r.err, " are switched off since 20") != 1 || !strings.Contains(r.err, ", and stand as they were at 20") {
			t.Errorf("%q: exit %d, %d bytes, stderr %q", args, r.status, len(r.out), r.err)
		}
	}
	if r := c.call("", "objects", tenantName, "--class", "users"); strings.Contains(r.err, "switched off") {
		t.Errorf("users: %q", r.err)
	}
	if r := c.call("", "export", tenantName, "--output", filepath.Join(t.TempDir(), "out")); r.status != exitDone || !strings.Contains(r.err, "note: groups, devices are switched off since 20") {
		t.Errorf("an export: %+v", r)
	}
}
