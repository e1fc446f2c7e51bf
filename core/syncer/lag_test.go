package syncer

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// lagging makes Graph know nothing of what happens until the test lets it settle.
func lagging(c *graphsim.Config) { c.Lag = time.Hour }

// laggingBriefly makes changes settle while a scan runs. Time goes by whenever somebody looks at the clock, so that it
// does not depend on the machine how many changes lag.
func laggingBriefly(c *graphsim.Config) {
	begin, looks := time.Now(), atomic.Int64{}
	c.Now = func() time.Time { return begin.Add(time.Duration(looks.Add(1)) * time.Millisecond) }
	c.Lag = 80 * time.Millisecond
}

// full makes a full scan that must succeed.
func (w *world) full() {
	w.Helper()
	if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true}); r.Status != entra.Succeeded {
		w.Fatalf("the full scan ended %s: %v", r.Status, err)
	}
}

// heldUsers are the ids of the users in the local copy that are live.
func (w *world) heldUsers() map[string]bool {
	w.Helper()
	held := map[string]bool{}
	for o, err := range w.store.Objects(w.ctx(), w.tenant.Key, store.ObjectQuery{Class: "users"}) {
		if err != nil {
			w.Fatal(err)
		}
		held[o.ID] = true
	}
	return held
}

// TestFirstScanLags makes a first scan while Graph knows nothing of the latest
// changes. The sync after it, in which Graph knows, brings them all.
func TestFirstScanLags(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, small, lagging)
			w.sim.Mutate(rand.New(rand.NewPCG(seed, 1)), 400)
			w.sync(entra.Succeeded)
			truth, held, hidden := w.truth(), w.heldUsers(), 0
			for id := range truth.live["users"] {
				if !held[id] {
					hidden++
				}
			}
			if hidden == 0 {
				t.Error("nothing lagged")
			}
			w.sync(entra.Succeeded)
			w.sim.Settle()
			w.sync(entra.Succeeded)
			w.equal(truth)
		})
	}
}

// TestScansOfALaggingTenantThatChanges makes a first scan, a delta sync and a
// full scan while the tenant changes and Graph learns of it bit by bit.
func TestScansOfALaggingTenantThatChanges(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 400, Groups: 40, Devices: 20, Seed: seed + 1}, laggingBriefly)
			change := w.changer(rand.New(rand.NewPCG(seed, 2)))
			for _, scan := range []func(){func() { w.sync(entra.Succeeded) }, func() { w.sync(entra.Succeeded) }, w.full} {
				var changing sync.WaitGroup
				changing.Go(func() {
					tick := time.NewTicker(time.Millisecond)
					defer tick.Stop()
					for range 60 {
						<-tick.C
						change()
					}
				})
				scan()
				changing.Wait()
			}
			w.sim.Settle()
			w.sync(entra.Succeeded)
			w.equal(w.truth())
		})
	}
}

// changer gives a function that makes one random change to users and their
// memberships. What it does to an object that is gone meanwhile is refused.
func (w *world) changer(r *rand.Rand) func() {
	truth := w.truth()
	users, groups := slices.Sorted(maps.Keys(truth.live["users"])), slices.Sorted(maps.Keys(truth.live["groups"]))
	return func() {
		user, group := users[r.IntN(len(users))], groups[r.IntN(len(groups))]
		switch r.IntN(6) {
		case 0:
			if created, err := w.sim.Create("users", map[string]any{"displayName": "New"}); err == nil {
				users = append(users, created)
				_ = w.sim.AddMember(group, created)
			}
		case 1:
			_ = w.sim.Update(user, map[string]any{"jobTitle": fmt.Sprint("Chef ", r.IntN(1000))})
		case 2:
			_ = w.sim.AddMember(group, user)
		case 3:
			_ = w.sim.RemoveMember(group, user)
		case 4:
			if w.sim.Delete(user) == nil {
				_ = w.sim.Restore(user)
			}
		case 5:
			_ = w.sim.Purge(user)
		}
	}
}

// comingAndGoing are the changes that say which objects there are.
func comingAndGoing(changes map[string]bool) map[string]bool {
	maps.DeleteFunc(changes, func(text string, _ bool) bool {
		return strings.HasPrefix(text, "updated ") || strings.HasPrefix(text, "member_") || strings.HasPrefix(text, "link_")
	})
	return changes
}

// TestFullScanLags makes a full scan while Graph knows of no change. It deletes
// nothing that is there, and which objects came and went is recorded once, by it
// or by the next sync. (Of an object whose deletion lags, the scan may record
// updates, lost memberships and other lost links that the net difference leaves out.)
func TestFullScanLags(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, small, lagging)
			w.sync(entra.Succeeded)
			before := w.truth()
			w.equal(before)
			w.sim.Mutate(rand.New(rand.NewPCG(seed, 3)), 200)
			after := w.truth()
			w.full()
			got, _ := w.changes(0)
			for text := range got {
				if strings.HasPrefix(text, "deleted ") {
					t.Errorf("Graph does not know yet, but recorded is: %s", text)
				}
			}
			w.sim.Settle()
			w.sync(entra.Succeeded)
			w.equal(after)
			got, _ = w.changes(0)
			w.sameChanges(comingAndGoing(got), comingAndGoing(net(before, after)))
		})
	}
}

// TestRestoringLags makes a full scan when Graph knows that a user was deleted,
// but not yet that it was restored. Its memberships outlive that.
func TestRestoringLags(t *testing.T) {
	w := newWorld(t, small, lagging)
	w.sync(entra.Succeeded)
	truth := w.truth()
	var user string
	for link, memberType := range truth.links {
		if memberType == "#microsoft.graph.user" {
			user = link.target
			break
		}
	}
	if err := w.sim.Delete(user); err != nil {
		t.Fatal(err)
	}
	w.sim.Settle()
	if err := w.sim.Restore(user); err != nil {
		t.Fatal(err)
	}
	w.full()
	if w.heldUsers()[user] {
		t.Error("the user is held, but Graph does not know that it was restored")
	}
	w.sim.Settle()
	w.sync(entra.Succeeded)
	w.equal(truth)
}
