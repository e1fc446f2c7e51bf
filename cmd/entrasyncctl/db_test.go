package main

import (
	"bytes"
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

// TestDamagedBackup: it is the backup that is said to be damaged, on one short line,
// and the database stays.
func TestDamagedBackup(t *testing.T) {
	c, _ := simulateSynced(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	c.must("db", "backup", backup)
	good, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	torn, mid := bytes.Clone(good), bytes.Clone(good)
	clear(torn[100:8192]) // the schema
	copy(mid[len(mid)/2:], strings.Repeat("garbage ", 2000))
	for name, content := range map[string][]byte{
		"short by its end": good[:len(good)-4096], "short by half": good[:len(good)/2], "no schema": torn, "garbage within": mid, "cut in a page": good[:len(good)-100],
	} {
		if err := os.WriteFile(backup, content, 0o600); err != nil {
			t.Fatal(err)
		}
		r := c.call("", "db", "restore", backup)
		if r.status != exitUsage || strings.Count(r.err, "\n") != 1 || len(r.err) > 220 ||
			!strings.Contains(r.err, "the backup can't be restored: it is damaged (") || !strings.HasSuffix(r.err, "; choose another backup\n") {
			t.Errorf("%s: exit %d: %s", name, r.status, r.err)
		}
	}
	if len(c.rows("tenant", "list")) != 1 {
		t.Error("the database did not stay")
	}
}

// TestRetentionSizeAndCompacting.
func TestRetentionSizeAndCompacting(t *testing.T) {
	c, _ := simulateSynced(t)
	if r := c.document("db", "retention", "--json"); r["changes"] != 365.0 || r["history"] != 365.0 || r["deleted"] != 90.0 {
		t.Errorf("by default %v", r)
	}
	c.must("db", "retention", "--changes", "730", "--deleted", "forever")
	if r := c.document("db", "retention", "--json"); r["changes"] != 730.0 || r["history"] != 365.0 || r["deleted"] != nil {
		t.Errorf("set to %v", r)
	}
	c.refused(exitUsage, "or forever", "db", "retention", "--history", "0")
	c.refused(exitUsage, "to 36500 days", "db", "retention", "--history", "99999")
	parts := map[string]float64{}
	for _, row := range c.rows("db", "size") {
		parts[row["part"].(string)] = row["bytes"].(float64)
	}
	if parts["objects"] == 0 || parts["links"] == 0 || parts["total"] < parts["objects"]+parts["links"] {
		t.Errorf("it weighs %v", parts)
	}
	if said := c.must("db", "compact"); !strings.Contains(said, "bytes") {
		t.Error(said)
	}
	c.must("db", "check")
	c.must("sync")
}
