package syncer

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// Assignments of app roles are told with the names of their roles: that of the app that
// declares it, that of default access, and none where the app declares no such role.
func TestAppRolesHaveNames(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 5, Devices: 2, ServicePrincipals: 60, Applications: 3})
	w.with("users", "groups", "servicePrincipals", "appRoleAssignments")
	w.sync(entra.Succeeded)
	named := map[string]string{} // assignment → role
	kinds := map[string]int{}
	for _, o := range w.held("appRoleAssignments") {
		named[o.ID] = o.Given
		switch role := o.Properties.Text("appRoleId"); {
		case o.Given == "Default Access" && role == "00000000-0000-0000-0000-000000000000", o.Given == "Reader (Read.All)" && role != "00000000-0000-0000-0000-000000000000":
			kinds[o.Given]++
		default:
			t.Errorf("%s gives %s, told as %q", o.ID, role, o.Given)
		}
		if o.Text("appRoleId") != o.Given || o.Named().Text("appRoleName") != o.Given || o.Properties.Text("appRoleName") != "" {
			t.Errorf("%+v is shown as %q", o, o.Text("appRoleId"))
		}
	}
	if kinds["Default Access"] == 0 || kinds["Reader (Read.All)"] == 0 {
		t.Fatalf("the assignments are of %v", kinds)
	}
	links := 0
	for l, err := range w.store.Links(t.Context(), w.tenant.Key, store.LinkQuery{Relation: "principal", Class: "appRoleAssignments", Names: true}) {
		if links++; err != nil || l.Source.Name != named[l.Source.ID] {
			t.Errorf("the link of %s is of %q (%v)", l.Source.ID, l.Source.Name, err)
		}
	}
	if links == 0 {
		t.Error("no links of assignments")
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(filepath.Join(w.store.Dir(), store.FileName))+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var wrong, seen int
	for id, name := range named {
		var view, all, link string
		err := db.QueryRowContext(t.Context(), `SELECT (SELECT appRoleName FROM appRoleAssignments WHERE id = ?1), (SELECT display_name FROM all_objects WHERE id = ?1),
			(SELECT source_name FROM all_links WHERE source_id = ?1 AND relation = 'resource')`, id).Scan(&view, &all, &link)
		if seen++; err != nil || view != name || all != name || link != name {
			wrong++
			t.Logf("%s: %q %q %q (%v)", id, view, all, link, err)
		}
		if seen == 20 {
			break
		}
	}
	if wrong > 0 {
		t.Errorf("%d names of SQL views are wrong", wrong)
	}

	// The app calls its role otherwise: that is its name from then on. A role that it no longer declares has none.
	var renamed, gone string
	for _, o := range w.held("appRoleAssignments") {
		switch app := o.Properties.Text("resourceId"); {
		case o.Given == "Default Access" || app == renamed || app == gone:
		case renamed == "":
			renamed = app
			roles := []map[string]any{{"id": strings.ToUpper(o.Properties.Text("appRoleId")), "displayName": "Auditor", "value": nil, "isEnabled": true}}
			if err := w.sim.Update(app, map[string]any{"appRoles": roles}); err != nil {
				t.Fatal(err)
			}
		case gone == "":
			gone = app
			if err := w.sim.Update(app, map[string]any{"appRoles": []map[string]any{{"id": "0a0a0a0a-0000-4000-8000-000000000000", "displayName": "Other"}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if renamed == "" || gone == "" {
		t.Fatal("only one app has roles that are given")
	}
	before := map[string]string{}
	for _, o := range w.held("appRoleAssignments") {
		before[o.ID] = o.Properties.Text("appRoleId")
	}
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Classes: []string{"servicePrincipals"}}); err != nil {
		t.Fatal(err)
	}
	for _, o := range w.held("appRoleAssignments") {
		if before[o.ID] == "00000000-0000-0000-0000-000000000000" {
			continue
		}
		want := map[string]string{renamed: "Auditor", gone: ""}
		if name, changed := want[o.Properties.Text("resourceId")]; changed && o.Given != name {
			t.Errorf("a role of %s is called %q, want %q", o.Properties.Text("resourceDisplayName"), o.Given, name)
		}
	}
}
