package syncer

import (
	"net/http"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
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

// TestSlowClassesHoldNobody syncs all classes while Graph answers for those with a quota of
// their own only once users, groups and devices have ended, the first time and when nothing
// is new: that they end at all shows that they wait for none of them.
func TestSlowClassesHoldNobody(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 300, Groups: 40, Devices: 60, Premium: true})
	var classes []string
	for _, c := range entra.Classes() {
		classes = append(classes, c.Name)
	}
	w.with(classes...)
	for i, sync := range []string{"first", "quiet"} {
		free := make(chan struct{})
		w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Times: -1, Match: `/(identityProtection|identity/conditionalAccess|reports)/|signInActivity`, Ask: func(r *http.Request) *http.Request {
			select {
			case <-free:
			case <-t.Context().Done():
			}
			return r
		}})
		look := time.NewTicker(10 * time.Millisecond)
		ended := make(chan bool, 1)
		go func() {
			defer close(free)
			late := time.After(time.Minute)
			for w.ended(entra.DefaultClasses()...) <= i {
				select {
				case <-look.C:
				case <-late:
					ended <- false
					return
				}
			}
			ended <- true
		}()
		w.sync(entra.Succeeded)
		look.Stop()
		if !<-ended {
			t.Errorf("in the %s sync, users, groups or devices waited for a slow class", sync)
		}
		w.server.ClearFaults()
	}
	w.equal(w.truthOfAll())
}

// ended tells in how many runs the class that did in the fewest has ended.
func (w *world) ended(classes ...string) (fewest int) {
	runs := map[string]int{}
	for row, err := range w.store.History(w.ctx(), w.tenant.Key, store.HistoryQuery{}) {
		if err != nil {
			w.Error(err)
		}
		if row.Relation == "" && row.Status != entra.Running {
			runs[row.Class]++
		}
	}
	fewest = runs[classes[0]]
	for _, class := range classes {
		fewest = min(fewest, runs[class])
	}
	return fewest
}
