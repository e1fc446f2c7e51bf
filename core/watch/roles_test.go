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
