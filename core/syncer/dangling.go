package syncer

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/store"
)

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
			if err == nil && found && len(c.class.Relations) > 0 {
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
