package directory

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// targets are the live ends of an object's links.
func targets(t *Tenant, class, relation, source string) (ids []string) {
	for l := range t.Links(class, relation) {
		if l.SourceID == source {
			ids = append(ids, l.TargetID)
		}
	}
	return ids
}

func TestAManagerGivesWayToAnother(t *testing.T) {
	tenant := newTestTenant(t, TenantConfig{Seed: 7, Users: 50})
	user, first, second := tenant.IDOf(Users, 20), tenant.IDOf(Users, 21), tenant.IDOf(Users, 22)
	for _, manager := range []string{first, second, first} {
		if err := tenant.AddLink(user, "manager", manager); err != nil {
			t.Fatal(err)
		}
		if got := targets(tenant, "users", "manager", user); !slices.Equal(got, []string{manager}) {
			t.Errorf("managers: %v, want %s", got, manager)
		}
	}
}

// Who is gone for good is nobody's owner, member or manager; who can be restored still is.
func TestPurgeEndsEveryLink(t *testing.T) {
	tenant := newTestTenant(t, TenantConfig{Seed: 7, Users: 120, Groups: 40, Devices: 30})
	linked := func(id string) (relations []string) {
		for _, c := range tenant.classes {
			for _, relation := range tenant.Relations(c.Name) {
				for l := range tenant.Links(c.Name, relation) {
					if l.TargetID == id && !slices.Contains(relations, c.Name+" "+relation) {
						relations = append(relations, c.Name+" "+relation)
					}
				}
			}
		}
		return relations
	}
	user := tenant.IDOf(Users, 0)
	for class, relation := range map[ClassID]string{Groups: "owners", Applications: "owners", ServicePrincipals: "owners", Devices: "registeredOwners"} {
		if err := tenant.AddLink(tenant.IDOf(class, 1), relation, user); err != nil && !errors.Is(err, ErrState) {
			t.Fatal(err)
		}
	}
	before := linked(user)
	if len(before) < 6 {
		t.Fatalf("the user stands in %v only", before)
	}
	if err := tenant.Delete(user); err != nil {
		t.Fatal(err)
	}
	if got := linked(user); !slices.Equal(got, before) {
		t.Errorf("softly deleted: %v, before %v", got, before)
	}
	if err := tenant.Purge(user); err != nil {
		t.Fatal(err)
	}
	if got := linked(user); got != nil {
		t.Errorf("purged, and still in %v", got)
	}
}

func TestLinksAreRefused(t *testing.T) {
	tenant := newTestTenant(t, TenantConfig{Seed: 7, Users: 50, Groups: 12, Devices: 10})
	user, group, device := tenant.IDOf(Users, 1), tenant.IDOf(Groups, 1), tenant.IDOf(Devices, 1)
	for name, err := range map[string]error{
		"a relation that the class lacks": tenant.AddLink(user, "members", group),
		"a target of another class":       tenant.AddLink(group, "owners", device),
		"no such source":                  tenant.AddLink("nobody", "owners", user),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// MutateAll reaches every class and every relation, in both directions.
func TestMutateAllReachesEverything(t *testing.T) {
	tenant := newTestTenant(t, TenantConfig{Seed: 7, Users: 80, Groups: 30, Devices: 30})
	tenant.MutateAll(rand.New(rand.NewPCG(1, 1)), 6000)
	events := map[event]map[any]bool{}
	for class, log := range tenant.log {
		for _, e := range log {
			if events[e.Event] == nil {
				events[e.Event] = map[any]bool{}
			}
			switch e.Event {
			case Linked, Unlinked:
				events[e.Event][e.Relation] = true
			default:
				events[e.Event][ClassID(class)] = true
			}
		}
	}
	for r := range RelationCount {
		if !events[Linked][r] || !events[Unlinked][r] {
			t.Errorf("%s of %s: made %v, ended %v", relations[r].Name, tenant.classes[relations[r].Of].Name, events[Linked][r], events[Unlinked][r])
		}
	}
	for c := range ClassCount {
		if c != DirectoryRoles && (!events[Updated][c] || !events[Deleted][c]) || !events[Created][c] {
			t.Errorf("%s: created %v, updated %v, deleted %v", tenant.classes[c].Name, events[Created][c], events[Updated][c], events[Deleted][c])
		}
	}
	for _, c := range []ClassID{Users, Groups, Applications, ServicePrincipals, AdministrativeUnits} {
		if !events[Restored][c] {
			t.Errorf("no %s were restored", tenant.classes[c].Name)
		}
	}
}
