package graphsim

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// Small pages and many seeds: whatever order changes and pages come in, the copy ends up exact. In the last round of
// some seeds the client begins again from nothing.
func TestDeltaIsExactForAnySeed(t *testing.T) {
	for seed := range uint64(9) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			cfg := testTenant(120)
			cfg.Seed = seed
			s := start(t, Config{Tenants: []directory.TenantConfig{cfg}, PageObjects: 12 + int(seed), PageLinks: 8 + 2*int(seed)})
			r := rand.New(rand.NewPCG(seed, 1))
			copies := allCopies()
			s.tenant.MutateAll(r, 100)
			for round := range 3 {
				for i, c := range copies {
					if round == 2 && seed%3 == 0 {
						c = newCopy(c.class)
						copies[i] = c
					}
					c.round(t, s, firstDelta(c.class), func() { s.tenant.MutateAll(r, int(seed%4)) })
				}
				for _, c := range copies {
					c.round(t, s, "", nil)
					c.mustEqualTruth(t, s.tenant, properties(c.class)...)
					c.mustEqualLinks(t, s.tenant, trackedRelations[c.class]...)
				}
				s.tenant.MutateAll(r, 80)
			}
		})
	}
}

// What was cleared before an object was deleted comes as null when it is restored: the client may not know yet.
func TestRestoredObjectTellsWhatWasCleared(t *testing.T) {
	s := start(t, Config{})
	id, _ := s.tenant.Create("users", map[string]any{"displayName": "Zoë", "jobTitle": "Chef"})
	link := s.page(t, "/v1.0/users/delta?$select=displayName,jobTitle&$deltatoken=latest").Delta
	if err := s.tenant.Update(id, map[string]any{"jobTitle": nil}); err != nil {
		t.Fatal(err)
	}
	if err := s.tenant.Delete(id); err != nil {
		t.Fatal(err)
	}
	link = s.page(t, link).Delta
	if err := s.tenant.Restore(id); err != nil {
		t.Fatal(err)
	}
	if got, want := spelled(s.page(t, link).Value[0]), `displayName="Zoë" id jobTitle=null`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
