package syncer

import (
	"context"
	"hash/maphash"
	"math"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
)

// Anew says how a tenant is read again, see [Engine.ReadAnew].
type Anew struct {
	Into     *store.Store   // an empty one, which holds after it what the tenant is
	Classes  []string       // nil: all of the tenant's
	Progress func(Activity) // nil: nobody wants to know
}

// Fresh is what came of reading a stream again.
type Fresh struct {
	Class     string
	Relation  string   // that is read on its own; "": the objects, with what comes with them
	Err       error    // why it was not read: what is in the store of it is not all
	Without   []string // properties and relations that Graph did not tell
	Meanwhile IDs      // what changed since the reading began; nil: Graph does not tell
	Pending   IDs      // what changed since the copy's last sync: the next one brings it
}

// IDs is a set of ids, by numbers that are made of them: a tenant may change wholly between two syncs, and a million
// ids take ten times as much. That two of them have one number is as likely as that a disk errs unseen.
type IDs map[uint64]struct{}

var idSeed = maphash.MakeSeed()

// Has tells whether an id is in the set.
func (s IDs) Has(id string) bool {
	_, is := s[maphash.String(idSeed, id)]
	return is
}

func (s IDs) add(id string) { s[maphash.String(idSeed, id)] = struct{}{} }

// ReadAnew reads a tenant as its first sync would, into another store, and tells its key
// there. The tenant's own copy and its position in Graph's changes stay as they are, so
// syncs may go on beside it. Where Graph tells what changes, what does so meanwhile is
// named: the position that it is told from is taken before anything is read.
func (e *Engine) ReadAnew(ctx context.Context, t entra.Tenant, o Anew) (key int64, read []Fresh, err error) {
	if !t.Enabled {
		return 0, nil, &entra.Error{Code: entra.CodeDisabled, What: say.With("%s is not read", t.Name), Why: "it is disabled", Remedy: "enable it first"}
	}
	reader := New(e.Options)                                                    // with connections of its own: those of e may be at work
	reader.Store, reader.patience, reader.ahead = o.Into, e.patience, e.ahead/2 // two databases are open
	reader.patience.pages = math.MaxInt                                         // of a divided list, each chain would hold a page
	if o.Classes != nil {
		t.Classes = o.Classes
	}
	t.Classes, t.Unchosen = t.ObjectClasses(), false // what is not synced is not read
	copied, err := reader.stand(ctx, t)
	if err != nil {
		return 0, nil, err
	}
	reader.connections.OnWait = func(_ int64, until time.Time, why say.Sentence) { reader.watch.wait(copied.Key, until, why) }
	defer reader.report(copied.Key, o.Progress)()
	reader.watch.begin(copied.Key, 0)
	client, _, err := reader.connections.Connect(ctx, &t)
	if err != nil {
		return 0, nil, stoppedOr(ctx, err)
	}
	defer client.Rest()
	client.Spare() // the copy's own syncs may go on beside it, and nobody waits for a verification as for a sync
	reader.watch.phase(copied.Key, Syncing)
	syncs, err := reader.streams(ctx, copied, client)
	if err != nil {
		return 0, nil, stoppedOr(ctx, err)
	}
	read, err = e.readStreams(ctx, t, again{syncs, reader.connections.Prove(ctx, t, client)})
	return copied.Key, read, stoppedOr(ctx, err)
}

// stoppedOr is why ctx ended, or err.
func stoppedOr(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return entra.Stopped(ctx)
	}
	return err
}

// again are the streams of a tenant that are read again, once it is known to be it.
type again struct {
	syncs []*classSync
	proof signin.Proof
}

