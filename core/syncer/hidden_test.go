package syncer

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// shown counts the objects of which a value of a property is held.
func (w *world) shown(class, property string) (n int) {
	w.Helper()
	for _, o := range w.held(class) {
		if !entra.Empty(o.Properties.Value(property)) {
			n++
		}
	}
	return n
}

// records counts the changes of a class that are recorded.
func (w *world) records(class string) (n int) {
	w.Helper()
	n, err := w.store.ChangeCount(w.ctx(), w.tenant.Key, store.ChangeQuery{Class: class})
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// warning is what the last run said of a class.
func warning(r Result, class string) string {
	for _, row := range r.Classes {
		if row.Class == class && row.Relation == "" {
			return string(row.Status) + ": " + row.ErrorLine()
		}
	}
	return ""
}

const attributes = "CustomSecAttributeAssignment.Read.All"

// Graph leaves security attributes empty for who lacks their permission. Neither a class of
// them nor a property that was added to users takes that for a removal; the warning says what to grant,
// and what is true by then comes once it is granted.
func TestWithdrawnPermissionEndsNoSecurityAttributes(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, ServicePrincipals: 40})
	w.with("users", "userSecurityAttributes", "appSecurityAttributes")
	w.property("users", "customSecurityAttributes")
	w.sync(entra.Succeeded)
	classes := []string{"users", "userSecurityAttributes", "appSecurityAttributes"}
	held, records := map[string]int{}, map[string]int{}
	for _, class := range classes {
		held[class], records[class] = w.shown(class, "customSecurityAttributes"), w.records(class)
		if held[class] == 0 {
			t.Fatalf("no attributes of %s are held", class)
		}
	}
	w.sim.SetRoles(clientID, allRoles...)
	w.newProcess()
	for i := range 3 {
		if i == 1 {
			if err := w.store.RequestFullScan(w.ctx(), w.tenant.Key, nil); err != nil {
				t.Fatal(err)
			}
		}
		if i == 2 { // a delta tells the whole object, and the attributes as nothing
			w.update(w.sim.IDOf(0, 3), map[string]any{"jobTitle": "Changed"})
		}
		r := w.sync(entra.Warning)
		for _, class := range classes {
			if n := w.shown(class, "customSecurityAttributes"); n != held[class] {
				t.Errorf("round %d: of %d attributes of %s %d are held", i, held[class], class, n)
			}
			if said := warning(r, class); !strings.HasPrefix(said, "warning: ") || !strings.Contains(said, "grant "+attributes+" (application permission) and admin consent") {
				t.Errorf("round %d: it is said of %s: %s", i, class, said)
			}
		}
		if n := w.records("userSecurityAttributes") + w.records("appSecurityAttributes"); n != records["userSecurityAttributes"]+records["appSecurityAttributes"] {
			t.Errorf("round %d: %d changes are recorded", i, n)
		}
	}
	i := slices.IndexFunc(w.held("users"), func(o entra.StoredObject) bool { return !entra.Empty(o.Properties.Value("customSecurityAttributes")) })
	cleared := w.held("users")[i].ID
	w.update(cleared, map[string]any{"customSecurityAttributes": nil})
	w.sync(entra.Warning)
	w.sim.SetRoles(clientID, append([]string{attributes}, allRoles...)...)
	w.sync(entra.Succeeded)
	for _, class := range classes[:2] {
		if n := w.shown(class, "customSecurityAttributes"); n != held[class]-1 {
			t.Errorf("once it is granted again %d attributes of %s are held, not %d", n, class, held[class]-1)
		}
	}
}

