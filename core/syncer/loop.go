package syncer

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
)

const (
	// sideBySide is how many tenants are synced at a time.
	sideBySide = 4
	// lookEvery is how often the loop looks for other processes' changes and
	// for what is due. Wall-clock time is compared, so that a machine that
	// slept goes on at once.
	lookEvery = time.Second
	// busyPause is when a tenant that another process syncs is tried again.
	busyPause = 15 * time.Second
	// refusedPause is the least time between sign-ins that were refused: whoever
	// asks in a loop is locked out in the end.
	refusedPause = 5 * time.Minute
)

// loop is the state of one [Engine.Loop].
type loop struct {
	*Engine
	tenants map[int64]entra.Tenant
	next    map[int64]time.Time
	running map[int64]bool
	ends    map[int64]int  // runs that had ended when the running one was started
	again   map[int64]bool // somebody asked for the next run when this one was over
	asked   map[int64]bool // somebody asked for a sync while this one ran
	ended   chan ending
	wg      sync.WaitGroup
	version int64

	indexing sync.Mutex // held while a tenant is indexed
}

type ending struct {
	tenant int64
	began  time.Time
	err    error
	left   bool // classes whose own interval is not over
}

func (e *Engine) newLoop() *loop {
	return &loop{Engine: e, next: map[int64]time.Time{}, running: map[int64]bool{}, ends: map[int64]int{}, again: map[int64]bool{}, asked: map[int64]bool{}, ended: make(chan ending)}
}

// Loop syncs all enabled tenants, each on start and then at its interval, until
// ctx ends; then it waits for running syncs to stop at a page's edge. Settings
// that another process changes take effect.
func (e *Engine) Loop(ctx context.Context) error {
	l := e.newLoop()
	l.wg.Go(func() { l.endRemovals(ctx) })
	if err := l.reload(ctx); err != nil {
		return err
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	hour := time.NewTicker(time.Hour)
	defer hour.Stop()
	l.lookAtCredentials(ctx)
	l.tellExpiring(ctx)
	for ctx.Err() == nil {
		l.start(ctx)
		select {
		case <-ctx.Done():
		case <-tick.C:
			l.look(ctx)
		case <-hour.C:
			l.wg.Go(func() { l.endRemovals(ctx) })
			l.tellExpiring(ctx)
		case <-e.wake:
			l.woken(ctx, e.whoWoke()...)
		case end := <-l.ended:
			l.plan(ctx, end)
		}
	}
	go func() {
		for range l.ended { // nobody plans any more; let them end
		}
	}()
	l.wg.Wait()
	close(l.ended)
	return ctx.Err()
}

// endRemovals ends removals that were interrupted, beside the syncs.
func (l *loop) endRemovals(ctx context.Context) {
	var ended []entra.Tenant
	err := entra.Survive(func() (err error) {
		ended, err = l.EndRemovals(ctx)
		return err
	}, l.panicked("that is removed"))
	if err != nil && ctx.Err() == nil {
		l.log.Warn("ending a removal failed", "err", err) // the next hour tries again
	}
	if len(ended) > 0 {
		l.watch.tell(Event{Kind: Changed})
	}
}

// SyncNow wakes the loop for tenants and returns at once. Where the sync of one runs
// already, that one counts.
func (e *Engine) SyncNow(tenants ...int64) { e.poke(tenants...) }

// poke wakes the loop for tenants that are due at once, however many they are; none:
// settings changed. Where no loop runs, the next one finds them.
func (e *Engine) poke(tenants ...int64) {
	e.mu.Lock()
	e.woke = append(e.woke, tenants...)
	slices.Sort(e.woke)
	e.woke = slices.Compact(e.woke)
	e.mu.Unlock()
	select {
	case e.wake <- struct{}{}:
	default: // it is being woken
	}
}

// whoWoke takes the tenants that the loop was woken for.
func (e *Engine) whoWoke() []int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	woke := e.woke
	e.woke = nil
	return woke
}

// woken makes tenants due at once. Where the run of one is over but not planned yet,
// or leaves out classes whose own interval is not over, the next one comes right
// after it.
func (l *loop) woken(ctx context.Context, tenants ...int64) {
	for _, tenant := range tenants {
		l.next[tenant] = time.Time{}
		l.again[tenant] = l.running[tenant] && l.watch.ends(tenant) > l.ends[tenant]
		l.asked[tenant] = l.running[tenant]
	}
	if err := l.reload(ctx); err != nil {
		l.log.Warn("reading the tenants failed", "err", err)
	}
}

// look notices what other processes wrote.
func (l *loop) look(ctx context.Context) {
	v, err := l.Store.DataVersion(ctx)
	if err != nil || v == l.version {
		return
	}
	l.version = v
	if err := l.reload(ctx); err != nil {
		l.log.Warn("reading the tenants failed", "err", err)
		return
	}
	l.lookAtCredentials(ctx)
	for key, t := range l.tenants {
		if again := jitter(t.LastSyncStart, t.Interval); l.watch.paused(key) && again.Before(l.next[key]) {
			l.next[key] = again // what was done there may be what it waits for
		}
	}
	l.watch.tell(Event{Kind: Changed})
}

