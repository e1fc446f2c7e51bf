package syncer

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// chains is how many parts of a divided list are read side by side. Each holds
// a page in memory until the database has taken it.
const chains = 4

// patience is how long one chain of pages is followed before its list is divided.
type patience struct {
	pages int
	idle  float64 // share of the time in which the database has to wait for pages
}

// defaultPatience divides a list of more than 10,000 objects where Graph is
// what takes the time: where the database is busy for more than a third of it, pages
// of four chains would only wait in memory. Below 10,000 objects the parts' first
// pages alone would cost more.
var defaultPatience = patience{pages: 10, idle: 0.7}

// errLong says that a list turned out to be worth dividing.
var errLong = errors.New("the list is long")

// walk follows every part of a round from where it stands to its end.
func (c *classSync) walk(ctx context.Context, r *store.Round) error {
	for _, stage := range stages(r) {
		err := c.follow(ctx, r, stage)
		if errors.Is(err, errLong) {
			if err = c.divide(ctx, r); err == nil {
				return c.walk(ctx, r)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stages are the parts of a round in the order in which they have to end. The
// parts of a divided list may be read side by side; its remainder is answered
// by an index that trails, so it comes after them; what changed since the round
// began comes last.
func stages(r *store.Round) [][]*store.Cursor {
	var lists, rest [][]*store.Cursor
	var parts []*store.Cursor
	for i := range r.Cursors {
		cur := &r.Cursors[i]
		switch {
		case r.Kind != store.Fast || cur.Part < store.CatchUp:
			lists = append(lists, []*store.Cursor{cur})
		case cur.Part == store.CatchUp:
			rest = append(rest, []*store.Cursor{cur})
		case i < len(r.Cursors)-1:
			parts = append(parts, cur)
		default:
			lists = append(lists, parts, []*store.Cursor{cur})
		}
	}
	return append(lists, rest...)
}

// divide puts parts that can be read side by side in the place of a long list.
// Where Graph does not answer for the remainder, the list is followed as it is.
func (c *classSync) divide(ctx context.Context, r *store.Round) error {
	links := c.client.DivideURLs(c.class, c.properties())
	_, err := c.client.Page(ctx, links[len(links)-1], c.class)
	switch code := entra.CodeOf(err); {
	case code == entra.CodeRequest || code == entra.CodeNotOffered || code == entra.CodeAnswer:
		c.undivided = true
		return nil
	case err != nil:
		return err
	}
	return c.Store.Divide(ctx, r, links)
}

// follow stores page after page of some parts, while the next ones are fetched.
func (c *classSync) follow(ctx context.Context, r *store.Round, parts []*store.Cursor) error {
	ctx, cancel := context.WithCancel(ctx)
	q := newQueue(c.room)
	var fetchErr error
	go func() {
		defer close(q.waiting)
		fetchErr = c.fetchAll(ctx, parts, q)
	}()
	defer q.drop() // which ends when the fetching has
	defer cancel()
	began, busy, pages := time.Now(), time.Duration(0), 0
	divisible := c.divisible(r)
	for a := range q.waiting {
		if len(parts) == 1 {
			q.join(&a)
		}
		joined := time.Now()
		err := c.apply(ctx, r, a.cur, a.page)
		q.done(a)
		if err != nil {
			return &partError{a.cur.Part, err}
		}
		busy += time.Since(joined)
		pages += a.pages
		if divisible && a.page.NextLink != "" && c.patience.over(pages, 1-busy.Seconds()/time.Since(began).Seconds()) {
			return errLong
		}
	}
	return fetchErr
}

func (p patience) over(pages int, idle float64) bool { return pages >= p.pages && idle >= p.idle }

// divisible tells whether the round follows a list that may be divided.
func (c *classSync) divisible(r *store.Round) bool {
	return r.Kind == store.Fast && c.class.Initials != "" && len(r.Cursors) == store.CatchUp+1 &&
		!r.Cursors[0].Done && !c.undivided
}

// fetchAll reads the chains of some parts to their ends.
func (c *classSync) fetchAll(ctx context.Context, parts []*store.Cursor, q *queue) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(chains)
	for _, cur := range parts {
		if cur.Done {
			continue
		}
		link := cur.Link // the cursor moves on while the chain is fetched
		g.Go(func() error {
			if err := c.fetch(ctx, cur, link, q); err != nil {
				return &partError{cur.Part, err}
			}
			return nil
		})
	}
	return g.Wait()
}

// fetch reads a chain of pages to its end.
func (c *classSync) fetch(ctx context.Context, cur *store.Cursor, link string, q *queue) error {
	guard := newLoopGuard()
	for link != "" {
		if err := guard.visit(link); err != nil {
			return err
		}
		p, err := c.client.Page(ctx, link, c.class)
		if err != nil {
			return err
		}
		if err := guard.read(p); err != nil {
			return err
		}
		if err := q.put(ctx, cur, p); err != nil {
			return err
		}
		link = p.NextLink
	}
	return nil
}
