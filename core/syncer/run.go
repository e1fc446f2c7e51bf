package syncer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
)

// licencePause is how long the loop leaves a class without its licence alone.
const licencePause = 24 * time.Hour

// run syncs a tenant whose lock is held.
func (e *Engine) run(ctx context.Context, t entra.Tenant, o SyncOptions) (Result, error) {
	keep := store.Outliving(ctx) // history rows are closed even when ctx is over
	var run int64
	syncs, err := e.begun(ctx, t, o)
	var clock clock
	if err == nil {
		clock, err = e.clockOf(ctx, t)
	}
	if err == nil {
		run, err = e.Store.BeginRun(ctx, t.Key)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = entra.Stopped(ctx)
		}
		return Result{Tenant: t, Status: entra.Failed, Err: err}, err
	}
	e.log.Info("sync begins", "tenant", t.Name, "classes", len(syncs))
	e.watch.begin(t.Key, len(syncs))
	client, with, err := e.connect(ctx, &t)
	if lockedAway(err) {
		return e.putOff(keep, t, run, err)
	}
	looked := e.look(ctx, t, o.Full)
	isTheTenant := e.connections.Prove(ctx, t, client)
	for _, c := range syncs {
		c.Engine, c.tenant, c.run, c.client, c.proof, c.clock = e, t, run, client, isTheTenant, clock
	}
	ended, outcomes := syncClasses(ctx, syncs, err)
	if err == nil {
		err = isTheTenant(keep) // where no class was due
	}
	if client != nil {
		client.Rest()
	}
	result := conclude(t, ended, outcomes)
	result.Taken, result.told = taken(syncs), !slices.ContainsFunc(outcomes, func(o outcome) bool { return o.untold })
	if len(syncs) == 0 && err != nil {
		result.Status, result.Err = entra.Failed, err
	}
	for _, line := range with.Refused {
		result.Warnings = append(result.Warnings, say.With("%s, %s", t.Name, line))
	}
	end := store.RunEnd{Status: result.Status, Error: result.Err, SignedIn: with}
	if err := e.Store.EndRun(keep, run, end); err != nil {
		result.Status, result.Err, result.told = entra.Failed, err, false
	}
	e.whoDidIt(ctx, t, client)
	if err := e.Store.ClearMarks(keep); err != nil {
		e.log.Warn("clearing up failed", "err", err)
	}
	looked()
	if err := e.Store.Damage(); err != nil && result.Err == nil { // said to whoever could only log it
		end.Status, end.Error = entra.Failed, err
		result.Status, result.Err = entra.Failed, errors.Join(err, e.Store.EndRun(keep, run, end))
	}
	e.log.Info("sync ended", "tenant", t.Name, "status", result.Status)
	e.watch.end(t.Key, result.Err)
	return result, result.Err
}

// syncClasses syncs the classes of a run.
func syncClasses(ctx context.Context, syncs []*classSync, connectErr error) ([]entra.ClassRun, []outcome) {
	ended, outcomes := make([]entra.ClassRun, len(syncs)), make([]outcome, len(syncs))
	var room *semaphore.Weighted
	others, through := make(chan struct{}), make(chan struct{})
	var plain, withLinks, apart, slow, logs sync.WaitGroup
	for i, c := range syncs {
		if room == nil {
			room = semaphore.NewWeighted(c.ahead)
		}
		c.room, c.others, c.done = room, others, make(chan struct{})
		group := &plain
		switch {
		case c.class.Log: // of what the others find changed
			group, c.through = &logs, through
		case c.class.Alone != "":
			group = &apart
			if i > 0 && syncs[i-1].class.Name == c.class.Name {
				c.after = syncs[i-1]
			}
		case c.class.Quota != entra.DirectoryQuota, !c.class.Links() && !c.class.LedTo():
			group = &slow // asked a second apart, or of no use to others: nobody waits for them
		case c.class.Links() && !c.class.Inward():
			group = &withLinks
		}
		group.Go(func() {
			defer c.over()
			if !c.follows() {
				return
			}
			err := entra.Survive(func() error {
				ended[i], outcomes[i] = c.sync(ctx, connectErr)
				return nil
			}, c.panicked(c.tenant.Name))
			if err != nil {
				ended[i], outcomes[i] = c.lost(ctx, err)
			}
			c.failed = outcomes[i].err != nil
		})
	}
	plain.Wait()
	close(others)
	withLinks.Wait()
	apart.Wait()
	for i, c := range syncs {
		if c.class.Delta != "" && c.class.Quota == entra.DirectoryQuota && outcomes[i].err == nil {
			ended[i] = c.resolved(ctx, ended[i])
		}
	}
	slow.Wait()
	close(through)
	logs.Wait()
	for i := len(syncs) - 1; i >= 0; i-- {
		if syncs[i].left {
			ended, outcomes = slices.Delete(ended, i, i+1), slices.Delete(outcomes, i, i+1)
		}
	}
	return ended, outcomes
}