// readStreams reads the streams, and then what changed since that began.
func (e *Engine) readStreams(ctx context.Context, t entra.Tenant, a again) ([]Fresh, error) {
	positions, classes := make([]string, len(a.syncs)), make([]entra.Class, len(a.syncs))
	for i, c := range a.syncs {
		var err error
		c.proof, classes[i] = a.proof, c.class
		if positions[i], err = c.position(ctx, e.Store, t.Key); err != nil {
			return nil, err
		}
	}
	_, outcomes := syncClasses(ctx, a.syncs, nil)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	read := make([]Fresh, len(a.syncs))
	for i, c := range a.syncs {
		f := Fresh{Class: c.class.Name, Relation: c.class.Alone, Without: c.without.all()}
		if c.left {
			f.Err = &entra.Error{Code: entra.CodeNotOffered, What: say.With("reading %s failed", c.class), Why: "its objects could not be read", Remedy: "see there"}
		} else {
			f.Err, outcomes = outcomes[0].err, outcomes[1:]
		}
		if f.Err == nil && positions[i] != "" {
			if f.Meanwhile, f.Err = c.since(ctx, positions[i], classes[i]); ctx.Err() != nil {
				return nil, ctx.Err()
			}
			state, err := e.Store.StreamState(ctx, t.Key, classes[i])
			if err != nil {
				return nil, err
			}
			f.Pending, _ = c.since(ctx, state.DeltaLink, classes[i]) // a link that is dead tells less, and fails nothing
		}
		read[i] = f
	}
	return read, a.proof(ctx)
}

// stand gives the tenant a place in the reader's store, under the same policy.
func (e *Engine) stand(ctx context.Context, t entra.Tenant) (entra.Tenant, error) {
	const reader = "reader"
	if err := e.Store.AddProfile(ctx, reader, ""); err != nil {
		return t, err
	}
	t.Cloud, t.Profile, t.Enabled = "public", reader, true
	return e.Store.AddTenant(ctx, t)
}

// streams are all streams of the tenant, to be read.
func (e *Engine) streams(ctx context.Context, t entra.Tenant, client *graph.Client) ([]*classSync, error) {
	classes, err := e.due(ctx, t, SyncOptions{IfDue: true}) // in an empty store all are
	if err != nil {
		return nil, err
	}
	clock, err := e.clockOf(ctx, t)
	if err != nil {
		return nil, err
	}
	run, err := e.Store.BeginRun(ctx, t.Key)
	syncs := make([]*classSync, len(classes))
	for i, class := range classes {
		syncs[i] = &classSync{Engine: e, tenant: t, class: class, run: run, client: client, clock: clock}
	}
	return syncs, err
}

// report tells how far the reading of a tenant is, until stop is called.
func (e *Engine) report(tenant int64, progress func(Activity)) (stop func()) {
	if progress == nil {
		return func() {}
	}
	return e.Follow(func(Event) { progress(e.Activity(tenant)) })
}

// position is where what changes from now on can be told from; "": nowhere. Where Graph
// gives no such place, it is where the copy stands: that tells more, and nothing less.
func (c *classSync) position(ctx context.Context, held *store.Store, tenant int64) (string, error) {
	if c.class.Delta == "" {
		return "", nil
	}
	p, err := c.client.Page(ctx, c.client.LatestURL(c.class, c.properties()), c.class)
	if c.goWithout(namedIn(err, c.asked())) {
		return c.position(ctx, held, tenant)
	}
	if err == nil && p.DeltaLink != "" && len(p.Objects) == 0 {
		return p.DeltaLink, nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	state, err := held.StreamState(ctx, tenant, c.class)
	return state.DeltaLink, err
}

// since are the ids of what Graph says has changed since a position.
func (c *classSync) since(ctx context.Context, link string, class entra.Class) (IDs, error) {
	changed, guard := IDs{}, newLoopGuard()
	for link != "" {
		if err := guard.visit(link); err != nil {
			return changed, err
		}
		p, err := c.client.Page(ctx, link, class)
		if err != nil {
			return changed, err
		}
		for _, o := range p.Objects {
			changed.add(o.ID)
		}
		link = p.NextLink
		p.Release()
	}
	return changed, nil
}
