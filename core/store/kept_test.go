package store

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// keep makes the database of today's schema anew. It does so only while no
// release has it: from then on it stays as it is, and the schema changes by
// another migration alone.
var keep = flag.Bool("keep", false, "make testdata/schema-N.db.gz of today's schema anew")

func keptName(schema int) string { return fmt.Sprintf("testdata/schema-%d.db.gz", schema) }

// What every kept database holds, one thing of each kind that a later program has
// to find.
const (
	keptSetting = "layout"
	keptValue   = `{"Page":"settings"}`
)

var keptMembers = []string{"g1>u1", "g1>u3"}

// TestKeptDatabasesOpen opens a database of each schema that there ever was, and
// finds in it what it was made with. Its schema becomes the one that a new
// database has: so a migration that was released can't be changed afterwards.
func TestKeptDatabasesOpen(t *testing.T) {
	if *keep {
		makeKept(t)
	}
	fresh := newBench(t)
	want := fresh.schema()
	for schema := 1; schema <= schemaVersion; schema++ {
		dir := t.TempDir()
		unpack(t, keptName(schema), filepath.Join(dir, FileName))
		st, err := Open(t.Context(), dir, Options{})
		if err != nil {
			t.Fatalf("schema %d: %v", schema, err)
		}
		b := &bench{TB: t, Store: st}
		if got := b.schema(); !slices.Equal(got, want) {
			t.Errorf("schema %d, brought up to date, is another than a new one: migrations that were released stay as they are, "+
				"what changes is a new one (until the first release: go test ./core/store -run Kept -keep)\n%s", schema, differing(got, want))
		}
		b.holdsWhatWasKept()
		b.must(st.Close())
	}
}

// schema is what the database's tables, indexes and triggers are made of. Views are
// made anew of what is held.
func (b *bench) schema() (out []string) {
	b.Helper()
	rows, err := b.read.QueryContext(b.Context(), "SELECT coalesce(sql, name) FROM sqlite_master WHERE type <> 'view' ORDER BY type, name")
	b.must(err)
	defer rows.Close()
	for rows.Next() {
		var sql string
		b.must(rows.Scan(&sql))
		out = append(out, sql)
	}
	b.must(rows.Err())
	return out
}

func differing(got, want []string) string {
	var b strings.Builder
	for _, sql := range got {
		if !slices.Contains(want, sql) {
			b.WriteString("kept: " + sql + "\n")
		}
	}
	for _, sql := range want {
		if !slices.Contains(got, sql) {
			b.WriteString("new:  " + sql + "\n")
		}
	}
	return b.String()
}

// holdsWhatWasKept compares with what makeKept made.
func (b *bench) holdsWhatWasKept() {
	b.Helper()
	tenants, err := b.Tenants(b.Context())
	b.must(err)
	if len(tenants) != 1 || tenants[0].Name != "contoso.com" || !tenants[0].Enabled || tenants[0].Filters["devices"] != `displayName == "old"` {
		b.Fatalf("tenants: %+v", tenants)
	}
	b.tenant = tenants[0]
	b.wantList("users", b.held("users", ObjectQuery{}), "u1:Anna B", "u3:Carl")
	b.wantList("users, deleted too", b.held("users", ObjectQuery{Deleted: true}), "u1:Anna B", "u3:Carl", "u2:Bert")
	b.wantList("members", b.members(), keptMembers...)
	b.wantChanges("deleted u2", `updated u1 {"displayName":"Anna"}→{"displayName":"Anna B"}`, "member_added g1 u3", "member_removed g1 d2")
	profiles, err := b.Profiles(b.Context())
	b.must(err)
	if len(profiles) != 1 || len(profiles[0].Credentials) != 1 || profiles[0].Credentials[0].Kind != entra.ClientSecret {
		b.Errorf("profiles: %+v", profiles)
	}
	if value, err := b.Setting(b.Context(), keptSetting); err != nil || value != keptValue {
		b.Errorf("the setting is %q, %v", value, err)
	}
	if problems, err := b.Check(b.Context()); err != nil || len(problems) > 0 {
		b.Errorf("problems: %q, %v", problems, err)
	}
}

// makeKept makes the database of today's schema, unless a release has it.
func makeKept(t *testing.T) {
	t.Helper()
	changelog, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(keptName(schemaVersion)); err == nil && regexp.MustCompile(`(?m)^## \[\d+\.\d+\.\d+\]`).Match(changelog) {
		t.Fatalf("%s is of a release and stays as it is: write another migration", keptName(schemaVersion))
	}
	b := newBench(t)
	b.must(b.SetSetting(b.Context(), keptSetting, keptValue))
	b.must(b.AddCredential(b.Context(), "reader", entra.Credential{ID: "c1", Kind: entra.ClientSecret, ClientID: "c1"}, map[string][]byte{entra.FieldSecret: []byte("sealed")}))
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Filters: map[string]string{"devices": `displayName == "old"`}}))
	b.scan("users", user("u1", "Anna"), user("u2", "Bert"), user("u3", "Carl"))
	b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u1"), gains("u2"), gains("d2")))
	b.scan("devices", object("d1", `{"displayName":"old"}`), object("d2", `{"displayName":"new"}`))
	b.begin()
	b.delta("users", user("u1", "Anna B"), removed("u2", entra.SoftDeleted))
	b.delta("groups", object("g1", `{}`, gains("u3"), loses("d2")))
	b.must(b.EndRun(b.Context(), b.run, RunEnd{Status: entra.Succeeded}))
	copied := filepath.Join(t.TempDir(), "kept.db")
	b.must(b.Backup(b.Context(), copied))
	content, err := os.ReadFile(copied)
	b.must(err)
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	b.must(err)
	_, err = z.Write(content)
	b.must(err)
	b.must(z.Close())
	b.must(os.MkdirAll("testdata", 0o755))
	b.must(os.WriteFile(keptName(schemaVersion), packed.Bytes(), 0o644))
}

func unpack(t *testing.T, from, to string) {
	t.Helper()
	packed, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
