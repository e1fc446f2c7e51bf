package watch

import (
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// TestARoleIsToldOnce: Graph tells of a role that somebody got by an assignment and by a
// member of the activated role, one now and one in an hour, or both at once. It is told by
// whichever comes first, and again where it was taken in between. That of a role that is
// not privileged is not told.
func TestARoleIsToldOnce(t *testing.T) {
	w := newWorldOf(t, "users", "directoryRoles", "roleAssignments")
	keeper := w.keeper()
	w.add(Watch{Name: "roles", Ready: PrivilegedRole})
	privileged, other, user := "", "", ""
	for o := range w.sim.Objects("directoryRoles") {
		if entra.PrivilegedRole(strings.Trim(string(o.Properties["roleTemplateId"]), `"`)) {
			privileged = o.ID
		} else {
			other = o.ID
		}
	}
	for o := range w.sim.Objects("users") {
		user = o.ID
	}
	give := func(role string) { w.must(w.sim.AddLink(role, "members", user)) }
	take := func(role string) { w.must(w.sim.RemoveLink(role, "members", user)) }
	read := func(classes ...string) {
		w.Helper()
		if r, err := w.engine.Sync(w.Context(), w.tenant.Key, syncer.SyncOptions{Classes: classes}); r.Status != entra.Succeeded {
			w.Fatal(r.Status, err)
		}
		w.must(keeper.Once(w.Context()))
	}
	for _, step := range []struct {
		what    string
		do      func(string)
		role    string
		classes []string
		told    int
	}{
		{"another role", give, other, []string{"directoryRoles", "roleAssignments"}, 0},
		{"given, and members are read first", give, privileged, []string{"directoryRoles"}, 1},
		{"its assignment comes later", nil, "", []string{"roleAssignments"}, 0},
		{"taken", take, privileged, []string{"directoryRoles", "roleAssignments"}, 0},
		{"given again, and assignments are read first", give, privileged, []string{"roleAssignments"}, 1},
		{"its member comes later", nil, "", []string{"directoryRoles"}, 0},
		{"taken again", take, privileged, []string{"roleAssignments", "directoryRoles"}, 0},
		{"given, and both come at once", give, privileged, []string{"roleAssignments", "directoryRoles"}, 1},
	} {
		if step.do != nil {
			step.do(step.role)
		}
		read(step.classes...)
		if came := w.came(); len(came) != step.told || len(slices.Compact(came)) != step.told {
			t.Errorf("%s: %d notices came, want %d", step.what, len(came), step.told)
		}
	}
}

// TestAnObjectIsWatchedFromBothSides: a watch of a person tells what the timeline of the person does: of its own
// properties, of the groups and roles that it came into, and of the roles that it was given.
func TestAnObjectIsWatchedFromBothSides(t *testing.T) {
	w := newWorldOf(t, "users", "groups", "directoryRoles", "roleAssignments")
	role, group, user, other := "", "", "", ""
	for o := range w.sim.Objects("directoryRoles") {
		role = o.ID
	}
	for o := range w.sim.Objects("groups") {
		group = o.ID
	}
	for o := range w.sim.Objects("users") {
		user, other = o.ID, user
	}
	_ = w.sim.RemoveLink(group, "members", user) // where it is one already
	_ = w.sim.RemoveLink(role, "members", user)
	w.sync()
	watch := w.add(Watch{Name: "her", Tenant: w.tenant.Key, Filter: Filter{Object: user}})
	w.must(w.sim.AddLink(role, "members", user))
	w.must(w.sim.AddLink(group, "members", user))
	w.must(w.sim.Update(user, map[string]any{"city": "Ulm"}))
	w.must(w.sim.Update(other, map[string]any{"city": "Ulm"}))
	w.sync()
	w.must(w.keeper().Once(t.Context()))
	var told []string
	entries, err := w.keeper().Entries(t.Context(), []Watch{watch}, 10)
	w.must(err)
	for _, e := range entries {
		told = append(told, e.Subject.Change.Class+" "+string(e.Subject.Change.Kind))
	}
	slices.Sort(told)
	if want := []string{"directoryRoles link_added", "groups member_added", "roleAssignments added", "users updated"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
