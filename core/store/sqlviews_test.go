package store

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestDocumentedSQL runs each statement of docs/sql.md, and holds the views to the
// columns that stand there.
func TestDocumentedSQL(t *testing.T) {
	b := newBench(t)
	b.scan("users", object("u1", `{"displayName":"Anna","mail":"anna@fabrikam.com","userType":"Guest"}`), user("u2", "Bert"))
	b.scan("groups", object("g1", `{"displayName":"Admins"}`, gains("u1")))
	b.begin()
	b.delta("users", user("u2", "Bert B"), removed("u2", entra.SoftDeleted))
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "sql.md"))
	b.must(err)
	statements := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(statements) < 4 {
		t.Fatalf("%d statements", len(statements))
	}
	for _, s := range statements {
		if _, err := texts(t.Context(), b.read, "SELECT count(*) FROM ("+strings.TrimSuffix(strings.TrimSpace(s[1]), ";")+")"); err != nil {
			t.Errorf("%v in %s", err, s[1])
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `(all_[a-z]+)` \\| (.*) \\|$").FindAllStringSubmatch(string(page), -1) {
		columns, err := texts(t.Context(), b.read, "SELECT name FROM pragma_table_info(?)", row[1])
		b.must(err)
		for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(regexp.MustCompile(`\([^)]*\)`).ReplaceAllString(row[2], ""), -1) {
			if !slices.Contains(columns, name[1]) {
				t.Errorf("%s lacks %s", row[1], name[1])
			}
		}
	}
	for query, want := range map[string]string{
		"SELECT tenant || ' ' || displayName FROM users":                                                     "contoso.com Anna",
		"SELECT source_name || ' ' || target_name || ' ' || since FROM all_links WHERE in_sight":             "Admins Anna 2026-",
		"SELECT state || ' ' || display_name FROM all_objects WHERE id = 'u2'":                               "deleted Bert",
		"SELECT group_concat(kind) FROM (SELECT kind FROM all_changes WHERE class = 'users' ORDER BY kind)":  "deleted",
		"SELECT count(*) || ' ' || min(status) FROM all_runs WHERE class = 'users' AND end_time IS NOT NULL": "2 succeeded",
	} {
		got, err := texts(t.Context(), b.read, query)
		if err != nil || len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%s: %q, want %s; %v", query, got, want, err)
		}
	}
}
