package syncer

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// of is the row of a relation that is read on its own.
func (r Result) of(stream string) (row entra.ClassRun, found bool) {
	for _, row := range r.Classes {
		if row.Stream() == stream {
			return row, true
		}
	}
	return row, false
}

// openLinks counts a relation's links that are held.
func (w *world) openLinks(relation string) (n int) {
	w.Helper()
	for _, err := range w.store.Links(w.ctx(), w.tenant.Key, store.LinkQuery{Relation: relation}) {
		if err != nil {
			w.Fatal(err)
		}
		n++
	}
	return n
}

// An expansion gives twenty and does not say that there are more: who has twenty is
// read alone, page by page.
func TestMoreThanAnExpansionGives(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 150, Groups: 4, Devices: 10, ServicePrincipals: 30, Applications: 10}, func(c *graphsim.Config) { c.ListObjects = 7 })
	w.with("users", "groups", "devices", "applications", "servicePrincipals", "appRoleAssignments")
	ids := map[string][]string{}
	for _, class := range []string{"users", "devices", "applications"} {
		for o := range w.sim.Objects(class) {
			ids[class] = append(ids[class], o.ID)
		}
	}
	for _, user := range ids["users"][:130] { // refused where the link is there already
		_ = w.sim.AddLink(ids["devices"][0], "registeredUsers", user)
		_ = w.sim.AddLink(ids["applications"][0], "owners", user)
	}
	truth := func() snapshot {
		s := w.truth()
		for _, name := range []string{"applications", "servicePrincipals"} {
			class, _ := entra.ClassNamed(name)
			w.truthOf(s, class)
		}
		class, _ := entra.ClassNamed("appRoleAssignments")
		s.live[class.Name] = w.listed(class)
		return s
	}
	w.sync(entra.Succeeded)
	before := truth()
	w.equal(before)
	_, last := w.changes(0)
	for _, user := range ids["users"][100:130] {
		if err := w.sim.RemoveLink(ids["devices"][0], "registeredUsers", user); err != nil {
			t.Fatal(err)
		}
	}
	w.sync(entra.Succeeded)
	after := truth()
	w.equal(after)
	recorded, _ := w.changes(last)
	w.sameChanges(recorded, net(before, after))
}

