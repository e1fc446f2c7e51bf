package watch

import (
	"context"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// apart is how long two tellings of one role may lie apart: its members come with each sync,
// and assignments are listed hourly.
const apart = 2 * time.Hour

// twin is the class that tells of the same roles.
var twin = map[string]string{"roleAssignments": "directoryRoles", "directoryRoles": "roleAssignments"}

// given is a role that somebody got, or lost.
type given struct{ role, scope, principal string }

// newlyGiven tells whether a change gives a privileged role of which no change before it has
// told: Graph tells of one twice, by an assignment and by a member of the activated role.
func (k *Keeper) newlyGiven(ctx context.Context, tenant int64, c entra.Change) (bool, error) {
	g, err := k.given(ctx, tenant, c)
	if err != nil || g.role != "" && !entra.PrivilegedRole(g.role) {
		return false, err
	}
	if g.role == "" || twin[c.Class] == "" { // of a role that is not known, any is told
		return true, nil
	}
	own, _, err := k.lastGiven(ctx, tenant, c.Class, g, c)
	if err != nil {
		return false, err
	}
	other, added, err := k.lastGiven(ctx, tenant, twin[c.Class], g, c)
	return !added || !other.After(own), err
}

// given is the role that a change gives or takes, by the id of its template; "" where it
// is not held.
func (k *Keeper) given(ctx context.Context, tenant int64, c entra.Change) (g given, err error) {
	if c.Class != "directoryRoles" {
		p := properties(c.After)
		if p == nil {
			p = properties(c.Before)
		}
		return given{entra.CanonicalID(p.Text("roleDefinitionId")), p.Text("directoryScopeId"), entra.CanonicalID(p.Text("principalId"))}, nil
	}
	if c.Target == nil {
		return g, nil
	}
	for role, err := range k.Store.Objects(ctx, tenant, store.ObjectQuery{Class: c.Class, ID: c.ID, Deleted: true}) {
		if err != nil {
			return g, err
		}
		g.role = entra.CanonicalID(role.Properties.Text("roleTemplateId"))
	}
	g.scope, g.principal = "/", c.Target.ID
	return g, nil
}

// lastGiven is when a class last told of somebody's role before a change, and whether it
// was given then.
func (k *Keeper) lastGiven(ctx context.Context, tenant int64, class string, g given, before entra.Change) (at time.Time, added bool, err error) {
	q := store.ChangeQuery{Class: class, Search: g.principal, Since: before.Time.Add(-apart), Until: before.Time,
		Kinds: []entra.ChangeKind{entra.Added, entra.ChangeDeleted, entra.LinkAdded, entra.LinkRemoved}}
	for c, err := range k.Store.Changes(ctx, tenant, q) {
		if err != nil {
			return at, added, err
		}
		of, err := k.given(ctx, tenant, c)
		if err != nil {
			return at, added, err
		}
		if c.Key < before.Key && of == g {
			at, added = c.Time, c.Kind == entra.Added || c.Kind == entra.LinkAdded
		}
	}
	return at, added, nil
}
