package syncer

import (
	"context"

	"github.com/entraidsync/entraidsync/core/audit"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
)

// readLog reads what is new in the tenant's log of audits.
func (c *classSync) readLog(ctx context.Context) error {
	if err := c.proof(ctx); err != nil {
		return err
	}
	c.watch.phase(c.tenant.Key, Syncing)
	reader := audit.Reader{Store: c.Store, Client: c.client, Tenant: c.tenant.Key, ClassRun: c.classRun}
	read, err := reader.Read(ctx)
	if read.More {
		c.notes = append(c.notes, say.Sentence("there are more entries than one sync reads; the next one goes on"))
	}
	return err
}

// whoDidIt looks for who made the changes that the run has recorded, and those before it of which entries came late. That
// it could not is no failure of the run: the next one does.
func (e *Engine) whoDidIt(ctx context.Context, t entra.Tenant, client *graph.Client) {
	if client == nil || ctx.Err() != nil || !t.Audited() {
		return
	}
	err := entra.Survive(func() error {
		reader := audit.Reader{Store: e.Store, Client: client, Tenant: t.Key}
		return reader.Match(ctx)
	}, e.panicked(t.Name))
	if err != nil && ctx.Err() == nil {
		e.Store.Note(err)
		e.log.Warn("matching the log of audits failed", "tenant", t.Name, "err", err)
	}
}
