package directory

import "math/rand/v2"

// mutateRest changes what [Tenant.Mutate] leaves alone.
func (t *Tenant) mutateRest(r *rand.Rand) {
	switch dice := r.IntN(20); {
	case dice < 7:
		t.join(r, RelationID(r.IntN(int(RelationCount))))
	case dice < 11:
		t.leave(r, RelationID(r.IntN(int(RelationCount))))
	case dice < 14:
		t.borrow(r, anyOf(r, Applications, ServicePrincipals, AdministrativeUnits, Contacts, Grants))
	case dice < 16:
		t.create(anyOf(r, Applications, AdministrativeUnits, Contacts, Grants), false, nil)
	case dice < 17:
		t.removeAny(r, anyOf(r, Applications, ServicePrincipals, AdministrativeUnits, Contacts, Grants))
	case dice < 18:
		t.bringBack(r, Applications, ServicePrincipals, AdministrativeUnits)
	case dice < 19:
		t.purgeAny(r, Applications, ServicePrincipals, AdministrativeUnits)
	default:
		t.activate()
	}
}

func anyOf(r *rand.Rand, classes ...ClassID) ClassID { return classes[r.IntN(len(classes))] }

// join links an object to another; most often to the first class of targets, which is the relation's usual one.
func (t *Tenant) join(r *rand.Rand, rel RelationID) {
	targets := relations[rel].Targets
	c := targets[0]
	if r.IntN(4) == 0 {
		c = anyOf(r, targets...)
	}
	source, ok := t.anyLive(r, relations[rel].Of)
	target, found := t.anyLive(r, c)
	if ok && found && source != target {
		t.link(rel, source.Index(), target)
	}
}

// activate makes the next role template a role of the tenant.
func (t *Tenant) activate() {
	if t.count[DirectoryRoles] < len(RoleTemplates) {
		t.create(DirectoryRoles, false, nil)
	}
}
