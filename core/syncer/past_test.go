package syncer

import (
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// recorded is the truth at a moment.
type recorded struct {
	at time.Time
	snapshot
}

var pastClasses = []string{"users", "groups", "devices", "applications", "servicePrincipals", "administrativeUnits", "directoryRoles", "orgContacts", "oauth2PermissionGrants",
	"appRoleAssignments", "roleAssignments", "roleEligibilitySchedules", "roleAssignmentSchedules"}

// recordRun syncs a simulated tenant that changes in every way, and keeps the truth at
// the end of each sync.
func recordRun(t *testing.T) (*world, []recorded) {
	w := newWorld(t, graphsim.TenantConfig{Users: 300, Groups: 60, Devices: 45, Applications: 30, ServicePrincipals: 45, Premium: true})
	w.sim.SetRoles(clientID, append(allRoles, "Application.Read.All", "RoleManagement.Read.Directory", "AdministrativeUnit.Read.All", "OrgContact.Read.All",
		"Directory.Read.All", "RoleEligibilitySchedule.Read.Directory", "RoleAssignmentSchedule.Read.Directory")...)
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Classes: pastClasses}); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 14))
	var moments []recorded
	for round := range 10 {
		if round > 0 {
			w.sim.MutateAll(random, 150)
		}
		if round == 6 {
			if err := w.store.RequestFullScan(w.ctx(), w.tenant.Key, nil); err != nil {
				t.Fatal(err)
			}
		}
		s := w.truth()
		for _, name := range pastClasses[len(entra.DefaultClasses()):] {
			if class, _ := entra.ClassNamed(name); class.Delta != "" {
				w.truthOf(s, class)
			} else {
				s.live[name] = w.listed(class)
			}
		}
		w.sync(entra.Succeeded)
		now := time.Now().Add(time.Duration(w.ahead.Load()))
		moments = append(moments, recorded{now, s})
		w.ahead.Add(int64(time.Hour)) // an hour later
	}
	return w, moments
}

// TestPast rebuilds each recorded moment from the copy of now.
func TestPast(t *testing.T) {
	w, moments := recordRun(t)
	for i, m := range moments {
		w.equalThen(i, m)
	}
	gone, links := 0, 0
	last := moments[len(moments)-1]
	for name, objects := range moments[0].live {
		for id := range objects {
			if last.live[name][id] == nil {
				gone++
			}
		}
	}
	for l := range moments[0].links {
		if _, still := last.links[l]; !still {
			links++
		}
	}
	if gone < 20 || links < 20 {
		t.Errorf("the run only lost %d objects and %d links: it proves little", gone, links)
	}
}

// equalThen compares what is rebuilt of a moment with the truth of then.
func (w *world) equalThen(i int, m recorded) {
	w.Helper()
	for name, objects := range m.live {
		class, _ := entra.ClassNamed(name)
		seen := 0
		for o, err := range w.store.Objects(w.ctx(), w.tenant.Key, store.ObjectQuery{Class: name, At: m.at}) {
			if err != nil {
				w.Fatal(err)
			}
			truth, ok := objects[o.ID]
			if !ok {
				w.Errorf("moment %d: %s %s is rebuilt, but was not there", i, name, o.ID)
				continue
			}
			if before, after := o.Properties.Diff(truth.Without(class.Forgotten())); len(before) > 0 {
				w.Errorf("moment %d: %s %s: rebuilt %s, true %s", i, name, o.ID, before.JSON(), after.JSON())
			}
			seen++
		}
		if seen != len(objects) {
			w.Errorf("moment %d: %d %s rebuilt, %d true", i, seen, name, len(objects))
		}
	}
	want := maps.Clone(m.links)
	for l, err := range w.store.Links(w.ctx(), w.tenant.Key, store.LinkQuery{At: m.at}) {
		if err != nil {
			w.Fatal(err)
		}
		key := linkKey{l.Source.Class, l.Relation, l.Source.ID, l.Target.ID}
		class, _ := entra.ClassNamed(key.class)
		if !class.Relates(key.relation) {
			continue
		}
		if _, ok := want[key]; !ok {
			w.Errorf("moment %d: link %v is rebuilt, but was not there", i, key)
		}
		delete(want, key)
		if name := m.live[l.Target.Class][l.Target.ID].Text("displayName"); name != l.Target.Name {
			w.Errorf("moment %d: link %v leads to %q, then %q", i, key, l.Target.Name, name)
		}
		if name := m.live[key.class][key.source].Text("displayName"); name != l.Source.Name {
			w.Errorf("moment %d: link %v comes from %q, then %q", i, key, l.Source.Name, name)
		}
	}
	for key := range want {
		w.Errorf("moment %d: link %v is not rebuilt", i, key)
	}
	if w.Failed() {
		w.FailNow()
	}
}

// TestDifference: the difference of any two recorded moments is that of their truths.
func TestDifference(t *testing.T) {
	w, moments := recordRun(t)
	for i := range moments {
		for j := i + 1; j < len(moments); j++ {
			from, to := moments[i], moments[j]
			got := map[string]bool{}
			for c, err := range w.store.Diff(w.ctx(), w.tenant.Key, store.DiffQuery{From: from.at, To: to.at, Classes: pastClasses}) {
				if err != nil {
					t.Fatal(err)
				}
				text := changeText(c)
				if got[text] {
					t.Errorf("moments %d and %d: told twice: %s", i, j, text)
				}
				got[text] = true
				if c.Time.IsZero() || c.Time.After(to.at) || !c.Time.After(from.at) {
					t.Errorf("moments %d and %d: %s is of %s", i, j, text, c.Time)
				}
			}
			t.Logf("moments %d and %d: %d rows", i, j, len(got))
			w.sameChanges(got, net(from.snapshot, to.snapshot))
		}
	}
}
