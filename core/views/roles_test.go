package views

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestViewOfRoles: who has privileged roles, and what is said where that is not held.
func TestViewOfRoles(t *testing.T) {
	d := newDirectory(t, "users", "groups", "roleAssignments", "roleEligibilitySchedules", "roleAssignmentSchedules")
	const global = "62e90394-69f5-4237-9190-012177145e10"
	d.holds("users", []string{"u1", `{"displayName":"Anna"}`}, []string{"u2", `{"displayName":"Bert"}`})
	d.holds("groups", []string{"g1", `{"displayName":"Admins"}`, "members:u2"})
	if told, none := d.missing("privileged-members"); !none || !strings.Contains(told, "roleAssignments have not been synced to the end yet") || !strings.Contains(told, "directoryRoles are not synced") {
		t.Errorf("lacks %q, %v", told, none)
	}
	grant := func(id, principal string) []string {
		return []string{id, `{"principalId":"` + principal + `","roleDefinitionId":"` + global + `","directoryScopeId":"/"}`}
	}
	d.holds("roleAssignments", grant("r1", "u1"), grant("r2", "g1"))
	d.must(d.Store.Block(d.Ctx, d.Tenant.Key, "roleEligibilitySchedules", entra.CodeLicence, moment))
	d.want("privileged-members", "u1 Global Administrator assigned /", "g1 Global Administrator assigned /", "u2 Global Administrator assigned Admins /")
	if told, none := d.missing("privileged-members"); none || told != "roleEligibilitySchedules can't be read: the tenant needs Microsoft Entra ID P2 or Governance; what they would tell is missing; " {
		t.Errorf("lacks %q, %v", told, none)
	}
	d.must(d.Store.Block(d.Ctx, d.Tenant.Key, "roleEligibilitySchedules", entra.CodePermission, moment))
	if told, _ := d.missing("privileged-members"); !strings.Contains(told, "the app needs RoleEligibilitySchedule.Read.Directory") {
		t.Errorf("lacks %q", told)
	}
	active := []string{"s1", `{"principalId":"u2","roleDefinitionId":"` + global + `","directoryScopeId":"/","assignmentType":"Activated","activatedUsing":"e1"}`}
	d.holds("roleAssignmentSchedules", active)
	d.want("privileged-members", "u2 Global Administrator activated e1 /", "u1 Global Administrator assigned /", "g1 Global Administrator assigned /", "u2 Global Administrator assigned Admins /")
	d.holds("roleEligibilitySchedules", grant("e1", "g1"))
	d.want("privileged-members", "u2 Global Administrator activated Admins /", "u1 Global Administrator assigned /", "g1 Global Administrator eligible /",
		"u2 Global Administrator eligible Admins /", "g1 Global Administrator assigned /", "u2 Global Administrator assigned Admins /")
}

