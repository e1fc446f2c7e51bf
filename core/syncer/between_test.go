package syncer

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
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
		lift := w.refuse("users")
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

// TestDeletionsBetweenFullScans deletes users for good and lets full scans of either
// class, refused or not, lie before the run that tells of it.
func TestDeletionsBetweenFullScans(t *testing.T) {
	groups, users := []string{"groups"}, []string{"users"}
	for name, schedule := range map[string][]betweenRun{
		"refused, then full of both":              {{refused: true}, {full: true}},
		"refused, refused in full, then a delta":  {{refused: true}, {full: true, refused: true}, {}},
		"groups, then full of both":               {{only: groups}, {full: true}},
		"groups in full, then users":              {{only: groups, full: true}, {only: users}},
		"groups twice in full, then users":        {{only: groups, full: true}, {only: groups, full: true}, {only: users}},
		"groups, groups in full, then users":      {{only: groups}, {only: groups, full: true}, {only: users}},
		"groups, then users in full":              {{only: groups}, {only: users, full: true}},
		"held, then missed by another full scan":  {{only: groups}, {only: users, full: true, hold: true}, {}, {only: users, full: true}},
		"held, then told by a delta after a full": {{only: groups}, {only: users, full: true, hold: true}, {only: groups, full: true}, {}, {only: users, full: true}},
		"held, then confirmed by an admin":        {{only: groups}, {only: users, full: true, hold: true}, {}, {confirm: true}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, small)
			w.sync(entra.Succeeded)
			before := w.truth()
			for _, id := range before.first("users", 60) {
				if err := errors.Join(w.sim.Delete(id), w.sim.Purge(id)); err != nil {
					t.Fatal(err)
				}
			}
			for _, run := range schedule {
				w.between(run)
			}
			w.sync(entra.Succeeded)
			w.equal(w.truth())
			got, _ := w.changes(0)
			w.sameChanges(got, net(before, w.truth()))
		})
	}
}

// betweenRun is one run of a schedule.
type betweenRun struct {
	only    []string
	full    bool
	refused bool // the users
	hold    bool // the loss guard holds what the scan misses
	confirm bool // no run: an admin confirms what is held
}

func (w *world) between(run betweenRun) {
	w.Helper()
	if run.confirm {
		if n, err := w.engine.ConfirmDeletions(w.ctx(), w.tenant.Key, nil); n == 0 || err != nil {
			w.Fatalf("%d confirmed, %v", n, err)
		}
		return
	}
	if run.hold {
		w.hold(3, 0)
	}
	if run.refused {
		defer w.refuse("users")()
	}
	if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Classes: run.only, Full: run.full}); err != nil || (run.refused || run.hold) && r.Status != entra.Warning {
		w.Fatalf("%s %v", r.Status, err)
	}
}

// refuse makes Graph refuse a class's delta query until the function is called.
func (w *world) refuse(class string) func() {
	return w.server.Fault(graphsim.Fault{Kind: graphsim.Custom, Status: 403, Body: `{"error":{"code":"Authorization_RequestDenied","message":"no"}}`, Match: `^GET /v1.0/` + class + `/delta`, Times: -1})
}

// TestRandomBetweenChains changes the tenant at random while one class or the other
// is refused at random, and full scans lie between: in the end no loss of a membership
// is told of a user that is gone.
func TestRandomBetweenChains(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { randomBetweenChains(t, rand.New(rand.NewPCG(22, seed))) })
	}
}

func randomBetweenChains(t *testing.T, r *rand.Rand) {
	w := newWorld(t, graphsim.TenantConfig{Users: 120, Groups: 20, Devices: 10})
	w.sync(entra.Succeeded)
	for range 8 {
		var refused []func()
		for range 1 + r.IntN(3) {
			for _, class := range []string{"users", "groups"} {
				if r.IntN(2) == 0 {
					refused = append(refused, w.refuse(class))
				}
			}
			ids := slices.Sorted(maps.Keys(w.truth().live["users"]))
			r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
			for _, id := range ids[:min(len(ids), 4)] {
				if err := errors.Join(w.sim.Delete(id), w.sim.Purge(id)); err != nil {
					t.Fatal(err)
				}
			}
			only := [][]string{nil, {"users"}, {"groups"}, {"groups", "devices"}}[r.IntN(4)]
			if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Classes: only, Full: r.IntN(3) == 0}); entra.CodeOf(err) != "" && entra.CodeOf(err) != entra.CodePermission {
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
