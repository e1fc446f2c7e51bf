package syncer

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// onRequest gives the engine a way to its server on which do is called once, before
// the first request that matches.
func (w *world) onRequest(match string, do func()) {
	w.Helper()
	pattern, once := regexp.MustCompile(match), sync.Once{}
	w.engine = New(Options{Store: w.store, Vault: w.engine.Vault, Backoff: time.Millisecond, Logger: w.engine.Logger,
		Proxy: func(r *http.Request) (*url.URL, error) {
			if pattern.MatchString(r.URL.Path) {
				once.Do(do)
			}
			return nil, nil
		}})
}

// TestSettingsChangeWhileAScanCompletes changes the filter in the moment in which
// what the scan missed is confirmed: the class begins anew under the new filter,
// and does not fail.
func TestSettingsChangeWhileAScanCompletes(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	for _, id := range w.truth().first("users", 10) {
		if err := errors.Join(w.sim.Delete(id), w.sim.Purge(id)); err != nil {
			t.Fatal(err)
		}
	}
	changed := false
	w.onRequest(`^/v1.0/users/[0-9a-f-]{36}$`, func() {
		changed = true
		if err := w.store.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Filters: map[string]string{"users": `userType == "Guest"`}}); err != nil {
			t.Error(err)
		}
	})
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true})
	if r.Status != entra.Succeeded || !changed {
		t.Fatalf("%s, %v; changed %v", r.Status, err, changed)
	}
	state, err := w.store.ClassState(w.ctx(), w.tenant.Key, "users")
	if live := int64(len(w.truth().live["users"])); err != nil || state.Filtered == 0 || state.Total+state.Filtered != live || state.FullScan {
		t.Errorf("%+v of %d (%v)", state, live, err)
	}
}