// reload reads the tenants anew: new ones are due at once, disabled ones stop.
func (l *loop) reload(ctx context.Context) error {
	tenants, err := l.Store.Tenants(ctx)
	if err != nil {
		return err
	}
	before := l.tenants
	l.tenants = map[int64]entra.Tenant{}
	for _, t := range tenants {
		l.tenants[t.Key] = t
		if _, planned := l.next[t.Key]; !planned {
			l.next[t.Key] = time.Time{}
		}
		old, known := before[t.Key]
		switch {
		case !t.Enabled:
			l.stop(t.Key, errDisabled)
			l.watch.plan(t.Key, Disabled, time.Time{})
		case known && !old.Enabled:
			l.next[t.Key] = time.Time{}
		case known && old.Interval != t.Interval && !t.LastSyncStart.IsZero():
			l.next[t.Key] = jitter(t.LastSyncStart, t.Interval)
		}
	}
	return nil
}

// start starts what is due, the longest overdue first.
func (l *loop) start(ctx context.Context) {
	now := time.Now()
	var due []entra.Tenant
	for key, t := range l.tenants {
		if !t.Enabled || l.running[key] {
			continue
		}
		if !l.due(t, now) {
			l.watch.plan(key, Waiting, l.next[key])
			continue
		}
		due = append(due, t)
	}
	slices.SortFunc(due, func(a, b entra.Tenant) int { return a.NextRun.Compare(b.NextRun) })
	for _, t := range due {
		if len(l.running) >= sideBySide {
			l.watch.plan(t.Key, Queued, now)
			continue
		}
		l.running[t.Key], l.ends[t.Key] = true, l.watch.ends(t.Key)
		scheduled := !l.next[t.Key].IsZero()
		l.wg.Go(func() {
			began := time.Now()
			r, err := l.Sync(ctx, t.Key, SyncOptions{IfDue: scheduled})
			l.ended <- ending{t.Key, began, err, scheduled && len(r.Classes) < len(t.Classes)}
			_ = entra.Survive(func() error {
				if err == nil {
					l.readExpiries(ctx, t)
				}
				l.index(ctx, t.Key)
				l.prune(ctx, t.Key)
				return nil
			}, l.panicked(t.Name)) // which is logged
		})
	}
}

// due tells whether a tenant's next run is due. Either clock may say so: the one
// that measures does not jump, but may stand still while the computer sleeps; the
// other may have been set back.
func (l *loop) due(t entra.Tenant, now time.Time) bool {
	next := l.next[t.Key]
	return !next.After(now) || !next.Round(0).After(now.Round(0)) || distrusted(next, now, furthest(t))
}

// furthest is how far ahead a tenant's next run may be planned.
func furthest(t entra.Tenant) time.Duration {
	most := max(t.Interval, pausedRetry, refusedPause)
	return most + most/20
}

// plan plans the next run of a tenant and stores it, so that a restart knows.
func (l *loop) plan(ctx context.Context, end ending) {
	delete(l.running, end.tenant)
	t, err := l.Store.TenantByKey(ctx, end.tenant)
	if err != nil {
		return // removed
	}
	l.tenants[t.Key] = t
	next := jitter(end.began, t.Interval)
	why := signin.WaitsForSomebody(end.err)
	switch {
	case entra.CodeOf(end.err) == entra.CodeBusy:
		next = time.Now().Add(busyPause)
	case entra.CodeOf(end.err) == entra.CodeSignIn || entra.CodeOf(end.err) == entra.CodeUnauthorized:
		next = jitter(end.began, max(t.Interval, refusedPause))
	case entra.CodeOf(end.err) == entra.CodeThrottled:
		if pauses, err := l.Store.Pauses(ctx, t.Key); err == nil && pauses[entra.DirectoryQuota].After(next) {
			next = pauses[entra.DirectoryQuota] // before that nothing would be asked
		}
	case why != nil:
		next = jitter(end.began, max(t.Interval, pausedRetry))
		if !l.watch.pause(t.Key, why, end.began, next) {
			next = time.Time{} // somebody came meanwhile
		}
	}
	if l.again[t.Key] || l.asked[t.Key] && end.left || end.err != nil && l.watch.renewedSince(t.Key, end.began) {
		next = time.Time{}
		delete(l.again, t.Key)
	}
	delete(l.asked, t.Key)
	l.next[t.Key] = next
	if err := l.Store.SetNextRun(ctx, t.Key, next); err != nil {
		l.log.Warn("planning the next sync failed", "err", err)
	}
}

// jitter spreads tenants a little: up to a twentieth of the interval later.
func jitter(from time.Time, interval time.Duration) time.Time {
	return from.Add(interval + rand.N(interval/20))
}

// index makes what a sync of a tenant stored quick to search, one tenant after
// the other, so that memory stays bounded. Syncs go on beside it, also of the
// same tenant. Where it fails or is stopped, the next sync's end goes on with it;
// what is not indexed yet is found all the same, only slower.
func (l *loop) index(ctx context.Context, tenant int64) {
	l.indexing.Lock()
	defer l.indexing.Unlock()
	if err := l.Store.Index(ctx, tenant); err != nil && ctx.Err() == nil {
		l.Store.Note(err)
		l.log.Warn("indexing for the search failed", "err", err)
	}
}

// prune takes away what is past its retention, in turns as indexing does.
func (l *loop) prune(ctx context.Context, tenant int64) {
	l.indexing.Lock()
	defer l.indexing.Unlock()
	if err := l.Store.Prune(ctx, tenant); err != nil && ctx.Err() == nil {
		l.Store.Note(err)
		l.log.Warn("taking away what is past its time failed", "err", err)
	}
}
