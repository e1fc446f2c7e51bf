package watch

import (
	"context"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// Standing is how a watch stands.
type Standing struct {
	Watch
	LastTold time.Time    // zero: it has not told yet
	Waiting  int          // what was not told yet
	Trouble  say.Sentence // why its webhook did not take the last; "": it did
	Next     time.Time    // when that is tried again; zero: no more
}

// Standings are all watches, and how they stand.
func Standings(ctx context.Context, st *store.Store) ([]Standing, error) {
	all, err := All(ctx, st)
	if err != nil {
		return nil, err
	}
	out := make([]Standing, len(all))
	for i, w := range all {
		var s state
		if err := read(ctx, st, stateOf(w), &s); err != nil {
			return nil, err
		}
		out[i] = standing(w, s)
	}
	return out, nil
}

func standing(w Watch, s state) Standing {
	out := Standing{Watch: w, Waiting: len(s.Waiting) + len(s.Desk) + s.Missed}
	for _, v := range s.Views {
		if v.Blocked != "" {
			out.Trouble = say.FromKept(v.Blocked)
		}
	}
	for _, n := range s.Told {
		if n.Taken && n.Ended.After(out.LastTold) {
			out.LastTold = n.Ended
		}
	}
	for _, n := range s.Waiting {
		if n.Error != "" {
			out.Trouble, out.Next = n.Trouble(), n.Next
			return out
		}
	}
	for _, n := range slices.Backward(s.Told) {
		if out.Trouble != "" {
			break
		}
		if !n.Desktop && n.Trouble() != gone {
			out.Trouble = n.Trouble() // of the last that ended; "": it was taken
			break
		}
	}
	return out
}

func newestFirst(all []Entry) {
	slices.SortStableFunc(all, func(a, b Entry) int { return b.Made.Compare(a.Made) })
}
