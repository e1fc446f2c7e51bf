package syncer

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// readers is how many objects are read whole side by side.
const readers = 4

// apply reads whole what the page only touches, then stores the page, once it is
// known to be the tenant's.
func (c *classSync) apply(ctx context.Context, r *store.Round, cur *store.Cursor, p *entra.Page) error {
	if err := c.proof(ctx); err != nil {
		return err
	}
	unread, err := c.Store.Unread(ctx, r, cur.Part, p)
	if err != nil {
		return err
	}
	whole, err := c.readWhole(ctx, r, unread)
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
	applied, err := c.Store.ApplyPage(ctx, r, cur.Part, p, whole)
	if err != nil {
		return err
	}
	cur.Link, cur.Done = p.NextLink, p.NextLink == ""
	if cur.Done {
		cur.Link = p.DeltaLink
	}
	if applied.FilterErrors > 0 && !c.warned {
		c.warned = true
		c.notes = append(c.notes, "the filter could not judge some objects, which were kept: "+applied.FilterError.Error())
	}
	c.watch.progress(c.tenant.Key, c.class.Name, int64(applied.Objects), r.Kind.Full())
	return nil
}

// readWhole reads objects by GET, a few side by side. Those that Graph does not
// have are left out.
func (c *classSync) readWhole(ctx context.Context, r *store.Round, unread []store.Unread) (map[string]entra.Object, error) {
	if len(unread) == 0 {
		return nil, nil
	}
	var mu sync.Mutex
	out := make(map[string]entra.Object, len(unread))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for _, u := range unread {
		g.Go(func() error {
			o, found, err := c.client.Object(ctx, c.class, u.ID, c.properties())
			if err != nil || !found {
				return err
			}
			if u.Filtered && len(c.class.Relations) > 0 {
				if o.Links, err = c.readLinks(ctx, r.Filter, o); err != nil {
					return err
				}
			}
			mu.Lock()
			defer mu.Unlock()
			out[u.ID] = o
			return nil
		})
	}
	return out, g.Wait()
}

// readLinks reads all links of an object that the filter left out so far, or that
// was only known by its id: none of them were kept, and the delta tells only what
// changed. Where Graph does not offer that for one object, a full scan will.
func (c *classSync) readLinks(ctx context.Context, filter *entra.Filter, source entra.Object) ([]entra.Link, error) {
	if out, err := filter.Out(source.ID, source.Properties); err == nil && out {
		return nil, nil
	}
	var links []entra.Link
	guard := newLoopGuard()
	for link := c.client.ObjectDeltaURL(c.class, source.ID, c.properties()); link != ""; {
		if err := guard.visit(link); err != nil {
			return nil, err
		}
		p, err := c.client.Page(ctx, link, c.class)
		if code := entra.CodeOf(err); code == entra.CodeRequest || code == entra.CodeNotOffered || code == entra.CodeDeltaLinkDead {
			return nil, c.Store.RequestFullScan(ctx, c.tenant.Key, []string{c.class.Name})
		}
		if err != nil {
			return nil, err
		}
		for _, o := range p.Objects {
			if o.ID == source.ID {
				links = append(links, o.Links...)
			}
		}
		link = p.NextLink
	}
	return links, nil
}

// confirm asks Graph about every object that a full scan did not see: still
// there, deleted but restorable, or gone.
func (c *classSync) confirm(ctx context.Context, ids []string) (store.Verdict, error) {
	v := store.Verdict{Gone: map[string]entra.Removal{}, Alive: map[string]entra.Object{}}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for _, id := range ids {
		g.Go(func() error {
			o, found, err := c.client.Object(ctx, c.class, id, c.properties())
			reason := entra.NotRemoved
			if code := entra.CodeOf(err); c.class.Delta == "" && (code == entra.CodeNotOffered || code == entra.CodeRequest) {
				err = nil // not every such class can be read one by one; then the list decides
			}
			if err == nil && !found {
				reason, err = c.reason(ctx, id)
			}
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if found {
				v.Alive[id] = o
			} else {
				v.Gone[id] = reason
			}
			return nil
		})
	}
	return v, g.Wait()
}

// reason tells whether a deleted object can still be restored. Where we may not
// look, it is kept as if it could.
func (c *classSync) reason(ctx context.Context, id string) (entra.Removal, error) {
	if c.class.Delta == "" {
		return entra.Gone, nil
	}
	restorable, err := c.client.DeletedItem(ctx, id)
	switch code := entra.CodeOf(err); {
	case code == entra.CodePermission || restorable:
		return entra.SoftDeleted, nil
	case code == entra.CodeRequest || code == entra.CodeNotOffered:
		return entra.Gone, nil
	}
	return entra.Gone, err
}

// Limits of a chain that leads nowhere.
const (
	maxEmptyPages  = 1000 // in a row; empty pages are normal, endless ones are not
	maxRepetitions = 20   // of the same page
)

var loopSeed = maphash.MakeSeed()

// loopGuard notices links and pages that repeat for ever, in constant memory:
// it compares with one earlier link and page, which it renews at powers of two
// (Brent's cycle detection).
type loopGuard struct {
	steps, next   int
	link, page    uint64
	empty, repeat int
}

func newLoopGuard() *loopGuard { return &loopGuard{next: 1} }

func (g *loopGuard) visit(link string) error {
	h := maphash.String(loopSeed, link)
	if g.steps > 0 && h == g.link {
		return endless("a link leads back to an earlier page")
	}
	if g.steps++; g.steps == g.next {
		g.link, g.next = h, g.next*2
	}
	return nil
}

func (g *loopGuard) read(p *entra.Page) error {
	if len(p.Objects) == 0 {
		if g.empty++; g.empty > maxEmptyPages {
			return endless(fmt.Sprintf("%d pages in a row were empty", g.empty))
		}
		return nil
	}
	g.empty = 0
	h := contents(p)
	if h == g.page {
		if g.repeat++; g.repeat > maxRepetitions {
			return endless("the same page comes again and again")
		}
	} else if g.steps == g.next/2 {
		g.page, g.repeat = h, 0
	}
	return nil
}

// contents hashes which objects and members a page tells, and how much of each:
// a page that is the same in that, many times in a row, is the same.
func contents(p *entra.Page) uint64 {
	var h maphash.Hash
	h.SetSeed(loopSeed)
	for _, o := range p.Objects {
		h.WriteString(o.ID)
		h.WriteString(string(o.Removed))
		size := 0
		for _, q := range o.Properties {
			size += len(q.Value)
		}
		maphash.WriteComparable(&h, size)
		for _, l := range o.Links {
			h.WriteString(l.Relation)
			h.WriteString(l.Target)
			if l.Removed {
				h.WriteByte('-')
			}
		}
	}
	return h.Sum64()
}

func endless(why string) error {
	return &entra.Error{Code: entra.CodeLoop, What: "reading from Graph was given up", Why: why,
		Remedy: "try again later; nothing that was stored is lost", Err: errors.New(why)}
}
