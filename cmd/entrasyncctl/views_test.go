package main

import (
	"slices"
	"strings"
	"testing"
)

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