// TestReach: of a role and of somebody, with what narrows the rows; a scope goes by its name.
func TestReach(t *testing.T) {
	d := newDirectory(t, "users", "groups", "administrativeUnits", "applications", "directoryRoles", "roleAssignments")
	const global, reader = "62e90394-69f5-4237-9190-012177145e10", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
	d.holds("users", []string{"u1", `{"displayName":"Anna","userPrincipalName":"anna@contoso.com","department":"IT"}`}, []string{"u2", `{"displayName":"Bert","userPrincipalName":"bert@contoso.com"}`})
	d.holds("groups", []string{"g1", `{"displayName":"Admins"}`, "members:u2"})
	d.holds("administrativeUnits", []string{"au1", `{"displayName":"Munich"}`})
	d.holds("applications", []string{"app1", `{"displayName":"Payroll"}`})
	d.holds("directoryRoles", []string{"dr1", `{"displayName":"Global Administrator","roleTemplateId":"` + global + `"}`, "members:g1"})
	grant := func(id, principal, role, scope string) []string {
		return []string{id, `{"principalId":"` + principal + `","roleDefinitionId":"` + role + `","directoryScopeId":"` + scope + `"}`}
	}
	d.holds("roleAssignments", grant("r1", "u1", global, "/administrativeUnits/au1"), grant("r2", "g1", global, "/"), grant("r3", "u1", reader, "/app1"))
	answer := func(wanted store.RoleQuery) string {
		d.Helper()
		var out []string
		v := Reach(wanted)
		for r, err := range v.Rows(d.Question) {
			d.must(err)
			text := r.ID
			for _, c := range v.Shown() {
				if value, is := c.Value(r).(string); is {
					text += " " + value
				}
			}
			out = append(out, text)
		}
		slices.Sort(out)
		return strings.Join(out, "; ")
	}
	for _, at := range []time.Time{{}, d.clock.AddDate(0, 0, 1)} {
		d.At = at
		global := "g1 Global Administrator assigned /; u1 anna@contoso.com Global Administrator assigned Munich; u2 bert@contoso.com Global Administrator assigned Admins /"
		for role, want := range map[string]string{"62E90394-69F5-4237-9190-012177145E10": global, "dr1": global, reader: "u1 anna@contoso.com " + reader + " assigned Payroll", "nothing": ""} {
			if got := answer(store.RoleQuery{Role: role}); got != want {
				t.Errorf("as of %v, %s: %q, want %q", at, role, got, want)
			}
		}
		if got := answer(store.RoleQuery{Holder: "u2"}); got != "u2 bert@contoso.com Global Administrator assigned Admins /" {
			t.Errorf("as of %v, roles of somebody: %q", at, got)
		}
		d.Search = "MUNICH"
		if got := answer(store.RoleQuery{}); got != "u1 anna@contoso.com Global Administrator assigned Munich" {
			t.Errorf("as of %v, searched: %q", at, got)
		}
		d.Search, d.Where = "", []entra.Condition{{Property: "userPrincipalName", Op: entra.OpStartsWith, Value: "anna"}, {Property: "scope", Op: entra.OpEquals, Value: "/app1"}}
		if got := answer(store.RoleQuery{}); got != "u1 anna@contoso.com "+reader+" assigned Payroll" {
			t.Errorf("as of %v, by conditions: %q", at, got)
		}
		d.Where = nil
	}
	line, err := export.Object(Reach(store.RoleQuery{}).Exported(), HolderRow(entra.RoleHolder{Role: entra.LinkEnd{ID: "r", Name: "Role"}, Holder: entra.LinkEnd{Class: "users", ID: "u"}, Way: entra.RoleEligible, Scope: "/"}))
	if want := `{"class":"users","id":"u","display_name":null,"userPrincipalName":null,"role":"Role","role_id":"r","way":"eligible","from":null,"through":null,"scope":"/","scope_name":null,"until":null}`; err != nil || string(line) != want {
		t.Errorf("%s, %v", line, err)
	}
}

// TestNewlyPrivileged: whoever has a role for less than a week; a class that was first
// read since tells nothing of before.
func TestNewlyPrivileged(t *testing.T) {
	d := newDirectory(t, "users", "roleAssignments")
	const global = "62e90394-69f5-4237-9190-012177145e10"
	grant := func(id, principal string) []string {
		return []string{id, `{"principalId":"` + principal + `","roleDefinitionId":"` + global + `","directoryScopeId":"/"}`}
	}
	d.want("privileged-members-new")
	d.holds("users", []string{"u1", `{"displayName":"Anna"}`}, []string{"u2", `{"displayName":"Bert"}`}, []string{"u3", `{"displayName":"Cleo"}`})
	d.holds("roleAssignments", grant("r1", "u1"))
	d.want("privileged-members-new")
	d.syncs(2)
	d.holds("roleAssignments", grant("r1", "u1"), grant("r2", "u2"))
	d.want("privileged-members-new", "u2 Global Administrator assigned /")
	d.syncs(6)
	d.holds("roleAssignments", grant("r1", "u1"), grant("r2", "u2"), grant("r3", "u3"))
	d.want("privileged-members-new", "u2 Global Administrator assigned /", "u3 Global Administrator assigned /")
	d.syncs(3)
	d.want("privileged-members-new", "u3 Global Administrator assigned /")
	d.Tenant.Classes = append(d.Tenant.Classes, "roleEligibilitySchedules")
	d.must(d.Store.SetTenant(d.Ctx, d.Tenant.Key, store.TenantChange{Classes: d.Tenant.Classes}))
	d.syncs(0)
	d.holds("roleEligibilitySchedules", grant("e1", "u2"))
	d.syncs(1)
	d.want("privileged-members-new") // who could activate it before is not known, and who got it since is nobody
}
