package store

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// aged is a tenant with a past: a change, a link that ended, a deleted and a purged
// object, each long ago, and others of late.
func aged(t *testing.T) *bench {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"), user("u3", "C"), user("last", "L"))
	b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u1"), gains("u2"), gains("u3")))
	b.begin()
	b.delta("users", user("u1", "A2"), removed("u2", entra.SoftDeleted), removed("u3", entra.Gone))
	b.delta("groups", object("g1", `{}`, loses("u1")))
	b.clock = b.clock.AddDate(0, 0, 400)
	b.begin()
	b.delta("users", user("u1", "A3"))
	return b
}

func (b *bench) rowsIn(table string) int {
	b.Helper()
	return b.number("SELECT count(*) FROM " + table)
}

// TestPruning takes away what is past its time and nothing else, and says of the past
// what is no longer known.
func TestPruning(t *testing.T) {
	b := aged(t)
	old := b.clock.AddDate(0, 0, -390)
	if got := b.held("users", ObjectQuery{At: old, Deleted: true}); len(got) != 3 {
		t.Fatalf("before: %q", got)
	}
	b.must(b.Prune(t.Context(), b.tenant.Key))
	if n := b.rowsIn("changes"); n != 1 {
		t.Errorf("%d changes are left", n)
	}
	if n := b.number("SELECT count(*) FROM links WHERE until IS NOT NULL AND until < ?", old.UnixMilli()); n != 0 {
		t.Errorf("%d old links are left", n)
	}
	b.wantList("now", b.held("users", ObjectQuery{}), "u1:A3", "last:L")
	b.wantList("deleted", b.held("users", ObjectQuery{Deleted: true}), "u1:A3", "last:L")
	if n := b.number("SELECT count(*) FROM class_runs WHERE started < ?", old.UnixMilli()); n != 1 { // groups were completed last then
		t.Errorf("%d old history rows are left", n)
	}
	b.wantList("then", b.held("users", ObjectQuery{At: old}))
	b.wantList("of late", b.held("users", ObjectQuery{At: b.clock.AddDate(0, 0, -300)}), "u1:A2", "last:L")
	doubts, err := b.Doubts(t.Context(), b.tenant, old, DoubtQuery{Classes: []string{"users"}})
	b.must(err)
	if len(doubts) != 1 || doubts[0].Kind != entra.Pruned || !strings.Contains(doubts[0].Sentence(), "no longer kept") || !doubts[0].Until.After(old) {
		t.Errorf("doubts: %+v", doubts)
	}
	later, err := b.Doubts(t.Context(), b.tenant, b.clock, DoubtQuery{Classes: []string{"users"}})
	if b.must(err); len(later) != 0 {
		t.Errorf("doubts of now: %+v", later)
	}
	b.sound()
	before := b.rowsIn("settings")
	b.must(b.Prune(t.Context(), b.tenant.Key)) // nothing to do
	if b.rowsIn("settings") != before {
		t.Error("a second call did something")
	}
	// What is gone for good, and named by nothing, goes whole; its key is given to nobody.
	b.clock = b.clock.AddDate(0, 0, 400)
	b.must(b.Prune(t.Context(), b.tenant.Key))
	if n := b.number("SELECT count(*) FROM objects WHERE state = 4"); n != 0 {
		t.Errorf("%d erased objects are left", n)
	}
	b.begin()
	b.comes(user("new", "N"))
	b.wantList("and goes on", b.held("users", ObjectQuery{}), "u1:A3", "last:L", "new:N")
	b.sound()
}

// TestOverdueIsWhatPruningTakes: what is told before is what goes then.
func TestOverdueIsWhatPruningTakes(t *testing.T) {
	b := aged(t)
	kept, err := b.Overdue(t.Context(), Retention{})
	if b.must(err); kept.Any() {
		t.Errorf("for ever takes %+v", kept)
	}
	counts := func() Overdue {
		return Overdue{Changes: int64(b.rowsIn("changes") + b.rowsIn("links")),
			History: int64(b.rowsIn("class_runs")), Deleted: int64(b.number("SELECT count(*) FROM objects WHERE state = 2"))}
	}
	before := counts()
	told, err := b.Overdue(t.Context(), DefaultRetention)
	b.must(err)
	b.must(b.Prune(t.Context(), b.tenant.Key))
	after := counts()
	went := Overdue{before.Changes - after.Changes, before.History - after.History, before.Deleted - after.Deleted}
	if told != went || told.Changes == 0 || told.History == 0 || told.Deleted == 0 {
		t.Errorf("told %+v, went %+v", told, went)
	}
	if left, err := b.Overdue(t.Context(), DefaultRetention); left.Any() || err != nil {
		t.Errorf("afterwards it still tells %+v, %v", left, err)
	}
}

