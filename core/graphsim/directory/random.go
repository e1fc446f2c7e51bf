package directory

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"
)

// Mutate makes n random changes to people, groups and devices such as admins, people and provisioning make: properties
// set and cleared, to and fro; members added and removed; objects created, deleted, restored and purged. The same tenant
// and the same r give the same changes.
func (t *Tenant) Mutate(r *rand.Rand, n int) {
	for range n {
		t.mu.Lock()
		t.begins()
		t.mutateOnce(r)
		t.mu.Unlock()
	}
}

// MutateAll makes n random changes to the whole directory: half of them are those of [Tenant.Mutate], the others change
// every relation, and apps, roles, administrative units, contacts and grants.
func (t *Tenant) MutateAll(r *rand.Rand, n int) {
	for range n {
		t.mu.Lock()
		t.begins()
		if r.IntN(2) == 0 {
			t.mutateOnce(r)
		} else {
			t.mutateRest(r)
		}
		t.mu.Unlock()
	}
}

// Run changes the tenant a little at every tick, until ctx ends.
func (t *Tenant) Run(ctx context.Context, every time.Duration) {
	r := rand.New(rand.NewPCG(t.cfg.Seed, uint64(t.now().UnixNano())))
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			t.MutateAll(r, 1+r.IntN(4))
		}
	}
}

// mutations are the kinds of random change; weight is how often one comes up, of a hundred.
var mutations = []struct {
	weight int
	change func(t *Tenant, r *rand.Rand)
}{
	{34, func(t *Tenant, r *rand.Rand) { t.borrow(r, Users) }},
	{8, func(t *Tenant, r *rand.Rand) { t.borrow(r, Devices) }},
	{7, func(t *Tenant, r *rand.Rand) { t.borrow(r, Groups) }},
	{14, func(t *Tenant, r *rand.Rand) { t.joinGroup(r) }},
	{9, func(t *Tenant, r *rand.Rand) { t.leave(r, GroupMembers) }},
	{5, func(t *Tenant, r *rand.Rand) { t.create(Users, false, nil) }},
	{2, func(t *Tenant, r *rand.Rand) { t.createGroup(r) }},
	{3, func(t *Tenant, r *rand.Rand) { t.create(Devices, false, nil) }},
	{1, func(t *Tenant, r *rand.Rand) { t.create(ServicePrincipals, false, nil) }},
	{4, func(t *Tenant, r *rand.Rand) { t.removeAny(r, Users) }},
	{1, func(t *Tenant, r *rand.Rand) { t.removeAny(r, Groups) }},
	{2, func(t *Tenant, r *rand.Rand) { t.removeAny(r, Devices) }},
	{2, func(t *Tenant, r *rand.Rand) { t.bringBack(r, Users, Users, Groups) }},
	{1, func(t *Tenant, r *rand.Rand) { t.purgeAny(r, Users, Users, Groups) }},
	{3, func(t *Tenant, r *rand.Rand) { t.flip(r) }},
	{2, func(t *Tenant, r *rand.Rand) { t.joinAndLeave(r) }},
	{2, func(t *Tenant, r *rand.Rand) { t.deleteAndRestore(r) }},
}

func (t *Tenant) mutateOnce(r *rand.Rand) {
	dice := r.IntN(100)
	for _, m := range mutations {
		if dice -= m.weight; dice < 0 {
			m.change(t, r)
			return
		}
	}
}

// anyLive picks a live object of a class; false if chance finds none.
func (t *Tenant) anyLive(r *rand.Rand, c ClassID) (Ref, bool) {
	for range 30 {
		if t.count[c] == 0 {
			break
		}
		if index := r.IntN(t.count[c]); t.state(c, index) == Live {
			return NewRef(c, index), true
		}
	}
	return 0, false
}

// mutable are the properties that random changes touch.
var mutable = [ClassCount][]string{
	Users: {"jobTitle", "department", "city", "officeLocation", "mobilePhone", "businessPhones", "displayName", "accountEnabled",
		"otherMails", "assignedLicenses", "companyName", "employeeType", "onPremisesLastSyncDateTime", "preferredLanguage", "usageLocation",
		"givenName", "surname", "faxNumber", "onPremisesExtensionAttributes"},
	Groups:              {"displayName", "description", "classification", "expirationDateTime", "membershipRule", "theme", "preferredLanguage"},
	Applications:        {"displayName", "description", "notes", "groupMembershipClaims", "passwordCredentials", "tags"},
	ServicePrincipals:   {"accountEnabled", "displayName", "notes", "preferredSingleSignOnMode", "appRoleAssignmentRequired"},
	AdministrativeUnits: {"displayName", "description", "membershipRule"},
	Contacts:            {"displayName", "jobTitle", "department", "companyName", "mail", "proxyAddresses", "onPremisesLastSyncDateTime"},
	Grants:              {"scope"},
	Devices:             {"approximateLastSignInDateTime", "operatingSystemVersion", "isCompliant", "displayName", "deviceCategory", "systemLabels", "accountEnabled"},
}

