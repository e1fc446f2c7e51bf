package syncer

import (
	"math/rand/v2"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestEverythingThroughTenRounds syncs a demo tenant with every class and every relation
// that there is, through ten rounds of random changes to all of it. After each the copy
// equals the simulated truth, and the changes recorded are the ones that were made. Each
// relation has links from the beginning, and gains and loses some.
func TestEverythingThroughTenRounds(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 150, Groups: 25, Devices: 40, ServicePrincipals: 60, Applications: 40, AdministrativeUnits: 8, Contacts: 10, Grants: 20, Premium: true})
	var names []string
	for _, c := range entra.Classes() {
		names = append(names, c.Name)
	}
	w.with(names...)
	w.sync(entra.Succeeded)
	before := w.truthOfAll()
	w.equal(before)
	_, last := w.changes(0)
	r := rand.New(rand.NewPCG(10, 13))
	seen, gained, lost := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for key := range before.links {
		seen[key.class+"/"+key.relation] = true
	}
	for range 10 {
		w.sim.MutateAll(r, 150)
		w.sync(entra.Succeeded)
		truth := w.truthOfAll()
		w.equal(truth)
		var recorded map[string]bool
		recorded, last = w.changes(last)
		w.sameChanges(recorded, net(before, truth))
		compareLinks(before, truth, gained)
		compareLinks(truth, before, lost)
		before = truth
	}
	for _, c := range entra.Classes() {
		for _, relation := range c.Relations {
			if name := c.Name + "/" + relation.Name; !seen[name] || !gained[name] || !lost[name] {
				t.Errorf("%s: links from the beginning %v, gained %v, lost %v", name, seen[name], gained[name], lost[name])
			}
		}
	}
}

// compareLinks marks the relations that b has links of which a had not.
func compareLinks(a, b snapshot, more map[string]bool) {
	for key := range b.links {
		if _, had := a.links[key]; !had {
			more[key.class+"/"+key.relation] = true
		}
	}
}
