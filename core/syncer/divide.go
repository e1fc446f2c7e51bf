package syncer

import (
	"context"
	"iter"
	"slices"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// patience is how long one chain of pages is followed before its list is divided.
type patience struct {
	pages   int
	idle    float64 // share of the time in which the database has to wait for pages
	objects int     // from so many on, the links of a class's first scan are read apart
}

// defaultPatience divides a list of more than 10,000 objects where Graph is
// what takes the time: where the database is busy for more than a third of it, pages
// of four chains would only wait in memory. Below 10,000 objects the parts' first
// pages alone would cost more. So would the links of fewer than 400 groups, read apart.
var defaultPatience = patience{pages: 10, idle: 0.7, objects: 400}

// errLong says that a list turned out to be worth dividing.
var errLong = say.Errorf("the list is long")

// errUndivided says that Graph answers for a part of a list with more than that:
// read to their ends, all parts would be the whole list, once for each.
var errUndivided = say.Errorf("the list is not divided")

// within tells whether a page holds only what belongs to a part of a divided list.
func (c *classSync) within(part int, p *entra.Page) bool {
	if part <= store.CatchUp {
		return true
	}
	return !slices.ContainsFunc(p.Objects, func(o entra.Object) bool { return !graph.InPart(c.class, part-store.CatchUp-1, o) })
}

// stage are parts of a round that may be read side by side, at most so many.
type stage struct {
	parts  iter.Seq2[*store.Cursor, error]
	chains int
	over   func() error // what is to do when all are read; nil: nothing
}

func stageOf(parts ...*store.Cursor) stage {
	return stage{chains: min(len(parts), chains), parts: func(yield func(*store.Cursor, error) bool) {
		for _, cur := range parts {
			if !cur.Done && !yield(cur, nil) {
				return
			}
		}
	}}
}

// stages are the parts of a round in the order in which they have to end. The
// parts of a divided list may be read side by side; its remainder is answered
// by an index that trails, so it comes after them; what changed since the round
// began comes last. So do parts that tell the links of the list's objects.
func (c *classSync) stages(ctx context.Context, r *store.Pass) []stage {
	var lists, rest []stage
	var parts []*store.Cursor
	for i := range r.Cursors {
		cur := &r.Cursors[i]
		switch {
		case r.Kind != store.Fast || cur.Part < store.CatchUp:
			lists = append(lists, stageOf(cur))
		case cur.Part == store.CatchUp:
			rest = append(rest, stageOf(cur))
		case r.LinksApart():
		case i < len(r.Cursors)-1:
			parts = append(parts, cur)
		default:
			lists = append(lists, stageOf(parts...), stageOf(cur))
		}
	}
	if r.LinksApart() {
		lists = append(lists, stage{c.linkStage(ctx, r), linkChains, func() error { return c.keepUntold(ctx, r) }})
	}
	return append(lists, rest...)
}

// divide puts parts that can be read side by side in the place of a long list.
// Where Graph does not answer for the remainder, or with more than that, the list
// is followed as it is.
func (c *classSync) divide(ctx context.Context, r *store.Pass) error {
	links := c.client.DivideURLs(c.class, c.properties())
	p, err := c.client.Page(ctx, links[len(links)-1], c.class)
	switch code := entra.CodeOf(err); {
	case code == entra.CodeRequest || code == entra.CodeNotOffered || code == entra.CodeAnswer:
		c.undivided = true
		return nil
	case err != nil:
		return err
	}
	defer p.Release()
	if !c.within(store.CatchUp+len(links), p) {
		c.undivided = true
		return nil
	}
	return c.Store.Divide(ctx, r, links)
}

func (p patience) over(pages int, idle float64) bool { return pages >= p.pages && idle >= p.idle }

// divisible tells whether the round follows a list that may be divided.
func (c *classSync) divisible(r *store.Pass) bool {
	return r.Kind == store.Fast && c.class.Initials != "" && len(r.Cursors) == store.CatchUp+1 &&
		!r.Cursors[0].Done && !c.undivided
}
