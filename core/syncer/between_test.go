package syncer

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestDeletionsBetweenChains deletes users while their class is refused in several
// runs, in which the groups' chain tells already that they are members no more: once
// the users' deletion is known, no member_removed is left of it; those that were true
// before stay.
func TestDeletionsBetweenChains(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	before := w.truth()
	var real linkKey
	for link := range before.links {
		if link.class == "groups" && link.relation == entra.Members && before.live["users"][link.target] != nil {
			real = link
			break
		}
	}
	if err := w.sim.RemoveMember(real.source, real.target); err != nil {
		t.Fatal(err)
	}
	w.sync(entra.Succeeded) // known to both chains: a true loss, whatever becomes of the user
	if got, _ := w.changes(0); !got["member_removed "+real.source+" members "+real.target] {
		t.Fatalf("recorded: %v", got)
	}
	for _, runs := range []int{1, 3, -3} { // negative: users are not asked for at all
		only := []string(nil)
		if runs < 0 {
			runs, only = -runs, []string{"groups"}
		}
		lift := w.server.Fault(graphsim.Fault{Kind: graphsim.Custom, Status: 403, Body: `{"error":{"code":"Authorization_RequestDenied","message":"no"}}`, Match: `^GET /v1.0/users/delta`, Times: -1})
		n := 0
		for range runs {
			for id := range w.truth().live["users"] {
				if n++; n%12 == 0 {
					break
				}
				if err := errors.Join(w.sim.Delete(id), w.sim.Purge(id)); err != nil {
					t.Fatal(err)
				}
			}
			if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Classes: only}); r.Status != entra.Warning && only == nil || err != nil {
				t.Fatalf("%s %v", r.Status, err)
			}
		}
		lift()
		w.sync(entra.Succeeded)
		w.equal(w.truth())
		got, _ := w.changes(0)
		w.sameChanges(got, netOf(before, w.truth(), real))
	}
}

// netOf is net with a link's loss that was true when it was told.
func netOf(before, after snapshot, lost linkKey) map[string]bool {
	want := net(before, after)
	want["member_removed "+lost.source+" members "+lost.target] = true
	return want
}

// TestRandomBetweenChains changes the tenant at random while one class or the other
// is refused at random: in the end no loss of a membership is told of a user that is
// gone.
func TestRandomBetweenChains(t *testing.T) {
	r := rand.New(rand.NewPCG(22, 7))
	w := newWorld(t, graphsim.TenantConfig{Users: 120, Groups: 20, Devices: 10})
	w.sync(entra.Succeeded)
	for range 8 {
		var refused []func()
		for range 1 + r.IntN(3) {
			for _, class := range []string{"users", "groups"} {
				if r.IntN(2) == 0 {
					refused = append(refused, w.server.Fault(graphsim.Fault{Kind: graphsim.Custom, Status: 403,
						Body: `{"error":{"code":"Authorization_RequestDenied","message":"no"}}`, Match: `^GET /v1.0/` + class + `/delta`, Times: -1}))
				}
			}
			ids := make([]string, 0, 120)
			for id := range w.truth().live["users"] {
				ids = append(ids, id)
			}
			for _, id := range ids[:min(len(ids), 4)] {
				if err := errors.Join(w.sim.Delete(id), w.sim.Purge(id)); err != nil {
					t.Fatal(err)
				}
			}
			only := [][]string{nil, {"users"}, {"groups"}, {"groups", "devices"}}[r.IntN(4)]
			if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Classes: only}); entra.CodeOf(err) != "" && entra.CodeOf(err) != entra.CodePermission {
				t.Fatal(err)
			}
			for _, lift := range refused {
				lift()
			}
			refused = nil
		}
		w.sync(entra.Succeeded)
		w.equal(w.truth())
		got, _ := w.changes(0)
		for text := range got {
			if len(text) > 14 && text[:14] == "member_removed" {
				t.Errorf("%s, though nobody was removed but by being deleted", text)
			}
		}
	}
}
