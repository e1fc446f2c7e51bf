package syncer

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
)

// Options for [New].
type Options struct {
	Store  *store.Store
	Vault  *signin.VaultAccess                   // opens the vault when a secret is needed
	Logger *slog.Logger                          // nil: nothing is logged
	Proxy  func(*http.Request) (*url.URL, error) // nil: as the environment says
	// Backoff is the first break before Graph is asked again; 0: 1 s.
	Backoff time.Duration
}

// Engine syncs tenants. Its methods may be called side by side.
type Engine struct {
	Options
	log *slog.Logger

	connections *signin.Connections

	mu    sync.Mutex
	runs  map[int64]*running
	basis map[int64]string // what each tenant signs in with, when somebody last looked
	wake  chan struct{}    // tenants are due at once, or settings changed
	woke  []int64          // the tenants

	watch    watchers
	patience patience
	ahead    int64         // what of a run's pages may wait for the database, see [ahead]
	lately   time.Duration // how long a relation that is read on its own is not read again, whoever asks,
	few      int64         // unless its class has at most so many objects
}

// running is a sync run in progress.
type running struct {
	cancel context.CancelCauseFunc
	done   chan struct{}
	result Result
	err    error
}

// New makes an engine. It does no I/O.
func New(o Options) *Engine {
	e := &Engine{Options: o, log: o.Logger, runs: map[int64]*running{}, wake: make(chan struct{}, 1), patience: defaultPatience, ahead: ahead, lately: entra.PollInterval, few: 10_000}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	e.connections = signin.New(signin.Options{Store: o.Store, Vault: o.Vault, Logger: e.log, Proxy: o.Proxy, Backoff: o.Backoff, OnWait: e.watch.wait,
		OnSignIn: func(ctx context.Context) { _ = e.changed(ctx, nil) }})
	return e
}

// SyncOptions for [Engine.Sync].
type SyncOptions struct {
	Full    bool
	Classes []string      // nil: all of the tenant's
	Timeout time.Duration // 0: none
	IfDue   bool          // as the loop does: not the classes with an interval of their own that is not over
}

// Result of a sync run.
type Result struct {
	Tenant   entra.Tenant
	Status   entra.Status
	Err      error
	Classes  []entra.ClassRun
	Warnings []say.Sentence // one line each
	Taken    []string       // classes that it began to sync because they may be read, and nobody has chosen
	told     bool           // the history holds how it ended
}

// Sync runs one sync of a tenant and waits for its end. A sync of it that runs
// in this process is joined. Where another process syncs it: [entra.CodeBusy].
// A disabled tenant: [entra.CodeDisabled], without a request.
func (e *Engine) Sync(ctx context.Context, tenant int64, o SyncOptions) (Result, error) {
	e.mu.Lock()
	r, joined := e.runs[tenant]
	if !joined {
		r = &running{done: make(chan struct{})}
		e.runs[tenant] = r
		var runCtx context.Context
		runCtx, r.cancel = context.WithCancelCause(ctx)
		go func() {
			r.result, r.err = e.survived(runCtx, tenant, o)
			if !r.result.told && runCtx.Err() == nil && unforeseen(r.err) {
				e.watch.untold(tenant, r.err)
			}
			e.mu.Lock()
			delete(e.runs, tenant)
			e.mu.Unlock()
			r.cancel(nil)
			close(r.done)
		}()
	}
	e.mu.Unlock()
	if joined {
		select {
		case <-r.done:
		case <-ctx.Done():
			return Result{Status: entra.Cancelled, Err: entra.Stopped(ctx)}, entra.Stopped(ctx)
		}
		return r.result, r.err
	}
	<-r.done
	return r.result, r.err
}

// unforeseen tells whether a run that left nothing in the history failed, and was not just
// not wanted, or not possible beside another.
func unforeseen(err error) bool {
	switch entra.CodeOf(err) {
	case entra.CodeBusy, entra.CodeDisabled, entra.CodeRemoved, entra.CodeNotFound, entra.CodeCancelled, entra.CodeVaultLocked:
		return false
	}
	return err != nil && !errors.Is(err, context.Canceled)
}

// survived is guarded, whose panic fails this sync alone.
func (e *Engine) survived(ctx context.Context, key int64, o SyncOptions) (Result, error) {
	r := Result{Status: entra.Failed}
	r.Err = entra.Survive(func() (err error) {
		r, err = e.guarded(ctx, key, o)
		return err
	}, e.panicked("tenant "+strconv.FormatInt(key, 10)))
	return r, r.Err
}

