package window

import (
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/pager"
	"github.com/entraidsync/entraidsync/ui/table"
)

// manyRuns writes history rows of a tenant into the store's file, past the
// store: by itself it takes a transaction a row.
func manyRuns(t *testing.T, st *store.Store, tenant int64, rows int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(st.Dir(), "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	db, err := sql.Open(sql.Drivers()[0], files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{
		"INSERT INTO runs (run, tenant, started, ended, status) VALUES (?1, ?1, ?2, ?2, 'succeeded')",
		"INSERT OR IGNORE INTO classes (class, name) VALUES (1, 'users')",
		`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
		INSERT INTO class_runs (run, tenant, class, started, ended, total, status, updated)
		SELECT ?1, ?1, 1, ?2 - i * 1000, ?2 - i * 1000 + 400, i, CASE i % 7 WHEN 0 THEN 'failed' ELSE 'succeeded' END, ?2 FROM n`} {
		if _, err := db.ExecContext(t.Context(), query, tenant, time.Now().UnixMilli(), rows); err != nil {
			t.Fatal(err)
		}
	}
}

// leaf turns to every kind of page of a long history and back: the largest
// pages, the last one, other orders, a search, what an event asks for.
func leaf(f *fixture, tenant string) {
	f.Helper()
	holdNoFrame(f, 0, func() { f.openTenant(tenant) })
	grid := hosttest.The[*table.Grid[entra.ClassRun]](f.Fixture, f.room)
	turner, seek := hosttest.The[*pager.Pager](f.Fixture, f.room), search(f)
	for i, turn := range []func(){
		func() { turner.SetPageSize(1000) },
		turner.Last, turner.First, turner.Next,
		func() { grid.Select(999) },
		func() { grid.TypedShortcut(&fyne.ShortcutSelectAll{}) },
		func() { grid.OnSort(table.Sorting{Key: "total"}) },
		func() { grid.OnSort(table.Sorting{Key: "status", Descending: true}) },
		func() { seek.SetText("users") }, f.Clock.Pass,
		func() { seek.SetText("") }, f.Clock.Pass,
		f.Changed,
		func() { f.Open(host.To(host.Overview)) },
		func() { f.Open(host.To(host.Tenants)) },
	} {
		holdNoFrame(f, 1+i, turn)
	}
}

// No callback of ours may hold the UI thread for longer than a frame, however
// long the history is. ENTRASYNC_ROWS takes more rows than the test does by itself.
func TestLongHistoryLeavesTheUIThreadFree(t *testing.T) {
	rows := 50_000
	if n, err := strconv.Atoi(os.Getenv("ENTRASYNC_ROWS")); err == nil {
		rows = n
	}
	f := newFixture(t)
	f.Host.Window.Resize(fyne.NewSize(1280, 800))
	manyRuns(t, f.Store, f.Tenant("alpha").Key, rows)
	leaf(f, "alpha")
	holdNoFrame(f, 100, func() { f.openTenant("alpha") })
	if n := len(hosttest.The[*table.Grid[entra.ClassRun]](f.Fixture, f.room).Rows()); n != 50 {
		t.Errorf("the first page has %d rows", n)
	}
}

// The first frame is told once it has been drawn, and not before.
func TestFirstFrameIsTold(t *testing.T) {
	test.NewTempApp(t)
	m := &frames{}
	w := test.NewTempWindow(t, m.tracer())
	w.SetPadded(false)
	if m.first != 0 {
		t.Errorf("told before a frame was drawn: %v", m.first)
	}
	w.Canvas().Capture()
	first := m.first
	if first <= 0 || first > time.Hour {
		t.Errorf("the first frame was drawn %v after the process began", first)
	}
	if w.Canvas().Capture(); m.first != first {
		t.Error("a later frame was taken for the first")
	}
}
