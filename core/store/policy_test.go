package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestTwins refuses the same tenant under its domain or its id, by name.
func TestTwins(t *testing.T) {
	b := newBench(t)
	const id = "0f3f2b1e-0000-4000-8000-000000000001"
	b.must(b.PinTenant(b.Context(), b.tenant.Key, id, "Contoso Ltd"))
	for _, twin := range []entra.Tenant{{Name: "contoso.com"}, {Name: id}, {Name: "other.com", TenantID: id}} {
		twin.Cloud, twin.Profile = "public", "reader"
		if _, err := b.AddTenant(b.Context(), twin); entra.CodeOf(err) != entra.CodeExists {
			t.Errorf("%+v: %v", twin, err)
		}
	}
	other, err := b.AddTenant(b.Context(), entra.Tenant{Name: "other.com", Cloud: "public", Profile: "reader"})
	b.must(err)
	if err := b.PinTenant(b.Context(), other.Key, id, ""); entra.CodeOf(err) != entra.CodeExists || !strings.Contains(err.Error(), "contoso.com") {
		t.Errorf("pinned as a twin: %v", err)
	}
	if err := b.PinTenant(b.Context(), b.tenant.Key, "0f3f2b1e-0000-4000-8000-000000000002", ""); entra.CodeOf(err) != entra.CodeTenantMismatch {
		t.Errorf("pinned anew: %v", err)
	}
}

func TestPolicy(t *testing.T) {
	b := newBench(t)
	for _, class := range entra.DefaultClasses() {
		b.scan(class)
	}
	flag := func(want bool) {
		t.Helper()
		got, err := b.Tenant(b.Context(), "CONTOSO.com")
		b.must(err)
		if got.FullScan != want {
			t.Errorf("full scan %v, want %v", got.FullScan, want)
		}
	}
	flag(false)
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "devices"}}))
	flag(false) // fewer classes need no scan
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Classes: []string{"users", "applications"}}))
	flag(true)
	b.scan("applications")
	flag(false)
	b.must(b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Filters: map[string]string{"users": `userType == "Guest"`}}))
	flag(true)
	b.must(b.Block(b.Context(), b.tenant.Key, "users", entra.CodePermission, time.Time{}))
	flag(false) // a class in warning never holds it
	if err := b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Filters: map[string]string{"users": `userType ==`}}); entra.CodeOf(err) != entra.CodeInvalid {
		t.Error(err)
	}
	short := 5 * time.Second
	if err := b.SetTenant(b.Context(), b.tenant.Key, TenantChange{Interval: &short}); entra.CodeOf(err) != entra.CodeInvalid {
		t.Error(err)
	}
}

func TestProfileInUse(t *testing.T) {
	b := newBench(t)
	if err := b.RemoveProfile(b.Context(), "Reader"); entra.CodeOf(err) != entra.CodeInUse || !strings.Contains(err.Error(), "contoso.com") {
		t.Error(err)
	}
	if err := b.AddProfile(b.Context(), "READER", ""); entra.CodeOf(err) != entra.CodeExists {
		t.Error(err)
	}
	b.must(b.RemoveTenant(b.Context(), b.tenant.Key))
	b.must(b.RemoveProfile(b.Context(), "reader"))
}

// TestHistory searches every column literally, newest first, and marks rows of
// a process that died.
func TestHistory(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"))
	b.round(Delta, "groups")
	b.begin()
	rows := func(search string, r Range) []string {
		t.Helper()
		out := []string{}
		for row, err := range b.History(b.Context(), b.tenant.Key, HistoryQuery{Search: search, Range: r}) {
			b.must(err)
			out = append(out, row.Class+" "+string(row.Status))
		}
		return out
	}
	b.wantList("all", rows("", Range{}), "groups interrupted", "users succeeded")
	b.wantList("page 2", rows("", Range{Offset: 1, Limit: 1}), "users succeeded")
	b.wantList("status", rows("INTERRUPT", Range{}), "groups interrupted")
	b.wantList("date", rows("2026-11-22", Range{}), "groups interrupted", "users succeeded")
	b.wantList("literal", rows("%", Range{}))
	if n, err := b.HistoryCount(b.Context(), b.tenant.Key, "users"); n != 1 || err != nil {
		t.Error(n, err)
	}
}

