package syncer

import (
	"math/rand/v2"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestRounds is the main job: a first scan, then rounds of random mutations,
// each followed by a delta sync, after each of which the local copy equals the
// tenant and the recorded changes are the net difference.
func TestRounds(t *testing.T) {
	size, mutations := graphsim.TenantConfig{Users: 20_000, Groups: 5_000, Devices: 5_000}, 300
	if testing.Short() {
		size, mutations = graphsim.TenantConfig{Users: 700, Groups: 150, Devices: 120}, 60
	}
	w := newWorld(t, size)
	w.sync(entra.Succeeded)
	before := w.truth()
	w.equal(before)
	if got, _ := w.changes(0); len(got) > 0 {
		t.Fatalf("the baseline recorded %d changes", len(got))
	}
	random := rand.New(rand.NewPCG(7, 7))
	var last int64
	for round := range 10 {
		w.sim.Mutate(random, mutations)
		after := w.truth()
		r := w.sync(entra.Succeeded)
		w.equal(after)
		var got map[string]bool
		got, last = w.changes(last)
		requests := 0
		for _, c := range r.Classes {
			requests += int(c.Requests)
		}
		t.Logf("round %d: %d changes, %d requests", round, len(got), requests)
		if most := 30 + len(got); requests > most {
			t.Errorf("%d requests for %d changes", requests, len(got))
		}
		w.sameChanges(got, net(before, after))
		before = after
	}
}
