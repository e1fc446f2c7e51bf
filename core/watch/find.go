package watch

import (
	"context"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// batch is how many changes are looked at between two writes.
const batch = 1000

// find keeps a notice for each change since the watch last looked that it is about. One
// write keeps them and moves the place on.
func (k *Keeper) find(ctx context.Context, w Watch, s *state) error {
	tenants, err := k.Store.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		if !w.of(t) {
			continue
		}
		switch {
		case w.View != "":
			err = k.findViews(ctx, w, s, t)
		case w.Ready == ManyDeletions || w.Ready == SyncFailing:
			err = k.findSyncs(ctx, w, s, t)
		default:
			err = k.findChanges(ctx, w, s, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// findChanges looks at changes that can't be taken back any more.
func (k *Keeper) findChanges(ctx context.Context, w Watch, s *state, t entra.Tenant) error {
	settled, err := k.Store.Settled(ctx, t.Key)
	if err != nil {
		return err
	}
	is, _ := readyNamed(w.Ready)
	for more := true; more && len(s.Waiting) < mostWaiting; {
		q := w.Filter.query()
		q.Span, q.Range = &store.ChangeSpan{After: s.After[t.Key], Before: settled}, store.Range{Limit: batch}
		seen, before := 0, s.After[t.Key]
		for c, err := range k.Store.Changes(ctx, t.Key, q) {
			if err != nil {
				return err
			}
			seen++
			s.place(&s.After, t.Key, c.Key)
			told := is.about(c)
			if told && w.Ready == PrivilegedRole {
				if told, err = k.newlyGiven(ctx, t.Key, c); err != nil {
					return err
				}
			}
			if told {
				s.keep(w, Notice{Tenant: t.Key, Change: c.Key, Made: k.now()})
			}
		}
		if more = seen == batch; !more {
			s.place(&s.After, t.Key, settled-1)
		}
		if s.After[t.Key] == before {
			return nil
		}
		if err := write(ctx, k.Store, stateOf(w), s); err != nil {
			return err
		}
	}
	return nil
}

// about tells whether a ready watch is about a change; one that is none is about all.
func (r Ready) about(c entra.Change) bool {
	if r.Name == "" {
		return true
	}
	for _, class := range r.classes {
		if class == c.Class {
			return r.matches(c)
		}
	}
	return false
}

// silence is how long a tenant may not sync before that is told.
const silence = 24 * time.Hour

// findSyncs looks at the history. A tenant that has never synced well is silent since it was first tried.
func (k *Keeper) findSyncs(ctx context.Context, w Watch, s *state, t entra.Tenant) error {
	if w.Ready == SyncFailing {
		good, err := k.Store.LastGood(ctx, t.Key)
		if err == nil && good.IsZero() {
			good, err = k.Store.FirstRun(ctx, t.Key)
		}
		if err != nil {
			return err
		}
		failing := t.Enabled && !good.IsZero() && k.now().Sub(good) > silence
		if failing == s.Failing[t.Key] {
			return nil
		}
		if s.Failing == nil {
			s.Failing = map[int64]bool{}
		}
		if s.Failing[t.Key] = failing; failing {
			s.keep(w, Notice{Tenant: t.Key, Run: good.UnixMilli(), Silent: true, Made: k.now()})
		}
		return write(ctx, k.Store, stateOf(w), s)
	}
	return k.findDeletions(ctx, w, s, t)
}

// findDeletions looks at syncs that have ended, as far as all before them have.
func (k *Keeper) findDeletions(ctx context.Context, w Watch, s *state, t entra.Tenant) error {
	var ended []entra.ClassRun
	for r, err := range k.Store.History(ctx, t.Key, store.HistoryQuery{Range: store.Range{Limit: batch}}) {
		if err != nil {
			return err
		}
		if r.Key <= s.Run[t.Key] {
			break
		}
		if ended = append(ended, r); r.End.IsZero() {
			ended = nil
		}
	}
	for _, r := range ended {
		s.place(&s.Run, t.Key, r.Key)
		if r.Deleted > int64(w.More) {
			s.keep(w, Notice{Tenant: t.Key, Run: r.Key, Made: k.now()})
		}
	}
	if len(ended) == 0 {
		return nil
	}
	return write(ctx, k.Store, stateOf(w), s)
}
