package syncer

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

func (r Result) row(class string) entra.ClassRun {
	for _, row := range r.Classes {
		if row.Class == class {
			return row
		}
	}
	return entra.ClassRun{}
}

// refusal is what Graph answers to what it does not offer, in the form of its documents.
func refusal(status int, code, message string) graphsim.Fault {
	return graphsim.Fault{Kind: graphsim.Custom, Times: -1, Status: status, Body: `{"error":{"code":"` + code + `","message":"` + message + `"}}`}
}

// TestClassWithoutDeltaInThisCloud reads a class by its list, and the links of each
// object, where the cloud has no delta query of it, in whatever words it says so.
func TestClassWithoutDeltaInThisCloud(t *testing.T) {
	for name, fault := range map[string]graphsim.Fault{
		"no such segment":        refusal(400, "BadRequest", "Resource not found for the segment 'delta'."),
		"no such segment, 404":   refusal(404, "BadRequest", "Resource not found for the segment 'delta'."),
		"taken for an id":        refusal(400, "Request_BadRequest", "Invalid object identifier 'delta'."),
		"taken for an id, 404":   refusal(404, "Request_ResourceNotFound", "Resource 'delta' does not exist or one of its queried reference-property objects are not present."),
		"nothing said":           refusal(404, "UnknownError", ""),
		"not implemented":        refusal(501, "NotImplemented", "This operation target is not yet supported."),
		"function not supported": refusal(400, "Request_UnsupportedQuery", "The function 'delta' is not supported."),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 5, Devices: 10, AdministrativeUnits: 8})
			w.with("users", "groups", "devices", "administrativeUnits")
			fault.Match = "administrativeUnits/delta"
			w.server.Fault(fault)
			truth := func() snapshot {
				s := w.truth()
				class, _ := entra.ClassNamed("administrativeUnits")
				w.truthOf(s, class)
				return s
			}
			row := w.sync(entra.Succeeded).row("administrativeUnits")
			if !strings.Contains(row.ErrorLine(), "Graph tracks no changes of Administrative Units here, so the list was read") {
				t.Errorf("the row says %q", row.ErrorLine())
			}
			w.equal(truth())
			w.sim.MutateAll(rand.New(rand.NewPCG(3, 3)), 300)
			w.sync(entra.Succeeded)
			w.equal(truth())

			due, err := w.engine.due(t.Context(), w.tenant, SyncOptions{IfDue: true})
			for _, class := range due {
				if class.Name == "administrativeUnits" {
					t.Error("the loop would read the list again at once")
				}
			}
			if err != nil || len(due) != 3 {
				t.Errorf("%d classes are due: %v", len(due), err)
			}
		})
	}
}

// TestRefusedPropertiesAreLeftOut asks again without what the cloud does not have,
// whether or not it says which it is.
func TestRefusedPropertiesAreLeftOut(t *testing.T) {
	for name, fault := range map[string]graphsim.Fault{
		"named":   refusal(400, "BadRequest", "Parsing OData Select and Expand failed: Could not find a property named 'employeeType' on type 'microsoft.graph.user'."),
		"unnamed": refusal(501, "NotImplemented", "This operation target is not yet supported."),
		"a word":  refusal(400, "Request_BadRequest", "Property employeeType is not supported in this cloud."),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 5, Devices: 10})
			fault.Match = "/users.*select=[^&]*employeeType"
			w.server.Fault(fault)
			row := w.sync(entra.Succeeded).row("users")
			if strings.Count(row.ErrorLine(), "Graph does not offer this of Users here, and it is left out: employeeType") != 1 {
				t.Errorf("the row says %q", row.ErrorLine())
			}
			truth := w.truth()
			for id, p := range truth.live["users"] {
				truth.live["users"][id] = p.Without([]string{"employeeType"})
			}
			w.equal(truth)
			w.sim.Mutate(rand.New(rand.NewPCG(3, 3)), 100)
			row = w.sync(entra.Succeeded).row("users")
			if strings.Count(row.ErrorLine(), "Graph does not offer this of Users here, and it is left out: employeeType") != 1 || row.FullScan {
				t.Errorf("the row of what changed says %q", row.ErrorLine())
			}
		})
	}
}

