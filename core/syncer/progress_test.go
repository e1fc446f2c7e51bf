package syncer

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer/pace"
)

// lookout is a log of which each entry makes somebody look: at each answer, and when the
// run has ended and nobody was told yet.
type lookout func()

func (look lookout) Enabled(context.Context, slog.Level) bool  { return true }
func (look lookout) Handle(context.Context, slog.Record) error { look(); return nil }
func (look lookout) WithAttrs([]slog.Attr) slog.Handler        { return look }
func (look lookout) WithGroup(string) slog.Handler             { return look }

// watched syncs, and gives what was told of a class meanwhile; at the first sight of
// objects once is called.
func (w *world) watched(class string, o SyncOptions, once func()) (seen []ClassActivity, r Result) {
	w.Helper()
	var mu sync.Mutex
	look := func() {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range w.engine.Activity(w.tenant.Key).Classes {
			if c.Class != class {
				continue
			}
			if c.Objects > 0 && once != nil {
				once()
				once = nil
			}
			seen = append(seen, c)
		}
	}
	w.engine = New(Options{Store: w.store, Vault: w.engine.Vault, Backoff: time.Millisecond, Logger: slog.New(lookout(look))})
	w.engine.lately = 0
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, o)
	if err != nil {
		w.Fatal(err)
	}
	return seen, r
}

// rowOf is a class's row of a result.
func rowOf(r Result, class string) entra.ClassRun {
	for _, row := range r.Classes {
		if row.Stream() == class {
			return row
		}
	}
	return entra.ClassRun{}
}

// Progress counts each object once, however often Graph tells it, and never more than the
// tenant has; what it ends with is what the row says.
func TestProgressCountsObjectsOnce(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 5000, Groups: 3, Devices: 10}, func(c *graphsim.Config) { c.Latency = 4 * time.Millisecond })
	seen, r := w.watched("users", SyncOptions{}, func() { w.sim.Mutate(rand.New(rand.NewPCG(4, 4)), 900) })
	row, known := rowOf(r, "users"), false
	if !row.FullScan {
		t.Errorf("the row is not marked as a full scan's: %+v", row)
	}
	for _, c := range seen {
		if c.Objects > 5000+900/2 {
			t.Fatalf("%d objects of a tenant that never had so many", c.Objects)
		}
		if known = known || c.Of > 0; c.Of > 0 && (c.Objects > c.Of || c.Of < 4700 || c.Of > 5500) {
			t.Errorf("%d of %d", c.Objects, c.Of)
		}
	}
	if last := seen[len(seen)-1]; last.Objects != row.Total || !last.First {
		t.Errorf("progress ends with %d, the row with %d", last.Objects, row.Total)
	}
	if !known {
		t.Error("nobody was told how many there are")
	}
	again, r := w.watched("users", SyncOptions{Full: true}, nil)
	row = rowOf(r, "users")
	last := again[len(again)-1]
	if last.First || last.Objects != row.Total || last.Of < row.Total {
		t.Errorf("a full scan ends with %d of %d; the row says %d", last.Objects, last.Of, row.Total)
	}
}

// What is left is told within a fifth while objects come steadily, in pages.
func TestRestIsTrueInSteadyState(t *testing.T) {
	const all, page, rate = 50_000, 999, 1800.0
	began := time.Unix(0, 0)
	c := ClassActivity{Of: all, pace: pace.Pace{}.Add(began, 0)}
	told := 0
	jitter := rand.New(rand.NewPCG(1, 2))
	for objects := int64(page); objects < all; objects += page {
		now := began.Add(time.Duration((float64(objects)/rate + 0.2*jitter.Float64()) * float64(time.Second)))
		c.Objects = objects
		c.PerSecond = c.pace.Rate(now, objects)
		c.pace = c.pace.Add(now, objects)
		rest, known := c.Rest()
		if !known {
			continue
		}
		told++
		want := float64(all)/rate - now.Sub(began).Seconds()
		if got := rest.Seconds(); want > 1 && (got < want*0.8 || got > want*1.2) {
			t.Errorf("after %v: %v left, in truth %.1fs", now.Sub(began), rest, want)
		}
	}
	if told < 30 {
		t.Errorf("the rest was told %d times", told)
	}
}

// A pace that changes is told by what came lately.
func TestRestFollowsThePace(t *testing.T) {
	began := time.Unix(0, 0)
	c := ClassActivity{Of: 200_000, pace: pace.Pace{}.Add(began, 0)}
	now, slow := began, 0
	for i := range 120 {
		step := int64(2000)
		if i >= 60 {
			step, slow = 200, slow+1
		}
		now = now.Add(time.Second)
		c.Objects += step
		c.PerSecond = c.pace.Rate(now, c.Objects)
		c.pace = c.pace.Add(now, c.Objects)
		if slow > 25 && (c.PerSecond < 180 || c.PerSecond > 220) {
			t.Fatalf("%d s after it became slow: %v a second", slow, c.PerSecond)
		}
	}
}

// Where links are read by themselves, the rest is told once they come, by their own pace,
// and within a fifth; before, nobody knows it.
func TestRestOfLinksReadApart(t *testing.T) {
	const all, list, links, rate = 6000, 999, 50, 120.0
	now, told := time.Unix(0, 0), 0
	c := ClassActivity{First: true, Apart: true, pace: pace.Pace{}.Add(now, 0)}
	for c.Objects < all {
		now = now.Add(time.Second)
		c.came(now, store.Applied{News: min(list, all-c.Objects)})
		if rest, known := c.Rest(); known {
			t.Fatalf("after %d objects of the list %v are left", c.Objects, rest)
		}
	}
	began := now
	for c.Linked < all {
		now = began.Add(time.Duration(float64(c.Linked+links) / rate * float64(time.Second)))
		c.came(now, store.Applied{Linked: links})
		rest, known := c.Rest()
		if !known {
			continue
		}
		told++
		want := float64(all)/rate - now.Sub(began).Seconds()
		if got := rest.Seconds(); want > 1 && (got < want*0.8 || got > want*1.2) {
			t.Errorf("after the links of %d: %v left, in truth %.1fs", c.Linked, rest, want)
		}
	}
	if told < 100 {
		t.Errorf("the rest was told %d times", told)
	}
}

// The links of groups that are read by themselves are counted once each, and a relation
// that is read on its own knows how many objects there are.
func TestProgressOfLinks(t *testing.T) {
	w := newWorld(t, manyGroups, func(c *graphsim.Config) { c.Latency = 2 * time.Millisecond })
	seen, r := w.watched("groups", SyncOptions{}, nil)
	linked := int64(0)
	for _, c := range seen {
		if c.Linked < linked || c.Linked > c.Objects || c.Linked > 0 && (!c.Apart || c.Of != c.Objects) {
			t.Errorf("links of %d after %d: %+v", c.Linked, linked, c)
		}
		linked = c.Linked
	}
	if row := rowOf(r, "groups"); linked != row.Total || linked != int64(manyGroups.Groups) {
		t.Errorf("the links of %d were read, of %d groups", linked, row.Total)
	}
	const owners = "devices/registeredOwners"
	seen, _ = w.watched(owners, SyncOptions{Full: true}, nil)
	devices := int64(manyGroups.Devices)
	if last := seen[len(seen)-1]; last.Objects != devices || last.Of != devices || last.First {
		t.Errorf("%s end with %d of %d", owners, last.Objects, last.Of)
	}
}
