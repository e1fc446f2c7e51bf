package store

import (
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestClockJumps sets the computer's clock a year ahead for one run, then back, then
// back by a day more: what comes later is recorded as later, nothing ends before it
// began, and the latest run is told.
func TestClockJumps(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u1")))
	b.must(b.EndRun(b.Context(), b.run, RunEnd{Status: entra.Succeeded}))
	var since time.Time
	for i, jump := range []time.Duration{365 * 24 * time.Hour, -365 * 24 * time.Hour, -24 * time.Hour, 0} {
		b.clock = b.clock.Add(jump)
		back, err := b.ClockBack(b.Context(), b.tenant.Key)
		b.must(err)
		if (back > 0) != (jump < 0) || (jump < 0 && back > -jump) {
			t.Errorf("after %v the clock went back by %v", jump, back)
		}
		b.begin()
		b.delta("users", user("u1", string(rune('C'+i))))
		b.delta("groups", object("g1", `{}`, gains("u2")))
		b.delta("groups", object("g1", `{}`, loses("u2")))
		b.must(b.EndRun(b.Context(), b.run, RunEnd{Status: []entra.Status{entra.Failed, entra.Succeeded}[i%2]}))
		n := 0
		for c, err := range b.Changes(b.Context(), b.tenant.Key, ChangeQuery{Since: since}) {
			b.must(err)
			if n++; n == 4 {
				t.Errorf("since %v there is %s of %v, too", since, c.Kind, c.Time)
			}
			since = c.Time.Add(time.Millisecond)
		}
		if n != 3 {
			t.Errorf("after %v: %d changes since the last one that was told, 3 were made", jump, n)
		}
		tenant, err := b.TenantByKey(b.Context(), b.tenant.Key)
		b.must(err)
		newest, last := time.Time{}, entra.ClassRun{}
		for row, err := range b.History(b.Context(), b.tenant.Key, HistoryQuery{}) {
			b.must(err)
			if newest.IsZero() {
				newest, last = row.Start, row
			}
			if row.End.Before(row.Start) || row.Start.After(newest) {
				t.Errorf("the row %d is from %v to %v, the newest began at %v", row.Key, row.Start, row.End, newest)
			}
		}
		if want := []entra.Status{entra.Failed, entra.Succeeded}[i%2]; tenant.LastSyncStatus != want || tenant.LastSyncStart.After(newest) || last.Run != b.run {
			t.Errorf("after %v: last sync %v %s, newest row %v of run %d", jump, tenant.LastSyncStart, tenant.LastSyncStatus, newest, last.Run)
		}
	}
	b.orderly()
}

// orderly fails the test where something ends before it began.
func (b *bench) orderly() {
	b.Helper()
	var wrong int
	b.must(b.read.QueryRowContext(b.Context(), `SELECT (SELECT count(*) FROM links WHERE until < since) + (SELECT count(*) FROM class_runs WHERE ended < started)
		+ (SELECT count(*) FROM runs WHERE ended < started) + (SELECT count(*) FROM objects WHERE last_changed < first_seen) + (SELECT count(*) FROM changes WHERE time < not_before)`).Scan(&wrong))
	if wrong > 0 {
		b.Errorf("%d rows end before they begin", wrong)
	}
}
