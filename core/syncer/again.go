package syncer

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/store"
)

const (
	// mostOdd is how many odd objects a run reads again. A page with more of them is
	// asked for by a full scan, as entries without an id are.
	mostOdd = 100
	// latest is when at the latest a full scan for lost entries can be due: a clock
	// that was set back does not put it off for ever.
	latest = 25 * time.Hour
)

// keepOdd keeps what must be asked for again, before the page's cursor moves on.
func (c *classSync) keepOdd(ctx context.Context, r *store.Pass, p *entra.Page, whole map[string]entra.Object) error {
	if c.class.Delta == "" { // the next run reads all of it
		return nil
	}
	var ids []string
	for _, o := range p.Objects {
		if o.Odd != "" || o.Partial || whole[o.ID].Odd != "" || whole[o.ID].Partial {
			ids = append(ids, o.ID)
		}
	}
	lost := p.Lost.Count > 0 || len(ids) > mostOdd
	if !lost && len(ids) == 0 {
		return nil
	}
	return c.Store.KeepOdd(ctx, r, ids[:min(len(ids), mostOdd)], lost)
}

// rescan asks for the full scan that is due because entries were lost.
func (c *classSync) rescan(ctx context.Context, state *store.ClassState) error {
	now := c.Store.Now()
	if c.class.Delta == "" || state.Rescan.IsZero() || now.Before(state.Rescan) && state.Rescan.Sub(now) < latest {
		return nil
	}
	state.FullScan = true
	return c.Store.Rescan(ctx, c.tenant.Key, c.class.Name)
}

// mend reads again what earlier runs could not take as it stood. That it could not
// ask is no failure of the class: the next run does.
func (c *classSync) mend(ctx context.Context) {
	if err := c.findStale(ctx); err != nil {
		c.Store.Note(err)
	}
	if c.class.Delta == "" {
		return
	}
	if len(c.stale) > 0 {
		if err := c.Store.RescanLater(ctx, c.tenant.Key, c.class.Name); err != nil {
			c.Store.Note(err)
		}
	} else if c.scans && c.odd.lost.Count == 0 {
		if err := c.Store.NothingLost(ctx, c.tenant.Key, c.class.Name); err != nil {
			c.Store.Note(err)
		}
	}
	if err := c.readAgain(ctx); err != nil {
		c.Store.Note(err)
		c.log.Warn("reading odd objects again failed", "class", c.class.Name, "err", err)
	}
	state, err := c.Store.ClassState(ctx, c.tenant.Key, c.class.Name)
	if err == nil && !state.Rescan.IsZero() && c.odd.lost.Count == 0 {
		c.warned = true
		c.notes = append(c.notes, "a full scan will ask again for what could not be read or stored before")
	}
}

// findStale finds what Graph refused to tell in a full read although values of it are held:
// those grow old, for the delta query goes on without it, too. Of what nothing is held the rows
// of what changed say that it is left out.
func (c *classSync) findStale(ctx context.Context) error {
	if !c.full {
		return c.findAbsent(ctx)
	}
	for _, name := range c.hidden.from(c.without.all()) {
		if !slices.Contains(c.unasked, name) { // refused of an object that was read by itself: the list told it
			continue
		}
		held, err := c.holds(ctx, name)
		if err != nil {
			return err
		}
		if held {
			c.stale = append(c.stale, name)
		}
	}
	return nil
}

func (c *classSync) findAbsent(ctx context.Context) error {
	state, err := c.Store.StreamState(ctx, c.tenant.Key, c.class)
	if err != nil {
		return err
	}
	for _, name := range c.hidden.from(state.Unasked) {
		held, err := c.holds(ctx, name)
		if err != nil {
			return err
		}
		if !held {
			c.absent = append(c.absent, name)
		}
	}
	return nil
}

// holds tells whether any value of a property is held, or any link of a relation.
func (c *classSync) holds(ctx context.Context, name string) (bool, error) {
	if whole, _ := entra.ClassNamed(c.class.Name); whole.Relates(name) { // what is gone without is no longer in this run's
		for _, err := range c.Store.Links(ctx, c.tenant.Key, store.LinkQuery{Class: c.class.Name, Relation: name, AsHeld: true, Range: store.Range{Limit: 1}}) {
			return err == nil, err
		}
		return false, nil
	}
	valued := store.ObjectQuery{Class: c.class.Name, Filters: []entra.Condition{{Property: name, Op: entra.OpHasValue}}, Range: store.Range{Limit: 1}}
	for _, err := range c.Store.Objects(ctx, c.tenant.Key, valued) {
		return err == nil, err
	}
	return false, nil
}

