package main

import (
	"encoding/json"
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
