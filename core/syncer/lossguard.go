package syncer

import (
	"context"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// lossGuard tells what the loss guard holds of the class, from now on until that is
// decided, and what was unusual of what Graph itself said is gone.
func (c *classSync) lossGuard(ctx context.Context) error {
	held, err := c.Store.HeldCounts(ctx, c.tenant.Key)
	if err != nil {
		return err
	}
	n := held[c.class.Name]
	if n > 0 && c.class.Alone != "" { // the class's own row tells all of it
		if n, err = c.Store.HeldLinks(ctx, c.tenant.Key, c.class.Name, c.class.Alone); err != nil {
			return err
		}
	}
	if n > 0 {
		c.warned, c.code = true, entra.CodeHeld
		c.notes = append(c.notes, say.With("%d {deletion|deletions} held, because a full scan did not show so much that was there; look at {it, then confirm it, or let another full scan miss it too|them, then confirm them, or let another full scan miss them too}", n))
	}
	losses, err := c.Store.Unusual(ctx, c.tenant.Key, c.classRun, c.unlinked)
	if err != nil {
		return err
	}
	if losses.Objects > 0 {
		c.noteLoss(say.With("%d of %d %s were removed in one sync, as Graph says of each of them", losses.Objects, losses.HeldObjects, c.class))
	}
	if losses.Links > 0 {
		c.noteLoss(say.With("%d of %d links of %s were removed in one sync, as Graph says of each of them", losses.Links, losses.HeldLinks, c.class))
	}
	return nil
}

func (c *classSync) noteLoss(note say.Sentence) {
	if c.code == "" {
		c.code = entra.CodeManyRemoved
	}
	c.notes = append(c.notes, note)
}

// confirmPatience is how long a confirmation waits for a sync to end.
const confirmPatience = 30 * time.Second

// ConfirmDeletions applies at once what the loss guard holds of a tenant's classes
// (nil: of all), with a history row for each, and tells how many deletions that were.
// While a sync of the tenant goes on it waits for its end, for a while: [entra.CodeBusy].
func (e *Engine) ConfirmDeletions(ctx context.Context, tenant int64, classes []string) (int64, error) {
	t, err := e.Store.TenantByKey(ctx, tenant)
	if err != nil {
		return 0, err
	}
	unlock, err := e.lock(ctx, t, confirmPatience)
	if err != nil {
		return 0, err
	}
	defer unlock()
	held, err := e.Store.HeldCounts(ctx, tenant)
	if err != nil {
		return 0, err
	}
	for class := range held {
		if classes != nil && !slices.Contains(classes, class) {
			delete(held, class)
		}
	}
	if len(held) == 0 {
		return 0, nil
	}
	run, err := e.Store.BeginRun(ctx, tenant)
	if err != nil {
		return 0, err
	}
	n, err := e.confirmAll(ctx, run, tenant, held)
	end := store.RunEnd{Status: entra.Succeeded}
	if err != nil {
		end.Status, end.Error = entra.Failed, err
	}
	if endErr := e.Store.EndRun(store.Outliving(ctx), run, end); err == nil {
		err = endErr
	}
	e.watch.tell(Event{Tenant: tenant, Kind: RunEnded})
	return n, err
}

func (e *Engine) confirmAll(ctx context.Context, run, tenant int64, held map[string]int64) (all int64, err error) {
	for _, class := range entra.Classes() {
		if held[class.Name] == 0 {
			continue
		}
		row, err := e.Store.BeginClass(ctx, run, tenant, class.Name)
		if err != nil {
			return all, err
		}
		n, err := e.Store.ConfirmHeld(ctx, tenant, class, row)
		end := store.ClassEnd{Status: entra.Succeeded, Err: err, Note: say.With("%d held {deletion was|deletions were} confirmed by an admin", n)}
		if err != nil {
			end.Status = entra.Failed
		}
		if _, endErr := e.Store.EndClass(store.Outliving(ctx), row, end); err == nil {
			err = endErr
		}
		if err != nil {
			return all, err
		}
		all += n
	}
	return all, nil
}
