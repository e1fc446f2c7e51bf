package syncer

import (
	"database/sql"
	"math"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"runtime"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// The guard of the sync's speed: it counts what costs time, and compares stages
// with each other, so that it says the same on every machine.

// writes counts the rows of tables that are written from now on.
func (w *world) writes(tables ...string) (count func() int) {
	w.Helper()
	files, err := filepath.Glob(filepath.Join(w.store.Dir(), "*.db"))
	if err != nil || len(files) != 1 {
		w.Fatal(files, err)
	}
	db, err := sql.Open("sqlite3", files[0])
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { db.Close() })
	exec := func(query string) {
		w.Helper()
		if _, err := db.Exec(query); err != nil {
			w.Fatal(err)
		}
	}
	exec("CREATE TABLE written (what TEXT)")
	for _, table := range tables {
		for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
			exec("CREATE TRIGGER written_" + table + "_" + event + " AFTER " + event + " ON " + table + " BEGIN INSERT INTO written VALUES ('" + table + "'); END")
		}
	}
	return func() (n int) {
		w.Helper()
		if err := db.QueryRow("SELECT count(*) FROM written").Scan(&n); err != nil {
			w.Fatal(err)
		}
		exec("DELETE FROM written")
		return n
	}
}

func evenPages(c *graphsim.Config) { c.EvenPages = true }

// TestEffortFollowsTheChanges: nothing new costs one request a class and writes
// no object, a full scan over unchanged data neither, and changes cost what they
// are.
func TestEffortFollowsTheChanges(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 3000, Groups: 200, Devices: 300}, evenPages)
	w.engine.lately, w.engine.few = entra.PollInterval, 0
	w.sync(entra.Succeeded)
	written := w.writes("objects", "links", "changes")
	w.server.ResetRequests()
	w.sync(entra.Succeeded)
	if n := w.server.Count("", http.StatusOK) - signInRequests(w); n != 3 {
		t.Errorf("nothing new took %d requests for 3 classes", n)
	}
	if n := written(); n > 0 {
		t.Errorf("nothing new wrote %d rows", n)
	}
	w.full()
	if n := written(); n > 0 {
		t.Errorf("a full scan over unchanged data wrote %d rows", n)
	}
	before := w.truth()
	w.sim.Mutate(rand.New(rand.NewPCG(1, 1)), 100)
	w.sync(entra.Succeeded)
	changes := len(net(before, w.truth()))
	if n := written(); n == 0 || n > 4*changes {
		t.Errorf("%d changes wrote %d rows", changes, n)
	}
}

// signInRequests are those that did not go to Graph, or only tell who the tenant is.
func signInRequests(w *world) int {
	n := 0
	for _, r := range w.server.Requests() {
		if !r.Authorized || r.Path == "/v1.0/organization" {
			n++
		}
	}
	return n
}

// least is how often the cheapest of some syncs allocated, its server included: the work
// that it was, however busy this machine is.
func least(runs int, sync func()) uint64 {
	best := uint64(math.MaxUint64)
	for range runs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		sync()
		runtime.ReadMemStats(&after)
		best = min(best, after.Mallocs-before.Mallocs)
	}
	return best
}

// TestStagesKeepTheirRatios compares syncs with each other: docs/performance.md has the
// times.
func TestStagesKeepTheirRatios(t *testing.T) {
	const users = 3000
	small := newWorld(t, graphsim.TenantConfig{Users: 80, Groups: 2, Devices: 2}, evenPages)
	small.sync(entra.Succeeded)
	large := newWorld(t, graphsim.TenantConfig{Users: users, Groups: 2, Devices: 2}, evenPages)
	small.engine.lately, large.engine.lately = entra.PollInterval, entra.PollInterval // relations are not read anew by each sync
	small.engine.few, large.engine.few = 0, 0
	first := least(1, func() { large.sync(entra.Succeeded) })
	again := least(2, large.full)
	idleSmall := least(5, func() { small.sync(entra.Succeeded) })
	idleLarge := least(5, func() { large.sync(entra.Succeeded) })
	t.Logf("allocations: first scan %d, unchanged full scan %d, nothing new %d, in a small tenant %d", first, again, idleLarge, idleSmall)
	if again > 2*first {
		t.Errorf("a full scan over unchanged data allocated %d times, the first %d", again, first)
	}
	if idleLarge > 3*idleSmall {
		t.Errorf("nothing new allocated %d times with %d users, %d with 80", idleLarge, users, idleSmall)
	}
	if idleLarge > first/5 {
		t.Errorf("nothing new allocated %d times, the first scan %d", idleLarge, first)
	}
}
