package syncer

import (
	"context"
	"iter"
	"sync"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// A long first scan of groups reads their links apart: first the delta link of now, then
// the list, then the links of so many objects at a time, by delta queries with a filter
// of their ids, some side by side, and last what changed since the link. One chain of
// pages takes a round trip for each 500 links, however idle the line is. Graph may walk
// over all objects behind such a filter, which tells by pages without values: then the
// plan costs more than it saves, and the one chain is followed.

const (
	linkChains = 8  // that are read side by side
	linkParts  = 64 // that are begun at a time: each has its place in the database
	// barren is how many times as many pages as their links take in the one chain, and
	// one for each filter, are too many.
	barren = 3
)

// errBarren says that Graph answers for the links of some objects with many empty pages,
// or with other objects.
var errBarren = say.Errorf("the links are not divided")

// effort is what the chains of links of a class took so far.
type effort struct {
	mu                   sync.Mutex
	chains, pages, links int
	wide                 int // links of a page
}

func (e *effort) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.chains++
}

// add counts a page; false where reading links apart is not worth while here.
func (e *effort) add(p *entra.Page) bool {
	links := linksIn(p)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pages++
	e.links += links
	e.wide = max(e.wide, links, 1)
	return e.pages <= barren*(e.chains+e.links/e.wide)
}

func linksIn(p *entra.Page) (n int) {
	for i := range p.Objects {
		n += len(p.Objects[i].Links)
	}
	return n
}

// linkChain is one chain of links: of no more objects than were asked for.
type linkChain struct {
	told map[string]bool
	most int
	*effort
}

func (c *classSync) newLinkChain() *linkChain {
	c.effort.begin()
	return &linkChain{map[string]bool{}, c.class.ByIDs, &c.effort}
}

// read looks at a page of the chain.
func (l *linkChain) read(p *entra.Page) error {
	for i := range p.Objects {
		if l.told[p.Objects[i].ID] = true; len(l.told) > l.most {
			return errBarren
		}
	}
	if !l.add(p) {
		return errBarren
	}
	return nil
}

// some gives the ids of some objects of a class whose links may be read apart, and that
// has many.
func (c *classSync) some(ctx context.Context) ([]string, error) {
	if c.class.ByIDs == 0 || c.undivided {
		return nil, nil
	}
	s, known, err := c.client.Sample(ctx, c.class, c.class.ByIDs)
	c.there = s.Total
	if err != nil || !known || s.Total < c.patience.objects {
		return nil, err
	}
	return s.IDs, nil
}

// worthApart tells whether a class's first scan reads links apart: a chain that is tried
// tells of the objects that it was asked for, and in not many more pages than the one
// chain of all, whose first page is looked at.
func (c *classSync) worthApart(ctx context.Context, ids []string) (bool, error) {
	p, err := c.client.Page(ctx, c.client.DeltaURL(c.class, nil), c.class)
	if err != nil {
		return c.unanswered(err)
	}
	c.effort.wide = linksIn(p)
	p.Release()
	chain, guard := c.newLinkChain(), newLoopGuard()
	for link := c.client.LinksOfURL(c.class, ids); link != ""; {
		if err := guard.visit(link); err != nil {
			return false, nil
		}
		if p, err = c.client.Page(ctx, link, c.class); err != nil {
			return c.unanswered(err)
		}
		err = chain.read(p)
		link = p.NextLink
		p.Release()
		if err != nil {
			return false, nil
		}
	}
	return len(chain.told)*10 >= len(ids)*9, nil // some may be gone by now
}

// unanswered tells that links are not read apart, where what was tried was refused.
func (c *classSync) unanswered(err error) (bool, error) {
	switch code := entra.CodeOf(err); {
	case refuses(err) || code == entra.CodeAnswer || code == entra.CodeDeltaLinkDead:
		return false, nil
	}
	return false, err
}

// linkStage are the parts that tell the links of the objects that the list told: those
// that a run before this one left, then others, until all are begun.
func (c *classSync) linkStage(ctx context.Context, r *store.Pass) iter.Seq2[*store.Cursor, error] {
	return func(yield func(*store.Cursor, error) bool) {
		for i := range r.Cursors {
			if cur := &r.Cursors[i]; cur.Part > store.CatchUp && !cur.Done && !yield(cur, nil) {
				return
			}
		}
		for {
			parts, err := c.Store.BeginLinkParts(ctx, r, c.class.ByIDs, linkParts, func(ids []string) string { return c.client.LinksOfURL(c.class, ids) })
			if err != nil {
				yield(nil, err)
			}
			if err != nil || len(parts) == 0 {
				return
			}
			for i := range parts {
				if !yield(&parts[i], nil) {
					return
				}
			}
		}
	}
}

// keepUntold keeps which objects no chain has told: they are gone by now, or Graph does
// not know them everywhere. The next run asks for them again, with their links. Are they
// many, the links are read by the one chain.
func (c *classSync) keepUntold(ctx context.Context, r *store.Pass) error {
	if r.Cursors[store.CatchUp].Link != r.BaseLink {
		return nil // what came after the list was told whole
	}
	ids, err := c.Store.Untold(ctx, r, mostOdd+1)
	if err != nil || len(ids) == 0 {
		return err
	}
	if len(ids) > mostOdd {
		return errBarren
	}
	return c.Store.KeepOdd(ctx, r, ids, false)
}

// pageCheck gives what looks at the pages of a part before they are stored.
func (c *classSync) pageCheck(r *store.Pass, part int) func(*entra.Page) error {
	if r.LinksApart() && part > store.CatchUp {
		return c.newLinkChain().read
	}
	return func(p *entra.Page) error {
		if !c.within(part, p) {
			return errUndivided
		}
		return nil
	}
}

// follows waits until what comes before a relation that is read on its own is through:
// the objects of its class. Where those could not be read, it is left.
func (c *classSync) follows() bool {
	if c.through != nil {
		<-c.through
	}
	if c.after == nil {
		return true
	}
	<-c.after.done
	c.left = c.after.left || c.after.class.Alone == "" && c.after.failed
	return !c.left
}

// over lets those go on who wait for this one.
func (c *classSync) over() {
	if c.left {
		c.watch.left(c.tenant.Key)
	}
	close(c.done)
}
