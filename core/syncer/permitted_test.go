package syncer

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
)

// newcomer is a tenant for which nobody has chosen classes, whose app may read as it is granted.
func newcomer(t *testing.T, granted ...string) *world {
	t.Helper()
	w := newWorld(t, graphsim.TenantConfig{Users: 20, Groups: 5, Devices: 5, Applications: 5, ServicePrincipals: 5})
	if err := w.engine.RemoveTenant(w.ctx(), w.tenant.Key); err != nil {
		t.Fatal(err)
	}
	w.sim.SetRoles(clientID, append([]string{"User.Read.All", "GroupMember.Read.All", "Device.Read.All"}, granted...)...)
	var err error
	w.tenant, err = w.engine.AddTenant(w.ctx(), entra.Tenant{Name: w.sim.Domain(), Cloud: "sim", Profile: "reader", Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// synced are the classes that the tenant syncs.
func (w *world) synced() string {
	w.Helper()
	t, err := w.store.TenantByKey(w.ctx(), w.tenant.Key)
	if err != nil {
		w.Fatal(err)
	}
	w.tenant = t
	return strings.Join(t.Classes, " ")
}

// asksFor counts the requests for a path.
func (w *world) asksFor(path string) (n int) {
	for _, q := range w.server.Requests() {
		if strings.HasSuffix(q.Path, path) {
			n++
		}
	}
	return n
}

const appsToo = "users groups devices applications servicePrincipals appRoleAssignments federatedIdentityCredentials"

// A tenant whose classes nobody has chosen takes with its first sync what it may read,
// with its relations, and says so; what is refused is no warning, and is asked again daily.
func TestFirstSyncTakesWhatIsPermitted(t *testing.T) {
	w := newcomer(t, "Application.Read.All")
	r := w.sync(entra.Succeeded)
	if got := w.synced(); got != appsToo {
		t.Errorf("synced are %s", got)
	}
	if got := strings.Join(r.Taken, " "); "users groups devices "+got != appsToo || len(r.Warnings) > 0 {
		t.Errorf("taken are %s, warned of %v", got, r.Warnings)
	}
	streams, told := []string{}, 0
	for _, row := range r.Classes {
		streams = append(streams, row.Stream())
		if strings.Contains(row.ErrorLine(), "may be read: from now on it is synced") {
			told++
		}
		if row.Status != entra.Succeeded {
			t.Errorf("%s ended %s: %s", row.Stream(), row.Status, row.ErrorLine())
		}
	}
	if !slices.Contains(streams, "applications/owners") || slices.Contains(streams, "domains") || told != len(r.Taken) {
		t.Errorf("rows are of %v, %d tell that they are new", streams, told)
	}
	if len(w.held("applications")) == 0 {
		t.Error("no applications are held")
	}
	refused := w.asksFor("/domains")
	w.sim.SetRoles(clientID, "User.Read.All", "GroupMember.Read.All", "Device.Read.All", "Application.Read.All", "Domain.Read.All", "AuditLog.Read.All")
	if r = w.sync(entra.Succeeded); len(r.Taken) > 0 || w.asksFor("/domains") != refused {
		t.Errorf("taken are %v, domains were asked for %d times, and %d before", r.Taken, w.asksFor("/domains"), refused)
	}
	w.ahead.Store(int64(25 * time.Hour))
	w.newProcess() // whose token is as old as the consent
	if r = w.sync(entra.Succeeded); strings.Join(r.Taken, " ") != "domains" {
		t.Errorf("a day after the consent %v are taken", r.Taken)
	}
}

// A class that cannot be asked for now is no refusal: the next sync asks again.
func TestTroubleIsNoRefusal(t *testing.T) {
	w := newcomer(t, "Domain.Read.All")
	w.server.Fault(graphsim.Fault{Kind: graphsim.InternalError, Match: "/domains", Times: -1})
	w.sync(entra.Succeeded)
	w.server.ClearFaults()
	if r := w.sync(entra.Succeeded); strings.Join(r.Taken, " ") != "domains" {
		t.Errorf("taken are %v", r.Taken)
	}
}

// What a person has chosen stays, whatever is permitted later.
func TestChosenClassesStay(t *testing.T) {
	w := newcomer(t, "Application.Read.All", "Domain.Read.All")
	w.sync(entra.Succeeded)
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Classes: []string{"users", "groups"}}); err != nil {
		t.Fatal(err)
	}
	w.sim.SetRoles(clientID, allRoles...)
	w.ahead.Store(int64(25 * time.Hour))
	w.newProcess()
	w.sync(entra.Succeeded)
	if got := w.synced(); got != "users groups" {
		t.Errorf("synced are %s", got)
	}
	if d := w.engine.Diagnose(w.ctx(), w.tenant); len(d.Taken) > 0 || len(d.Permissions) != 2 || w.synced() != "users groups" {
		t.Errorf("%+v; synced are %s", d, w.synced())
	}
}

// Whoever chose once may take what is permitted again: what is synced stays, and what was
// refused today is asked for at once.
func TestPermittedIsChosenAgain(t *testing.T) {
	w := newcomer(t)
	choose := func(c store.TenantChange) {
		t.Helper()
		if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, c); err != nil {
			t.Fatal(err)
		}
	}
	w.sync(entra.Succeeded) // refuses all others
	choose(store.TenantChange{Classes: []string{"users", "licenseAssignmentStates"}})
	w.sim.SetRoles(clientID, "User.Read.All", "Domain.Read.All", "AuditLog.Read.All", "Device.Read.All")
	w.newProcess() // whose token is as old as the consent
	choose(store.TenantChange{Permitted: true})
	if got := w.synced(); got != "users licenseAssignmentStates" {
		t.Errorf("before the sync %s are synced", got)
	}
	w.sync(entra.Succeeded)
	if got := w.synced(); got != "users devices domains licenseAssignmentStates" {
		t.Errorf("synced are %s", got)
	}
	choose(store.TenantChange{Classes: []string{"users"}})
	w.sync(entra.Succeeded)
	if got := w.synced(); got != "users" {
		t.Errorf("a person chose, and %s are synced", got)
	}
}

// Test Connection takes what is permitted as well, of a tenant as it is stored.
func TestConnectionTestTakesWhatIsPermitted(t *testing.T) {
	w := newcomer(t, "Application.Read.All")
	form := w.tenant
	form.Key = 0 // it is not stored yet
	if d := w.engine.Diagnose(w.ctx(), form); len(d.Taken) > 0 || len(d.Permissions) < 20 {
		t.Errorf("%d permissions, taken are %v", len(d.Permissions), d.Taken)
	}
	d := w.engine.Diagnose(w.ctx(), w.tenant)
	if got := w.synced(); got != appsToo || strings.Join(d.Taken, " ") != strings.Join(w.tenant.Classes[3:], " ") {
		t.Errorf("synced are %s, taken %v", got, d.Taken)
	}
	for _, p := range d.Permissions {
		if strings.Contains(appsToo, p.Class) != p.Granted || p.Unchosen == slices.Contains(entra.DefaultClasses(), p.Class) {
			t.Errorf("%+v", p)
		}
	}
	if d = w.engine.Diagnose(w.ctx(), w.tenant); len(d.Taken) > 0 {
		t.Errorf("taken twice: %v", d.Taken)
	}
	w.sync(entra.Succeeded)
}
