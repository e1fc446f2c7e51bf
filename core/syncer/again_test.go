package syncer

import (
	"net/http"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestFilterLetsThroughDuringScan changes a user that a full scan has seen and
// left out, so that the filter lets it through when the scan hears of it again.
func TestFilterLetsThroughDuringScan(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 200, Groups: 2, Devices: 2}, func(c *graphsim.Config) {
		c.PageObjects, c.EvenPages, c.Latency = 20, true, 5*time.Millisecond
	})
	var first string
	for o := range w.sim.Objects("users") {
		first = o.ID
		break
	}
	title := func(text string) {
		if err := w.sim.Update(first, map[string]any{"jobTitle": text}); err != nil {
			t.Error(err)
		}
	}
	title("hidden")
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Filters: map[string]string{"users": `jobTitle == "hidden"`}}); err != nil {
		t.Fatal(err)
	}
	w.sync(entra.Succeeded)
	if w.heldUsers()[first] {
		t.Fatal("the filter leaves nobody out; the test proves nothing")
	}
	w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: `/users/delta`, Skip: 4, Ask: func(r *http.Request) *http.Request {
		title("in sight")
		return r
	}})
	w.full()
	w.equal(w.truth())
}