// guarded holds the tenant's lock around a run.
func (e *Engine) guarded(ctx context.Context, key int64, o SyncOptions) (Result, error) {
	t, err := e.Store.TenantByKey(ctx, key)
	if entra.CodeOf(err) == entra.CodeNotFound { // who has its key knew it
		err = errRemoved
	}
	if err != nil {
		return Result{Status: entra.Failed, Err: err}, err
	}
	fail := func(err error) (Result, error) {
		return Result{Tenant: t, Status: entra.Failed, Err: err}, err
	}
	if err := e.Store.Damage(); err != nil { // until the database is opened anew
		return fail(err)
	}
	if !t.Enabled {
		return fail(&entra.Error{Code: entra.CodeDisabled, What: say.With("%s is not synced", t.Name), Why: "it is disabled", Remedy: "enable it first"})
	}
	unlock, err := e.lock(ctx, t, 0)
	if err != nil {
		return fail(err)
	}
	defer unlock()
	if o.Full {
		if err := e.Store.RequestFullScan(ctx, key, o.Classes); err != nil {
			return fail(err)
		}
	}
	if o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.Timeout, &entra.Error{Code: entra.CodeTimeout, What: say.With("the sync of %s was stopped", t.Name),
			Why: say.With("it took longer than %s", o.Timeout), Remedy: "sync again to go on where it stopped, or allow more with --timeout"})
		defer cancel()
	}
	ctx, done := e.whileWanted(ctx, key)
	defer done()
	r := Result{Tenant: t, Status: entra.Failed} // what a panic leaves
	err = entra.Survive(func() (err error) {
		r, err = e.run(ctx, t, o)
		return err
	}, e.panicked(t.Name))
	return r, err
}

// look looks for damage beside a full scan that a person asks for: a sync reads only
// the parts of the file that it needs, and would end well beside others that are lost.
func (e *Engine) look(ctx context.Context, t entra.Tenant, asked bool) (wait func()) {
	var looking sync.WaitGroup
	if asked {
		looking.Go(func() {
			_ = entra.Survive(func() error { // a panic is logged, and says nothing of the sync
				e.Store.Look(ctx)
				return nil
			}, e.panicked(t.Name))
		})
	}
	return looking.Wait
}

// whileWanted ends when a tenant is disabled or removed by another process, which a
// run would else only notice at its next page: it may wait for one for long.
func (e *Engine) whileWanted(ctx context.Context, key int64) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	var looking sync.WaitGroup
	looking.Go(func() {
		cancel(entra.Survive(func() error { return e.unwanted(ctx, key) }, e.panicked("tenant "+strconv.FormatInt(key, 10))))
	})
	return ctx, func() {
		cancel(nil)
		looking.Wait()
	}
}

// unwanted waits until a tenant is disabled or removed, and says so, or until ctx ends.
func (e *Engine) unwanted(ctx context.Context, key int64) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		if err := e.Store.Wanted(ctx, key); entra.CodeOf(err) == entra.CodeDisabled || entra.CodeOf(err) == entra.CodeRemoved {
			return err
		}
	}
}

