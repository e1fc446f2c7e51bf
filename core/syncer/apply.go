package syncer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// readers is how many objects are read whole side by side.
const readers = 4

// apply reads whole what the page only touches, then stores the page, once it is
// known to be the tenant's.
func (c *classSync) apply(ctx context.Context, r *store.Pass, cur *store.Cursor, p *entra.Page) error {
	if err := c.proof(ctx); err != nil {
		return err
	}
	if err := c.clarify(ctx, p); err != nil {
		return err
	}
	if err := c.keepHidden(ctx, r, p); err != nil {
		return err
	}
	if err := c.readEach(ctx, r.Filter, p); err != nil {
		return err
	}
	if err := c.readCut(ctx, r, cur, p); err != nil {
		return err
	}
	if err := c.readRest(ctx, r, cur, p); err != nil {
		return err
	}
	unread, err := c.Store.Unread(ctx, r, cur.Part, p)
	if err != nil {
		return err
	}
	whole, err := c.readWhole(ctx, r, unread)
	if err == nil {
		err = c.readInverse(ctx, r, cur, p, whole)
	}
	if err != nil {
		return err
	}
	if r.Told = c.told(); r.Told && !c.lookedUp { // a few with each page, rather than all when the scan is through
		more, err := c.Store.LookUpLinks(ctx, r)
		if err != nil {
			return err
		}
		c.lookedUp = !more // from now on none is only named
	}
	c.count(p)
	if err := c.keepOdd(ctx, r, p, whole); err != nil {
		return err
	}
	applied, err := c.Store.ApplyPage(ctx, r, cur.Part, p, whole)
	if err != nil {
		return err
	}
	cur.Link, cur.Done = p.NextLink, p.NextLink == ""
	if cur.Done {
		cur.Link = p.DeltaLink
	}
	c.unlinked += applied.Unlinked
	c.odd.page(p, whole)
	c.odd.leave(applied.LeftOut)
	if applied.FilterErrors > 0 && !c.filterTold {
		c.warned, c.filterTold = true, true
		c.notes = append(c.notes, say.With("the filter could not judge some objects, which were kept: %s", applied.FilterError))
	}
	c.watch.progress(c.tenant.Key, c.name(), applied)
	return nil
}

// count keeps what the page tells of relations that the class does not track.
func (c *classSync) count(p *entra.Page) {
	for relation, n := range p.Untracked {
		if c.untracked == nil {
			c.untracked = map[string]int{}
		}
		c.untracked[relation] += n
	}
}

// untracked says so in the history row's detail.
func untracked(relations map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(relations)) {
		parts = append(parts, say.With("%s@delta in %d {entry|entries}", name, relations[name]).String())
	}
	if parts == nil {
		return ""
	}
	return "Graph told of relations that are not tracked: " + strings.Join(parts, ", ")
}

// readWhole reads objects by GET, a few side by side. Those that Graph does not
// have are left out.
func (c *classSync) readWhole(ctx context.Context, r *store.Pass, unread []store.Unread) (map[string]entra.Object, error) {
	if len(unread) == 0 {
		return nil, nil
	}
	var mu sync.Mutex
	out := make(map[string]entra.Object, len(unread))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for _, u := range unread {
		g.Go(c.safe(func() error {
			o, found, err := c.object(ctx, u.ID)
			if err == nil && found && !c.linksWith() && (u.Filtered || c.bare.Load()) {
				err = c.readLinks(ctx, r.Filter, &o)
			}
			if err != nil && c.odd.passes(u.ID, err) {
				return nil
			}
			if err != nil || !found {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if o.NotShown() {
				o.Properties = nil
				c.hidden.objects++
				c.warned, c.code = true, entra.CodePermission
			}
			out[u.ID] = o
			return nil
		}))
	}
	return out, g.Wait()
}

// readLinks reads all links of an object that the filter left out so far, or that
// was only known by its id: none of them were kept, and the delta tells only what
// changed. Where Graph does not offer that for one object, a full scan will.
func (c *classSync) readLinks(ctx context.Context, filter *entra.Filter, source *entra.Object) error {
	if out, err := filter.Out(source.ID, source.Properties); err == nil && out {
		return nil
	}
	guard := newLoopGuard()
	for link := c.client.ObjectDeltaURL(c.class, source.ID, c.properties()); link != ""; {
		if err := guard.visit(link); err != nil {
			return err
		}
		p, err := c.client.Page(ctx, link, c.class)
		if code := entra.CodeOf(err); code == entra.CodeRequest || code == entra.CodeNotOffered || code == entra.CodeDeltaLinkDead {
			return c.Store.ScanAgain(ctx, c.tenant.Key, c.class.Name)
		}
		if err != nil {
			return err
		}
		for _, o := range p.Objects {
			if o.ID == source.ID {
				source.Links = append(source.Links, o.Links...)
				source.Partial = source.Partial || o.Partial
				source.Odd = cmp.Or(source.Odd, o.Odd)
			}
		}
		link = p.NextLink
	}
	return nil
}
