package syncer

import (
	"context"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

const (
	// mostOdd is how many odd objects a run reads again. A page with more of them is
	// asked for by a full scan, as entries without an id are.
	mostOdd = 100
	// latest is when at the latest a full scan for lost entries can be due: a clock
	// that was set back does not put it off for ever.
	latest = 25 * time.Hour
)

// keepOdd keeps what must be asked for again, before the page's cursor moves on.
func (c *classSync) keepOdd(ctx context.Context, r *store.Pass, p *entra.Page, whole map[string]entra.Object) error {
	if c.class.Delta == "" { // the next run reads all of it
		return nil
	}
	var ids []string
	for _, o := range p.Objects {
		if o.Odd != "" || o.Partial || whole[o.ID].Odd != "" || whole[o.ID].Partial {
			ids = append(ids, o.ID)
		}
	}
	lost := p.Lost.Count > 0 || len(ids) > mostOdd
	if !lost && len(ids) == 0 {
		return nil
	}
	return c.Store.KeepOdd(ctx, r, ids[:min(len(ids), mostOdd)], lost)
}

// rescan asks for the full scan that is due because entries were lost.
func (c *classSync) rescan(ctx context.Context, state *store.ClassState) error {
	now := c.Store.Now()
	if c.class.Delta == "" || state.Rescan.IsZero() || now.Before(state.Rescan) && state.Rescan.Sub(now) < latest {
		return nil
	}
	state.FullScan = true
	return c.Store.Rescan(ctx, c.tenant.Key, c.class.Name)
}

// mend reads again what earlier runs could not take as it stood. That it could not
// ask is no failure of the class: the next run does.
func (c *classSync) mend(ctx context.Context) {
	if c.class.Delta == "" {
		return
	}
	if c.scans && c.odd.lost.Count == 0 {
		if err := c.Store.NothingLost(ctx, c.tenant.Key, c.class.Name); err != nil {
			c.Store.Note(err)
		}
	}
	if err := c.readAgain(ctx); err != nil {
		c.Store.Note(err)
		c.log.Warn("reading odd objects again failed", "class", c.class.Name, "err", err)
	}
	state, err := c.Store.ClassState(ctx, c.tenant.Key, c.class.Name)
	if err == nil && !state.Rescan.IsZero() && c.odd.lost.Count == 0 {
		c.warned = true
		c.notes = append(c.notes, "a full scan will ask again for entries that could not be stored before")
	}
}

func (c *classSync) readAgain(ctx context.Context) error {
	ids, err := c.Store.Odd(ctx, c.tenant.Key, c.class, c.classRun, mostOdd)
	if err != nil || len(ids) == 0 {
		return err
	}
	page, whole, vain, err := c.ask(ctx, ids)
	if err != nil {
		return err
	}
	sound := map[string]bool{}
	for _, id := range vain {
		sound[id] = false
	}
	for _, o := range page.Objects {
		sound[o.ID] = whole[o.ID].Odd == "" && !whole[o.ID].Partial
	}
	if len(page.Objects) > 0 {
		if err := c.applyAnswers(ctx, page, whole); err != nil {
			return err
		}
		c.odd.page(&entra.Page{}, whole)
	}
	return c.Store.ReadAgain(ctx, c.tenant.Key, c.class, sound)
}
