package watch

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/say"
)

// desk is a desktop that keeps what it was told.
type desk struct {
	mu    sync.Mutex
	shown []Sum
	fails error
}

func (d *desk) show(_ context.Context, s Sum) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails == nil {
		d.shown = append(d.shown, s)
	}
	return d.fails
}

// window is the keeper of a process with a window.
func (w *world) window(d *desk) *Keeper {
	k := w.keeper()
	k.ShowBy(d.show)
	return k
}

// TestDesktopTellsOnce sums up what one sync brought, once: whatever window of many
// comes, after a restart, and beside a webhook. Without a window it waits.
func TestDesktopTellsOnce(t *testing.T) {
	w := newWorld(t)
	watch := w.add(Watch{Name: "cities", Filter: Filter{Property: "city"}, Desktop: true})
	w.change(3)
	w.sync()
	w.must(w.keeper().Once(t.Context())) // the terminal's
	if got := w.came(); len(got) != 3 {
		t.Errorf("the webhook got %v", got)
	}
	var d desk
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for k := w.window(&d); len(d.all()) == 0; {
				if err := k.Once(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	both.Wait()
	w.must(w.window(&d).Once(t.Context()))
	if got := d.all(); len(got) != 1 || got[0].Count != 3 || got[0].Text.String() != "3 changes" || got[0].Of.Key != w.tenant.Key || got[0].Only != nil {
		t.Errorf("shown: %+v", got)
	}
	told, err := Told(t.Context(), w.store, watch)
	w.must(err)
	if len(told) != 6 || len(w.came()) != 0 {
		t.Errorf("told: %+v", told)
	}
	for _, n := range told {
		if n.Status() != "told" {
			t.Errorf("%+v", n)
		}
	}
	w.now = w.now.Add(time.Second)
	w.change(1)
	w.sync()
	w.must(w.window(&d).Once(t.Context()))
	if got := d.all(); len(got) != 2 || got[1].Count != 1 || got[1].Only == nil || got[1].Only.Change == nil {
		t.Errorf("%d shown then", len(got))
	}
}

func (d *desk) all() []Sum {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Sum(nil), d.shown...)
}

// TestDesktopAfterAKill ends while the desktop is told: it is not told again.
func TestDesktopAfterAKill(t *testing.T) {
	w := newWorld(t)
	watch, err := Put(t.Context(), w.store, Watch{Name: "cities", Filter: Filter{Property: "city"}, Desktop: true})
	w.must(err)
	w.change(2)
	w.sync()
	k := w.keeper()
	k.ShowBy(func(context.Context, Sum) error { panic("killed") })
	func() {
		defer func() { _ = recover() }()
		_ = k.Once(t.Context())
	}()
	var d desk
	w.must(w.window(&d).Once(t.Context()))
	if got := d.all(); len(got) != 0 {
		t.Errorf("shown again: %+v", got)
	}
	if told, err := Told(t.Context(), w.store, watch); err != nil || len(told) != 2 || len(w.came()) != 0 {
		t.Errorf("%v %+v", err, told)
	}
}

// TestDesktopLeftInPeace says why a notice was not shown, and counts those that nobody
// was there for.
func TestDesktopLeftInPeace(t *testing.T) {
	w := newWorld(t)
	watch, err := Put(t.Context(), w.store, Watch{Name: "cities", Filter: Filter{Property: "city"}, Desktop: true})
	w.must(err)
	w.change(1)
	w.sync()
	d := desk{fails: say.Errorf("notifications are switched off")}
	w.must(w.window(&d).Once(t.Context()))
	if told, err := Told(t.Context(), w.store, watch); err != nil || len(told) != 1 || told[0].Status() != "given up" || told[0].Error == "" {
		t.Errorf("%v %+v", err, told)
	}
	s := state{}
	for i := range mostShown + 5 {
		s.keep(watch, Notice{Tenant: w.tenant.Key, Change: int64(i + 1), Made: w.now})
	}
	d.fails = nil
	w.must(w.window(&d).show(t.Context(), watch, &s))
	if got := d.all(); len(got) != 1 || got[0].Count != mostShown+5 || len(s.Desk) != 0 || s.Missed != 0 {
		t.Errorf("%d shown, %d wait", len(got), len(s.Desk))
	}
}

// TestStandings tells what a watch told last, what waits and why, and why one can't be
// tested where no window runs.
func TestStandings(t *testing.T) {
	w := newWorld(t)
	hooked := w.add(Watch{Name: "cities", Filter: Filter{Property: "city"}})
	shown, err := Put(t.Context(), w.store, Watch{Name: "shown", Ready: "guest-invited", Desktop: true})
	w.must(err)
	if err := w.keeper().Test(t.Context(), shown); err == nil {
		t.Error("a test was shown, though there is no window")
	}
	var d desk
	if w.must(w.window(&d).Test(t.Context(), shown)); len(d.shown) != 1 || !d.shown[0].Test {
		t.Errorf("%+v", d.shown)
	}
	w.answer = 500
	w.change(2)
	w.sync()
	w.must(w.keeper().Once(t.Context()))
	all, err := Standings(t.Context(), w.store)
	w.must(err)
	if all[0].ID != hooked.ID || all[0].Waiting != 2 || all[0].Trouble == "" || !all[0].Next.After(w.now) || !all[0].LastTold.IsZero() || all[1].Waiting != 0 {
		t.Errorf("%+v", all)
	}
	w.answer, w.now = 200, w.now.Add(time.Minute)
	w.must(w.keeper().Once(t.Context()))
	if all, err = Standings(t.Context(), w.store); err != nil || all[0].Waiting != 0 || all[0].Trouble != "" || !all[0].LastTold.Equal(w.now) {
		t.Errorf("%v %+v", err, all)
	}
	entries, err := w.keeper().Entries(t.Context(), []Watch{hooked, shown}, 1)
	if w.must(err); len(entries) != 1 || entries[0].Subject.Change == nil {
		t.Errorf("%+v", entries)
	}
	if _, err := Put(t.Context(), w.store, Watch{Name: "mute"}); err == nil || errors.Is(err, context.Canceled) {
		t.Error("a watch that tells nobody was kept")
	}
}

// TestWindowIsShownAtOnce what waits for it, though the keeper rests, and a receiver that
// is slow makes it rest no longer.
func TestWindowIsShownAtOnce(t *testing.T) {
	w := newWorld(t)
	_, err := Put(t.Context(), w.store, Watch{Name: "cities", Filter: Filter{Property: "city"}, Desktop: true})
	w.must(err)
	w.change(1)
	w.sync()
	k := w.keeper()
	w.must(k.Once(t.Context()))
	if k.looked <= 0 {
		t.Error("nobody knows how long it took to look")
	}
	ctx, cancel := context.WithCancel(t.Context())
	over, shown := make(chan struct{}), make(chan Sum, 1)
	go func() { defer close(over); k.Run(ctx) }()
	k.ShowBy(func(_ context.Context, s Sum) error { shown <- s; return nil })
	if s := <-shown; s.Count != 1 {
		t.Errorf("%+v", s)
	}
	cancel()
	<-over
}