// TestKeptForEver: 0 days keep all; foolish numbers are refused.
func TestKeptForEver(t *testing.T) {
	b := aged(t)
	if r, err := b.Retention(t.Context()); r != DefaultRetention || err != nil {
		t.Errorf("%+v, %v", r, err)
	}
	b.must(b.SetRetention(t.Context(), Retention{}))
	if r, err := b.Retention(t.Context()); r != (Retention{}) || err != nil {
		t.Errorf("%+v, %v", r, err)
	}
	changes, objects, rows := b.rowsIn("changes"), b.rowsIn("objects"), b.rowsIn("class_runs")
	b.must(b.Prune(t.Context(), b.tenant.Key))
	if b.rowsIn("changes") != changes || b.rowsIn("objects") != objects || b.rowsIn("class_runs") != rows {
		t.Error("something was taken away")
	}
	for _, r := range []Retention{{Changes: -1}, {History: mostDays + 1}} {
		if err := b.SetRetention(t.Context(), r); entra.CodeOf(err) != entra.CodeInvalid {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// TestPruningIsStopped and goes on later; another tenant's past stays.
func TestPruningIsStopped(t *testing.T) {
	b := aged(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Prune(ctx, b.tenant.Key); err == nil {
		t.Error("it went on")
	}
	if err := b.Prune(t.Context(), b.tenant.Key+1); err != nil {
		t.Error(err)
	}
	if n := b.rowsIn("changes"); n < 4 {
		t.Errorf("%d changes are left", n)
	}
	b.must(b.Prune(t.Context(), b.tenant.Key))
	if n := b.rowsIn("changes"); n != 1 {
		t.Errorf("%d changes are left", n)
	}
}

// TestClassThatWasOffStaysUnknown: pruning does not make known what was not.
func TestClassThatWasOffStaysUnknown(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"))
	b.begin()
	b.delta("users", user("u1", "B"))
	b.must(b.SetTenant(t.Context(), b.tenant.Key, TenantChange{Classes: []string{"groups"}}))
	b.clock = b.clock.AddDate(0, 0, 400)
	b.must(b.Prune(t.Context(), b.tenant.Key))
	b.wantList("in the gap", b.held("users", ObjectQuery{At: b.clock.AddDate(0, 0, -10)}))
}

// TestCompacting gives room back, tells the weights, and leaves all as it was.
// TestTheLogOfAuditsIsWeighed: where changes have a name to them, it takes more than they do.
func TestTheLogOfAuditsIsWeighed(t *testing.T) {
	b := newBench(t)
	const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO "
	b.must(b.write.exec(t.Context(), numbers+`audits (tenant, id, time, ours, activity, correlation, actor)
		SELECT 1, format('Directory_%08x-0000-4000-8000-000000000000_%06d', i * 2654435761 % 4294967296, i), i, i, 'Add member to group', hex(randomblob(18)), 1 FROM n`))
	b.must(b.write.exec(t.Context(), numbers+`audit_targets (tenant, id, ours, audit, changed)
		SELECT 1, format('%08x-0000-4000-8000-000000000000', i * 2654435761 % 4294967296), i, i, NULL FROM n`))
	parts, total, err := b.Weigh(t.Context())
	b.must(err)
	for _, p := range parts {
		if p.Part == "audits" && (p.Rows != 20_000 || p.Bytes < total/2) || p.Part == "other" && p.Bytes > total/4 {
			t.Errorf("of %d, %+v", total, p)
		}
	}
	if parts[0].Part != "audits" {
		t.Errorf("%+v", parts)
	}
}

// TestPreparedOrdersAreWeighed: they are no part of everything else.
func TestPreparedOrdersAreWeighed(t *testing.T) {
	b := newBench(t)
	b.orders = 1
	var page []entra.Object
	for i := range 20_000 {
		page = append(page, object(fmt.Sprintf("a0000000-0000-4000-8000-%012d", i), fmt.Sprintf(`{"displayName":"Person %06d","city":"Town %06d"}`, i, i)))
	}
	b.scan("users", page...)
	_, without, err := b.Weigh(t.Context())
	b.must(err)
	for _, property := range []string{"displayName", "city"} {
		b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", property))
	}
	parts, total, err := b.Weigh(t.Context())
	b.must(err)
	kept := total - without
	for _, p := range parts {
		if p.Part == "orders" && (p.Rows != 40_000 || p.Bytes < kept*3/4 || p.Bytes > kept*5/4) || p.Part == "other" && p.Bytes > total/6 {
			t.Errorf("of %d, %+v; the orders take %d", total, p, kept)
		}
	}
}

func TestCompacting(t *testing.T) {
	b := newBench(t)
	var page []entra.Object
	for i := range 6000 {
		page = append(page, user(fmt.Sprintf("id-%05d", i), strings.Repeat("long name ", 40)))
	}
	b.scan("users", page...)
	second, err := b.AddTenant(t.Context(), entra.Tenant{Name: "fabrikam.com", Cloud: "public", Profile: "reader", Enabled: true})
	b.must(err)
	size := func() int64 {
		b.must(b.write.exec(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"))
		info, err := os.Stat(filepath.Join(b.Dir(), FileName))
		b.must(err)
		return info.Size()
	}
	full := size()
	parts, total, err := b.Weigh(t.Context())
	b.must(err)
	sum := int64(0)
	for _, p := range parts {
		if sum += p.Bytes; p.Part == "objects" && (p.Rows != 6000 || p.Bytes < 6000*400) {
			t.Errorf("objects weigh %+v", p)
		}
	}
	if total != full || sum < total*9/10 || sum > total*11/10 {
		t.Errorf("the parts weigh %d, all %d, the file %d", sum, total, full)
	}
	b.must(b.RemoveTenant(t.Context(), b.tenant.Key))
	var told []int64
	b.must(b.Compact(t.Context(), func(done, of int64) {
		if told = append(told, done); of == 0 || done > of {
			t.Errorf("%d of %d", done, of)
		}
	}))
	if len(told) < 2 || told[0] != 0 || !slices.IsSorted(told) {
		t.Errorf("it told %d", told)
	}
	if after := size(); after > full/4 {
		t.Errorf("%d bytes of %d are left", after, full)
	}
	if _, err := b.Tenant(t.Context(), second.Name); err != nil {
		t.Error(err)
	}
	b.sound()
	// A file that was made without it is written anew once.
	b.must(b.write.exec(t.Context(), "PRAGMA auto_vacuum = NONE; VACUUM"))
	b.must(b.Compact(t.Context(), func(int64, int64) {}))
	if mode, err := b.write.number(t.Context(), "PRAGMA auto_vacuum"); mode != incremental || err != nil {
		t.Errorf("auto_vacuum is %d, %v", mode, err)
	}
}

// TestErasureLeavesNoName: after a tenant is removed and the file compacted no file of
// the folder, and no backup made then, holds a word of it; another tenant's are there.
func TestErasureLeavesNoName(t *testing.T) {
	b := newSearchBench(t)
	marks := []string{"Quixotic Xylophone", "quixotic.upn@example", "Quixotic Division", "Quixotic Group", "Quixotic Error"}
	var page []entra.Object
	for i := range 300 {
		page = append(page, object(fmt.Sprintf("id-%04d", i), `{"displayName":"Quixotic Xylophone","userPrincipalName":"quixotic.upn@example","department":"Quixotic Division"}`))
	}
	b.scan("users", page...)
	b.scan("groups", object("g1", `{"displayName":"Quixotic Group"}`, gains("id-0001"), gains("id-0002")))
	b.must(b.Index(t.Context(), b.tenant.Key))
	b.must(b.IndexOrder(t.Context(), b.tenant.Key, "users", "department"))
	b.begin()
	b.delta("users", object("id-0003", `{"displayName":"Quixotic Xylophone the second"}`), removed("id-0004", entra.SoftDeleted), removed("id-0005", entra.Gone))
	row, err := b.BeginClass(t.Context(), b.run, b.tenant.Key, "devices")
	b.must(err)
	_, err = b.EndClass(t.Context(), row, ClassEnd{Status: entra.Failed, Err: &entra.Error{What: "Quixotic Error"}})
	b.must(err)
	first := b.tenant
	b.tenant, err = b.AddTenant(t.Context(), entra.Tenant{Name: "fabrikam.com", Cloud: "public", Profile: "reader", Enabled: true})
	b.must(err)
	b.begin()
	b.scan("users", user("f1", "Keep Keeper"))
	b.must(b.RemoveTenant(t.Context(), first.Key))
	b.must(b.Compact(t.Context(), func(int64, int64) {}))
	backup := filepath.Join(t.TempDir(), "backup.db")
	b.must(b.Backup(t.Context(), backup))
	files, err := filepath.Glob(filepath.Join(b.Dir(), "*"))
	b.must(err)
	kept := false
	for _, file := range append(files, backup) {
		data, _ := os.ReadFile(file)
		kept = kept || bytes.Contains(data, []byte("Keep Keeper"))
		for _, mark := range append(marks, first.Name) {
			if bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(mark))) {
				t.Errorf("%s still holds %q", filepath.Base(file), mark)
			}
		}
	}
	if !kept {
		t.Error("the other tenant's names are not found, so that this test finds nothing")
	}
}
