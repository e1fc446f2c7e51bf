package window

import (
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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

// timed runs all that the window does on the side after the callback that
// asked for it, as a second thread would, and measures every callback.
func timed(f *fixture) (m *frames, do func(func())) {
	m = &frames{}
	var side []func()
	f.Post = m.measure
	f.Start = func(work func()) { side = append(side, work) }
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
	do(func() { f.openTenant(tenant) })
	grid := hosttest.The[*table.Grid[entra.ClassRun]](f.Fixture, f.room)
	turner, seek := hosttest.The[*pager.Pager](f.Fixture, f.room), search(f)
	for _, turn := range []func(){
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
	f.Host.Window.Resize(fyne.NewSize(1280, 800))
	manyRuns(t, f.Store, f.Tenant("beta").Key, 50)
	manyRuns(t, f.Store, f.Tenant("alpha").Key, rows)
	short, do := timed(f)
	leaf(f, "beta", do)
	m, do := timed(f)
	leaf(f, "alpha", do)
	do(func() { f.openTenant("alpha") })
	if n := len(hosttest.The[*table.Grid[entra.ClassRun]](f.Fixture, f.room).Rows()); n != 50 {
		t.Errorf("the first page has %d rows", n)
	}
	var text strings.Builder
	m.report(&text)
	t.Logf("%d rows\n%s", rows, &text)
	most := short.longest()
	m.judge(t, held{took: 2*most.took + fluid, wall: 4*most.wall + time.Second})
}

// manyTenants adds so many tenants to the two that there are.
func manyTenants(f *fixture, n int) {
	f.Helper()
	for i := range n {
		_, err := f.Store.AddTenant(f.T.Context(), entra.Tenant{Name: "t" + strconv.Itoa(i) + ".onmicrosoft.com", Cloud: "public", Profile: "alpha", Enabled: true})
		f.Must(err)
	}
}

// tour shows all pages of all tenants, as they come and as an event renews
// them, and a search.
func tour(f *fixture, do func(func())) {
	for _, step := range []func(){f.Changed, func() { f.Open(host.To(host.Tenants)) }, f.Changed, func() { search(f).SetText("t1") },
		func() { search(f).SetText("") }, func() { f.Open(host.To(host.Overview)) }, f.Changed} {
		do(step)
	}
}

// 500 tenants hold up the overview, the table and the tree no longer than two
// do, on whatever machine: rows and lines are made for what is in sight alone.
func TestManyTenantsLeaveTheUIThreadFree(t *testing.T) {
	f := newFixture(t)
	few, do := timed(f)
	tour(f, do)
	manyTenants(f, 500)
	m, do := timed(f)
	tour(f, do)
	if !hosttest.Says(f.room, "502") {
		t.Errorf("the overview counts %q", hosttest.Texts(f.room))
	}
	var text strings.Builder
	m.report(&text)
	most := few.longest()
	t.Logf("with two tenants at most %v\n%s", most.took, &text)
	m.judge(t, held{took: 2*most.took + fluid, wall: 4*most.wall + time.Second})
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
