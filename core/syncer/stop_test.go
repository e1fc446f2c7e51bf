package syncer

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// waited is a context that tells when somebody waits for it.
type waited struct {
	context.Context
	tell func()
}

func (w waited) Done() <-chan struct{} {
	w.tell()
	return w.Context.Done()
}

// TestOneSyncAtATime joins a sync of this process and refuses one of another.
func TestOneSyncAtATime(t *testing.T) {
	w := newWorld(t, small)
	var wg sync.WaitGroup
	results := make([]Result, 2)
	begun, joined := make(chan struct{}), make(chan struct{})
	w.onRequest(`/delta$`, func() {
		close(begun)
		<-joined
	})
	wg.Go(func() { results[0], _ = w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}) })
	<-begun
	second := waited{w.ctx(), sync.OnceFunc(func() { close(joined) })}
	wg.Go(func() { results[1], _ = w.engine.Sync(second, w.tenant.Key, SyncOptions{}) })
	wg.Wait()
	if len(results[0].Classes) != 6 || len(results[1].Classes) != 6 || // users, groups, devices, a relation of users and two of devices
		results[0].Classes[0].Run != results[1].Classes[0].Run {
		t.Errorf("two runs: %+v", results)
	}
	unlock, err := w.engine.lock(w.ctx(), w.tenant, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeBusy {
		t.Error(err)
	}
}

// TestDisabled makes no request, and stops a sync that runs.
func TestDisabled(t *testing.T) {
	w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = time.Hour })
	events, cancel := w.engine.Subscribe()
	defer cancel()
	off := false
	ended := make(chan Result, 1)
	go func() {
		r, _ := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
		ended <- r
	}()
	for e := range events {
		if e.Kind == RunStarted {
			break
		}
	}
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Enabled: &off}); err != nil {
		t.Fatal(err)
	}
	if r := <-ended; r.Status != entra.Cancelled {
		t.Errorf("the running sync ended %s", r.Status)
	}
	w.server.ResetRequests()
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeDisabled {
		t.Error(err)
	}
	if n := len(w.server.Requests()); n > 0 {
		t.Errorf("%d requests for a disabled tenant", n)
	}
}

// TestCancelled closes its rows as cancelled and goes on later.
func TestCancelled(t *testing.T) {
	w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = time.Hour })
	ctx, cancel := context.WithCancel(w.ctx())
	events, unsubscribe := w.engine.Subscribe()
	defer unsubscribe()
	go func() {
		for e := range events {
			if e.Kind == RunStarted {
				cancel()
			}
		}
	}()
	r, err := w.engine.Sync(ctx, w.tenant.Key, SyncOptions{})
	if r.Status != entra.Cancelled || entra.CodeOf(err) != entra.CodeCancelled {
		t.Errorf("%s %v", r.Status, err)
	}
	w.server.SetLatency(0)
	w.sync(entra.Succeeded)
	w.equal(w.truth())
}

func TestTimeout(t *testing.T) {
	w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = time.Hour })
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Timeout: 100 * time.Millisecond})
	if r.Status != entra.Failed || entra.CodeOf(err) != entra.CodeTimeout {
		t.Errorf("%s %v", r.Status, err)
	}
}
