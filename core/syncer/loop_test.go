package syncer

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestLoop syncs what is there on start, what is added, and what somebody asks
// for; it ends when told.
func TestLoop(t *testing.T) {
	w := newWorld(t, small)
	ctx, cancel := context.WithCancel(w.ctx())
	events, unsubscribe := w.engine.Subscribe()
	defer unsubscribe()
	done := make(chan error, 1)
	go func() { done <- w.engine.Loop(ctx) }()
	ended := func() {
		t.Helper()
		for e := range events {
			if e.Kind == RunEnded {
				return
			}
		}
	}
	ended()
	w.equal(w.truth())
	if _, err := w.sim.Create("users", map[string]any{"displayName": "New", "userPrincipalName": "new@contoso.onmicrosoft.com", "mailNickname": "new", "accountEnabled": true}); err != nil {
		t.Fatal(err)
	}
	w.engine.SyncNow(w.tenant.Key)
	ended()
	w.equal(w.truth())
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if tenant, _ := w.store.TenantByKey(w.ctx(), w.tenant.Key); !tenant.NextRun.After(time.Now()) {
		t.Errorf("the next run is not stored: %v", tenant.NextRun)
	}
}