func TestObjectSearch(t *testing.T) {
	b := newBench(t)
	b.scan("users", object("u1", `{"displayName":"Zoë \"Z\" O'Neil","proxyAddresses":["smtp:z@x.com"]}`), object("u2", `{"displayName":"100%_sure"}`), user("u3", "displayName"))
	for search, want := range map[string]string{"zoë \"z\"": "u1", "o'neil": "u1", "SMTP:z@": "u1", "%_": "u2", "%": "u2", "displayname": "u3", "u2": "u2"} {
		got := b.held("users", ObjectQuery{Search: search})
		if len(got) != 1 || !strings.HasPrefix(got[0], want+":") {
			t.Errorf("%q: %q, want %s", search, got, want)
		}
	}
}

// TestHistoryTellsErrorsInParts keeps the parts that the one line is made of,
// even where they hold the signs between them.
func TestHistoryTellsErrorsInParts(t *testing.T) {
	b := newBench(t)
	b.round(Delta, "users")
	told := &entra.Error{Code: entra.CodeSignIn, What: "signing in: failed", Why: "wrong; really\nwrong", Remedy: "paste: another", Detail: "AADSTS7000215"}
	row, err := b.EndClass(b.Context(), b.rounds["users"].ClassRun, ClassEnd{Status: entra.Failed, Err: told})
	b.must(err)
	if got := row.Trouble(); got.What != told.What || got.Why != told.Why || got.Remedy != told.Remedy || got.Detail != told.Detail || row.ErrorLine() != told.Error() {
		t.Errorf("%+v", got)
	}
	b.round(Delta, "users")
	b.begin() // as after the process died
	for row, err := range b.History(b.Context(), b.tenant.Key, HistoryQuery{Range: Range{Limit: 1}}) {
		b.must(err)
		if got := row.Trouble(); got.What != "the process ended before the sync did" || got.Remedy != "the next sync goes on where it stopped" {
			t.Errorf("%+v", got)
		}
	}
}

// TestHistoryFromTheOtherEnd reads every page near the middle and the end of a
// long history as it stands in the whole of it.
func TestHistoryFromTheOtherEnd(t *testing.T) {
	const rows = 2*far + 301
	b := newBench(t)
	b.must(b.tx(b.Context(), "filling the history", func(t *tx) error {
		_, err := t.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
			INSERT INTO class_runs (run, tenant, class, started, updated, status, changed) SELECT ?1, ?2, 1, i / 3, 1, 'succeeded', i % 97 FROM n`, b.run, b.tenant.Key, rows)
		return err
	}))
	keys := func(q HistoryQuery) (out []int64) {
		for row, err := range b.History(b.Context(), b.tenant.Key, q) {
			b.must(err)
			out = append(out, row.Key)
		}
		return out
	}
	for _, sort := range []string{"", "start_time", "changed"} {
		all := keys(HistoryQuery{Sort: sort})
		if len(all) != rows {
			t.Fatalf("%d rows", len(all))
		}
		for _, offset := range []int{far - 1, far, rows / 2, rows/2 + 1, rows - 100, rows - 50, rows - 1, rows, rows + 50} {
			want := all[min(offset, rows):min(offset+50, rows)]
			if got := keys(HistoryQuery{Sort: sort, Range: Range{Offset: offset, Limit: 50}}); !slices.Equal(got, want) {
				t.Errorf("sorted by %q from %d: %v, want %v", sort, offset, got, want)
			}
		}
	}
}

func TestHistoryIsSorted(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("devices", user("d1", "A"))
	b.scan("groups", object("g1", `{}`), object("g2", `{}`), object("g3", `{}`))
	for _, c := range []struct {
		sort string
		down bool
		want string
	}{
		{"", false, "groups devices users"},
		{"start_time", false, "users devices groups"},
		{"type", false, "devices groups users"},
		{"total", true, "groups users devices"},
		{"1; DROP TABLE class_runs", false, "groups devices users"},
	} {
		var got []string
		for row, err := range b.History(b.Context(), b.tenant.Key, HistoryQuery{Sort: c.sort, Descending: c.down}) {
			b.must(err)
			got = append(got, row.Class)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q, descending %v: %q, want %s", c.sort, c.down, got, c.want)
		}
	}
}

// What Graph could not be asked for by any name is refused when it is set, and not by each sync.
func TestPropertiesAreNames(t *testing.T) {
	b := newBench(t)
	err := b.SetTenant(t.Context(), b.tenant.Key, TenantChange{Properties: map[string][]string{"users": {"employeeType", "a&$expand=b"}}})
	if entra.CodeOf(err) != entra.CodeInvalid {
		t.Error(err)
	}
	if t2, err := b.Tenant(t.Context(), "contoso.com"); err != nil || len(t2.Properties) > 0 {
		t.Errorf("%v are kept, %v", t2.Properties, err)
	}
}
