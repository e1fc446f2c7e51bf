package syncer

import (
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestRemoveWhileSyncing stops the sync first, in this process or another, and says
// why; no rows come back.
func TestRemoveWhileSyncing(t *testing.T) {
	for name, elsewhere := range map[string]bool{"here": false, "in another process": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = time.Hour })
			remover := w.engine
			if elsewhere {
				remover = New(Options{Store: w.store, Vault: w.engine.Vault})
			}
			events, unsubscribe := w.engine.Subscribe()
			defer unsubscribe()
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
			if err := remover.RemoveTenant(w.ctx(), w.tenant.Key); err != nil {
				t.Fatal(err)
			}
			if r := <-ended; r.Status != entra.Cancelled || entra.CodeOf(r.Err) != entra.CodeRemoved {
				t.Errorf("the sync ended %s, %v", r.Status, r.Err)
			}
			size, err := w.store.Size(w.ctx(), w.tenant.Key)
			if err != nil || size != (store.TenantSize{}) {
				t.Errorf("%+v %v", size, err)
			}
		})
	}
}

// TestRemovalIsSeenWhileGraphIsWaitedFor: no page has to come for it.
func TestRemovalIsSeenWhileGraphIsWaitedFor(t *testing.T) {
	w := newWorld(t, small, func(c *graphsim.Config) { c.Latency = time.Hour })
	remover := New(Options{Store: w.store, Vault: w.engine.Vault})
	w.onRequest(`/delta$`, func() {
		if err := w.store.BeginRemoval(w.ctx(), w.tenant.Key); err != nil {
			t.Error(err)
		}
	})
	if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeRemoved {
		t.Errorf("the sync ended %s, %v", r.Status, err)
	}
	if ended, err := remover.EndRemovals(w.ctx()); err != nil || len(ended) != 1 || ended[0].Name != w.tenant.Name {
		t.Errorf("ended %v, %v", ended, err)
	}
	if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{}); entra.CodeOf(err) != entra.CodeRemoved {
		t.Errorf("afterwards it ended %s, %v", r.Status, err)
	}
}