// TestRefusedPropertyKeepsItsValues: what is not asked for is not cleared. The scan whose
// property was refused for a moment, and what is read by itself meanwhile, keep the
// values that are held, also where another run goes on with it; what else changed comes.
func TestRefusedPropertyKeepsItsValues(t *testing.T) {
	for name, stop := range map[string]bool{"in one run": false, "by two runs": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, graphsim.TenantConfig{Users: 300, Groups: 5, Devices: 10})
			w.sync(entra.Succeeded)
			id := slices.Sorted(maps.Keys(w.truth().live["users"]))[7]
			w.update(id, map[string]any{"employeeType": "Contractor", "jobTitle": "Clerk"})
			w.sync(entra.Succeeded)
			_, last := w.changes(0)
			w.update(id, map[string]any{"jobTitle": "Pilot"})
			fault := refusal(501, "NotImplemented", "This operation target is not yet supported.")
			fault.Match = "/users.*select=[^&]*employeeType"
			w.server.Fault(fault)
			if !stop {
				if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true}); r.Status != entra.Warning {
					t.Errorf("what is held of a property that is refused is no warning: %s (%v)", r.Status, err)
				}
			} else { // the first run ends behind its first page, and the refusal is over when the second begins
				w.server.Fault(graphsim.Fault{Kind: graphsim.Forbidden, Match: "/users/delta.*skiptoken", Times: -1})
				if r, _ := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true}); r.row("users").Code != entra.CodePermission {
					t.Fatalf("it ended with %+v", r.row("users"))
				}
				w.server.ClearFaults()
				w.sync(entra.Warning)
			}
			w.equal(w.truth())
			if got, _ := w.changes(last); len(got) != 1 {
				t.Errorf("%d changes, not one: %v", len(got), got)
			}
			w.server.ClearFaults()
			w.full()
			w.equal(w.truth())
		})
	}
}

// TestRefusedPropertyIsAskedForAgain: what is held of a property that a full scan could not
// ask for grows old, which each row warns of, until a full scan a day later asks again.
func TestRefusedPropertyIsAskedForAgain(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 5})
	id := slices.Sorted(maps.Keys(w.truth().live["users"]))[7]
	w.update(id, map[string]any{"employeeType": "Contractor"})
	w.sync(entra.Succeeded)
	fault := refusal(501, "NotImplemented", "This operation target is not yet supported.")
	fault.Match = "/users.*select=[^&]*employeeType"
	lift := w.server.Fault(fault)
	r, _ := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true})
	if row := r.row("users"); row.Status != entra.Warning || !strings.Contains(row.ErrorLine(), "stays as it was: employeeType; a full scan asks again at once") {
		t.Errorf("the row ended %s: %s", row.Status, row.ErrorLine())
	}
	for _, step := range []struct {
		ahead time.Duration
		lift  bool
		want  entra.Status
		full  bool
	}{
		{time.Hour, false, entra.Warning, false}, {25 * time.Hour, false, entra.Warning, true}, {26 * time.Hour, true, entra.Warning, false},
		{50 * time.Hour, false, entra.Succeeded, true}, {75 * time.Hour, false, entra.Succeeded, false},
	} {
		w.ahead.Store(int64(step.ahead))
		if step.lift {
			lift()
			w.update(id, map[string]any{"employeeType": "Employee"})
		}
		if row := w.sync(step.want).row("users"); row.FullScan != step.full || (row.Status == entra.Warning) != (row.ErrorLine() != "") {
			t.Errorf("after %v a full scan was made: %v; %s", step.ahead, row.FullScan, row.ErrorLine())
		}
	}
	w.equal(w.truth())
}