// Members of a hidden group are not there for who lacks Member.Read.Hidden, and are not gone.
func TestWithdrawnPermissionEndsNoHiddenMembers(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 5})
	group := w.sim.IDOf(1, 2)
	w.update(group, map[string]any{"visibility": "HiddenMembership"})
	w.with("users", "groups", "administrativeUnits")
	w.sync(entra.Succeeded)
	count := func(class string) int {
		n, err := w.store.LinkCount(t.Context(), w.tenant.Key, store.LinkQuery{Relation: entra.Members, Class: class})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	groups, units := count("groups"), count("administrativeUnits")
	hidden, _ := w.store.LinkCount(t.Context(), w.tenant.Key, store.LinkQuery{Relation: entra.Members, Source: group})
	if hidden == 0 || units == 0 {
		t.Fatalf("%d hidden members and %d of units are held", hidden, units)
	}
	without := slices.DeleteFunc(slices.Clone(allRoles), func(r string) bool { return r == entra.MembersOfHidden })
	without = append(without, "AdministrativeUnit.Read.All")
	w.sim.SetRoles(clientID, without...)
	w.newProcess()
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true})
	if err != nil || r.Status != entra.Warning {
		t.Errorf("the sync ended %s: %v", r.Status, err)
	}
	if count("groups") != groups || count("administrativeUnits") != units {
		t.Errorf("of %d and %d members %d and %d are held", groups, units, count("groups"), count("administrativeUnits"))
	}
	if said := warning(r, "groups"); !strings.HasSuffix(said, "which hide them from who lacks Member.Read.Hidden, and those that are held stay: grant that permission") {
		t.Errorf("it is said: %s", said)
	}
	member := ""
	for l := range w.sim.Links("groups", "members") {
		if l.SourceID == group && l.Target == graphsim.Live {
			member = l.TargetID
		}
	}
	if err := w.sim.RemoveMember(group, member); err != nil {
		t.Fatal(err)
	}
	w.sync(entra.Succeeded)
	w.sim.SetRoles(clientID, append(without, entra.MembersOfHidden)...)
	w.newProcess()
	w.sync(entra.Succeeded)
	if count("groups") != groups-1 {
		t.Errorf("once it is granted again %d members are held, not %d", count("groups"), groups-1)
	}
}

// ofObjects changes the objects of an answer, which is a list or one of them.
func ofObjects(change func(o map[string]any)) func(*http.Request, []byte) []byte {
	return func(_ *http.Request, body []byte) []byte {
		var answer map[string]any
		if json.Unmarshal(body, &answer) != nil {
			return body
		}
		objects, list := answer["value"].([]any)
		if !list {
			objects = []any{answer}
		}
		for _, o := range objects {
			if o, ok := o.(map[string]any); ok {
				change(o)
			}
		}
		out, _ := json.Marshal(answer)
		return out
	}
}

// nulled makes nulls of all that an answer tells of objects beside their ids.
var nulled = ofObjects(func(o map[string]any) {
	for name := range o {
		if name != "id" && !strings.Contains(name, "@") {
			o[name] = nil
		}
	}
})

// Of whom only the id may be seen nothing is lost: neither by a full scan nor by a delta.
func TestNullsForWantOfRightsEndNothing(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 30})
	w.sync(entra.Succeeded)
	held, records := w.shown("users", "displayName"), w.records("users")
	lift := w.server.Tamper("/v1.0/users", -1, nulled)
	r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true})
	if err != nil || r.Status != entra.Warning {
		t.Errorf("the sync ended %s: %v", r.Status, err)
	}
	w.update(w.sim.IDOf(0, 3), map[string]any{"jobTitle": "Changed"})
	w.sync(entra.Succeeded)
	if n := w.shown("users", "displayName"); n != held || w.records("users") != records {
		t.Errorf("of %d names %d are held, and %d changes are recorded: %s", held, n, w.records("users")-records, warning(r, "users"))
	}
	lift()
	w.full()
	if w.records("users") != records+1 {
		t.Errorf("once they are seen again %d changes are recorded", w.records("users")-records)
	}
}

// emptied makes security attributes come as nothing, as for an app without the role that
// shows them.
var emptied = ofObjects(func(o map[string]any) {
	if _, asked := o["customSecurityAttributes"]; asked {
		o["customSecurityAttributes"] = nil
	}
})

// withAttributes is a tenant whose app may read security attributes, and has read them.
func withAttributes(t *testing.T, more ...func(*graphsim.Config)) *world {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, ServicePrincipals: 40}, more...)
	w.sim.SetRoles(clientID, append([]string{attributes}, allRoles...)...)
	w.with("users", "userSecurityAttributes", "appSecurityAttributes")
	w.property("users", "customSecurityAttributes")
	w.sync(entra.Succeeded)
	return w
}

