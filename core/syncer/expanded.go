package syncer

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// readCut reads alone what the expansion of a page's objects may have left out.
func (c *classSync) readCut(ctx context.Context, r *store.Pass, cur *store.Cursor, p *entra.Page) error {
	if len(p.Cut) == 0 {
		return nil
	}
	cut := slices.Compact(slices.Sorted(slices.Values(p.Cut)))
	if c.class.Inside != "" {
		for _, id := range cut {
			if err := c.readItems(ctx, r, cur, id); err != nil {
				return err
			}
		}
		return nil
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i := range p.Objects {
		o := &p.Objects[i]
		if _, ok := slices.BinarySearch(cut, o.ID); !ok {
			continue
		}
		g.Go(c.safe(func() (err error) {
			o.Links, err = c.listLinks(ctx, o.ID)
			o.Partial = false
			return err
		}))
	}
	return g.Wait()
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

// readItems stores what one object holds, page by page, where there may be more than
// its expansion gave. The round's cursor stays where it is: a crash reads them again.
func (c *classSync) readItems(ctx context.Context, r *store.Pass, cur *store.Cursor, id string) error {
	guard := newLoopGuard()
	for link := c.client.ItemsURL(c.class, id); link != ""; {
		if err := guard.visit(link); err != nil {
			return err
		}
		p, err := c.client.Page(ctx, link, c.class)
		if entra.CodeOf(err) == entra.CodeNotFound {
			return nil // it is gone by now, and what it held
		}
		if err != nil {
			return err
		}
		link = p.NextLink
		p.NextLink = cur.Link
		for i := range p.Objects {
			p.Objects[i] = graph.Within(c.class, id, p.Objects[i])
		}
		_, err = c.Store.ApplyPage(ctx, r, cur.Part, p, nil)
		c.odd.page(p, nil)
		p.Release()
		if err != nil {
			return err
		}
	}
	return nil
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
