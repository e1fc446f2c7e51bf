package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/store"
)

// interruptRemoval begins to remove the tenant as a process does that is killed then.
func (c *cli) interruptRemoval() {
	c.t.Helper()
	st, err := store.Open(c.t.Context(), c.dir, store.Options{})
	if err != nil {
		c.t.Fatal(err)
	}
	defer st.Close()
	tenant, err := st.Tenant(c.t.Context(), tenantName)
	if err == nil {
		err = st.BeginRemoval(c.t.Context(), tenant.Key)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// TestInterruptedRemoval: it is told until it has ended, and the next command that
// writes ends it, whichever that is.
func TestInterruptedRemoval(t *testing.T) {
	for _, next := range [][]string{
		{"tenant", "remove", tenantName}, {"profile", "remove", "Main"}, {"sync"}, {"db", "backup", filepath.Join(t.TempDir(), "backup.db")},
		{"profile", "add", "Other"}, {"tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main"},
	} {
		t.Run(strings.Join(next[:min(2, len(next))], " "), func(t *testing.T) {
			c, _ := simulateSynced(t)
			c.interruptRemoval()
			rows := c.rows("tenant", "list")
			if len(rows) != 1 || rows[0]["name"] != tenantName || rows[0]["last_sync_status"] != "removing" {
				t.Errorf("the list shows %v", rows)
			}
			c.must(next...)
			for _, row := range c.rows("tenant", "list") {
				if row["last_sync_status"] == "removing" {
					t.Errorf("after %v the list shows %v", next, row)
				}
			}
		})
	}
}

// TestRemovalTellsCopies names the moved-aside file that still holds the tenant.
func TestRemovalTellsCopies(t *testing.T) {
	c, _ := simulateSynced(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	c.must("db", "backup", backup)
	c.must("db", "restore", backup)
	r := c.call("", "tenant", "remove", tenantName, "--yes")
	if r.status != exitDone || !strings.Contains(r.err, ".aside, an older copy of the database, still holds "+tenantName) {
		t.Errorf("%+v", r)
	}
}
