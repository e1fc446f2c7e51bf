package ui

import (
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
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

// timed runs all that the window does on the side after the callback that
// asked for it, as a second thread would, and measures every callback.
func timed(f *fixture) (m *frames, do func(func())) {
	m = &frames{}
	var side []func()
	f.desk.post = m.measure
	f.desk.start = func(work func()) { side = append(side, work) }
	return m, func(callback func()) {
		m.measure(callback)
		for len(side) > 0 {
			work := side[0]
			side = side[1:]
			work()
		}
	}
}

// judge fails where a callback held the UI thread for longer than it may, by
// its CPU time or, as one that waits does, by the clock.
func (m *frames) judge(t *testing.T, most held) {
	t.Helper()
	for _, c := range m.callbacks {
		if c.took > most.took || c.wall > most.wall {
			t.Errorf("%s held the UI thread for %v, by the clock %v; the bounds are %v and %v", c.name, c.took, c.wall, most.took, most.wall)
		}
	}
}

// longest are the longest times of all callbacks.
func (m *frames) longest() (most held) {
	for _, c := range m.callbacks {
		most.took, most.wall = max(most.took, c.took), max(most.wall, c.wall)
	}
	return most
}

// leaf turns to every kind of page of a long history and back: the largest
// pages, the last one, other orders, a search, what an event asks for.
func leaf(f *fixture, tenant string, do func(func())) {
	var h *listing[entra.ClassRun]
	do(func() { h = f.openTenant(tenant).history.list })
	for _, turn := range []func(){
		func() { h.pager.SetPageSize(1000) },
		h.pager.Last, h.pager.First, h.pager.Next,
		func() { h.grid.Select(999) },
		func() { h.grid.TypedShortcut(&fyne.ShortcutSelectAll{}) },
		func() { h.grid.OnSort(table.Sorting{Key: "total"}) },
		func() { h.grid.OnSort(table.Sorting{Key: "status", Descending: true}) },
		func() { h.search.SetText("users") }, f.clock.pass,
		func() { h.search.SetText("") }, f.clock.pass,
		f.reload,
		func() { f.open(overviewNode) },
		func() { f.open(tenantsNode) },
	} {
		do(turn)
	}
}

// No callback of ours may hold the UI thread for longer than a frame, however
// long the history is: not much longer than with one page of it, that is, on
// whatever machine. The report tells the times themselves; ENTRASYNC_ROWS takes
// more rows than the test does by itself.
func TestLongHistoryLeavesTheUIThreadFree(t *testing.T) {
	rows := 50_000
	if n, err := strconv.Atoi(os.Getenv("ENTRASYNC_ROWS")); err == nil {
		rows = n
	}
	f := newFixture(t)
	f.desk.window.Resize(fyne.NewSize(1280, 800))
	manyRuns(t, f.store, f.tenant("beta").Key, 50)
	manyRuns(t, f.store, f.tenant("alpha").Key, rows)
	short, do := timed(f)
	leaf(f, "beta", do)
	m, do := timed(f)
	leaf(f, "alpha", do)
	var h *listing[entra.ClassRun]
	do(func() { h = f.openTenant("alpha").history.list })
	if len(h.grid.Rows()) != 50 {
		t.Errorf("the first page has %d rows", len(h.grid.Rows()))
	}
	var text strings.Builder
	m.report(&text)
	t.Logf("%d rows\n%s", rows, &text)
	most := short.longest()
	m.judge(t, held{took: 2*most.took + fluid, wall: 4*most.wall + time.Second})
}

// An overview of many tenants is shown, and the tree, without holding it up.
func TestManyTenantsLeaveTheUIThreadFree(t *testing.T) {
	f := newFixture(t)
	for i := range 50 {
		_, err := f.store.AddTenant(t.Context(), entra.Tenant{Name: "t" + strconv.Itoa(i) + ".onmicrosoft.com", Cloud: "public", Profile: "alpha", Enabled: true})
		f.must(err)
	}
	m, do := timed(f)
	for _, step := range []func(){f.reload, func() { f.open(tenantsNode) }, func() { f.open(overviewNode) }, f.reload} {
		do(step)
	}
	if p := f.screen.(*overviewPage); len(p.grid.Rows()) != 52 {
		t.Errorf("the overview has %d rows", len(p.grid.Rows()))
	}
	var text strings.Builder
	m.report(&text)
	t.Logf("%s", &text)
	m.judge(t, held{took: 50 * fluid, wall: 5 * time.Second})
}
