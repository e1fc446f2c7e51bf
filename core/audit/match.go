package audit

import (
	"context"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/store/audits"
)

const (
	// lag is how long before a sync began what it did not see yet may have been done: Graph's copies trail.
	lag = 15 * time.Minute
	// unsteady is how far two clocks that agree may be apart.
	unsteady = 2 * time.Second
	// usual is how late entries appear as a rule.
	usual = 15 * time.Minute
	// some is how many changes are matched at a time.
	some = 500
)

// Match looks for who made the changes that are recorded and not looked at yet, and once more where entries came later
// than their changes. What a sync may still take back waits until it has ended.
func (r *Reader) Match(ctx context.Context) error {
	log := r.Store.Audits(r.Tenant)
	p, err := log.Progress(ctx)
	if err != nil {
		return err
	}
	last, err := log.LastEntry(ctx)
	if err != nil || last == 0 {
		return err
	}
	w, err := r.stands(ctx, log)
	if err != nil {
		return err
	}
	m := matcher{log: log, complete: w.Read[0].Add(-r.ahead())}
	late, err := log.Late(ctx, p, last, lag)
	if err != nil {
		return err
	}
	for keys := range slices.Chunk(late, some) { // begun anew after a kill: the same entries claim the same
		batch, err := log.Changes(ctx, keys)
		if err == nil {
			err = m.settle(ctx, batch, p)
		}
		if err != nil {
			return err
		}
	}
	p.Entries = last
	settled, err := r.Store.Settled(ctx, r.Tenant)
	if err != nil {
		return err
	}
	for {
		batch, err := log.New(ctx, p.Changes, settled, some)
		if err != nil {
			return err
		}
		if p.Changes = settled - 1; len(batch) == some {
			p.Changes = batch[some-1].Key
		}
		if err := m.settle(ctx, batch, p); err != nil || len(batch) < some {
			return err
		}
	}
}

// matcher matches the changes of a tenant.
type matcher struct {
	log      *audits.Log
	complete time.Time // up to then the log is read, by our clock
}

// settle matches a batch and keeps what comes of it.
func (m matcher) settle(ctx context.Context, batch []audits.Change, p audits.Progress) error {
	var claims []audits.Claim
	for _, c := range batch {
		claim, err := m.match(ctx, ofChange(c))
		if err != nil {
			return err
		}
		claims = append(claims, claim)
	}
	return m.log.Settle(ctx, claims, p)
}

// match looks for who made a change.
func (m matcher) match(ctx context.Context, c change) (audits.Claim, error) {
	found, err := m.log.About(ctx, c.ids, c.NotBefore.Add(-lag), c.Time.Add(unsteady))
	if err != nil || len(found) == 0 {
		return audits.Claim{Change: c.Key}, err
	}
	beside, err := m.log.Beside(ctx, c.Change, lag)
	if err != nil {
		return audits.Claim{}, err
	}
	v := verdict{change: c, settled: m.complete.After(c.Time.Add(usual))}
	for _, b := range beside {
		v.beside = append(v.beside, ofChange(b))
	}
	return v.of(found), nil
}

// verdict weighs the entries that may tell of a change.
type verdict struct {
	change
	beside  []change // other changes of the same, whose times meet
	settled bool     // entries of its time are hardly to come
}

// candidate is an entry that fits.
type candidate struct {
	audits.Entry
	fit    fit
	before bool // it is from before the sync that did not see it
	shared bool // it fits another change as well
}

// of says who made the change: all whose entries fit, and whether it was the only one of them. Entries from before
// the last sync began count where none is from after it, and where no other change is explained by them.
func (v verdict) of(found []audits.Entry) audits.Claim {
	var within, before []candidate
	for _, e := range found {
		c := candidate{Entry: e, fit: v.fits(e), before: e.Time.Before(v.NotBefore.Add(-unsteady))}
		if c.fit == no {
			continue
		}
		for _, b := range v.beside {
			during := !e.Time.Before(b.NotBefore.Add(-unsteady)) && !e.Time.After(b.Time.Add(unsteady))
			c.shared = c.shared || during && b.fits(e) >= perhaps
		}
		if !c.before {
			within = append(within, c)
		} else if !c.shared && (c.fit != perhaps) {
			before = append(before, c)
		}
	}
	if !slices.ContainsFunc(within, candidate.counts) {
		within = lastOf(before)
	}
	claim := audits.Claim{Change: v.Key, Known: v.sure(within)}
	for _, c := range within {
		if c.counts() && c.Named && !slices.Contains(claim.Actors, c.Actor) {
			claim.Actors = append(claim.Actors, c.Actor)
		}
	}
	claim.Known = claim.Known && len(claim.Actors) == 1
	return claim
}

func (c candidate) counts() bool { return c.fit >= perhaps }

// lastOf keeps of entries from before a sync what they led to: after what undid it, nothing of what was before counts.
func lastOf(list []candidate) []candidate {
	for i, c := range list {
		if c.fit == opposite {
			return lastOf(list[i+1:])
		}
	}
	return list
}

// sure tells whether the entries leave no doubt: all are of one who is named, the last of them led to what is there
// now, and no other that may have been made meanwhile is to come.
func (v verdict) sure(list []candidate) bool {
	if len(list) == 0 || list[len(list)-1].fit == opposite {
		return false
	}
	for _, c := range list {
		if c.counts() && (!c.Named || c.fit == perhaps) || c.shared && !v.agrees(c) {
			return false
		}
	}
	if v.changed == nil {
		return true
	}
	proven := v.settled
	if !proven {
		proven = v.agrees(list...)
	}
	return proven && v.covered(list) && !v.overwritten(list)
}

// latest gives for each property of the change the last entry that names it.
func (v verdict) latest(list []candidate) map[string]uint64 {
	out := map[string]uint64{}
	for _, c := range list {
		changed := c.Changed
		if changed == nil {
			changed = actOf(c.Activity).implied()
		}
		for name, value := range changed {
			if _, is := v.changed[name]; is {
				out[name] = value
			}
		}
	}
	return out
}

// covered tells whether each property that changed is named, but for what follows from others.
func (v verdict) covered(list []candidate) bool {
	named := v.latest(list)
	for name := range v.changed {
		if _, is := named[name]; !is && !follows[name] {
			return false
		}
	}
	return len(named) > 0
}

// overwritten tells whether an entry's value is not the one that is there: somebody else changed it after.
func (v verdict) overwritten(list []candidate) bool {
	for name, value := range v.latest(list) {
		if is := v.changed[name]; value != 0 && is != 0 && value != is {
			return true
		}
	}
	return false
}

// agrees tells whether entries name a value for each property, and all are those that are there.
func (v verdict) agrees(list ...candidate) bool {
	named := v.latest(list)
	for name, is := range v.changed {
		if value := named[name]; (value == 0 || is == 0 || value != is) && !follows[name] {
			return false
		}
	}
	return len(named) > 0
}
