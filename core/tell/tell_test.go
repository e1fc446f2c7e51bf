package tell

import (
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestChange(t *testing.T) {
	anna, group := &entra.LinkEnd{Class: "users", ID: "u1", Name: "Anna Berg"}, "Finance Admins"
	ends := map[string]entra.LinkEnd{
		"aaaaaaaa-0000-0000-0000-000000000001": {Class: "users", ID: "aaaaaaaa-0000-0000-0000-000000000001", Name: "Ines Roth"},
		"aaaaaaaa-0000-0000-0000-000000000002": {Class: "roleDefinitions", ID: "aaaaaaaa-0000-0000-0000-000000000002", Name: "Global Reader"},
		"aaaaaaaa-0000-0000-0000-000000000003": {Class: "administrativeUnits", ID: "aaaaaaaa-0000-0000-0000-000000000003", Name: "Berlin"},
		"aaaaaaaa-0000-0000-0000-000000000004": {Class: "servicePrincipals", ID: "aaaaaaaa-0000-0000-0000-000000000004", Name: "Payroll"},
		"aaaaaaaa-0000-0000-0000-000000000005": {Class: "servicePrincipals", ID: "aaaaaaaa-0000-0000-0000-000000000005", Name: "Microsoft Graph"},
	}
	role := []byte(`{"directoryScopeId":"/","principalId":"aaaaaaaa-0000-0000-0000-000000000001","roleDefinitionId":"aaaaaaaa-0000-0000-0000-000000000002"}`)
	scoped := []byte(`{"directoryScopeId":"/administrativeUnits/aaaaaaaa-0000-0000-0000-000000000003","principalId":"aaaaaaaa-0000-0000-0000-000000000001","roleDefinitionId":"aaaaaaaa-0000-0000-0000-000000000002"}`)
	all := []byte(`{"clientId":"aaaaaaaa-0000-0000-0000-000000000004","consentType":"AllPrincipals","resourceId":"aaaaaaaa-0000-0000-0000-000000000005","scope":"Mail.Read"}`)
	one := []byte(`{"clientId":"aaaaaaaa-0000-0000-0000-000000000004","principalId":"aaaaaaaa-0000-0000-0000-000000000001","resourceId":"aaaaaaaa-0000-0000-0000-000000000005","scope":"Mail.Read"}`)
	link := func(class, relation string, kind entra.ChangeKind, of string, who *entra.LinkEnd) entra.Change {
		return entra.Change{Class: class, ID: "aaaaaaaa-0000-0000-0000-00000000000a", DisplayName: of, Relation: relation, Kind: kind, Target: who}
	}
	for _, c := range []struct {
		change entra.Change
		want   string
	}{
		{link("groups", "members", entra.MemberAdded, group, anna), "Anna Berg joined Finance Admins"},
		{link("groups", "members", entra.MemberRemoved, group, anna), "Anna Berg was removed from Finance Admins"},
		{link("groups", "members", entra.MemberAdded, "", &entra.LinkEnd{Class: "#microsoft.graph.device", ID: "bbbbbbbb-0000-0000-0000-000000000001"}), "device bbbbbbbb joined group aaaaaaaa"},
		{link("groups", "members", entra.MemberRemoved, group, &entra.LinkEnd{ID: "bbbbbbbb-0000-0000-0000-000000000001"}), "object bbbbbbbb was removed from Finance Admins"},
		{link("directoryRoles", "members", entra.LinkAdded, "Global Reader", anna), "Anna Berg got the role Global Reader"},
		{link("directoryRoles", "members", entra.LinkRemoved, "Global Reader", anna), "Anna Berg lost the role Global Reader"},
		{link("directoryRoles", "members", entra.LinkAdded, "", anna), "Anna Berg got the role aaaaaaaa"},
		{link("administrativeUnits", "members", entra.LinkAdded, "Berlin", anna), "Anna Berg was added to the administrative unit Berlin"},
		{link("groups", "owners", entra.LinkAdded, group, anna), "Anna Berg became an owner of Finance Admins"},
		{link("users", "manager", entra.LinkRemoved, "Dirk Vogel", anna), "Anna Berg is no longer the manager of Dirk Vogel"},
		{link("users", "sponsors", entra.LinkAdded, "Guest", anna), "Anna Berg became a sponsor of Guest"},
		{link("devices", "registeredUsers", entra.LinkRemoved, "PC-1", anna), "Anna Berg is no longer a registered user of PC-1"},
		{link("devices", "seenBy", entra.LinkAdded, "PC-1", anna), "Seen by of PC-1: Anna Berg was added"},
		{entra.Change{Class: "roleAssignments", Kind: entra.Added, After: role, Ends: ends}, "Ines Roth got the role Global Reader"},
		{entra.Change{Class: "roleAssignments", Kind: entra.ChangeDeleted, Before: scoped, Ends: ends}, "Ines Roth lost the role Global Reader (for Berlin)"},
		{entra.Change{Class: "roleAssignments", Kind: entra.Added, After: role}, "object aaaaaaaa got the role aaaaaaaa"},
		{entra.Change{Class: "roleEligibilitySchedules", Kind: entra.Added, After: role, Ends: ends}, "Ines Roth became eligible for the role Global Reader"},
		{entra.Change{Class: "roleAssignmentSchedules", Kind: entra.ChangeDeleted, Before: role, Ends: ends}, "Ines Roth no longer has the role Global Reader active"},
		{entra.Change{Class: "oauth2PermissionGrants", Kind: entra.Added, After: all, Ends: ends}, "Payroll may now use Mail.Read of Microsoft Graph for all users"},
		{entra.Change{Class: "oauth2PermissionGrants", Kind: entra.ChangeDeleted, Before: one, Ends: ends}, "Payroll may no longer use Mail.Read of Microsoft Graph for Ines Roth"},
		{entra.Change{Class: "appRoleAssignments", Kind: entra.Added, After: []byte(`{"principalDisplayName":"Sales","principalId":"bbbbbbbb-0000-0000-0000-000000000001","resourceId":"aaaaaaaa-0000-0000-0000-000000000004"}`), Ends: ends}, "Sales was assigned to Payroll"},
		{entra.Change{Class: "appRoleAssignments", Kind: entra.ChangeDeleted, Before: []byte(`{"appRoleId":"r1","principalDisplayName":"Sales","principalId":"bbbbbbbb-0000-0000-0000-000000000001","resourceId":"aaaaaaaa-0000-0000-0000-000000000004"}`),
			Ends: map[string]entra.LinkEnd{"aaaaaaaa-0000-0000-0000-000000000004": {Name: "Payroll"}, "r1": {Name: "Reader (Read.All)"}}}, "Sales is no longer assigned to Payroll as Reader (Read.All)"},
		{entra.Change{Class: "users", Kind: entra.Added, DisplayName: "Anna Berg"}, "user Anna Berg was added"},
		{entra.Change{Class: "devices", Kind: entra.ChangeDeleted, ID: "bbbbbbbb-0000-0000-0000-000000000001"}, "device bbbbbbbb was deleted"},
		{entra.Change{Class: "domains", Kind: entra.Added, ID: "contoso.com"}, "domain contoso.com was added"},
		{entra.Change{Class: "riskyUsers", Kind: entra.Added, ID: "bbbbbbbb-0000-0000-0000-000000000001", After: []byte(`{"userDisplayName":"Anna Berg"}`)}, "risky user Anna Berg was added"},
		{entra.Change{Class: "groups", Kind: entra.Restored, DisplayName: group}, "group Finance Admins was restored"},
		{entra.Change{Class: "users", Kind: entra.Updated, DisplayName: "Anna Berg", Before: []byte(`{"jobTitle":"Clerk"}`), After: []byte(`{"jobTitle":"Manager"}`)}, "Job title of Anna Berg: Clerk → Manager"},
		{entra.Change{Class: "users", Kind: entra.Updated, DisplayName: "Anna Berg", Before: []byte(`{"city":null,"jobTitle":"Clerk"}`), After: []byte(`{"city":"Bonn","jobTitle":null}`)}, "Anna Berg: City: – → Bonn; Job title: Clerk → –"},
		{entra.Change{Class: "users", Kind: entra.Updated, DisplayName: "Anna Roth", Before: []byte(`{"displayName":"Anna Berg"}`), After: []byte(`{"displayName":"Anna Roth"}`)}, "Anna Berg is now called Anna Roth"},
		{entra.Change{Class: "users", Kind: entra.Updated, DisplayName: "Anna Berg", Before: []byte(`{"accountEnabled":true}`), After: []byte(`{"accountEnabled":false}`)}, "Anna Berg was disabled"},
		{entra.Change{Class: "users", Kind: entra.Updated, DisplayName: "Anna Berg", Before: []byte(`{"proxyAddresses":["a","b"]}`), After: []byte(`{"proxyAddresses":["a"]}`)}, "Proxy addresses of Anna Berg: a, b → a"},
		{entra.Change{Class: "applications", Kind: entra.Updated, DisplayName: "Payroll", Before: []byte(`{"keyCredentials":[{"keyId":"1"},{"keyId":"2"}]}`), After: []byte(`{"keyCredentials":[{"keyId":"1"}]}`)}, "Key credentials of Payroll: 2 entries → keyId: 1"},
		{entra.Change{Class: "roleAssignments", Kind: entra.Updated, ID: "x", Before: scoped, After: role, Ends: ends}, "role assignment x: Directory scope id: Berlin → /; Principal id: Ines Roth → Ines Roth; Role definition id: Global Reader → Global Reader"},
	} {
		if got := Change(c.change, Plain).String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// A class that the table gets has a word for one object of it.
func TestEachClassHasItsKind(t *testing.T) {
	for _, c := range entra.Classes() {
		if Kind(c.Name) == "object" || Kind(c.Type) != Kind(c.Name) && c.Type != "#microsoft.graph.user" {
			t.Errorf("%s has no kind, or another by its type", c.Name)
		}
	}
}

// What gives something to somebody has no name of its own.
func TestAnAssignmentIsCalledByWhatItGivesAndToWhom(t *testing.T) {
	ends := map[string]entra.LinkEnd{
		"aaaaaaaa-0000-0000-0000-000000000001": {Class: "users", Name: "Ines Roth"},
		"aaaaaaaa-0000-0000-0000-000000000002": {Class: "roleDefinitions", Name: "Global Reader"},
		"aaaaaaaa-0000-0000-0000-000000000003": {Class: "servicePrincipals", Name: "Payroll"},
		"aaaaaaaa-0000-0000-0000-000000000004": {Class: "servicePrincipals", Name: "Microsoft Graph"}}
	role := []byte(`{"principalId":"aaaaaaaa-0000-0000-0000-000000000001","roleDefinitionId":"aaaaaaaa-0000-0000-0000-000000000002"}`)
	grant := []byte(`{"clientId":"aaaaaaaa-0000-0000-0000-000000000003","resourceId":"aaaaaaaa-0000-0000-0000-000000000004","scope":"Mail.Read"}`)
	given := []byte(`{"principalId":"aaaaaaaa-0000-0000-0000-000000000001","resourceId":"aaaaaaaa-0000-0000-0000-000000000003"}`)
	const id = "bbbbbbbb-0000-0000-0000-000000000001"
	for _, c := range []struct {
		change entra.Change
		want   string
	}{
		{entra.Change{Class: "roleAssignments", Kind: entra.Added, After: role, Ends: ends}, "Global Reader for Ines Roth"},
		{entra.Change{Class: "roleEligibilitySchedules", Kind: entra.ChangeDeleted, Before: role, Ends: ends}, "Global Reader for Ines Roth"},
		{entra.Change{Class: "oauth2PermissionGrants", Kind: entra.Added, After: grant, Ends: ends}, "Payroll may use Microsoft Graph"},
		{entra.Change{Class: "appRoleAssignments", Kind: entra.Added, After: given, Ends: ends}, "Payroll for Ines Roth"},
		{entra.Change{Class: "roleAssignments", Kind: entra.Added, After: role}, "role assignment bbbbbbbb"},
		{entra.Change{Class: "roleAssignmentSchedules", Kind: entra.Updated, After: []byte(`{"status":"Provisioned"}`), Ends: ends, Leads: []entra.Link{
			{Relation: "principal", Target: "aaaaaaaa-0000-0000-0000-000000000001"}, {Relation: "roleDefinition", Target: "aaaaaaaa-0000-0000-0000-000000000002"}}}, "Global Reader for Ines Roth"},
		{entra.Change{Class: "roleAssignmentSchedules", Kind: entra.Updated, After: role, Ends: ends}, "active role bbbbbbbb"},
		{entra.Change{Class: "groups", Kind: entra.ChangeDeleted, Before: []byte(`{"description":"x"}`)}, "group bbbbbbbb"},
	} {
		if c.change.ID = id; Object(c.change).String() != c.want {
			t.Errorf("%q, want %q", Object(c.change), c.want)
		}
	}
}

func TestLicencesOfAChangeHaveNames(t *testing.T) {
	ends := map[string]entra.LinkEnd{"aaaa": {Name: "SPE_E3"}, "bbbb": {Name: "SPE_E5"}}
	change := func(before, after string) string {
		return Change(entra.Change{Class: "users", Kind: entra.Updated, DisplayName: "Anna Berg", Ends: ends,
			Before: []byte(`{"assignedLicenses":` + before + `}`), After: []byte(`{"assignedLicenses":` + after + `}`)}, Plain).String()
	}
	for _, c := range []struct{ got, want string }{
		{change(`[{"skuId":"aaaa"}]`, `[{"skuId":"aaaa"},{"skuId":"bbbb"}]`), "Assigned licenses of Anna Berg: SPE_E3 → SPE_E3, SPE_E5"},
		{change(`[{"skuId":"aaaa"}]`, `null`), "Assigned licenses of Anna Berg: SPE_E3 → –"},
		{change(`[{"disabledPlans":["p"],"skuId":"aaaa"}]`, `[{"disabledPlans":["q"],"skuId":"aaaa"}]`),
			"Assigned licenses of Anna Berg: disabledPlans: p, skuId: aaaa → disabledPlans: q, skuId: aaaa"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
