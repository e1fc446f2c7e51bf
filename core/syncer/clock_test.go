package syncer

import (
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestClockIsNoted sets the computer's clock a year ahead, and back, between syncs
// and while one goes on: the rows say so once, and no sync is the worse for it.
func TestClockIsNoted(t *testing.T) {
	w := newWorld(t, small)
	const year = 365 * 24 * time.Hour
	rows := func(want string) {
		t.Helper()
		for _, row := range w.sync(entra.Succeeded).Classes {
			if (want == "") != (row.ErrorLine() == "") || !strings.Contains(row.ErrorLine(), want) {
				t.Errorf("%s says %q, want %q", row.Class, row.ErrorLine(), want)
			}
			if row.End.Before(row.Start) {
				t.Errorf("%s is from %v to %v", row.Class, row.Start, row.End)
			}
		}
	}
	rows("")
	w.onRequest(`/delta$`, func() { w.ahead.Store(int64(year)) })
	rows("this computer's clock went ahead by 8760 h 0 min during the sync")
	rows("")
	w.ahead.Store(0)
	rows("this computer's clock went back by 8760 h 0 min since the last sync; until it has caught up, times go on from the latest one recorded")
	rows("")
	w.onRequest(`/delta$`, func() { w.ahead.Store(-int64(year)) })
	rows("this computer's clock went back by 8760 h 0 min during the sync; until it has caught up")
	rows("")
	w.equal(w.truth())
}

// TestWrongClockStopsNothing: what was planned by a clock that was a year ahead is
// not waited for.
func TestWrongClockStopsNothing(t *testing.T) {
	now := time.Now()
	polled, _ := entra.ClassNamed("riskyUsers")
	for name, c := range map[string]struct {
		state store.ClassState
		early bool
	}{
		"read a minute ago":               {store.ClassState{Completed: now.Add(-time.Minute)}, true},
		"read long ago":                   {store.ClassState{Completed: now.Add(-2 * time.Hour)}, false},
		"read in a year":                  {store.ClassState{Completed: now.Add(365 * 24 * time.Hour)}, false},
		"not licensed":                    {store.ClassState{AskAgain: now.Add(23 * time.Hour)}, true},
		"not licensed, as seen in a year": {store.ClassState{AskAgain: now.Add(366 * 24 * time.Hour)}, false},
	} {
		if got := early(polled, c.state, now); got != c.early {
			t.Errorf("%s: early %v", name, got)
		}
	}
	e := New(Options{})
	l := e.newLoop()
	l.tenants = map[int64]entra.Tenant{1: {Key: 1, Enabled: true, Interval: time.Minute}}
	for next, due := range map[time.Time]bool{
		now.Add(365 * 24 * time.Hour): true, now.Add(-time.Second): true, now.Add(365 * 24 * time.Hour).Round(0): true, now.Add(time.Minute): false,
	} {
		l.next[1] = next
		if got := l.due(l.tenants[1], now); got != due {
			t.Errorf("planned in %v: due %v", next.Sub(now), got)
		}
	}
}