// lock takes the tenant's OS lock, waiting for it at most so long.
func (e *Engine) lock(ctx context.Context, t entra.Tenant, wait time.Duration) (unlock func(), err error) {
	file := filepath.Join(e.Store.Dir(), "tenant-"+strconv.FormatInt(t.Key, 10)+".lock")
	if err := datafolder.OwnFile(file); err != nil {
		return nil, err
	}
	l := flock.New(file, flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(ctx, max(wait, time.Millisecond))
	defer cancel()
	got, err := l.TryLock()
	if err == nil && !got && wait > 0 {
		got, err = l.TryLockContext(ctx, 50*time.Millisecond)
		if errors.Is(err, context.DeadlineExceeded) {
			err = nil
		}
	}
	switch {
	case err != nil:
		return nil, &entra.Error{Code: entra.CodeDatabase, What: say.With("%s can't be locked", t.Name), Why: say.Because(err), Remedy: "check the data folder", Err: err}
	case !got:
		return nil, &entra.Error{Code: entra.CodeBusy, What: say.With("%s is busy", t.Name), Why: "another process is syncing it", Remedy: "wait for it to finish"}
	}
	return func() { l.Unlock() }, nil
}

// AddTenant adds a tenant. Its id is taken from its OpenID document; offline
// that waits for its first sync. One that lives in another cloud than the chosen
// is refused: [entra.CodeTenantUnknown].
func (e *Engine) AddTenant(ctx context.Context, t entra.Tenant) (entra.Tenant, error) {
	var err error
	if t.Name, err = entra.TenantName(t.Name); err != nil {
		return t, err
	}
	cloud, err := e.Store.Cloud(ctx, t.Cloud)
	if err != nil {
		return t, err
	}
	if _, err := e.Store.Profile(ctx, t.Profile); err != nil {
		return t, err
	}
	for class, expression := range t.Filters {
		if err := entra.CheckFilter(class, expression, t.Properties[class]); err != nil {
			return t, err
		}
		if _, ok := entra.ClassNamed(class); !ok {
			return t, entra.Invalid("the filter can't be used", say.With("there is no object class %s", class), "see `entrasyncctl class list`")
		}
	}
	switch id, err := graph.Locate(ctx, cloud, t.Name, e.Proxy); {
	case err == nil:
		t.TenantID = id.TenantID
	case ctx.Err() != nil:
		return t, entra.Stopped(ctx)
	case id.TenantID != "": // it lives in another cloud, and its cloud can't be changed later
		return t, err
	}
	t, err = e.Store.AddTenant(ctx, t)
	if err == nil {
		e.SyncNow(t.Key)
		e.watch.tell(Event{Kind: Changed})
	}
	return t, err
}

// SetTenant changes a tenant's policy. Disabling it stops its sync.
func (e *Engine) SetTenant(ctx context.Context, key int64, c store.TenantChange) error {
	if err := e.Store.SetTenant(ctx, key, c); err != nil {
		return err
	}
	if c.Enabled != nil && !*c.Enabled {
		e.stop(key, errDisabled)
	}
	e.poke()
	return e.changed(ctx, nil)
}

var errDisabled = &entra.Error{Code: entra.CodeDisabled, What: "the sync was stopped", Why: "the tenant was disabled", Remedy: "enable it to go on where it stopped"}

var errRemoved = &entra.Error{Code: entra.CodeRemoved, What: "the sync was stopped", Why: "the tenant was removed", Remedy: "add it again to sync it anew"}

// stop cancels a run of this process and gives its end to wait for; nil where
// none runs.
func (e *Engine) stop(key int64, why error) <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, ok := e.runs[key]
	if !ok {
		return nil
	}
	r.cancel(why)
	return r.done
}

// removalPatience is how long a removal waits for another process to notice
// that the tenant is disabled.
const removalPatience = 30 * time.Second

// RemoveTenant removes a tenant with all that was synced for it, or ends its
// removal that was interrupted. A running sync is stopped first, in whatever
// process it runs.
func (e *Engine) RemoveTenant(ctx context.Context, key int64) error {
	if err := e.Store.BeginRemoval(ctx, key); err != nil {
		return err
	}
	if done := e.stop(key, errRemoved); done != nil {
		<-done
	}
	e.connections.Close(key)
	removing, err := e.Store.Removing(ctx)
	for _, t := range removing {
		if t.Key == key && err == nil {
			err = e.endRemoval(ctx, t, removalPatience)
		}
	}
	e.poke()
	e.watch.tell(Event{Kind: Changed})
	return err
}

func (e *Engine) endRemoval(ctx context.Context, t entra.Tenant, patience time.Duration) error {
	unlock, err := e.lock(ctx, t, patience)
	if entra.CodeOf(err) == entra.CodeBusy {
		err = &entra.Error{Code: entra.CodeBusy, What: say.With("%s is not removed yet", t.Name), Why: "another process still works on it",
			Remedy: "it is hidden already; the next sync, or removing it again, ends the removal"}
	}
	if err != nil {
		return err
	}
	defer unlock()
	return e.Store.EndRemoval(ctx, t.Key)
}

// EndRemovals ends the removals that were interrupted, and tells of which tenants.
// One that another process is at is left to it.
func (e *Engine) EndRemovals(ctx context.Context) (ended []entra.Tenant, err error) {
	removing, err := e.Store.Removing(ctx)
	for _, t := range removing {
		switch err := e.endRemoval(ctx, t, 0); {
		case err == nil:
			ended = append(ended, t)
		case entra.CodeOf(err) != entra.CodeBusy:
			return ended, err
		}
	}
	return ended, err
}
