package syncer

import (
	"context"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// due are the classes to sync now: all that are wanted, but for those that the
// loop would ask too often. Behind each come its relations that are read on their own,
// but for those that were read so lately that a person who asks for a sync does not
// wait for them again: they may take a request for each thousand objects, where a quiet
// sync takes one for the class.
func (e *Engine) due(ctx context.Context, t entra.Tenant, o SyncOptions) ([]entra.Class, error) {
	var out []entra.Class
	for _, class := range o.classes(t) {
		for _, stream := range class.Streams() {
			state, err := e.Store.StreamState(ctx, t.Key, stream)
			if err != nil {
				return nil, err
			}
			now := e.Store.Now()
			if o.IfDue && early(stream, state, now) || !o.IfDue && e.recent(stream, state, now) {
				if stream.Alone == "" && state.Blocked != "" {
					break
				}
				continue
			}
			out = append(out, stream)
		}
	}
	candidates, err := e.candidates(ctx, t, o)
	if err != nil {
		return nil, err
	}
	out = append(out, candidates...)
	if o.Classes != nil && len(out) == 0 {
		return nil, entra.Invalid(say.With("%s is not synced", t.Name), "none of the named classes is among the tenant's", "see `entrasyncctl tenant list`")
	}
	return out, nil
}

// classes are the tenant's classes that a sync is asked for.
func (o SyncOptions) classes(t entra.Tenant) (classes []entra.Class) {
	for _, name := range t.Classes {
		if class, known := entra.ClassNamed(name); known && (o.Classes == nil || slices.Contains(o.Classes, class.Name)) {
			classes = append(classes, class)
		}
	}
	return classes
}

// recent tells whether a relation of many objects that is read on its own was read within the
// hour: nobody who asks for a sync waits for it again.
func (e *Engine) recent(stream entra.Class, state store.ClassState, now time.Time) bool {
	return stream.Alone != "" && state.Blocked == "" && state.Total > e.few && within(e.lately, state, now)
}

// Recent are the relations, such as devices/registeredOwners, that a sync which a person asks
// for now would leave as they were read within the hour.
func (e *Engine) Recent(ctx context.Context, t entra.Tenant, o SyncOptions) (names []string, err error) {
	if o.IfDue || o.Full {
		return nil, nil
	}
	for _, class := range o.classes(t) {
		for _, stream := range class.Streams() {
			state, err := e.Store.StreamState(ctx, t.Key, stream)
			if err != nil {
				return nil, err
			}
			if e.recent(stream, state, e.Store.Now()) {
				names = append(names, entra.ClassRun{Class: class.Name, Relation: stream.Alone}.Stream())
			}
		}
	}
	return names, nil
}

// begun are what a run begins: what is due, and, to be told again and not asked for, what
// the loop leaves alone because it was refused less than a day ago.
func (e *Engine) begun(ctx context.Context, t entra.Tenant, o SyncOptions) ([]*classSync, error) {
	streams, err := e.due(ctx, t, o)
	if err != nil {
		return nil, err
	}
	var syncs []*classSync
	for _, stream := range streams {
		syncs = append(syncs, &classSync{class: stream, trial: stream.Alone == "" && !slices.Contains(t.Classes, stream.Name)})
	}
	if !o.IfDue {
		return syncs, nil
	}
	for _, class := range o.classes(t) {
		for _, stream := range class.Streams() {
			refusal, err := e.resting(ctx, t, stream)
			if err != nil {
				return nil, err
			}
			if refusal != nil {
				syncs = append(syncs, &classSync{class: stream, rests: refusal})
			}
			if refusal != nil && stream.Alone == "" {
				break
			}
		}
	}
	return syncs, nil
}

// resting is why a stream is not asked for today; nil: it is not so.
func (e *Engine) resting(ctx context.Context, t entra.Tenant, stream entra.Class) (*entra.Error, error) {
	state, err := e.Store.StreamState(ctx, t.Key, stream)
	if now := e.Store.Now(); err != nil || state.Blocked == "" || !now.Before(state.AskAgain) || distrusted(state.AskAgain, now, licencePause) {
		return nil, err
	}
	row, err := e.Store.LastRefusal(ctx, t.Key, stream)
	if err != nil {
		return nil, err
	}
	refusal := row.Trouble()
	if refusal == nil {
		refusal = &entra.Error{Code: state.Blocked, What: say.With("%s can't be read", stream), Why: "Graph refused it", Remedy: "sync to ask again at once; without that, it is asked for again after a day"}
	}
	return refusal, nil
}

// early tells whether the loop would ask for a class too often.
func early(class entra.Class, state store.ClassState, now time.Time) bool {
	if now.Before(state.AskAgain) && !distrusted(state.AskAgain, now, licencePause) {
		return true
	}
	if class.Log { // what it tells of comes with every sync
		return false
	}
	listed := class.Delta == "" || state.DeltaLink == "" // here, Graph may have no delta query of it
	return listed && within(class.Interval(), state, now)
}

// within tells whether a class was read whole less than so long ago.
func within(interval time.Duration, state store.ClassState, now time.Time) bool {
	again := state.Completed.Add(interval)
	return !state.FullScan && now.Before(again) && !distrusted(again, now, interval)
}

// candidates are the classes that nobody has chosen and that the tenant takes if it may
// read them, each with its relations; but for those that were refused today.
func (e *Engine) candidates(ctx context.Context, t entra.Tenant, o SyncOptions) ([]entra.Class, error) {
	if o.Classes != nil {
		return nil, nil
	}
	var out []entra.Class
	for _, class := range t.Candidates() {
		state, err := e.Store.StreamState(ctx, t.Key, class.Stream(""))
		if err != nil {
			return nil, err
		}
		if now := e.Store.Now(); now.Before(state.AskAgain) && !distrusted(state.AskAgain, now, licencePause) {
			continue
		}
		out = append(out, class.Streams()...)
	}
	return out, nil
}

// taken asks whether a class may be read that nobody has chosen, and makes the tenant
// sync it from now on. What is refused is asked again after a day; whatever else is
// wrong, the next run tries again.
func (c *classSync) taken(ctx context.Context, connectErr error) bool {
	if connectErr != nil || c.proof(ctx) != nil {
		return false
	}
	err := c.safe(func() error { return c.client.Probe(ctx, c.class) })()
	keep := store.Outliving(ctx)
	switch {
	case lacks(entra.CodeOf(err)) || refuses(err):
		err = c.Store.Refuse(keep, c.tenant.Key, c.class.Name, c.Store.Now().Add(licencePause))
	case err == nil:
		var taken []string
		if taken, err = c.Store.TakeClasses(keep, c.tenant.Key, []string{c.class.Name}); len(taken) > 0 {
			c.notes = append(c.notes, say.With("%s may be read: from now on it is synced", c.class))
			return true
		}
	}
	if err != nil {
		c.log.Warn("asking whether a class may be read failed", "tenant", c.tenant.Name, "class", c.class.Name, "err", err)
	}
	return false
}

// taken are the classes that a run began to sync because they may be read.
func taken(syncs []*classSync) (names []string) {
	for _, c := range syncs {
		if c.trial && !c.left {
			names = append(names, c.class.Name)
		}
	}
	return names
}

// lacks tells whether something can't be read for want of a permission, of a licence, or of it.
func lacks(code entra.Code) bool {
	return code == entra.CodePermission || code == entra.CodeLicence || code == entra.CodeNotOffered
}

// name is what the stream is called in the history.
func (c *classSync) name() string {
	return entra.ClassRun{Class: c.class.Name, Relation: c.class.Alone}.Stream()
}

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
