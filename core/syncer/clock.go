package syncer

import (
	"context"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// clock notices that the computer's clock is set anew while a run goes on: what it
// says and what really passed, which Go measures apart from it, then differ.
type clock struct {
	says  func() time.Time
	told  time.Time // what it said in the beginning
	began time.Time
	back  time.Duration // how far it went back since the tenant's run before this one
}

func newClock(says func() time.Time, back time.Duration) clock {
	return clock{says: says, told: says().Round(0), began: time.Now(), back: back}
}

// notes are what an admin should know of the clock, once the run is over; none
// where it went as it should.
func (c clock) notes() []say.Sentence {
	var notes []say.Sentence
	if c.back > 0 {
		h, m := hours(c.back)
		notes = append(notes, say.With("this computer's clock went back by %d h %d min since the last sync; until it has caught up, times go on from the latest one recorded", h, m))
	}
	jump := c.says().Round(0).Sub(c.told) - time.Since(c.began)
	h, m := hours(jump.Abs())
	switch {
	case jump >= store.NoticeableJump:
		notes = append(notes, say.With("this computer's clock went ahead by %d h %d min during the sync", h, m))
	case -jump >= store.NoticeableJump:
		notes = append(notes, say.With("this computer's clock went back by %d h %d min during the sync; until it has caught up, times go on from the latest one recorded", h, m))
	}
	return notes
}

func hours(d time.Duration) (h, m int64) {
	d = d.Round(time.Minute)
	return int64(d / time.Hour), int64(d % time.Hour / time.Minute)
}

// distrusted tells whether a stored moment can't be trusted to lie ahead: nothing
// is planned further ahead than that, so the clock was wrong when it was stored.
func distrusted(at, now time.Time, furthest time.Duration) bool { return at.Sub(now) > furthest }

// clockOf begins to watch the clock for a run.
func (e *Engine) clockOf(ctx context.Context, t entra.Tenant) (clock, error) {
	back, err := e.Store.ClockBack(ctx, t.Key)
	return newClock(e.Store.Now, back), err
}
