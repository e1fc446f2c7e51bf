package syncer

import (
	"context"
	"errors"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// maxRestarts bounds how often one run begins a class anew.
const maxRestarts = 4

// work brings one class up to date: it goes on with the round that the class is
// in, or begins the one that is due, until a delta link has committed.
func (c *classSync) work(ctx context.Context) error {
	if err := c.guard(ctx); err != nil {
		return err
	}
	r, err := c.resume(ctx)
	for restarts := 0; ; restarts++ {
		if err != nil {
			return err
		}
		c.full = c.full || r.Kind.Full()
		if err = c.stand(ctx, r); err != nil {
			return err
		}
		if err = c.walk(ctx, r); err == nil {
			// Settings may change while the scan completes, too, which ends its round.
			if err = c.finish(ctx, r); err == nil {
				return c.lossGuard(ctx)
			}
			if !errors.Is(err, store.ErrRoundOver) {
				return err
			}
		}
		if errors.Is(err, store.ErrRoundOver) {
			restarts-- // it is an admin's doing, and no sign of a round that never ends
		}
		if restarts == maxRestarts+len(r.Cursors) { // each part may have to begin again
			return err
		}
		left := len(c.without.all())
		r, err = c.restart(ctx, r, err)
		if len(c.without.all()) > left {
			restarts-- // there are only so many properties
		}
	}
}

// resume finds the round that a run before this one left, unless a full scan
// was asked for meanwhile.
func (c *classSync) resume(ctx context.Context) (*store.Pass, error) {
	state, err := c.Store.StreamState(ctx, c.tenant.Key, c.class)
	if err != nil {
		return nil, err
	}
	r, err := c.Store.Round(ctx, c.tenant.Key, c.class)
	if err != nil {
		return nil, err
	}
	if r == nil || r.Kind == store.Delta {
		if err := c.rescan(ctx, &state); err != nil {
			return nil, err
		}
	}
	if r == nil || (r.Kind == store.Delta && state.FullScan) {
		return c.begin(ctx, state)
	}
	if r.Kind == store.Poll && c.class.Delta != "" {
		c.untrack()
	}
	switch {
	case r.Kind == store.Poll: // nothing makes one necessary
		if len(c.short.ids) == 0 {
			c.short.before = r.Note
		}
	case r.Note != "":
		c.notes = append(c.notes, r.Note)
	}
	c.goWithout(r.Unasked)
	return c.ready(r)
}

// ready gives a round what this run adds to it.
func (c *classSync) ready(r *store.Round) (*store.Pass, error) {
	if r.Kind.Full() {
		c.unasked = r.Unasked
	}
	filter, err := entra.ParseFilter(c.tenant.Filters[c.class.Name])
	pass := store.NewPass(r, c.classRun, filter)
	pass.Hidden = c.hidden.names()
	return pass, err
}

// begin begins the round that is due.
func (c *classSync) begin(ctx context.Context, state store.ClassState) (*store.Pass, error) {
	if c.class.Delta != "" && state.DeltaLink != "" && !state.FullScan {
		return c.beginRound(ctx, store.NewRound{Kind: store.Delta, Links: []string{state.DeltaLink}})
	}
	return c.beginFull(ctx)
}

// beginFull begins to read the whole class.
func (c *classSync) beginFull(ctx context.Context) (*store.Pass, error) {
	state, err := c.Store.StreamState(ctx, c.tenant.Key, c.class)
	switch {
	case err != nil:
		return nil, err
	case c.class.Delta == "":
		return c.beginRound(ctx, store.NewRound{Kind: store.Poll, Links: []string{c.client.ListURL(c.class, c.properties())}})
	case !state.Baseline || state.Total+state.Filtered > 0:
		return c.beginScan(ctx, "")
	}
	some, err := c.some(ctx)
	if err != nil {
		return nil, err
	}
	if c.class.Fast || some != nil {
		return c.beginFast(ctx, some)
	}
	return c.beginScan(ctx, "")
}

func (c *classSync) beginRound(ctx context.Context, n store.NewRound) (*store.Pass, error) {
	if n.Kind.Full() {
		n.Unasked = c.without.all()
		if c.plain {
			n.Unasked = append(n.Unasked, c.properties()...)
		}
	}
	r, err := c.Store.BeginRound(ctx, c.tenant.Key, c.class, n)
	if err != nil {
		return nil, err
	}
	c.scans = n.Kind.Full()
	if n.Note != "" {
		c.notes = append(c.notes, n.Note)
	}
	return c.ready(r)
}

func (c *classSync) beginScan(ctx context.Context, note say.Sentence) (*store.Pass, error) {
	return c.beginRound(ctx, store.NewRound{Kind: store.Scan, Links: []string{c.client.DeltaURL(c.class, c.properties())}, Note: note})
}

// beginFast begins a class's first scan by its list, which has five times as
// many objects a page: first the delta link of now, then the list, then what
// changed since that link. Where Graph gives no such link, the enumeration does. So it
// does where links are to be read apart, and some objects show that it is not worth while.
func (c *classSync) beginFast(ctx context.Context, some []string) (*store.Pass, error) {
	p, err := c.client.Page(ctx, c.client.LatestURL(c.class, c.properties()), c.class)
	if c.goWithout(namedIn(err, c.asked())) {
		return c.beginFast(ctx, some)
	}
	switch code := entra.CodeOf(err); {
	case refuses(err) || code == entra.CodeAnswer || code == entra.CodeDeltaLinkDead:
		return c.beginScan(ctx, "")
	case err != nil:
		return nil, err
	case p.DeltaLink == "" || len(p.Objects) > 0:
		return c.beginScan(ctx, "")
	}
	if some != nil {
		if worth, err := c.worthApart(ctx, some); err != nil {
			return nil, err
		} else if !worth {
			return c.beginScan(ctx, "")
		}
	}
	return c.beginRound(ctx, store.NewRound{Kind: store.Fast, BaseLink: p.DeltaLink, Links: []string{c.client.ListURL(c.class, c.properties()), p.DeltaLink}})
}

// partError says in which part of a round something went wrong.
type partError struct {
	part int
	err  error
}

func (e *partError) Error() string { return e.err.Error() }
func (e *partError) Unwrap() error { return e.err }

// restart answers what ended a round early: settings that changed, or links
// that Graph no longer honours. Any other error stays one.
func (c *classSync) restart(ctx context.Context, r *store.Pass, err error) (*store.Pass, error) {
	part := -1
	var pe *partError
	if errors.As(err, &pe) {
		part = pe.part
	}
	list := r.Kind == store.Fast && part >= 0 && part != store.CatchUp
	var un *unlisted
	switch code := entra.CodeOf(err); {
	case errors.Is(err, store.ErrRoundOver):
		if err := c.reload(ctx); err != nil {
			return nil, err
		}
		return c.resume(ctx)
	case list && code == entra.CodeDeltaLinkDead:
		if err := c.Store.RestartPart(ctx, r, part); err != nil {
			return nil, err
		}
		return c.resume(ctx)
	case errors.As(err, &un) && c.class.Alone == "":
		c.goWithout([]string{un.relation})
		return c.beginFull(ctx)
	case errors.Is(err, errBarren):
		c.undivided = true
		return c.beginScan(ctx, "")
	case list && refuses(err):
		return c.beginScan(ctx, "")
	case (r.Kind == store.Scan || r.Kind == store.Poll) && refuses(err):
		return c.adapt(ctx, r, err)
	case r.Kind == store.Poll && code == entra.CodeDeltaLinkDead:
		return c.beginRound(ctx, store.NewRound{Kind: store.Poll, Links: []string{c.client.ListURL(c.class, c.properties())}})
	case code == entra.CodeDeltaLinkDead || r.Kind == store.Delta && code == entra.CodeNotOffered:
		return c.beginScan(ctx, say.With("Graph no longer honoured the delta link (%s), so a full scan was made", entra.AsError(err).Why))
	}
	return nil, err
}

// reload reads the tenant's policy anew, after it changed under a running sync.
func (c *classSync) reload(ctx context.Context) error {
	t, err := c.Store.TenantByKey(ctx, c.tenant.Key)
	if err == nil {
		c.tenant = t
	}
	return err
}

// finish ends a full scan: what it missed is confirmed one by one, then swept
// together with its delta link. A delta round has ended with its last page.
func (c *classSync) finish(ctx context.Context, r *store.Pass) error {
	if !r.Kind.Full() {
		return nil
	}
	candidates, err := c.Store.Candidates(ctx, r)
	if err != nil {
		return err
	}
	v, err := c.confirm(ctx, candidates.IDs)
	if err != nil {
		return err
	}
	v.Held = candidates.Held > 0
	// A list leaves out who is deleted, which their own class should have told by then.
	if !c.class.Inward() && (r.Names() || r.Kind == store.Poll && len(c.class.Relations) > 0) {
		select {
		case <-c.others:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := c.keepLagging(ctx, r); err != nil {
		return err
	}
	applied, err := c.Store.Complete(ctx, r, deltaLink(r), v)
	c.unlinked += applied.Unlinked
	return err
}

// told tells whether the classes without links are through with this run.
func (c *classSync) told() bool {
	select {
	case <-c.others:
		return true
	default:
		return false
	}
}

// deltaLink is where the round's last part ended.
func deltaLink(r *store.Pass) string {
	if r.Kind == store.Fast {
		return r.Cursors[store.CatchUp].Link
	}
	return r.Cursors[len(r.Cursors)-1].Link
}
