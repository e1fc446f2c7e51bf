package watch

import (
	"context"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/tell"
)

// Subject is what a notice is about, as it is recorded now.
type Subject struct {
	Tenant  entra.Tenant
	Change  *entra.Change   // nil: it is about a sync
	Run     *entra.ClassRun // of many-deletions
	Object  *entra.LinkEnd  // that came into a view, or left it
	Entered bool
	Text    say.Sentence // one line for people; "": it is no longer kept
}

// about reads what a notice is about.
func (k *Keeper) about(ctx context.Context, w Watch, n Notice) (s Subject, err error) {
	s.Tenant, err = k.Store.TenantByKey(ctx, n.Tenant)
	if entra.CodeOf(err) == entra.CodeNotFound {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	switch {
	case n.Object != "":
		return s, k.aboutView(ctx, w, n, &s)
	case n.Change != 0:
		for c, err := range k.Store.Changes(ctx, s.Tenant.Key, store.ChangeQuery{Span: &store.ChangeSpan{After: n.Change - 1, Before: n.Change + 1}}) {
			if err != nil {
				return s, err
			}
			one := []entra.Change{c}
			if err := k.Store.NameEnds(ctx, s.Tenant.Key, one); err != nil {
				return s, err
			}
			s.Change, s.Text = &one[0], say.With("%s: %s", s.Tenant.Name, tell.Change(one[0], tell.Plain))
		}
	case n.Silent:
		s.Text = say.With("%s has not synced since %s", s.Tenant.Name, time.UnixMilli(n.Run).UTC().Format(time.RFC3339))
	default:
		r, err := k.Store.ClassRun(ctx, n.Run)
		if entra.CodeOf(err) == entra.CodeNotFound {
			return s, nil
		}
		if err != nil {
			return s, err
		}
		s.Run, s.Text = &r, say.With("%s: %d of %s were deleted in one sync", s.Tenant.Name, r.Deleted, r.Stream())
	}
	return s, nil
}

// Text is a notice in one line; "" where what it is about is no longer kept.
func (k *Keeper) Text(ctx context.Context, w Watch, n Notice) string {
	s, err := k.about(ctx, w, n)
	if err != nil {
		return ""
	}
	return s.Text.String()
}

// Status is how a notice stands.
func (n Notice) Status() string {
	switch {
	case n.Taken:
		return "told"
	case !n.Ended.IsZero():
		return "given up"
	}
	return "waits"
}

// Entry is a notice, of which watch it is, and what it is about.
type Entry struct {
	Watch Watch
	Notice
	Subject
}

// Entries are the newest notices of watches.
func (k *Keeper) Entries(ctx context.Context, watches []Watch, most int) ([]Entry, error) {
	var all []Entry
	for _, w := range watches {
		var s state
		if err := read(ctx, k.Store, stateOf(w), &s); err != nil {
			return nil, err
		}
		for _, n := range s.all() {
			all = append(all, Entry{Watch: w, Notice: n})
		}
	}
	newestFirst(all)
	all = all[:min(len(all), most)]
	for i := range all {
		var err error
		if all[i].Subject, err = k.about(ctx, all[i].Watch, all[i].Notice); err != nil {
			return nil, err
		}
	}
	return all, nil
}
