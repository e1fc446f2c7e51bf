package watch

import (
	"context"
	"errors"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// Sum is what one notice of the desktop tells: all that a watch found since the last one.
type Sum struct {
	Watch Watch
	Count int
	Only  *Subject     // what it is about, where it is one thing
	Of    entra.Tenant // the tenant that all of it is of; none where there are several
	Text  say.Sentence // of more than one thing
	Test  bool         // it is about nothing
}

// ShowBy lets a window show what watches tell by the desktop. show is called by the
// keeper's own goroutine, and fails where the desktop is to be left in peace.
func (k *Keeper) ShowBy(show func(context.Context, Sum) error) {
	k.desktop.Store(&show)
	k.Wake()
}

// Wake lets the keeper look at once.
func (k *Keeper) Wake() {
	select {
	case k.wake() <- struct{}{}:
	default: // it was told already
	}
}

// Shows tells whether a window shows what watches tell by the desktop.
func (k *Keeper) Shows() bool { return k.desktop.Load() != nil }

// show tells by the desktop what waits, in one notice. That it was told is written before:
// nobody knows what became of a notice of the desktop, and twice is worse than not at all,
// since the list of what was told has it as well.
func (k *Keeper) show(ctx context.Context, w Watch, s *state) error {
	if !w.Desktop && len(s.Desk) > 0 { // it was switched off meanwhile
		s.Desk, s.Missed = nil, 0
		return write(ctx, k.Store, stateOf(w), s)
	}
	if !k.Shows() || len(s.Desk) == 0 {
		return nil
	}
	shown, before := s.Desk, *s
	sum, err := k.sum(ctx, w, s)
	if err != nil {
		return err
	}
	s.Desk, s.Missed = nil, 0
	for _, n := range shown {
		n.Tries, n.Ended, n.Taken = 1, k.now(), true
		s.over(n)
	}
	if err := write(ctx, k.Store, stateOf(w), s); err != nil {
		return err
	}
	if sum.Count == 0 {
		return nil // it is no longer kept
	}
	err = (*k.desktop.Load())(ctx, sum)
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) { // the window ended before it was shown
		*s = before
		return write(store.Outliving(ctx), k.Store, stateOf(w), s)
	}
	for i := max(0, len(s.Told)-len(shown)); i < len(s.Told); i++ {
		s.Told[i].Taken, s.Told[i].Error = false, entra.AsError(err).Message().Kept()
	}
	return write(store.Outliving(ctx), k.Store, stateOf(w), s)
}

// sum is what waits for the desktop, in one.
func (k *Keeper) sum(ctx context.Context, w Watch, s *state) (sum Sum, err error) {
	sum = Sum{Watch: w, Count: len(s.Desk) + s.Missed}
	first := s.Desk[0].Tenant
	for _, n := range s.Desk {
		if n.Tenant != first {
			first = 0
		}
	}
	if first != 0 {
		if sum.Of, err = k.Store.TenantByKey(ctx, first); entra.CodeOf(err) == entra.CodeNotFound {
			return Sum{}, nil
		}
	}
	if sum.Count > 1 || err != nil {
		sum.Text = w.counted(sum.Count)
		if w.View != "" {
			sum.Text = movedIn(w, s.Desk)
		}
		return sum, err
	}
	only, err := k.about(ctx, w, s.Desk[0])
	if err != nil || only.Text == "" {
		return Sum{}, err
	}
	sum.Only = &only
	return sum, nil
}

// movedIn says how many came into a view, and how many left it.
func movedIn(w Watch, all []Notice) say.Sentence {
	came := 0
	for _, n := range all {
		if n.Entered {
			came++
		}
	}
	return say.With("%d {object|objects} came into the view %s, %d left it", came, w.ViewTitle(), len(all)-came)
}

// counted says how many things a watch found.
func (w Watch) counted(n int) say.Sentence {
	switch w.Ready {
	case PrivilegedRole:
		return say.With("%d {member of a privileged role was|members of privileged roles were} added", n)
	case "app-credential":
		return say.With("secrets or certificates were added to apps, %d {time|times}", n)
	case "guest-invited":
		return say.With("%d {guest was|guests were} added", n)
	case "conditional-access":
		return say.With("%d {change|changes} of conditional access policies", n)
	case ManyDeletions:
		return say.With("in %d {sync|syncs} more than %d {object was|objects were} deleted", n, w.More)
	case SyncFailing:
		return say.With("%d {tenant has|tenants have} not synced for a day", n)
	}
	return say.With("%d {change|changes}", n)
}
