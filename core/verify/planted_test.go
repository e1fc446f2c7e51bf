package verify

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// planter plants differences in the copy, past the program.
type planter struct {
	*world
	db *sql.DB
}

func (p *planter) exec(query string, args ...any) {
	p.Helper()
	r, err := p.db.Exec(query, args...)
	p.must(err)
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		p.Fatalf("%d rows: %s %v", n, query, args)
	}
}

// object is the n-th live object of a class: its key and its id.
func (p *planter) object(class string, n int) (key int64, id string) {
	p.Helper()
	p.must(p.db.QueryRow("SELECT object, id FROM objects WHERE state = 1 AND class = (SELECT class FROM classes WHERE name = ?) ORDER BY object LIMIT 1 OFFSET ?", class, n).Scan(&key, &id))
	return key, id
}

// with is the n-th live object of a class that has a property.
func (p *planter) with(class, property string, n int) (key int64, id, path string) {
	p.Helper()
	p.must(p.db.QueryRow("SELECT '$[' || position || ']' FROM properties WHERE name = ? AND class = (SELECT class FROM classes WHERE name = ?)", property, class).Scan(&path))
	p.must(p.db.QueryRow("SELECT object, id FROM objects WHERE state = 1 AND class = (SELECT class FROM classes WHERE name = ?) AND properties -> ? NOT IN ('null', '[]') ORDER BY object LIMIT 1 OFFSET ?", class, path, n).Scan(&key, &id))
	return key, id, path
}

// change gives a property of an object another value, as JSON.
func (p *planter) change(class, property, value string, n int) string {
	p.Helper()
	key, id, path := p.with(class, property, n)
	p.exec("UPDATE objects SET properties = json_set(properties, ?, json(?)) WHERE object = ?", path, value, key)
	return fmt.Sprintf("different %s %s   %s", class, id, property)
}

// lose ends a link of a relation of a class's objects, past the program.
func (p *planter) lose(class, relation string) string {
	p.Helper()
	var source, kind, target int64
	var from, to string
	p.must(p.db.QueryRow(`SELECT l.source, l.relation, l.target, s.id, t.id FROM links l JOIN objects s ON s.object = l.source JOIN objects t ON t.object = l.target
		JOIN relations r ON r.relation = l.relation JOIN classes c ON c.class = s.class
		WHERE l.until IS NULL AND s.state = 1 AND t.state IN (1, 3) AND r.name = ? AND c.name = ? ORDER BY s.object DESC LIMIT 1`, relation, class).Scan(&source, &kind, &target, &from, &to))
	p.exec("DELETE FROM links WHERE source = ? AND relation = ? AND target = ? AND until IS NULL", source, kind, target)
	return fmt.Sprintf("missing %s %s %s %s", class, from, relation, to)
}

