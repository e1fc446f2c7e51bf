package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestHeldDeletions lists what the loss guard holds and applies it when told to.
func TestHeldDeletions(t *testing.T) {
	c, sim := simulateSynced(t)
	tenant, ids := sim.Tenant(tenantName), []string{}
	for o := range tenant.Objects("users") {
		if o.State == graphsim.Live {
			ids = append(ids, o.ID)
		}
	}
	for _, id := range ids[:40] { // some of them a full scan tells as removed
		if err := errors.Join(tenant.Delete(id), tenant.Purge(id)); err != nil {
			t.Fatal(err)
		}
	}
	c.refused(exitUsage, "percent", "tenant", "set", tenantName, "--hold-share", "101")
	c.must("tenant", "set", tenantName, "--hold-over", "0", "--hold-share", "0")
	if r := c.call("", "sync", "--full"); r.status != exitDone || !strings.Contains(r.err, " deletions held, ") {
		t.Errorf("%+v", r)
	}
	held := c.rows("tenant", "held", tenantName)
	users := held[len(held)-1] // groups come first: their links to those users
	if len(held) < 4 || users["class"] != "users" || users["since"] == nil || users["display_name"] == "" {
		t.Fatalf("held: %v", held)
	}
	if rows := c.rows("tenant", "list"); rows[0]["last_sync_status"] != "warning" {
		t.Errorf("the tenant is %v", rows)
	}
	c.refused(exitUsage, "--yes", "tenant", "confirm-deletions", tenantName)
	if out := c.must("tenant", "confirm-deletions", tenantName, "--class", "devices", "--yes"); !strings.Contains(out, "nothing") {
		t.Error(out)
	}
	if out := c.must("tenant", "confirm-deletions", tenantName, "--yes"); !strings.Contains(out, "applied") {
		t.Error(out)
	}
	if again := c.rows("tenant", "held", tenantName); len(again) > 0 {
		t.Errorf("still held: %v", again)
	}
	if n := len(c.rows("objects", tenantName, "--class", "users")); n != len(ids)-40 {
		t.Errorf("%d users are left of %d", n, len(ids))
	}
}
