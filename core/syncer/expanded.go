package syncer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// readCut reads alone what the expansion of a page's objects may have left out.
func (c *classSync) readCut(ctx context.Context, r *store.Pass, cur *store.Cursor, p *entra.Page) error {
	if c.short.told, c.short.untold = c.short.told+p.Told, c.short.untold+p.Untold; c.short.told == 0 && c.short.untold > mostUntold {
		return &entra.Error{Code: entra.CodeNotOffered, What: say.With("reading %s failed", c.class), Why: "its list leaves it out of all objects"} // [classSync.notExpanded] says what to do
	}
	if len(p.Cut) == 0 {
		return nil
	}
	cut := slices.Compact(slices.Sorted(slices.Values(p.Cut)))
	if c.class.Inside != "" {
		listed := map[string]int{}
		for _, o := range p.Objects {
			listed[o.Properties.Text(c.class.Container().Property)]++
		}
		for _, id := range cut {
			n, err := c.readItems(ctx, r, cur, id)
			if err != nil && !c.short.passes(err, listed[id]) {
				return err
			}
			c.short.compare(id, n, listed[id], err)
		}
		return c.keepShort(ctx, r)
	}
	g, reading := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i := range p.Objects {
		o := &p.Objects[i]
		if _, ok := slices.BinarySearch(cut, o.ID); !ok {
			continue
		}
		g.Go(c.safe(func() error {
			links, err := c.listLinks(reading, o)
			if err != nil && !c.short.passes(err, len(o.Links)) {
				return err
			}
			if c.short.compare(o.ID, len(links), len(o.Links), err) {
				o.Partial = true
			}
			for _, l := range o.Links {
				if !slices.Contains(links, l) {
					links = append(links, l)
				}
			}
			o.Links = links
			return nil
		}))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return c.keepShort(ctx, r)
}

// mostUntold is how many objects are read alone because their list says nothing of what it was
// asked to expand. More of them, and not one that does: it does not do so here.
const mostUntold = 100

// refused tells whether Graph does not let what was asked for be read.
func refused(err error) bool {
	return lacks(entra.CodeOf(err)) || entra.CodeOf(err) == entra.CodeRequest
}

// shortfall is the objects of which Graph tells less by themselves than their list has just
// told, or nothing: what it leaves out of them is not known to be gone.
type shortfall struct {
	mu     sync.Mutex
	ids    map[string]bool
	fresh  []string     // those of the page
	why    error        // the first refusal to tell of one of them; nil: none was refused
	before say.Sentence // what a run before this one said of those that it met in the same round

	told, untold int // objects of which the list told its expansion, and of which it said nothing
}

// passes tells whether a stream goes on without what one object has by itself, because its
// list told of it, or of others.
func (s *shortfall) passes(err error, listed int) bool {
	return (listed > 0 || s.told > 0) && (refused(err) || entra.CodeOf(err) == entra.CodeAnswer)
}

// compare tells whether an object has fewer items by itself than in its list, or can't be
// read by itself.
func (s *shortfall) compare(id string, alone, listed int, refusal error) bool {
	if alone >= listed && refusal == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.why = cmp.Or(s.why, refusal)
	if s.ids == nil {
		s.ids = map[string]bool{}
	}
	s.ids[id], s.fresh = true, append(s.fresh, id)
	return true
}

// keepShort keeps with the round which objects of a page fell short, before the page is
// stored: a run that is killed after it goes on behind it, and would not meet them again.
func (c *classSync) keepShort(ctx context.Context, r *store.Pass) error {
	fresh := c.short.fresh
	c.short.fresh = nil
	if len(fresh) == 0 {
		return nil
	}
	return c.Store.FellShort(ctx, r, fresh, c.short.some(c.class))
}

// What a history row says of objects that fell short: how many, where one run met them all.
const (
	someShort    = "Graph tells less of some objects by themselves than in the list of %s, and what is held of them stays: sync again, and report it to Microsoft if it stays so"
	shortCount   = "Graph tells less of %d {object|objects} by themselves than in the list of %s, and what is held of them stays: sync again, and report it to Microsoft if it stays so"
	someRefused  = "Graph tells less of some objects by themselves than in the list of %s (%s), and what is held of them stays: %s"
	countRefused = "Graph tells less of %d {object|objects} by themselves than in the list of %s (%s), and what is held of them stays: %s"
)

// note says that objects fell short; "" where none did.
func (s *shortfall) note(class entra.Class) say.Sentence {
	switch {
	case s.before != "":
		return s.before
	case len(s.ids) == 0:
		return ""
	case s.why != nil:
		return say.With(countRefused, len(s.ids), class, inItsWords(s.why), entra.AsError(s.why).Remedy)
	}
	return say.With(shortCount, len(s.ids), class)
}

// inItsWords is why Graph refuses, with its own words.
func inItsWords(err error) say.Sentence {
	why, said := entra.AsError(err).Why, graph.Words(err)
	if said == "" || strings.Contains(why.String(), said) {
		return why
	}
	return say.With("%s: %s", why, said)
}

// some is the note for a round that another run may end.
func (s *shortfall) some(class entra.Class) say.Sentence {
	if s.why != nil {
		return say.With(someRefused, class, inItsWords(s.why), entra.AsError(s.why).Remedy)
	}
	return say.With(someShort, class)
}

// readRest reads alone the links that the last part of a divided list does not tell.
func (c *classSync) readRest(ctx context.Context, r *store.Pass, cur *store.Cursor, p *entra.Page) error {
	if _, listed := c.class.Listed(); !listed || r.Kind != store.Fast || !graph.Rest(cur.Part-store.CatchUp-1) {
		return nil
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i := range p.Objects {
		g.Go(c.safe(func() error { return c.readLinks(ctx, r.Filter, &p.Objects[i]) }))
	}
	return g.Wait()
}

// readInverse adds to a delta's page the links to objects that may be back from the deleted
// ones. A list leaves out the links to who is deleted, and no delta tells them when the
// target is restored.
func (c *classSync) readInverse(ctx context.Context, r *store.Pass, cur *store.Cursor, p *entra.Page, whole map[string]entra.Object) error {
	listed, is := c.class.Listed()
	if !is {
		return nil
	}
	targets, err := c.Store.Returned(ctx, r, cur.Part, p, whole)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for _, target := range targets {
		g.Go(c.safe(func() error {
			sources, lost, err := c.list(ctx, target, listed.Inverse)
			// It is gone again, Graph's answer lags or can't be used, or there is no such list.
			if lost || entra.CodeOf(err) == entra.CodeNotFound || refused(err) || c.odd.passes(target, err) {
				return c.Store.ScanAgain(ctx, c.tenant.Key, c.class.Name)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, id := range sources {
				p.Objects = append(p.Objects, entra.Object{ID: id, Links: []entra.Link{{Relation: listed.Name, Target: target, Type: c.class.Type}}})
			}
			return err
		}))
	}
	return g.Wait()
}

// readItems stores what one object holds, page by page, where there may be more than
// its expansion gave, and tells how many those are. The round's cursor stays where it is: a
// crash reads them again.
func (c *classSync) readItems(ctx context.Context, r *store.Pass, cur *store.Cursor, id string) (n int, err error) {
	guard := newLoopGuard()
	for link := c.client.ItemsURL(c.class, id); link != ""; {
		if err := guard.visit(link); err != nil {
			return n, err
		}
		p, err := c.client.Page(ctx, link, c.class)
		if entra.CodeOf(err) == entra.CodeNotFound {
			return n, nil // it is gone by now, and what it held; the list of its class will say so
		}
		if err != nil {
			return n, err
		}
		n += len(p.Objects)
		link = p.NextLink
		p.NextLink = cur.Link
		for i := range p.Objects {
			p.Objects[i] = graph.Within(c.class, id, p.Objects[i])
		}
		_, err = c.Store.ApplyPage(ctx, r, cur.Part, p, nil)
		c.odd.page(p, nil)
		p.Release()
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// notExpanded says that Graph does not give an expansion here: that is a warning of the
// relation or class alone, which is asked for again the next day.
func (c *classSync) notExpanded(refused error) error {
	e := *entra.AsError(refused)
	e.Code = entra.CodeNotOffered
	e.Why = say.With("Graph gives no list of %s here (%s), and what is held of it stays", c.class, e.Why)
	e.Remedy = "sync to ask again at once; without that, it is asked for again after a day"
	return &e
}

// mostLagging bounds how many targets of links that a list no longer shows are asked for.
const mostLagging = 500

// keepLagging asks for the targets of the links that are about to end because the list
// does not show them. A list does not show who is deleted, either: that is not the end of
// the link, and the target's own class will say it.
func (c *classSync) keepLagging(ctx context.Context, r *store.Pass) error {
	if c.class.Alone == "" {
		return nil
	}
	targets, err := c.Store.EndingTargets(ctx, r, mostLagging)
	if err != nil || len(targets) == 0 {
		return err
	}
	var mu sync.Mutex
	var gone []int64
	g, asking := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for _, t := range targets {
		class, known := entra.ClassNamed(t.Class)
		if !known {
			continue
		}
		g.Go(c.safe(func() error {
			_, found, err := c.client.Object(asking, class, t.ID, nil)
			switch {
			case lacks(entra.CodeOf(err)):
				return nil // who may not read it can't tell
			case err != nil || found:
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			gone = append(gone, t.Key)
			return nil
		}))
	}
	if err := g.Wait(); err != nil || len(gone) == 0 {
		return err
	}
	return c.Store.KeepLinksTo(ctx, r, gone)
}
