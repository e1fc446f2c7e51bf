package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// manifestOf reads what an export says of itself.
func manifestOf(t *testing.T, dir string) (m struct {
	Tenant, Cloud, Time, Version, Format string
	AsOf                                 *string `json:"as_of"`
	Notes                                []string
	Files                                []struct {
		Name, Class string
		Rows        int
		Schema      []struct{ Name, Type string }
	}
}) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestExport writes all that is held in each format; the manifest tells each file's rows.
func TestExport(t *testing.T) {
	c, _ := simulateSynced(t)
	held := map[string]int{"links": len(c.rows("links", tenantName)), "changes": len(c.rows("changes", tenantName))}
	tenant := c.rows("tenant", "list")[0]
	for _, class := range tenant["classes"].([]any) {
		held[class.(string)] = len(c.rows("objects", tenantName, "--class", class.(string), "--include-deleted", "--include-filtered"))
	}
	for _, format := range []string{"jsonl", "csv", "parquet"} {
		dir := filepath.Join(t.TempDir(), "out ü")
		if format == "csv" { // an empty folder will do
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		c.must("export", tenantName, "--format", format, "--output", dir)
		m := manifestOf(t, dir)
		if m.Tenant != tenantName || m.Format != format || m.AsOf != nil || len(m.Files) != len(held) {
			t.Errorf("%s: %+v", format, m)
		}
		for _, f := range m.Files {
			name := strings.TrimSuffix(f.Name, "."+format)
			if f.Rows != held[name] || len(f.Schema) < 5 {
				t.Errorf("%s has %d rows, want %d, and %d columns", f.Name, f.Rows, held[name], len(f.Schema))
			}
			checkFile(t, filepath.Join(dir, f.Name), f.Rows)
		}
		c.refused(exitUsage, "is not empty", "export", tenantName, "--output", dir)
		if beside, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*")); len(beside) > 0 {
			t.Errorf("left beside it: %q", beside)
		}
	}
	c.must("tenant", "set", tenantName, "--classes", "users,groups")
	dir := filepath.Join(t.TempDir(), "off")
	if r := c.call("", "export", tenantName, "--output", dir); r.status != exitDone || !strings.Contains(r.err, "note: devices are switched off since") {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
	if m := manifestOf(t, dir); len(m.Files) != len(held) {
		t.Errorf("once a class is switched off: %+v", m.Files)
	}
	c.refused(exitUsage, "own data", "export", tenantName, "--output", filepath.Join(c.dir, "out"))
	c.refused(exitUsage, "choose jsonl", "export", tenantName, "--format", "xml", "--output", filepath.Join(t.TempDir(), "x"))
}

// checkFile counts the rows of a file, as another reader does.
func checkFile(t *testing.T, file string, rows int) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	switch filepath.Ext(file) {
	case ".jsonl":
		if n := strings.Count(string(text), "\n"); n != rows {
			t.Errorf("%s has %d lines, want %d", file, n, rows)
		}
	case ".csv":
		records, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
		if err != nil || len(records) != rows+1 {
			t.Errorf("%s has %d records, want %d: %v", file, len(records), rows+1, err)
		}
	case ".parquet":
		if !strings.HasPrefix(string(text), "PAR1") || !strings.HasSuffix(string(text), "PAR1") {
			t.Errorf("%s is no Parquet file", file)
		}
	}
}

// TestExportOfThen is as of a moment: what was there, and the changes until then.
func TestExportOfThen(t *testing.T) {
	c, sim := simulateSynced(t)
	then := time.Now().UTC()
	users := c.rows("objects", tenantName, "--class", "users")
	before := len(users)
	if err := sim.Tenant(tenantName).Delete(users[0]["id"].(string)); err != nil {
		t.Fatal(err)
	}
	c.must("sync")
	dir := filepath.Join(t.TempDir(), "then")
	c.must("export", tenantName, "--output", dir, "--as-of", then.Format(time.RFC3339Nano))
	m := manifestOf(t, dir)
	if m.AsOf == nil || !strings.HasPrefix(*m.AsOf, then.Format("2006-01-02T15:04")) {
		t.Errorf("as of %v", m.AsOf)
	}
	for _, f := range m.Files {
		if (f.Name == "users.jsonl" && f.Rows != before) || (f.Name == "changes.jsonl" && f.Rows != 0) {
			t.Errorf("%s has %d rows; %d users were there", f.Name, f.Rows, before)
		}
	}
}

// TestExportTellsWhatItCannotKnow: the manifest says it, as it is there when what was said on stderr is not.
func TestExportTellsWhatItCannotKnow(t *testing.T) {
	c, _ := simulateSynced(t)
	dir := t.TempDir()
	c.must("export", tenantName, "--output", filepath.Join(dir, "now"))
	if m := manifestOf(t, filepath.Join(dir, "now")); m.Notes == nil || len(m.Notes) > 0 {
		t.Errorf("of now it says %q", m.Notes)
	}
	r := c.call("", "export", tenantName, "--output", filepath.Join(dir, "then"), "--as-of", "2020-01-01")
	m := manifestOf(t, filepath.Join(dir, "then"))
	for _, want := range []string{"were first held whole at ", "changes are recorded from "} {
		if !strings.Contains(strings.Join(m.Notes, "\n"), want) || !strings.Contains(r.err, want) {
			t.Errorf("it does not say %q: %q, %q", want, m.Notes, r.err)
		}
	}
}
