package syncer

import (
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestFilters leaves out what the expression says, brings it back, and never
// writes changes for either.
func TestFilters(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	all := w.truth()
	set := func(expression string) {
		t.Helper()
		if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Filters: map[string]string{"users": expression, "groups": ""}}); err != nil {
			t.Fatal(err)
		}
		w.sync(entra.Succeeded)
	}
	set(`userType == "Guest" or department == nil`)
	want := w.truth()
	for id, p := range all.live["users"] {
		if p.Text("userType") == "Guest" || p.Text("department") == "" {
			delete(want.live["users"], id)
		}
	}
	for link := range want.links {
		if _, left := want.live["users"][link.source]; link.class == "users" && !left {
			delete(want.links, link) // managers and sponsors of whom the filter leaves out
		}
	}
	if len(want.live["users"]) == len(all.live["users"]) {
		t.Fatal("the filter leaves out nothing; the test proves nothing")
	}
	w.equal(want)
	state, _ := w.store.ClassState(w.ctx(), w.tenant.Key, "users")
	if state.Total+state.Filtered != int64(len(all.live["users"])) {
		t.Errorf("total %d + filtered %d, %d in the tenant", state.Total, state.Filtered, len(all.live["users"]))
	}
	set("")
	w.equal(all)
	if got, _ := w.changes(0); len(got) > 0 {
		t.Errorf("%d changes recorded", len(got))
	}
}

// TestFilteredGroup comes back with all its members when its filter lets it.
func TestFilteredGroup(t *testing.T) {
	w := newWorld(t, small)
	group := ""
	for link := range w.truth().links {
		if link.relation == entra.Members { // devices have links, too
			group = link.source
		}
	}
	if err := w.sim.Update(group, map[string]any{"description": "leave out"}); err != nil {
		t.Fatal(err)
	}
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Filters: map[string]string{"groups": `description == "leave out"`}}); err != nil {
		t.Fatal(err)
	}
	w.sync(entra.Succeeded)
	want := w.truth()
	delete(want.live["groups"], group)
	for link := range want.links {
		if link.source == group {
			delete(want.links, link)
		}
	}
	w.equal(want)
	if err := w.sim.Update(group, map[string]any{"description": "take in"}); err != nil {
		t.Fatal(err)
	}
	w.sync(entra.Succeeded)
	w.equal(w.truth())
}
