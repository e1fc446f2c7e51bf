package syncer

import (
	"bytes"
	"net/http"
	"regexp"
	"sync/atomic"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// roleWorld is a tenant with roles that are assigned, eligible and activated, to people
// and to groups with groups in them.
func roleWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, graphsim.TenantConfig{Users: 300, Groups: 120, Devices: 5, Premium: true})
	w.with("users", "groups", "servicePrincipals", "roleDefinitions", "roleAssignments", "roleEligibilitySchedules", "roleAssignmentSchedules")
	w.sync(entra.Succeeded)
	return w
}

// An active role tells which eligible one it was activated from, for as long as it does.
func TestActivatedRolesTellFromWhat(t *testing.T) {
	w := roleWorld(t)
	from := map[string]string{}
	for l, err := range w.store.Links(t.Context(), w.tenant.Key, store.LinkQuery{Relation: "activatedUsing"}) {
		if err != nil || l.Source.Class != "roleAssignmentSchedules" || l.Target.Class != "roleEligibilitySchedules" {
			t.Errorf("%+v (%v)", l, err)
		}
		from[l.Source.ID] = l.Target.ID
	}
	eligible := map[string]entra.StoredObject{}
	for _, o := range w.held("roleEligibilitySchedules") {
		eligible[o.ID] = o
	}
	activated := 0
	for _, o := range w.held("roleAssignmentSchedules") {
		id := o.Properties.Text("activatedUsing")
		if was := o.Properties.Text("assignmentType") == "Activated"; was != (id != "") || from[o.ID] != id {
			t.Errorf("%s is %s, activated from %q, linked to %q", o.ID, o.Properties.Text("assignmentType"), id, from[o.ID])
		}
		if id == "" {
			continue
		}
		activated++
		for _, name := range []string{"principalId", "roleDefinitionId"} {
			if e, held := eligible[id]; !held || e.Properties.Text(name) != o.Properties.Text(name) {
				t.Errorf("%s was activated from %q, which is held: %v, and of another %s", o.ID, id, held, name)
			}
		}
	}
	if activated == 0 {
		t.Error("no role was activated")
	}
}

// Where the cloud has no such expansion, active roles are read without it.
func TestRolesWithoutActivation(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 10, Devices: 2, Premium: true})
	w.with("roleAssignmentSchedules")
	w.server.Fault(graphsim.Fault{Kind: graphsim.Custom, Match: `expand=activatedUsing`, Times: -1, Status: 400,
		Body: `{"error":{"code":"BadRequest","message":"Parsing OData Select and Expand failed: Could not find a property named 'activatedUsing' on type 'microsoft.graph.unifiedRoleAssignmentScheduleInstance'."}}`})
	w.sync(entra.Succeeded)
	if n := len(w.held("roleAssignmentSchedules")); n == 0 {
		t.Error("no active roles are held")
	}
}

// Who is in a group of a group that holds a role can reach it, and the way is told.
func TestNestedGroupsReachRoles(t *testing.T) {
	w := roleWorld(t)
	truth := w.truthOfAllNamed("users", "groups", "servicePrincipals")
	members := map[string][]string{}
	for key := range truth.links {
		if key.class == "groups" && key.relation == entra.Members {
			members[key.source] = append(members[key.source], key.target)
		}
	}
	want := map[string]bool{} // role and holder
	var reach func(role, group string, seen map[string]bool)
	reach = func(role, group string, seen map[string]bool) {
		for _, m := range members[group] {
			if want[role+" "+m] = true; truth.live["groups"][m] != nil && !seen[m] {
				seen[m] = true
				reach(role, m, seen)
			}
		}
	}
	for _, o := range w.held("roleAssignments") {
		role, holder := o.Properties.Text("roleDefinitionId"), o.Properties.Text("principalId")
		if o.Properties.Text("directoryScopeId") == "/" && truth.live["groups"][holder] != nil {
			reach(role, holder, map[string]bool{holder: true})
		}
	}
	got, deep := map[string]bool{}, 0
	for h, err := range w.store.RoleHolders(t.Context(), w.tenant.Key, store.RoleQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		if h.Way != entra.RoleAssigned || len(h.Path) == 0 || h.Scope != "/" {
			continue
		}
		got[h.Role.ID+" "+h.Holder.ID] = true
		if len(h.Path) > 1 {
			deep++
		}
		for i, group := range h.Path { // each stands in the one before it, and the holder in the last
			next := h.Holder.ID
			if i+1 < len(h.Path) {
				next = h.Path[i+1].ID
			}
			if _, linked := truth.links[linkKey{"groups", entra.Members, group.ID, next}]; !linked {
				t.Errorf("the way of %s goes through %s, which %s is not in", h.Holder.ID, group.ID, next)
			}
		}
	}
	for pair := range want {
		if !got[pair] {
			t.Errorf("%s (role, holder) is not told", pair)
		}
	}
	for pair := range got {
		if !want[pair] {
			t.Errorf("%s (role, holder) is told, but not true", pair)
		}
	}
	if deep == 0 {
		t.Error("nobody has a role through two groups")
	}
}

// truthOfAllNamed is the truth of some classes.
func (w *world) truthOfAllNamed(names ...string) snapshot {
	s := w.truth()
	for _, name := range names {
		class, _ := entra.ClassNamed(name)
		w.truthOf(s, class)
	}
	return s
}

// TestIDsInAnotherCase: an id that a role assignment or an app role assignment names is the same
// in capitals, in a scope's path, too: nothing is recorded, and its links stay.
func TestIDsInAnotherCase(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 5, ServicePrincipals: 10, AdministrativeUnits: 3})
	w.with("users", "groups", "servicePrincipals", "administrativeUnits", "roleAssignments", "appRoleAssignments")
	w.sync(entra.Succeeded)
	before, links := w.records("roleAssignments")+w.records("appRoleAssignments"), w.openLinks("principal")
	guid := regexp.MustCompile(`"(principalId|resourceId|roleDefinitionId|directoryScopeId)":"[^"]*"`)
	touched := atomic.Int64{}
	w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: `roleAssignments|appRoleAssignedTo`, Times: -1, Tamper: func(_ *http.Request, body []byte) []byte {
		return guid.ReplaceAllFunc(body, func(member []byte) []byte {
			return anyGUID.ReplaceAllFunc(member, func(id []byte) []byte {
				touched.Add(1)
				return bytes.ToUpper(id)
			})
		})
	}})
	w.sync(entra.Succeeded)
	if n := w.records("roleAssignments") + w.records("appRoleAssignments") - before; n != 0 || touched.Load() == 0 {
		t.Errorf("%d changes are recorded, of %d ids in capitals", n, touched.Load())
	}
	if now := w.openLinks("principal"); now != links || links == 0 {
		t.Errorf("%d links to principals are held, %d before", now, links)
	}
}

var anyGUID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
