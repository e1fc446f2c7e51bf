package main

import "testing"

// The groups of a member are those that list it.
func TestMembersFromBothSides(t *testing.T) {
	c, _ := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main")
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
	c.refused(exitUsage, "both a group and --of", "members", tenantName, "some group", "--of", "x")
}