// plant plants differences of all kinds, and tells how they have to be reported.
func (p *planter) plant() (want []string) {
	add := func(row string) { want = append(want, row) }
	for i, class := range []string{"orgContacts", "groupSettings", "namedLocations"} { // nothing leads to them
		key, id := p.object(class, i/2) // policies leave out the first location
		p.exec("UPDATE objects SET state = 4, properties = '[]' WHERE object = ?", key)
		add("missing " + class + " " + id)
	}
	for _, class := range []string{"users", "groups", "devices", "applications"} {
		id := fmt.Sprintf("%08d-0000-4000-8000-000000000000", len(want))
		p.exec("INSERT INTO objects (tenant, class, id, state, first_seen, last_changed) VALUES (?, (SELECT class FROM classes WHERE name = ?), ?, 1, 1, 1)", p.tenant.Key, class, id)
		add("extra " + class + " " + id)
	}
	p.exec(`INSERT INTO objects (tenant, class, space, id, state, first_seen, last_changed)
		SELECT ?, class, class, 'left.example', 1, 1, 1 FROM classes WHERE name = 'domains'`, p.tenant.Key)
	add("extra domains left.example")
	add(p.change("users", "displayName", `"Somebody Else"`, 1))
	add(p.change("users", "jobTitle", `null`, 2))
	add(p.change("users", "accountEnabled", `"true"`, 3)) // of another type
	add(p.change("users", "businessPhones", `["+1 555 0100"]`, 4))
	add(p.change("groups", "securityEnabled", `null`, 1))
	add(p.change("devices", "operatingSystemVersion", `""`, 1))
	add(p.change("applications", "appId", `"00000000-0000-0000-0000-000000000001"`, 1))
	add(p.change("conditionalAccessPolicies", "state", `"disabled"`, 0))
	add(p.change("domains", "passwordValidityPeriodInDays", `91`, 0)) // a number
	add(p.change("organization", "displayName", `"Contoso "`, 0))
	add(p.change("authorizationPolicy", "defaultUserRolePermissions", `{"allowedToCreateApps":"x"}`, 0))
	for _, of := range [][2]string{{"groups", entra.Members}, {"groups", "owners"}, {"devices", "registeredOwners"}, {"oauth2PermissionGrants", "client"}, {"directoryRoles", entra.Members}} {
		add(p.lose(of[0], of[1]))
	}
	group, groupID := p.object("groups", 2)
	contact, contactID := p.object("orgContacts", 3)
	p.exec("INSERT INTO links (source, relation, target, since) SELECT ?, relation, ?, 1 FROM relations WHERE name = 'members'", group, contact)
	add("extra groups " + groupID + " members " + contactID)
	key, id := p.object("orgContacts", 5)
	p.exec("UPDATE objects SET state = 3 WHERE object = ?", key) // as if a filter left it out
	add("missing orgContacts " + id)
	key, id = p.object("orgContacts", 7)
	p.exec("UPDATE objects SET properties = '[' WHERE object = ?", key) // damaged
	names := []string{}
	for o := range p.sim.Objects("orgContacts") {
		if o.ID == id {
			for name, value := range o.Properties {
				if class, _ := entra.ClassNamed("orgContacts"); slices.Contains(class.Select, name) && !slices.Contains(class.Volatile, name) && string(value) != "null" && string(value) != "[]" {
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	add("different orgContacts " + id + "   " + strings.Join(names, ","))
	return want
}

// TestPlantedDifferences finds each difference that stands in the copy, and those of a
// tenant that changed since its last sync, and nothing else; a full scan mends them.
func TestPlantedDifferences(t *testing.T) {
	w := newWorld(t)
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(w.dir, store.FileName)+"?_busy_timeout=5000")
	w.must(err)
	defer db.Close()
	p := &planter{w, db}
	want := p.plant()
	if len(want) < 24 {
		t.Fatalf("only %d are planted", len(want))
	}
	_, user := p.object("users", 9)
	w.must(w.sim.Update(user, map[string]any{"city": "Elsewhere"}))
	born, err := w.sim.Create("devices", map[string]any{"displayName": "NEW-1"})
	w.must(err)
	want = append(want, "different users "+user+"   city", "missing devices "+born)
	_, contact := p.object("orgContacts", 9)
	w.must(w.sim.Delete(contact))
	want = append(want, "extra orgContacts "+contact)

	r := w.verify()
	slices.Sort(want)
	if got := w.rows(r); !slices.Equal(got, want) {
		for _, row := range got {
			if !slices.Contains(want, row) {
				t.Errorf("not planted: %s", row)
			}
		}
		for _, row := range want {
			if !slices.Contains(got, row) {
				t.Errorf("not found: %s", row)
			}
		}
	}
	if got := r.Pending(); got != 3 { // those of the tenant
		t.Errorf("%d changed since the last sync", got)
	}
	if r.Equal || r.Differences() != len(want) {
		t.Errorf("equal %v with %d differences", r.Equal, r.Differences())
	}
	if _, err := db.Exec("UPDATE objects SET properties = '[]' WHERE properties = '['"); err != nil { // a sync refuses what is damaged
		t.Fatal(err)
	}
	w.sync(syncer.SyncOptions{Full: true})
	for _, row := range w.rows(w.verify()) {
		if !strings.HasPrefix(row, "missing oauth2PermissionGrants") { // such a link follows its property, which is as it should be
			t.Errorf("after a full scan: %s", row)
		}
	}
}
