package syncer

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// confirm asks Graph about every object that a full scan did not see: still
// there, deleted but restorable, or gone.
func (c *classSync) confirm(ctx context.Context, ids []string) (store.Verdict, error) {
	v := store.Verdict{Gone: map[string]entra.Removal{}, Alive: map[string]entra.Object{}}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for _, id := range ids {
		if c.class.Inside != "" { // it has no address of its own
			v.Gone[id] = entra.Gone
			continue
		}
		g.Go(c.safe(func() error {
			o, found, err := c.object(ctx, id)
			reason := entra.NotRemoved
			if code := entra.CodeOf(err); c.class.Delta == "" && (code == entra.CodeNotOffered || code == entra.CodeRequest) {
				err = nil // not every such class can be read one by one; then the list decides
			}
			if err == nil && !found {
				reason, err = c.reason(ctx, id)
			}
			if err != nil && c.odd.passes(id, err) {
				return nil // it stays as it is
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
		}))
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
