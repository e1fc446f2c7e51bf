package watch

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Ready is a watch that is ready-made.
type Ready struct {
	Name    string
	Meaning say.Sentence
	classes []string // of its changes; nil: it is about syncs
	matches func(entra.Change) bool
}

// The ready watches that are more than a look at each change.
const (
	PrivilegedRole = "privileged-role"
	ManyDeletions  = "many-deletions"
	SyncFailing    = "sync-failing"
)

// ready are all of them.
var ready = []Ready{
	{PrivilegedRole, "Somebody was given a privileged role, or made eligible for one.",
		[]string{"roleAssignments", "roleEligibilitySchedules", "directoryRoles"}, privileged},
	{"app-credential", "A secret or certificate was added to an app registration or a service principal.", []string{"applications", "servicePrincipals"}, newCredential},
	{"guest-invited", "A guest was invited, or added.", []string{"users"}, func(c entra.Change) bool {
		return c.Kind == entra.Added && properties(c.After).Text("userType") == "Guest"
	}},
	{"conditional-access", "A conditional access policy was added, changed, switched off or deleted.", []string{"conditionalAccessPolicies"}, func(entra.Change) bool { return true }},
	{ManyDeletions, "More objects than a number of your choice were deleted in one sync of a class.", nil, nil},
	{SyncFailing, "A tenant has not synced for a day.", nil, nil},
}

// ReadyOnes are all ready watches.
func ReadyOnes() []Ready { return append([]Ready(nil), ready...) }

// ReadyNames are their names.
func ReadyNames() (names []string) {
	for _, r := range ready {
		names = append(names, r.Name)
	}
	return names
}

func readyNamed(name string) (Ready, bool) {
	for _, r := range ready {
		if r.Name == name {
			return r, true
		}
	}
	return Ready{}, false
}

func properties(raw []byte) entra.Properties {
	p, err := entra.ParseProperties(raw)
	if err != nil {
		return nil // unreachable: it was stored
	}
	return p
}

// privileged tells whether a change gives a privileged role. A member of an activated role
// says nothing of which it is: see newlyGiven.
func privileged(c entra.Change) bool {
	if c.Class == "directoryRoles" {
		return c.Kind == entra.LinkAdded && c.Relation == entra.Members
	}
	return c.Kind == entra.Added && entra.PrivilegedRole(properties(c.After).Text("roleDefinitionId"))
}

// newCredential tells whether a key is there that was not before.
func newCredential(c entra.Change) bool {
	if c.Kind != entra.Updated && c.Kind != entra.Added {
		return false
	}
	before, after := properties(c.Before), properties(c.After)
	for _, name := range []string{"passwordCredentials", "keyCredentials"} {
		was := keys(before.Value(name))
		for id := range keys(after.Value(name)) {
			if !was[id] {
				return true
			}
		}
	}
	return false
}

// keys are the ids of credentials.
func keys(list jsontext.Value) map[string]bool {
	ids := map[string]bool{}
	for _, item := range entra.Elements(list) {
		ids[properties(item).Text("keyId")] = true
	}
	return ids
}