// holders are the objects of a class of which security attributes are held.
func (w *world) holders(class string) (ids []string) {
	for _, o := range w.held(class) {
		if !entra.Empty(o.Properties.Value("customSecurityAttributes")) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// Graph leaves security attributes empty for an app without the role of Entra that they need,
// too, although its token holds the permission. All that come empty are not taken for removed.
func TestAttributesThatAllComeEmptyAreHeld(t *testing.T) {
	w := withAttributes(t)
	classes := []string{"users", "userSecurityAttributes", "appSecurityAttributes"}
	held, records := map[string]int{}, map[string]int{}
	for _, class := range classes {
		held[class], records[class] = len(w.holders(class)), w.records(class)
		if held[class] < 3 {
			t.Fatalf("%d attributes of %s are held", held[class], class)
		}
	}
	lift := w.server.Tamper(`/v1.0/(users|servicePrincipals)`, -1, emptied)
	w.newProcess()
	for i := range 3 {
		o := SyncOptions{Full: i == 1}
		if i == 2 { // a delta tells the whole object, and the attributes as nothing
			w.update(w.holders("users")[0], map[string]any{"jobTitle": "Changed"})
			records["users"]++
		}
		r, err := w.engine.Sync(w.ctx(), w.tenant.Key, o)
		if err != nil || r.Status != entra.Warning {
			t.Errorf("round %d ended %s: %v", i, r.Status, err)
		}
		for _, class := range classes {
			if n := len(w.holders(class)); n != held[class] || w.records(class) != records[class] {
				t.Errorf("round %d: of %d attributes of %s %d are held, %d changes are recorded", i, held[class], class, n, w.records(class)-records[class])
			}
			if said := warning(r, class); !strings.HasPrefix(said, "warning: ") || !strings.Contains(said, "check that the app still has "+attributes+" with admin consent, and give it the role Attribute Assignment Reader in Microsoft Entra ID") {
				t.Errorf("round %d: it is said of %s: %s", i, class, said)
			}
		}
	}
	cleared := w.holders("userSecurityAttributes")[0]
	w.update(cleared, map[string]any{"customSecurityAttributes": nil})
	lift()
	w.sync(entra.Succeeded)
	for _, class := range classes[:2] {
		if n := len(w.holders(class)); n != held[class]-1 {
			t.Errorf("once they are shown again %d attributes of %s are held, not %d", n, class, held[class]-1)
		}
	}
}

// While others keep theirs, what is removed of one is removed: at once, and whoever else was asked for.
func TestAttributesOfOneAreRemoved(t *testing.T) {
	w := withAttributes(t)
	held := w.holders("userSecurityAttributes")
	for _, id := range held[:len(held)-1] {
		w.update(id, map[string]any{"customSecurityAttributes": nil})
		w.sync(entra.Succeeded)
		for _, class := range []string{"users", "userSecurityAttributes"} {
			if slices.Contains(w.holders(class), id) {
				t.Fatalf("attributes of %s are held that were removed", class)
			}
		}
	}
}

// The right may go while a list is read: the page that shows it first is doubted, in that run
// and in the one that goes on with the list after a kill.
func TestAttributesThatComeEmptyFromThenOn(t *testing.T) {
	for name, killed := range map[string]bool{"in one run": false, "after a kill": true} {
		t.Run(name, func(t *testing.T) {
			w := withAttributes(t, func(c *graphsim.Config) { c.ListObjects = 7 })
			held, records := w.holders("userSecurityAttributes"), w.records("userSecurityAttributes")
			empty := func() { w.server.Tamper(`/v1.0/users`, -1, emptied) }
			const page = `GET /v1.0/users\?.*customSecurityAttributes.*skiptoken`
			if killed {
				sealInVault(w)
				w.killedBefore(2, "userSecurityAttributes", page)
				empty()
			} else {
				w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: page, Skip: 2, Ask: func(r *http.Request) *http.Request { empty(); return r }})
			}
			r := w.sync(entra.Warning)
			if now := w.holders("userSecurityAttributes"); !slices.Equal(now, held) || w.records("userSecurityAttributes") != records {
				t.Errorf("of %d attributes %d are held, and %d changes are recorded", len(held), len(now), w.records("userSecurityAttributes")-records)
			}
			if said := warning(r, "userSecurityAttributes"); !strings.Contains(said, "give it the role Attribute Assignment Reader") {
				t.Errorf("it is said: %s", said)
			}
		})
	}
}