// borrow gives an object the value that another one was born with, or clears it where that one has none.
func (t *Tenant) borrow(r *rand.Rand, c ClassID) {
	o, ok := t.anyLive(r, c)
	if !ok {
		return
	}
	name := mutable[c][r.IntN(len(mutable[c]))]
	n := t.classes[c].ByName[name]
	t.update(o, map[int]json.RawMessage{n: t.bornWith(NewRef(c, r.IntN(t.count[c])), n)})
}

// bornWith is what a property would be had nobody touched the object; nil if unset.
func (t *Tenant) bornWith(r Ref, n int) json.RawMessage {
	var v View
	v.Open(t, r.Class(), r.Index())
	v.change = nil
	return v.Append(nil, n)
}

func (t *Tenant) joinGroup(r *rand.Rand) {
	c := Users
	switch r.IntN(12) {
	case 0:
		c = Devices
	case 1:
		c = ServicePrincipals
	}
	g, ok := t.anyLive(r, Groups)
	m, found := t.anyLive(r, c)
	if ok && found {
		t.link(GroupMembers, g.Index(), m)
	}
}

func (t *Tenant) leave(r *rand.Rand, rel RelationID) {
	source, ok := t.anyLive(r, relations[rel].Of)
	if !ok {
		return
	}
	if slots := t.Slots(rel, source.Index()); len(slots) > 0 {
		t.unlink(rel, source.Index(), slots[r.IntN(len(slots))].Object())
	}
}

func (t *Tenant) createGroup(r *rand.Rand) {
	g := t.create(Groups, false, nil)
	for range r.IntN(8) {
		if m, ok := t.anyLive(r, Users); ok {
			t.link(GroupMembers, g, m)
		}
	}
}

func (t *Tenant) removeAny(r *rand.Rand, c ClassID) {
	if o, ok := t.anyLive(r, c); ok {
		t.remove(o)
	}
}

// anySoftDeleted picks a restorable object, the lowest of a class that chance picks; map order must not matter.
func (t *Tenant) anySoftDeleted(r *rand.Rand, among ...ClassID) (Ref, bool) {
	c := anyOf(r, among...)
	lowest := -1
	for index, o := range t.touched[c] {
		if o.state == SoftDeleted && (lowest < 0 || index < lowest) {
			lowest = index
		}
	}
	if lowest < 0 {
		return 0, false
	}
	return NewRef(c, lowest), true
}

func (t *Tenant) bringBack(r *rand.Rand, among ...ClassID) {
	if o, ok := t.anySoftDeleted(r, among...); ok {
		t.restore(o)
	}
}

func (t *Tenant) purgeAny(r *rand.Rand, among ...ClassID) {
	if o, ok := t.anySoftDeleted(r, among...); ok {
		t.purge(o)
	}
}

// flip changes a property and changes it back.
func (t *Tenant) flip(r *rand.Rand) {
	o, ok := t.anyLive(r, Users)
	if !ok {
		return
	}
	n := t.classes[Users].ByName["jobTitle"]
	var v View
	v.Open(t, Users, o.Index())
	old := v.Append(nil, n)
	t.update(o, map[int]json.RawMessage{n: json.RawMessage(`"Acting Director"`)})
	t.update(o, map[int]json.RawMessage{n: old})
}

func (t *Tenant) joinAndLeave(r *rand.Rand) {
	g, ok := t.anyLive(r, Groups)
	m, found := t.anyLive(r, Users)
	if ok && found && t.link(GroupMembers, g.Index(), m) {
		t.unlink(GroupMembers, g.Index(), m)
	}
}

func (t *Tenant) deleteAndRestore(r *rand.Rand) {
	o, ok := t.anyLive(r, []ClassID{Users, Groups}[r.IntN(2)])
	if !ok {
		return
	}
	t.remove(o)
	if t.state(o.Class(), o.Index()) == SoftDeleted {
		t.restore(o)
	}
}
