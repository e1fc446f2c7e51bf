package syncer

import (
	"cmp"
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

// walk follows every part of a round from where it stands to its end.
func (c *classSync) walk(ctx context.Context, r *store.Pass) error {
	for _, s := range c.stages(ctx, r) {
		err := c.follow(ctx, r, s)
		if errors.Is(err, errLong) {
			if err = c.divide(ctx, r); err == nil {
				return c.walk(ctx, r)
			}
		}
		if errors.Is(err, errUndivided) {
			if err = c.Store.Undivide(ctx, r); err == nil {
				c.undivided = true
				return c.walk(ctx, r)
			}
		}
		if err == nil && s.over != nil {
			err = s.over()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// follow stores page after page of some parts, while the next ones are fetched.
func (c *classSync) follow(ctx context.Context, r *store.Pass, s stage) error {
	ctx, cancel := context.WithCancel(ctx)
	q := newQueue(c.room, c.ahead)
	var fetchErr error
	go func() {
		defer close(q.waiting)
		fetchErr = c.safe(func() error { return c.fetchAll(ctx, r, s, q) })()
	}()
	defer q.drop() // which ends when the fetching has
	defer cancel()
	began, busy, pages := time.Now(), time.Duration(0), 0
	divisible := c.divisible(r)
	for a := range q.waiting {
		if s.chains == 1 {
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

// fetchAll reads the chains of some parts to their ends.
func (c *classSync) fetchAll(ctx context.Context, r *store.Pass, s stage, q *queue) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(s.chains, 1))
	var early, ended error
	for cur, err := range s.parts {
		if early, ended = err, ctx.Err(); early != nil || ended != nil {
			cancel()
			break
		}
		link, check := cur.Link, c.pageCheck(r, cur.Part) // the cursor moves on while the chain is fetched
		g.Go(c.safe(func() error {
			if err := c.fetch(ctx, chain{cur, link, check}, q); err != nil {
				return &partError{cur.Part, err}
			}
			return nil
		}))
	}
	return cmp.Or(early, g.Wait(), ended)
}

// chain is pages that lead to each other, of one part of a round.
type chain struct {
	cur   *store.Cursor
	link  string
	check func(*entra.Page) error // looks at each page before it is stored
}

// fetch reads a chain of pages to its end.
func (c *classSync) fetch(ctx context.Context, ch chain, q *queue) error {
	guard := newLoopGuard()
	for link := ch.link; link != ""; {
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
		if err := c.plausible(ctx, guard); err != nil {
			return err
		}
		if err := ch.check(p); err != nil {
			return err
		}
		next := p.NextLink // the page is another's once it waits
		if err := q.put(ctx, ch.cur, p); err != nil {
			return err
		}
		link = next
	}
	return nil
}
