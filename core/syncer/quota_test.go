package syncer

import (
	"net/http"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestWithinQuota makes a first scan in parts that could spend the app's quota
// several times over. It slows down by itself: hardly a request is refused.
func TestWithinQuota(t *testing.T) {
	w := dividedWorld(t, func(c *graphsim.Config) {
		c.Latency = 5 * time.Millisecond
		c.Throttle = &graphsim.Throttle{Units: 80}
	})
	began := time.Now()
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	refused, all := w.server.Count("", http.StatusTooManyRequests), len(w.server.Requests())
	if 100*refused > all {
		t.Errorf("%d of %d requests were throttled", refused, all)
	}
	t.Logf("%d requests, %d refused, in %v", all, refused, time.Since(began))
}
