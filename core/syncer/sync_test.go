package syncer

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
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

// TestRoundsOfEveryRelation is the same for every class with change tracking, and
// link by link for every relation.
func TestRoundsOfEveryRelation(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 600, Groups: 120, Devices: 90, Applications: 60, ServicePrincipals: 90})
	w.sim.SetRoles(clientID, append(allRoles, "Application.Read.All", "RoleManagement.Read.Directory", "AdministrativeUnit.Read.All", "OrgContact.Read.All")...)
	classes := []string{"users", "groups", "devices", "applications", "servicePrincipals", "administrativeUnits", "directoryRoles", "orgContacts", "oauth2PermissionGrants"}
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Classes: classes}); err != nil {
		t.Fatal(err)
	}
	truth := func() snapshot {
		s := w.truth()
		for _, name := range classes[len(entra.DefaultClasses()):] {
			class, _ := entra.ClassNamed(name)
			w.truthOf(s, class)
		}
		return s
	}
	w.sync(entra.Succeeded)
	before := truth()
	w.equal(before)
	kinds := map[linkKey]int{}
	for l := range before.links {
		kinds[linkKey{class: l.class, relation: l.relation}]++
	}
	t.Log(kinds)
	if len(kinds) != 10 {
		t.Fatalf("%d relations have links, want the members and owners of groups, units' and roles' members, the owners of apps and service principals, devices' owners and users, managers and sponsors", len(kinds))
	}
	random := rand.New(rand.NewPCG(11, 7))
	var last int64
	seen := map[string]bool{}
	for round := range 10 {
		w.sim.MutateAll(random, 150)
		if round == 5 { // a full scan ends what it does not list, relation by relation
			if err := w.store.RequestFullScan(w.ctx(), w.tenant.Key, nil); err != nil {
				t.Fatal(err)
			}
		}
		after := truth()
		w.sync(entra.Succeeded)
		w.equal(after)
		var got map[string]bool
		got, last = w.changes(last)
		w.sameChanges(got, net(before, after))
		for text := range got {
			words := strings.Fields(text) // kind, source, relation, target
			if strings.Contains(words[0], "_") {
				seen[words[0]+" "+words[2]] = true
			}
		}
		before = after
	}
	for _, want := range []string{"member_added members", "member_removed members", "link_added members", "link_removed members", "link_added owners", "link_removed owners",
		"link_added registeredOwners", "link_removed registeredUsers"} {
		if !seen[want] {
			t.Errorf("ten rounds brought no %s", want)
		}
	}
}
