package syncer

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// TestManagersComeWithUsers: the first list tells managers, and from then on the delta
// query, without a request beside those of users.
func TestManagersComeWithUsers(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 120, Groups: 4, Devices: 4})
	w.sync(entra.Succeeded)
	before := w.truth()
	w.equal(before)
	if n := w.openLinks("manager"); n < 50 {
		t.Fatalf("%d managers are held", n)
	}
	_, last := w.changes(0)
	asked := len(w.server.Requests())
	report, first, second := w.sim.IDOf(directory.Users, 100), w.sim.IDOf(directory.Users, 1), w.sim.IDOf(directory.Users, 2)
	for _, manager := range []string{first, second} { // the second takes the first one's place
		if err := w.sim.AddLink(report, "manager", manager); err != nil {
			t.Fatal(err)
		}
	}
	leaver := w.sim.IDOf(directory.Users, 101)
	for _, l := range before.managers(leaver) {
		if err := w.sim.RemoveLink(leaver, "manager", l); err != nil {
			t.Fatal(err)
		}
	}
	w.ahead.Store(int64(5 * time.Minute))
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{IfDue: true}); err != nil {
		t.Fatal(err)
	}
	after := w.truth()
	w.equal(after)
	recorded, _ := w.changes(last)
	w.sameChanges(recorded, net(before, after))
	for _, r := range w.server.Requests()[asked:] {
		if strings.Contains(r.Path+r.Query, "manager") && !strings.Contains(r.Path, "/delta") {
			t.Errorf("asked %s?%s", r.Path, r.Query)
		}
	}
}

// TestManagersWithoutExpansion: where the list gives no expansion, the enumeration of the
// delta query tells managers.
func TestManagersWithoutExpansion(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 4, Devices: 4})
	f := refusal(http.StatusBadRequest, "Request_UnsupportedQuery", "The query option '$expand' is not supported.")
	f.Match = `expand=manager`
	w.server.Fault(f)
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	if w.openLinks("manager") == 0 {
		t.Error("no manager is held")
	}
}

// TestManagersAfterAFullScan: a full scan ends what is no longer, and keeps what is.
func TestManagersAfterAFullScan(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 4, Devices: 4})
	w.sync(entra.Succeeded)
	before := w.truth()
	_, last := w.changes(0)
	report := w.sim.IDOf(directory.Users, 40)
	for _, l := range before.managers(report) {
		if err := w.sim.RemoveLink(report, "manager", l); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true}); err != nil {
		t.Fatal(err)
	}
	after := w.truth()
	w.equal(after)
	recorded, _ := w.changes(last)
	w.sameChanges(recorded, net(before, after))
}

// TestManagerComesBack: a list does not show who is deleted, nor as whose manager. When
// such a manager is restored, the delta tells it alone: who reports to it is asked for.
func TestManagerComesBack(t *testing.T) {
	manager := func(w *world) string { return w.sim.IDOf(directory.Users, 0) }
	do := func(w *world, change func(string) error) {
		w.Helper()
		if err := change(manager(w)); err != nil {
			w.Error(err)
		}
	}
	asked := func(w *world, match string, change func()) {
		w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: match, Ask: func(r *http.Request) *http.Request { change(); return r }})
	}
	for name, sync := range map[string]func(w *world){
		"after the first scan": func(w *world) {
			do(w, w.sim.Delete)
			w.sync(entra.Succeeded)
			do(w, w.sim.Restore)
		},
		"while it catches up": func(w *world) {
			do(w, w.sim.Delete)
			asked(w, `users/delta\?.*deltatoken=[^l]`, func() { do(w, w.sim.Restore) })
			w.sync(entra.Succeeded)
		},
		"and is deleted again while it catches up": func(w *world) {
			do(w, w.sim.Delete)
			asked(w, `users/delta\?.*deltatoken=[^l]`, func() { do(w, w.sim.Restore) })
			asked(w, `/directReports`, func() { do(w, w.sim.Delete) })
			w.sync(entra.Succeeded)
			do(w, w.sim.Restore)
		},
		"where Graph has no list of who reports": func(w *world) {
			do(w, w.sim.Delete)
			w.sync(entra.Succeeded)
			do(w, w.sim.Restore)
			f := refusal(http.StatusBadRequest, "BadRequest", "Resource not found for the segment 'directReports'.")
			f.Match = `/directReports`
			w.server.Fault(f)
			w.sync(entra.Succeeded)
		},
		"and is deleted again meanwhile": func(w *world) {
			do(w, w.sim.Delete)
			w.sync(entra.Succeeded)
			do(w, w.sim.Restore)
			asked(w, `/directReports`, func() { do(w, w.sim.Delete) })
			w.sync(entra.Succeeded)
			do(w, w.sim.Restore)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 120, Groups: 4, Devices: 4}, func(c *graphsim.Config) { c.ListObjects = 40 })
			sync(w)
			w.sync(entra.Succeeded)
			w.equal(w.truth())
			reports := 0
			for l := range w.truth().links {
				if l.relation == "manager" && l.target == manager(w) {
					reports++
				}
			}
			if reports < 3 {
				t.Errorf("%d report to the manager", reports)
			}
		})
	}
}

func (s snapshot) managers(of string) (ids []string) {
	for l := range s.links {
		if l.source == of && l.relation == "manager" {
			ids = append(ids, l.target)
		}
	}
	return ids
}