// outcome is how one class ended.
type outcome struct {
	status entra.Status
	err    error
	note   say.Sentence
	full   bool
	untold bool // the history could not be told of it
}

// conclude makes the run's result of its classes': the worst of them. A tenant
// none of whose classes is permitted has failed.
func conclude(t entra.Tenant, ended []entra.ClassRun, outcomes []outcome) Result {
	r := Result{Tenant: t, Status: entra.Succeeded, Classes: ended}
	denied, classes := 0, 0
	for i, o := range outcomes {
		r.Status = entra.Worst(r.Status, o.status)
		if o.status == entra.Failed || o.status == entra.Cancelled {
			r.Err = worstError(r.Err, o.err)
		}
		if ended[i].Relation == "" {
			classes++
			if lacks(entra.CodeOf(o.err)) {
				denied++
			}
		}
		if o.status == entra.Warning {
			r.Warnings = append(r.Warnings, say.With("%s, %s: %s", t.Name, ended[i].Stream(), ended[i].Sentence()))
		}
	}
	if denied > 0 && denied == classes {
		r.Status, r.Err = entra.Failed, nothingSynced(t, ended, outcomes)
	}
	return r
}

// worstError prefers a failure over a cancellation, and the first of its kind.
func worstError(a, b error) error {
	if a == nil || (entra.CodeOf(a) == entra.CodeCancelled && entra.CodeOf(b) != entra.CodeCancelled) {
		return b
	}
	return a
}

// classSync syncs one class in one run.
type classSync struct {
	*Engine
	tenant  entra.Tenant
	class   entra.Class
	run     int64
	room    *semaphore.Weighted // for pages that wait for the database, of all classes of the run
	others  <-chan struct{}     // closed when the classes without links are through
	through <-chan struct{}     // of a log: closed when all others are through; nil: it waits for none
	after   *classSync          // of a relation that is read on its own: what comes first; nil: nothing
	done    chan struct{}       // closed when this one is through
	failed  bool                // set before
	left    bool                // it was not begun
	trial   bool                // nobody has chosen its class: it is synced where it may be read
	rests   *entra.Error        // it was refused lately, and is not asked for before a day is over; nil: it is asked for

	clock    clock
	classRun int64
	client   *graph.Client
	without  without
	unasked  []string // of that, what the pages of a full read were asked without
	stale    []string // of that, what values are held of
	absent   []string // in a run that reads what changed: what the last full read went without, and nothing is held of
	hidden   hidden
	short    shortfall
	plain    bool        // Graph takes no options with the class's list
	untracks bool        // Graph has no delta query of the class here
	bare     atomic.Bool // Graph does not tell an object's links with it
	proof    signin.Proof
	notes    []say.Sentence
	warned   bool
	odd      oddities
	code     entra.Code // of the notes, where the window looks for it
	unlinked int64      // links that ended, to objects that are still there
	full     bool
	scans    bool // the round that this run is in reads all, and began with it

	untracked  map[string]int // see entra.Page
	filterTold bool           // that the filter could not judge an object
	undivided  bool           // Graph does not answer for parts of the class's list, or of its links
	effort     effort         // of chains of links
	counts     atomic.Bool    // it is to be asked how many objects a first scan will bring
	there      int            // how many Graph says that there are; 0: it was not asked
	lookedUp   bool           // no member is left that the class's first scan only named
}

// sync opens the class's history row, does the work and closes the row with
// what came of it, a panic included.
func (c *classSync) sync(ctx context.Context, connectErr error) (entra.ClassRun, outcome) {
	keep := store.Outliving(ctx)
	if c.trial && !c.taken(ctx, connectErr) {
		c.left = true
		return entra.ClassRun{}, outcome{}
	}
	row, err := c.Store.BeginStream(keep, c.run, c.tenant.Key, c.class)
	if err != nil {
		return c.lost(ctx, err)
	}
	c.classRun = row
	c.watch.class(c.tenant.Key, c.name())
	var counter graph.Counter
	if err = connectErr; err == nil && c.rests != nil {
		err = c.rests
	} else if err == nil {
		err = c.protected(graph.WithCounter(ctx, &counter))
	}
	if err != nil && ctx.Err() != nil {
		err = c.stopped(ctx)
	}
	c.notes = slices.Concat(c.notes, c.adapted(), c.clock.notes())
	o := c.outcome(err)
	if o.status == entra.Failed {
		c.log.Warn("class failed", "tenant", c.tenant.Name, "class", c.class.Name, "err", err)
	}
	if err := c.block(keep, o.err); err != nil {
		c.log.Warn("marking the class failed", "err", err)
	}
	end := store.ClassEnd{Status: o.status, Err: o.err, Note: o.note, NoteCode: c.code, Detail: untracked(c.untracked), FullScan: c.full, Requests: counter.Requests.Load(), Retries: counter.Retries.Load()}
	ended, err := c.Store.EndClass(keep, row, end)
	if err != nil {
		return c.lost(ctx, err)
	}
	c.watch.classDone(c.tenant.Key, c.name())
	return ended, o
}

