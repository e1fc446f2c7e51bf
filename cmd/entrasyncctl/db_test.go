package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/store"
)

func TestBackupAndRestore(t *testing.T) {
	c, _ := simulateSynced(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	c.must("db", "backup", backup)
	c.refused(exitUsage, "no regular file", "db", "backup", os.DevNull)
	c.must("tenant", "remove", tenantName, "--yes")
	out := c.must("db", "restore", backup)
	if len(c.rows("tenant", "list")) != 1 || !strings.Contains(out, ".aside") {
		t.Errorf("after the restore: %s", out)
	}
	if doc := c.document("db", "check", "--json"); doc["ok"] != true || len(doc["problems"].([]any)) != 0 {
		t.Errorf("the check says %v", doc)
	}
}

func TestDamagedDatabase(t *testing.T) {
	c, _ := simulateSynced(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	c.must("db", "backup", backup)
	path := filepath.Join(c.dir, store.FileName)
	for name, content := range map[string]string{"garbage": strings.Repeat("garbage ", 1000), "cut": "SQLite format 3\x00", "empty": ""} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		r := c.call("", "db", "check", "--json")
		if r.status != exitFailed || !strings.HasPrefix(r.out, `{"ok":false,"problems":["`) || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%s: exit %d: %s %s", name, r.status, r.out, r.err)
		}
		c.refused(exitFailed, "db restore", "tenant", "list")
		c.refused(exitUsage, "can't be restored", "db", "restore", path)
		c.must("db", "restore", backup)
		if len(c.rows("tenant", "list")) != 1 {
			t.Errorf("%s: nothing came back", name)
		}
	}
}

func TestCheckOfANewFolder(t *testing.T) {
	if doc := newCLI(t).document("db", "check", "--json"); doc["ok"] != true {
		t.Errorf("the check says %v", doc)
	}
}

func TestUnusableFolder(t *testing.T) {
	c := newCLI(t)
	c.dir = filepath.Join(os.Args[0], "below")
	c.refused(exitFailed, "data folder", "tenant", "list")
}
