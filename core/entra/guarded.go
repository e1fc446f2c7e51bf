package entra

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/say"
)

// A property may need a permission of its own, beside that of its class. Who lacks it is
// not refused: Graph leaves the property out, or gives null. So an empty value ends
// nothing, as long as it is not known that the value may be seen.

// Guarded is such a property.
type Guarded struct {
	Property    string
	Permissions []string // one of them shows it, the least first
	Role        string   // that a person who signs in needs besides, and an app may need
}

var guarded = []Guarded{
	{"customSecurityAttributes", words("CustomSecAttributeAssignment.Read.All CustomSecAttributeAssignment.ReadWrite.All"), "Attribute Assignment Reader"},
	{"employeeLeaveDateTime", words("User-LifeCycleInfo.Read.All User-LifeCycleInfo.ReadWrite.All"), "Lifecycle Workflows Administrator"},
	{"signInActivity", words("AuditLog.Read.All"), "Reports Reader"},
}

// GuardedAmong are those of some properties that need a permission of their own.
func GuardedAmong(properties []string) (out []Guarded) {
	for _, g := range guarded {
		if slices.Contains(properties, g.Property) {
			out = append(out, g)
		}
	}
	return out
}

// Remedy is what an admin does to see the property; of a person who signs in more is needed.
func (g Guarded) Remedy(person bool) say.Sentence {
	if person {
		return say.With("grant %s (delegated permission) with admin consent, and give the person who signs in the role %s", g.Permissions[0], g.Role)
	}
	return say.With("grant %s (application permission) and admin consent", g.Permissions[0])
}

// RemedyInDoubt is what an admin does where the property comes empty although its permission is there.
func (g Guarded) RemedyInDoubt(person bool) say.Sentence {
	if person {
		return g.Remedy(person)
	}
	return say.With("check that the app still has %s with admin consent, and give it the role %s in Microsoft Entra ID", g.Permissions[0], g.Role)
}

// Sees tells whether permissions show the property.
func (g Guarded) Sees(permissions []string) bool {
	return slices.ContainsFunc(permissions, func(p string) bool { return slices.Contains(g.Permissions, p) })
}

// Empty tells whether a value holds nothing.
func Empty(v jsontext.Value) bool {
	switch string(v) {
	case "", "null", "{}", "[]", `""`:
		return true
	}
	return false
}

// MembersOfHidden is the permission that shows the members of what hides them.
const MembersOfHidden = "Member.Read.Hidden"

// HiddenMembers are what it shows.
var HiddenMembers = Guarded{Property: Members, Permissions: []string{MembersOfHidden}}

// Hides tells whether an object of the class shows its members to nobody who lacks
// [MembersOfHidden]: its answer then names none, as that of one without members does.
func (c Class) Hides(p Properties) bool {
	return c.Relates(Members) && p.Text("visibility") == "HiddenMembership"
}

// mayBeUnset is how many properties of an object may well be unset, all of them.
const mayBeUnset = 4

// NotShown is an object of which only the id may be seen: all that is told of it is null.
func (o Object) NotShown() bool {
	return o.Removed == NotRemoved && len(o.Properties) > mayBeUnset && len(o.Properties.WithoutNulls()) == 0
}
