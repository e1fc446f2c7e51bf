package syncer

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// ahead bounds what is read ahead of the database, by all classes of a run, in
// weights of pages: three pages of 999 objects, or sixteen times as many links.
const ahead = 48_000

// arrival is a page of one part, or several that follow each other.
type arrival struct {
	cur    *store.Cursor
	page   *entra.Page
	pages  int
	weight int64
}

// queue holds the pages that wait for the database.
type queue struct {
	waiting chan arrival
	room    *semaphore.Weighted
	most    int64 // all the room there is: a page that is larger takes that
}

func newQueue(room *semaphore.Weighted, most int64) *queue {
	return &queue{waiting: make(chan arrival, 64), room: room, most: most}
}

// put waits until there is room for the page.
func (q *queue) put(ctx context.Context, cur *store.Cursor, p *entra.Page) error {
	a := arrival{cur: cur, page: p, pages: 1, weight: min(weight(p), q.most)}
	if err := q.room.Acquire(ctx, a.weight); err != nil {
		return err
	}
	select {
	case q.waiting <- a:
		return nil
	case <-ctx.Done():
		q.done(a)
		return ctx.Err()
	}
}

// Pages are joined to transactions of a third of what may wait, for which the
// database waits a moment: Graph's delta pages hold 200 objects, and what a
// transaction costs beside its objects is a fifth of that.
const (
	enough = ahead / 6
	moment = 20 * time.Millisecond
)

// join adds the pages that wait already, and where those are few the next ones.
// One transaction for all of them costs little more than one for the first: they
// touch the same indexes.
func (q *queue) join(a *arrival) {
	late := time.NewTimer(moment)
	defer late.Stop()
	for a.page.NextLink != "" && (a.weight < enough || len(q.waiting) > 0) {
		select {
		case b, ok := <-q.waiting:
			if !ok {
				return
			}
			a.page.Join(b.page)
			a.pages += b.pages
			a.weight += b.weight
		case <-late.C:
			return
		}
	}
}

// done gives back what an arrival took.
func (q *queue) done(a arrival) {
	q.room.Release(a.weight)
	a.page.Release()
}

// drop takes what nobody will store.
func (q *queue) drop() {
	for a := range q.waiting {
		q.done(a)
	}
}

func weight(p *entra.Page) int64 {
	n := 0
	for _, o := range p.Objects {
		n += 16 + len(o.Links)
	}
	return int64(min(n, ahead))
}
