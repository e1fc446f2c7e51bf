package directory

import (
	"slices"
)

// RelationID is a relation's place in [relations].
type RelationID uint8

// The relations that a tenant keeps, by the class of their sources.
const (
	GroupMembers RelationID = iota
	GroupOwners
	UnitMembers
	RoleMembers
	ApplicationOwners
	PrincipalOwners
	DeviceOwners
	DeviceUsers
	UserManager
	UserSponsors
	RelationCount
)

// Relation is a named, directed kind of link between objects.
type Relation struct {
	Name     string // as Graph calls it
	Of       ClassID
	Targets  []ClassID
	Single   bool // an object has one target at most
	Tracked  bool // change tracking tells it where $select names it
	Standard bool // and without $select
	Hideable bool // the source may hide it from who lacks Member.Read.Hidden
	// born appends the targets that a generated object was born with. nil: they were made with the tenant.
	born func(dst []Ref, b *born) []Ref
	// sources are the generated objects that may have been born with a link to this target. nil: any may.
	sources func(target Ref) []int
}

var relations = [RelationCount]Relation{
	GroupMembers: {Name: "members", Of: Groups, Targets: []ClassID{Users, Groups, Devices, ServicePrincipals, Contacts},
		Tracked: true, Standard: true, Hideable: true},
	GroupOwners: {Name: "owners", Of: Groups, Targets: []ClassID{Users, ServicePrincipals}, Tracked: true, born: groupOwners},
	UnitMembers: {Name: "members", Of: AdministrativeUnits, Targets: []ClassID{Users, Groups, Devices},
		Tracked: true, Standard: true, Hideable: true, born: unitMembers},
	RoleMembers: {Name: "members", Of: DirectoryRoles, Targets: []ClassID{Users, Groups, ServicePrincipals},
		Tracked: true, Standard: true, born: roleMembers},
	ApplicationOwners: {Name: "owners", Of: Applications, Targets: []ClassID{Users, ServicePrincipals}, born: appOwners},
	PrincipalOwners:   {Name: "owners", Of: ServicePrincipals, Targets: []ClassID{Users, ServicePrincipals}, born: appOwners},
	DeviceOwners:      {Name: "registeredOwners", Of: Devices, Targets: []ClassID{Users}, born: deviceOwners},
	DeviceUsers:       {Name: "registeredUsers", Of: Devices, Targets: []ClassID{Users}, born: deviceUsers},
	UserSponsors:      {Name: "sponsors", Of: Users, Targets: []ClassID{Users, Groups}, born: guestSponsors},
	UserManager:       {Name: "manager", Of: Users, Targets: []ClassID{Users}, Single: true, Tracked: true, born: userManager, sources: reports},
}

// Relation is what a relation is like.
func (r RelationID) Relation() *Relation { return &relations[r] }

// mostRelations is how many a class has room for in a set of properties.
const mostRelations = 4

// relationFields are all relations in a set of properties.
const relationFields Fields = (1<<mostRelations - 1) << (64 - mostRelations)

// fields are the relations' places in sets of their classes' properties.
var fields = func() (of [RelationCount]Fields) {
	for c := range ClassCount {
		for n, r := range relationsOf[c] {
			of[r] = 1 << (63 - n)
		}
	}
	return of
}()

// Field stands for the relation in a set of its class's properties.
func (r RelationID) Field() Fields { return fields[r] }

// Properties are the properties of a set, without its relations.
func (f Fields) Properties() Fields { return f &^ relationFields }

// relationsOf are the relations of each class.
var relationsOf = func() (of [ClassCount][]RelationID) {
	for r := range RelationCount {
		c := relations[r].Of
		of[c] = append(of[c], r)
	}
	return of
}()

// Relations are those of a class. The caller doesn't change them.
func (c ClassID) Relations() []RelationID { return relationsOf[c] }

// RelationNamed finds a class's relation.
func (c ClassID) RelationNamed(name string) (RelationID, bool) {
	for r := range RelationCount {
		if relations[r].Of == c && relations[r].Name == name {
			return r, true
		}
	}
	return 0, false
}

// Slots are the links that an object has or had in a relation, each in a slot that it keeps: a client that pages through
// them misses none. The caller holds the tenant and doesn't change them.
func (t *Tenant) Slots(r RelationID, source int) []Ref {
	if slots, ok := t.links[r][source]; ok {
		return slots
	}
	of := relations[r].Of
	if relations[r].born == nil || source >= t.born[of] {
		return nil
	}
	b := born{t: t, class: of, index: source, hash: t.Hash(of, source)}
	t.classes[of].sketch(&b)
	return relations[r].born(nil, &b)
}

// Linked tells whether a link stands; the caller holds the tenant.
func (t *Tenant) Linked(r RelationID, source int, target Ref) bool {
	return slices.Contains(t.Slots(r, source), target)
}

// Hides tells whether an object hides a relation from who lacks Member.Read.Hidden; the caller holds the tenant.
func (t *Tenant) Hides(r RelationID, source int) bool {
	if !relations[r].Hideable {
		return false
	}
	var v View
	v.Open(t, relations[r].Of, source)
	return string(v.Value("visibility")) == `"HiddenMembership"`
}

// link makes a link, in the slot it once had if it had one; false if it stands already.
func (t *Tenant) link(r RelationID, source int, target Ref) bool {
	slots := t.Slots(r, source)
	if slices.Contains(slots, target) {
		return false
	}
	if relations[r].Single {
		for _, other := range slots {
			t.unlink(r, source, other) // at most one stands
		}
		slots = t.Slots(r, source)
	}
	if slot := slices.Index(slots, target|GoneBit); slot >= 0 {
		slots[slot] = target
	} else {
		slots = append(slots, target)
	}
	t.links[r][source] = slots
	t.record(relations[r].Of, Entry{Index: source, Event: Linked, Relation: r, Target: target})
	return true
}

// unlink ends a link; false if there is none.
func (t *Tenant) unlink(r RelationID, source int, target Ref) bool {
	slots := t.Slots(r, source)
	slot := slices.Index(slots, target)
	if slot < 0 {
		return false
	}
	slots[slot] |= GoneBit
	t.links[r][source] = slots
	t.record(relations[r].Of, Entry{Index: source, Event: Unlinked, Relation: r, Target: target})
	return true
}

// unlinkAll ends every link to an object.
func (t *Tenant) unlinkAll(target Ref) {
	for r := range RelationCount {
		if !slices.Contains(relations[r].Targets, target.Class()) {
			continue
		}
		for source := range t.mayLinkTo(r, target) {
			t.unlink(r, source, target)
		}
	}
}

// mayLinkTo goes over the objects that may have a link to this one.
func (t *Tenant) mayLinkTo(r RelationID, target Ref) func(func(int) bool) {
	return func(yield func(int) bool) {
		if relations[r].sources == nil {
			for source := range t.count[relations[r].Of] {
				if !yield(source) {
					return
				}
			}
			return
		}
		sources := relations[r].sources(target)
		for source := range t.links[r] {
			sources = append(sources, source)
		}
		slices.Sort(sources)
		for _, source := range slices.Compact(sources) {
			if !yield(source) {
				return
			}
		}
	}
}