// What an object tells of itself may be less than its list has just told, or be refused: what
// is held of it stays, with a warning, and the rest of the class is read.
func TestLessAloneThanInTheList(t *testing.T) {
	words := map[string]string{"refused": "Insufficient privileges to complete the operation.", "wrong": "Unsupported.", "no list": "it has no array of values"}
	for name, answer := range map[string]graphsim.Fault{
		"no list": {Kind: graphsim.Custom, Status: 200, Body: `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#directoryObjects"}`},
		"empty":   {Kind: graphsim.Custom, Status: 200, Body: `{"value":[]}`},
		"gone":    {Kind: graphsim.Custom, Status: 404, Body: `{"error":{"code":"Request_ResourceNotFound","message":"Resource does not exist."}}`},
		"refused": {Kind: graphsim.Custom, Status: 403, Body: `{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}`},
		"wrong":   {Kind: graphsim.Custom, Status: 400, Body: `{"error":{"code":"Request_BadRequest","message":"Unsupported."}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 4, Devices: 10, ServicePrincipals: 30, Applications: 6})
			w.with("users", "groups", "devices", "applications", "servicePrincipals", "appRoleAssignments")
			var users, devices []string
			for o := range w.sim.Objects("users") {
				users = append(users, o.ID)
			}
			for o := range w.sim.Objects("devices") {
				devices = append(devices, o.ID)
			}
			for _, user := range users[:40] { // refused where the link is there already
				_ = w.sim.AddLink(devices[0], "registeredUsers", user)
			}
			w.sync(entra.Succeeded)
			links, assigned := w.openLinks("registeredUsers"), len(w.held("appRoleAssignments"))
			_, last := w.changes(0)
			answer.Match, answer.Times = `/(registeredUsers|appRoleAssignedTo)(\?|$)`, -1
			lift := w.server.Fault(answer)
			r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true})
			for _, stream := range []string{"devices/registeredUsers", "appRoleAssignments"} {
				if row, _ := r.of(stream); row.Status != entra.Warning || !strings.Contains(row.ErrorLine(), "tells less of ") || !strings.Contains(row.ErrorLine(), words[name]) {
					t.Errorf("%s ended %s (%v): %s", stream, row.Status, err, row.ErrorLine())
				}
			}
			if now, still := w.openLinks("registeredUsers"), len(w.held("appRoleAssignments")); now != links || still != assigned || links < 40 || assigned < 30 {
				t.Errorf("%d links of %d are held, %d assignments of %d", now, links, still, assigned)
			}
			if recorded, _ := w.changes(last); len(recorded) > 0 {
				t.Errorf("%d changes are recorded", len(recorded))
			}
			lift()
			for _, user := range users[20:40] {
				if err := w.sim.RemoveLink(devices[0], "registeredUsers", user); err != nil {
					t.Fatal(err)
				}
			}
			w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true})
			if now := w.openLinks("registeredUsers"); now != links-20 {
				t.Errorf("%d links are held once all is told again, not %d", now, links-20)
			}
		})
	}
}

// What is refused of one relation is a warning of that alone, with what to grant; the
// links that are held stay, and it is asked again daily.
func TestRelationThatIsRefused(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 4, Devices: 40})
	w.sync(entra.Succeeded)
	owners := w.openLinks("registeredOwners")
	f := refusal(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	f.Match = `expand=registeredOwners`
	undo := w.server.Fault(f)
	r := w.sync(entra.Warning)
	row, _ := r.of("devices/registeredOwners")
	if row.Status != entra.Warning || !strings.Contains(row.ErrorLine(), "Device.Read.All: Insufficient privileges") {
		t.Errorf("the relation ended %s: %s", row.Status, row.ErrorLine())
	}
	for _, stream := range []string{"devices", "devices/registeredUsers", "users", "groups"} {
		if row, found := r.of(stream); !found || row.Status != entra.Succeeded {
			t.Errorf("%s ended %s", stream, row.Status)
		}
	}
	if now := w.openLinks("registeredOwners"); now != owners || owners == 0 {
		t.Errorf("%d owners are held, %d before", now, owners)
	}
	w.server.ResetRequests()
	r, _ = w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{IfDue: true})
	if again, found := r.of("devices/registeredOwners"); !found || r.Status != entra.Warning || again.ErrorLine() != row.ErrorLine() || again.Requests != 0 {
		t.Errorf("the loop's next run ended %s, and says %q of the relation", r.Status, again.ErrorLine())
	}
	if w.asksFor("/devices") > 0 {
		t.Error("the loop asked again for what was refused")
	}
	for after, due := range map[time.Duration]bool{time.Hour: false, 23 * time.Hour: false, 25 * time.Hour: true} {
		w.ahead.Store(int64(after))
		streams, err := w.engine.due(w.ctx(), w.tenant, SyncOptions{IfDue: true})
		asked := false
		for _, s := range streams {
			asked = asked || s.Alone == "registeredOwners"
		}
		if err != nil || asked != due {
			t.Errorf("after %v it is asked: %v (%v)", after, asked, err)
		}
	}
	w.ahead.Store(0)
	undo()
	w.sync(entra.Succeeded)
}

// An answer that says nothing of a relation, and one that says that nobody has any, is
// no end of what is held.
func TestEmptyExpansionIsNoRemoval(t *testing.T) {
	for name, odd := range map[string]string{"absent": `"other":[`, "empty": `"registeredOwners":[],"other":[`} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 4, Devices: 40})
			w.sync(entra.Succeeded)
			owners := w.openLinks("registeredOwners")
			w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: `expand=registeredOwners`, Times: -1, Tamper: func(_ *http.Request, body []byte) []byte {
				return bytes.ReplaceAll(body, []byte(`"registeredOwners":[`), []byte(odd))
			}})
			r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{})
			row, _ := r.of("devices/registeredOwners")
			if want := map[string]entra.Code{"empty": entra.CodeHeld}[name]; row.Code != want {
				t.Errorf("the relation ended %s %q (%v)", row.Status, row.Code, err)
			}
			if now := w.openLinks("registeredOwners"); now != owners || owners == 0 {
				t.Errorf("%d owners are held, %d before", now, owners)
			}
		})
	}
}

// A list that leaves its expansion out of all objects is said once, and does not cost a request
// for each of them; what is held stays.
func TestExpansionThatIsLeftOut(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 4, Devices: mostUntold + 30})
	w.sync(entra.Succeeded)
	owners := w.openLinks("registeredOwners")
	w.server.ResetRequests()
	lift := w.server.Fault(graphsim.Fault{Kind: graphsim.Odd, Match: `expand=registeredOwners`, Times: -1, Tamper: graphsim.Replaced(`"registeredOwners":[`, `"other":[`)})
	r := w.sync(entra.Warning)
	row, _ := r.of("devices/registeredOwners")
	if row.Status != entra.Warning || row.Code != entra.CodeNotOffered || !strings.Contains(row.ErrorLine(), "leaves it out of all objects") {
		t.Errorf("the relation ended %s: %s", row.Status, row.ErrorLine())
	}
	alone := 0
	for _, q := range w.server.Requests() {
		if strings.HasSuffix(q.Path, "/registeredOwners") {
			alone++
		}
	}
	if now := w.openLinks("registeredOwners"); alone > mostUntold || now != owners || owners == 0 {
		t.Errorf("%d objects were read alone; %d owners are held, %d before", alone, now, owners)
	}
	lift()
	w.sync(entra.Succeeded)
}

// A relation of many objects that a person has just asked for is not asked for again within
// the hour; one of few is.
func TestRelationIsNotReadAtEachSync(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 20, Groups: 4, Devices: 10})
	w.engine.lately, w.engine.few = entra.PollInterval, 0
	streams := func(o SyncOptions) (names string) {
		t.Helper()
		r, err := w.engine.Sync(w.ctx(), w.tenant.Key, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range r.Classes {
			if row.Relation != "" {
				names += row.Relation + " "
			}
		}
		return names
	}
	const both = "sponsors registeredOwners registeredUsers "
	for i, step := range []struct {
		ahead time.Duration
		o     SyncOptions
		want  string
	}{
		{0, SyncOptions{}, both}, {0, SyncOptions{}, ""}, {time.Minute, SyncOptions{Full: true}, both}, {50 * time.Minute, SyncOptions{}, ""},
		{2 * time.Hour, SyncOptions{IfDue: true}, ""}, {2 * time.Hour, SyncOptions{}, both}, {27 * time.Hour, SyncOptions{IfDue: true}, both},
	} {
		w.ahead.Store(int64(step.ahead))
		left, err := w.engine.Recent(w.ctx(), w.tenant, step.o)
		if err != nil || (len(left) == 3) != (step.want == "" && !step.o.IfDue) {
			t.Errorf("step %d leaves %q (%v)", i, left, err)
		}
		if got := streams(step.o); got != step.want {
			t.Errorf("step %d read %q, want %q", i, got, step.want)
		}
	}
	w.engine.few = 20
	if got := streams(SyncOptions{}); got != both {
		t.Errorf("of few objects %q is read, want %q", got, both)
	}
}

// TestExpansionThatIsNotThere: an expansion that Graph refuses, or does not find, is a
// warning of the relation alone that says what stays and when it is asked for again. It
// is told at once, and not when the time is up.
func TestExpansionThatIsNotThere(t *testing.T) {
	for name, f := range map[string]graphsim.Fault{
		"refused":             refusal(http.StatusBadRequest, "Request_UnsupportedQuery", "The query option '$expand' is not supported."),
		"not found":           refusal(http.StatusNotFound, "Request_ResourceNotFound", "Resource not found."),
		"not found, no words": {Kind: graphsim.Custom, Status: http.StatusNotFound, Body: "{}"},
		"not found, unknown":  refusal(http.StatusNotFound, "UnknownError", ""),
		"not implemented":     refusal(http.StatusNotImplemented, "NotImplemented", "This operation target is not yet supported."),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 4, Devices: 40})
			w.sync(entra.Succeeded)
			owners := w.openLinks("registeredOwners")
			f.Match, f.Times = `expand=registeredOwners`, -1
			undo := w.server.Fault(f)
			w.server.ResetRequests()
			r := w.sync(entra.Warning)
			row, _ := r.of("devices/registeredOwners")
			if row.Status != entra.Warning || row.Code != entra.CodeNotOffered || !strings.Contains(row.Why.String(), "stays") || !strings.Contains(row.Remedy.String(), "after a day") {
				t.Errorf("the relation ended %s: %s, %s", row.Status, row.ErrorLine(), row.Remedy)
			}
			asked := 0
			for _, q := range w.server.Requests() {
				if strings.Contains(q.Query, "registeredOwners") {
					asked++
				}
			}
			if asked > 2 {
				t.Errorf("it was asked for %d times", asked)
			}
			if now := w.openLinks("registeredOwners"); now != owners || owners == 0 {
				t.Errorf("%d owners are held, %d before", now, owners)
			}
			undo()
			w.sync(entra.Succeeded)
		})
	}
}