// A property that an admin added by mistake costs a warning, not the class.
func TestRefusedPropertyOfAnAdmin(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 20})
	w.property("users", "employeeTyp")
	row := w.sync(entra.Warning).row("users")
	if !strings.Contains(row.ErrorLine(), "employeeTyp") || row.Total == 0 {
		t.Errorf("the row says %q, of %d users", row.ErrorLine(), row.Total)
	}
}

// Links that the list lacks and that can't be read by themselves are told as missing,
// and nothing of them is taken for ended.
func TestLinksThatCannotBeListed(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, AdministrativeUnits: 8})
	w.with("users", "administrativeUnits")
	w.sync(entra.Succeeded)
	before := w.linksOf("administrativeUnits")
	fault := refusal(501, "NotImplemented", "This operation target is not yet supported.")
	fault.Match = "administrativeUnits/delta"
	w.server.Fault(fault)
	fault = refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	fault.Match = "administrativeUnits/[^/]*/members"
	w.server.Fault(fault)
	row := w.sync(entra.Warning).row("administrativeUnits")
	if !strings.Contains(row.ErrorLine(), "stays as it was: members") || row.Total == 0 {
		t.Errorf("the row says %q, of %d units", row.ErrorLine(), row.Total)
	}
	if after := w.linksOf("administrativeUnits"); after != before || before == 0 {
		t.Errorf("%d links before, %d after", before, after)
	}
}

// The list of a group's members leaves service principals out, so it is not read
// where groups have no delta query: whom it leaves out would be taken for gone.
func TestListThatLeavesLinksOut(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 8, ServicePrincipals: 10})
	w.sync(entra.Succeeded)
	before := w.linksOf("groups")
	fault := refusal(501, "NotImplemented", "This operation target is not yet supported.")
	fault.Match = "groups/delta"
	w.server.Fault(fault)
	row := w.sync(entra.Warning).row("groups")
	if after := w.linksOf("groups"); after != before || !strings.Contains(row.ErrorLine(), "stays as it was: members, owners") || row.Total == 0 {
		t.Errorf("%d links before, %d after: %s", before, after, row.ErrorLine())
	}
}

// update changes an object of the simulated tenant.
func (w *world) update(id string, properties map[string]any) {
	w.Helper()
	if err := w.sim.Update(id, properties); err != nil {
		w.Fatal(err)
	}
}

// property adds one to those asked for of a class.
func (w *world) property(class, name string) {
	w.Helper()
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Properties: map[string][]string{class: {name}}}); err != nil {
		w.Fatal(err)
	}
}

// linksOf counts the links in sight of a class's relations.
func (w *world) linksOf(class string) (n int) {
	w.Helper()
	for l, err := range w.store.Links(w.ctx(), w.tenant.Key, store.LinkQuery{}) {
		if err != nil {
			w.Fatal(err)
		}
		if l.Source.Class == class {
			n++
		}
	}
	return n
}

// A list that takes no options at all is read as it comes; what it does not name stays, and
// what it tells as nothing is gone.
func TestListWithoutOptions(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 40})
	w.with("users", "roleAssignments", "roleDefinitions")
	w.sync(entra.Succeeded)
	held := len(w.held("roleDefinitions"))
	w.server.Fault(graphsim.Fault{Kind: graphsim.Custom, Match: `/(roleDefinitions|roleAssignments)\?.*select`, Times: -1, Status: 400,
		Body: `{"error":{"code":"Request_UnsupportedQuery","message":"The query option is not supported for this request."}}`})
	before := w.records("roleDefinitions") + w.records("roleAssignments")
	if r, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Full: true}); err != nil || r.Status != entra.Succeeded || !strings.Contains(warning(r, "roleDefinitions"), "takes no options") {
		t.Errorf("the sync ended %s (%v): %s", r.Status, err, warning(r, "roleDefinitions"))
	}
	if n, after := len(w.held("roleDefinitions")), w.records("roleDefinitions")+w.records("roleAssignments"); n != held || after != before || held == 0 {
		t.Errorf("%d of %d roles are held, %d changes are recorded", n, held, after-before)
	}
}
