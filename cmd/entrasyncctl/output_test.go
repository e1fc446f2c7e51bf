package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/entraidsync/entraidsync/core/store"
)

// TestOutputOverOurOwn lets every command that writes a file try to write over the
// database, by the ways that a shell offers.
func TestOutputOverOurOwn(t *testing.T) {
	c, _ := simulateSynced(t)
	db := filepath.Join(c.dir, store.FileName)
	soft, hard := filepath.Join(t.TempDir(), "soft"), filepath.Join(filepath.Dir(c.dir), "hard")
	if err := os.Symlink(db, soft); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(db, hard); err != nil {
		t.Fatal(err)
	}
	before := len(c.rows("objects", tenantName, "--class", "users"))
	for _, target := range []string{db, soft, hard, db + "-wal", filepath.Join(c.dir, "new.csv"), c.dir + "/../" + filepath.Base(c.dir) + "/" + store.FileName} {
		for _, args := range [][]string{
			{"objects", tenantName, "--class", "users"}, {"history", tenantName}, {"members", tenantName}, {"changes", tenantName},
			{"tenant", "list"}, {"profile", "list"}, {"cloud", "list"}, {"class", "list"},
		} {
			c.refused(exitUsage, "can't be written", append(args, "--format", "csv", "--output", target)...)
		}
		c.refused(exitUsage, "can't be written", "db", "backup", target)
	}
	if after := len(c.rows("objects", tenantName, "--class", "users")); after != before {
		t.Errorf("%d users are left of %d", after, before)
	}
	if doc := c.document("db", "check", "--json"); doc["ok"] != true {
		t.Errorf("the check says %v", doc)
	}
}