// stopped tells why ctx ended, and where the time went: Graph had asked to wait, or
// its answers could not be used.
func (c *classSync) stopped(ctx context.Context) error {
	err := entra.Stopped(ctx)
	if entra.CodeOf(err) != entra.CodeTimeout || c.client == nil {
		return err
	}
	e := *entra.AsError(err)
	until, throttled := c.client.Throttled(c.class)
	if !throttled {
		if why := c.client.Trouble(c.class); why != "" {
			e.Why = say.With("%s, and before that: %s", e.Why, why)
		}
		return &e
	}
	e.Why = say.With("%s, and Graph had asked to slow down until %s", e.Why, until.UTC().Format("2006-01-02 15:04:05 MST"))
	return &e
}

// lost is how a class ended whose history row can't be written: its tenant was
// removed, the database can't be used, or another process held it when all was to end.
func (c *classSync) lost(ctx context.Context, err error) (entra.ClassRun, outcome) {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = c.stopped(ctx)
	}
	status, e := entra.Failed, entra.AsError(err)
	if e.Code == entra.CodeRemoved || e.Code == entra.CodeCancelled {
		status = entra.Cancelled
	}
	return entra.ClassRun{Tenant: c.tenant.Key, Class: c.class.Name, Relation: c.class.Alone, Status: status, What: e.What, Why: e.Why, Remedy: e.Remedy}, outcome{status: status, err: err, untold: true}
}

// resolved asks about dangling objects. That it could not ask is no failure of
// the class: the next run does.
func (c *classSync) resolved(ctx context.Context, row entra.ClassRun) entra.ClassRun {
	changed, err := c.resolve(ctx)
	if err != nil {
		c.Store.Note(err)
		c.log.Warn("asking about dangling objects failed", "class", c.class.Name, "err", err)
	}
	if !changed {
		return row
	}
	again, err := c.Store.ClassRun(store.Outliving(ctx), row.Key)
	if err != nil {
		return row
	}
	return again
}

// protected makes a panic of ours the failure of this class alone. The goroutines
// that work for it have to be safe as well.
func (c *classSync) protected(ctx context.Context) error {
	return c.safe(func() error {
		if c.class.Log {
			return c.readLog(ctx)
		}
		err := c.work(ctx)
		if err == nil {
			c.mend(ctx)
		}
		return err
	})()
}

// safe is f, whose panic becomes its error.
func (c *classSync) safe(f func() error) func() error {
	return func() error {
		return entra.Survive(f, func(panicked any, stack string) error {
			c.log.Error("panic", "class", c.class.Name, "panic", fmt.Sprint(panicked), "stack", stack)
			return &entra.Error{Code: entra.CodeInternal, What: say.With("syncing %s failed", c.class), Why: "an error of this program", Remedy: "try again; report it if it stays"}
		})
	}
}

func (c *classSync) outcome(err error) outcome {
	odd := c.odd.notes()
	o := outcome{status: entra.Succeeded, note: say.Join("; ", append(c.notes, odd...)...), full: c.full}
	if c.warned || len(odd) > 0 {
		o.status = entra.Warning
	}
	if err == nil {
		return o
	}
	o.err = err
	switch code := entra.CodeOf(err); {
	case lacks(code):
		o.status = entra.Warning
	case code == entra.CodeDisabled || code == entra.CodeRemoved || code == entra.CodeCancelled:
		o.status = entra.Cancelled
	default:
		o.status = entra.Failed
		if errors.Is(err, context.Canceled) {
			o.status = entra.Cancelled
		}
	}
	return o
}

// block keeps why a class could not run, so that its full-scan flag does not
// hold the checkbox, and when to ask again.
func (c *classSync) block(ctx context.Context, err error) error {
	code := entra.CodeOf(err)
	if !lacks(code) || c.rests != nil {
		return nil
	}
	var ask time.Time
	if code != entra.CodePermission || c.class.Alone != "" || c.class.Log {
		ask = c.Store.Now().Add(licencePause)
	}
	return c.Store.BlockStream(ctx, c.tenant.Key, c.class, code, ask)
}