func (c *classSync) readAgain(ctx context.Context) error {
	ids, err := c.Store.Odd(ctx, c.tenant.Key, c.class, c.classRun, mostOdd)
	if err != nil || len(ids) == 0 {
		return err
	}
	page, whole, vain, err := c.ask(ctx, ids)
	if err != nil {
		return err
	}
	sound := map[string]bool{}
	for _, id := range vain {
		sound[id] = false
	}
	for _, o := range page.Objects {
		sound[o.ID] = whole[o.ID].Odd == "" && !whole[o.ID].Partial
	}
	if len(page.Objects) > 0 {
		if err := c.applyAnswers(ctx, page, whole); err != nil {
			return err
		}
		c.odd.page(&entra.Page{}, whole)
	}
	return c.Store.ReadAgain(ctx, c.tenant.Key, c.class, sound)
}

// mostDangling bounds how many dangling objects of a class one run asks about.
const mostDangling = 500

// resolve asks Graph about the objects of a class that are only known by their
// id, once all chains of the run are over: their answers lagged, or they are
// soft-deleted since before the first scan. What does not exist stays a
// dangling id. True where the class's history row changed.
func (c *classSync) resolve(ctx context.Context) (bool, error) {
	ids, err := c.Store.Dangling(ctx, c.tenant.Key, c.class, mostDangling)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	var counter graph.Counter
	page, whole, vain, err := c.ask(graph.WithCounter(ctx, &counter), ids)
	if err != nil {
		return false, err
	}
	if err := c.inVain(ctx, vain); err != nil {
		return false, err
	}
	if len(page.Objects) > 0 {
		if err := c.applyAnswers(ctx, page, whole); err != nil {
			return false, err
		}
	}
	return true, c.Store.CountRequests(ctx, c.classRun, counter.Requests.Load(), counter.Retries.Load())
}

// inVain counts what was asked in vain. Where Graph has none of as many as a run
// asks about, it hardly has any of the rest: they all count, or a group whose
// members no longer exist would cost requests in each of hundreds of runs.
func (c *classSync) inVain(ctx context.Context, ids []string) error {
	if len(ids) == mostDangling {
		return c.Store.AllAskedInVain(ctx, c.tenant.Key, c.class)
	}
	return c.Store.AskedInVain(ctx, c.tenant.Key, c.class, ids)
}

// applyAnswers stores the answers as a round of one page that ends where the
// class stands.
func (c *classSync) applyAnswers(ctx context.Context, page *entra.Page, whole map[string]entra.Object) error {
	state, err := c.Store.ClassState(ctx, c.tenant.Key, c.class.Name)
	if err != nil {
		return err
	}
	r, err := c.beginRound(ctx, store.NewRound{Kind: store.Delta, Links: []string{state.DeltaLink}})
	if err != nil {
		return err
	}
	page.DeltaLink = state.DeltaLink
	_, err = c.Store.ApplyPage(ctx, r, 0, page, whole)
	return err
}

// ask reads each object, and where there is none whether it is soft-deleted.
func (c *classSync) ask(ctx context.Context, ids []string) (page *entra.Page, whole map[string]entra.Object, vain []string, err error) {
	var mu sync.Mutex
	page, whole = &entra.Page{}, map[string]entra.Object{}
	filter, err := entra.ParseFilter(c.tenant.Filters[c.class.Name])
	if err != nil {
		return nil, nil, nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for _, id := range ids {
		g.Go(c.safe(func() error {
			o, found, err := c.object(ctx, id)
			reason := entra.NotRemoved
			if err == nil && !found {
				reason, err = c.reason(ctx, id)
			}
			if err == nil && found && !c.linksWith() {
				err = c.readLinks(ctx, filter, &o)
			}
			unusable := entra.CodeOf(err) == entra.CodeAnswer
			if err != nil && !unusable {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case unusable:
				vain = append(vain, id)
			case found:
				page.Objects, whole[id] = append(page.Objects, entra.Object{ID: id}), o
			case reason == entra.SoftDeleted:
				page.Objects = append(page.Objects, entra.Object{ID: id, Removed: reason})
			default:
				vain = append(vain, id)
			}
			return nil
		}))
	}
	return page, whole, vain, g.Wait()
}
