package main

import (
	"strings"
	"testing"
	"time"
)

// The groups of a member are those that list it.
func TestMembersFromBothSides(t *testing.T) {
	c, _ := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	c.must("sync", tenantName, "--no-index")
	groups := map[any]map[any]bool{}
	for _, row := range c.rows("members", tenantName) {
		if groups[row["member_id"]] == nil {
			groups[row["member_id"]] = map[any]bool{}
		}
		groups[row["member_id"]][row["group_id"]] = true
	}
	if len(groups) == 0 {
		t.Fatal("nobody is in a group")
	}
	for member, in := range groups {
		rows := c.rows("members", tenantName, "--of", member.(string))
		for _, row := range rows {
			if !in[row["group_id"]] || row["member_id"] != member {
				t.Errorf("%v is said to be in %v", member, row)
			}
		}
		if len(rows) != len(in) {
			t.Errorf("%v is in %d groups, not in %d", member, len(in), len(rows))
		}
	}
	link := c.rows("links", tenantName, "--relation", "members")[0]
	table := c.must("members", tenantName, link["source_name"].(string))
	if !strings.Contains(table, link["target_name"].(string)) || !strings.Contains(table, link["target_id"].(string)) || strings.Contains(table, "#microsoft") {
		t.Errorf("a person reads no names:\n%s", table)
	}
	c.refused(exitUsage, "both a group and --of", "members", tenantName, "some group", "--of", "x")
}

// TestLinks: every relation from both sides, ids in any case.
func TestLinks(t *testing.T) {
	c, sim := simulate(t)
	sim.Tenant(tenantName).SetRoles(clientID, append([]string{"RoleManagement.Read.Directory"}, allRoles...)...)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,roleAssignments")
	c.must("sync", tenantName, "--no-index")
	members := len(c.rows("members", tenantName))
	links := c.rows("links", tenantName, "--relation", "Members")
	if len(links) != members || members == 0 {
		t.Fatalf("%d links, %d members", len(links), members)
	}
	first := links[0]
	from, to := strings.ToUpper(first["source_id"].(string)), strings.ToUpper(first["target_id"].(string))
	rows := c.rows("links", tenantName, "--from", from, "--to", to)
	if len(rows) != 1 || rows[0]["source_id"] != first["source_id"] || rows[0]["relation"] != "members" || rows[0]["source_class"] != "groups" || rows[0]["source_name"] == nil || rows[0]["since"] == nil {
		t.Errorf("%v", rows)
	}
	if got := len(c.rows("members", tenantName, "--of", to)); got != len(c.rows("links", tenantName, "--to", to, "--relation", "members")) {
		t.Errorf("%d memberships of one member", got)
	}
	for _, relation := range []string{"principal", "roleDefinition"} {
		if len(c.rows("links", tenantName, "--relation", relation)) == 0 {
			t.Errorf("no link %s", relation)
		}
	}
	c.refused(exitUsage, "no relation", "links", tenantName, "--relation", "friends")
}

// TestEmptyListsSayWhy: where a table has no rows, stderr says what was looked for and
// what to do; machines get the empty list alone.
func TestEmptyListsSayWhy(t *testing.T) {
	c, _ := simulate(t)
	says := func(want string, args ...string) {
		t.Helper()
		r := c.call("", args...)
		if r.status != exitDone || !strings.Contains(r.err, "note: "+want) {
			t.Errorf("%q: exit %d, stderr %q, want %q", args, r.status, r.err, want)
		}
		if r := c.call("", append(args, "--format", "jsonl")...); r.out != "" || strings.Contains(r.err, want) {
			t.Errorf("%q as JSON Lines: %q, stderr %q", args, r.out, r.err)
		}
	}
	says("there is no tenant; add one", "tenant", "list")
	says("no watch is set up", "watch", "list")
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups")
	says(tenantName+" was never synced", "history", tenantName)
	says("users were not read whole yet; run `entrasyncctl sync", "objects", tenantName, "--class", "users")
	says("nothing of "+tenantName+" was read whole yet", "changes", tenantName)
	says("nothing of "+tenantName+" was read whole yet", "members", tenantName)
	c.must("sync", tenantName, "--no-index")
	says("no change of "+tenantName+" is recorded yet", "changes", tenantName)
	says(`no change fits: --kind "deleted"`, "changes", tenantName, "--kind", "deleted")
	says(`none of 60 users fits: --search "nosuchtext", --where "city = Nowhere"; leave something out`, "objects", tenantName, "--class", "users", "--search", "nosuchtext", "--where", "city = Nowhere")
	says("devices are not synced in "+tenantName, "objects", tenantName, "--class", "devices")
	says("nothing of users is known of 2020-01-31", "objects", tenantName, "--class", "users", "--as-of", "2020-01-31")
	says("no link is known of 2020-01-31", "links", tenantName, "--as-of", "2020-01-31")
	says(`none of 60 users fits: --search "`+strings.Repeat("x", 80)+`…";`, "objects", tenantName, "--class", "users", "--search", strings.Repeat("x", 10_000))
	says(`no link fits: --from "00000000-0000-4000-8000-000000000000"`, "links", tenantName, "--from", "00000000-0000-4000-8000-000000000000")
	says("no row of the history holds", "history", tenantName, "--search", "nosuchtext")
	says("as far as the copy knows, nothing of users differs", "diff", tenantName, "--class", "users", "--from", "2020-01-31", "--to", "2020-02-01")
	says("the loss guard holds no deletion", "tenant", "held", tenantName)
	for _, asked := range [][]string{{"members", tenantName, "some group"}, {"members", tenantName, "--of", "somebody"}, {"links", tenantName, "--to", "somebody"}} {
		r := c.call("", append(asked, "--as-of", "2020-01-31")...)
		if r.status == exitDone || !strings.Contains(r.err, "were first held whole at") || !strings.Contains(r.err, "name a later moment, or the object by its id") || strings.Contains(r.err, "nothing that is held has that id") {
			t.Errorf("%q of before the first sync: exit %d, stderr %q", asked, r.status, r.err)
		}
	}
	c.refused(exitUsage, "nothing that is held has that id", "members", tenantName, "some group", "--as-of", time.Now().UTC().Format(time.RFC3339Nano))
}
