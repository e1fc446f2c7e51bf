package graphsim

import (
	"strconv"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

func organization(t *directory.Tenant) []any {
	domains := []any{map[string]any{"capabilities": "Email, OfficeCommunicationsOnline", "isDefault": true, "isInitial": t.InitialDomain() == t.Domain(), "name": t.Domain(), "type": "Managed"}}
	if t.InitialDomain() != t.Domain() {
		domains = append(domains, map[string]any{"capabilities": "Email", "isDefault": false, "isInitial": true, "name": t.InitialDomain(), "type": "Managed"})
	}
	return []any{map[string]any{
		"id": t.ID(), "displayName": t.DisplayName(), "verifiedDomains": domains,
		"deletedDateTime": nil, "businessPhones": []string{"425-555-0100"}, "city": "Redmond", "country": nil, "countryLetterCode": "US",
		"createdDateTime": "2015-01-01T00:00:00Z", "onPremisesLastSyncDateTime": nil, "onPremisesSyncEnabled": nil, "postalCode": nil,
		"preferredLanguage": "en", "state": nil, "street": nil, "technicalNotificationMails": []string{"admin@" + t.Domain()},
		"tenantType": "AAD", "assignedPlans": assignedPlans(), "provisionedPlans": []any{},
		"directorySizeQuota": map[string]any{"used": t.Count("users") + t.Count("groups") + t.Count("devices"), "total": 300000},
	}}
}

// assignedPlans carry dates that Graph sets anew now and then, though nothing changed.
func assignedPlans() []any {
	assigned := time.Now().UTC().Truncate(time.Second).Format(time.RFC3339)
	return []any{
		map[string]any{"assignedDateTime": assigned, "capabilityStatus": "Enabled", "service": "exchange", "servicePlanId": "efb87545-963c-4e0d-99df-69c6916d9eb0"},
		map[string]any{"assignedDateTime": assigned, "capabilityStatus": "Enabled", "service": "AADPremiumService", "servicePlanId": "eec0eb4f-6444-4f95-aba0-50c24d67f998"},
	}
}

func subscribedSkus(t *directory.Tenant) []any {
	names := []string{"SPE_E3", "SPE_E5", "POWER_BI_STANDARD", "VISIOCLIENT"}
	var rows []any
	for i, sku := range directory.Plans {
		rows = append(rows, map[string]any{"id": t.ID() + "_" + sku, "skuId": sku, "skuPartNumber": names[i], "capabilityStatus": "Enabled", "appliesTo": "User", "consumedUnits": t.Born(directory.Users) / (i + 2),
			"accountId": t.ID(), "accountName": t.DisplayName(), "subscriptionIds": []string{directory.AppGUID(directory.App{ClientID: sku}, 90)},
			"prepaidUnits": map[string]any{"enabled": t.Born(directory.Users) + 5, "suspended": 0, "warning": 0, "lockedOut": 0}, "servicePlans": servicePlans(sku)})
	}
	return rows
}

// servicePlans are what a licence is made of.
func servicePlans(sku string) (plans []any) {
	for i, name := range []string{"EXCHANGE_S_ENTERPRISE", "AAD_PREMIUM"} {
		plans = append(plans, map[string]any{"servicePlanId": directory.AppGUID(directory.App{ClientID: sku}, uint64(91+i)), "servicePlanName": name,
			"provisioningStatus": "Success", "appliesTo": []string{"User", "Company"}[i]})
	}
	return plans
}

// roleDefinitions are the built-in roles.
func roleDefinitions(*directory.Tenant) []any {
	var rows []any
	for _, role := range directory.RoleTemplates {
		rows = append(rows, map[string]any{"id": role.ID, "templateId": role.ID, "displayName": role.Name, "description": role.Description,
			"isBuiltIn": true, "isEnabled": true, "resourceScopes": []string{"/"}})
	}
	return rows
}

// roleAssignments are the members of the roles that are active, over the whole directory, and some user administrators of
// one administrative unit each.
func roleAssignments(t *directory.Tenant) []any {
	defer t.Hold()()
	rows := []any{}
	for role := range t.Ever(directory.DirectoryRoles) {
		for _, holder := range t.Slots(directory.RoleMembers, role) {
			if holder.Gone() || !t.Live(holder) {
				continue
			}
			h := directory.Mix(uint64(holder) ^ uint64(role)<<40)
			rows = append(rows, roleAssignment(string(directory.Append64(nil, h))+"-1", "/", directory.RoleTemplates[role].ID, t.RefID(holder)))
		}
	}
	for unit := range t.Born(directory.AdministrativeUnits) {
		r, holder := directory.NewRef(directory.AdministrativeUnits, unit), directory.NewRef(directory.Users, unit*5+2)
		if unit%2 != 0 || !t.Live(r) || holder.Index() >= t.Born(directory.Users) || !t.Live(holder) {
			continue
		}
		id := string(directory.Append64(nil, directory.Mix(uint64(r)<<32|uint64(holder)))) + "-e"
		row := roleAssignment(id, "/administrativeUnits/"+t.RefID(r), directory.RoleTemplates[1].ID, t.RefID(holder))
		if unit%4 == 0 {
			row["condition"] = "$ResourceIsSelf"
		}
		rows = append(rows, row)
	}
	return rows
}

func roleAssignment(id, scope, role, holder string) map[string]any {
	return map[string]any{"id": id, "principalId": holder, "resourceScope": scope, "directoryScopeId": scope, "roleDefinitionId": role}
}

// policies are three conditional access policies, one of which only reports: for roles by their template ids, for
// everybody, for a group. All leave out one user, and the headquarters.
func policies(t *directory.Tenant) []any {
	rows := []any{}
	for i, name := range []string{"Require MFA for administrators", "Block legacy authentication", "Compliant devices for Fabrikam"} {
		users := map[string]any{"includeUsers": []string{}, "excludeUsers": []string{t.IDOf(directory.Users, 0)}, "includeGroups": []string{}, "excludeGroups": []string{}, "includeRoles": []string{}, "excludeRoles": []string{}}
		switch i {
		case 0:
			users["includeRoles"] = []string{directory.RoleTemplates[0].ID, directory.RoleTemplates[1].ID}
		case 1:
			users["includeUsers"] = []string{"All"}
		case 2:
			users["includeGroups"] = []string{t.IDOf(directory.Groups, 0)}
		}
		rows = append(rows, map[string]any{
			"id": madeID(t, 30, i), "templateId": nil, "displayName": name, "description": nil,
			"createdDateTime": madeTime(i), "modifiedDateTime": nil, "state": []string{"enabled", "enabled", "enabledForReportingButNotEnforced"}[i],
			"conditions": map[string]any{
				"clientAppTypes": []string{"all"}, "applications": map[string]any{"includeApplications": []string{"All"}, "excludeApplications": []string{}}, "users": users,
				"locations": map[string]any{"includeLocations": []string{"All"}, "excludeLocations": []string{madeID(t, 40, 0)}},
			},
			"grantControls": map[string]any{"operator": "OR", "builtInControls": []string{[]string{"mfa", "block", "compliantDevice"}[i]}}, "sessionControls": nil,
		})
	}
	return rows
}

// namedLocations are of two derived types: what matters of a location stands there, not on the base.
func namedLocations(t *directory.Tenant) []any {
	ranges := func(kind string, addresses ...string) (list []any) {
		for _, a := range addresses {
			list = append(list, map[string]any{"@odata.type": "#microsoft.graph." + kind, "cidrAddress": a})
		}
		return list
	}
	row := func(i int, kind, name string) map[string]any {
		return map[string]any{"@odata.type": "#microsoft.graph." + kind, "id": madeID(t, 40, i), "displayName": name,
			"createdDateTime": madeTime(i), "modifiedDateTime": madeTime(i + 1)}
	}
	office, countries, six := row(0, "ipNamedLocation", "Headquarters"), row(1, "countryNamedLocation", "Where we work"), row(2, "ipNamedLocation", "IPv6 offices")
	office["isTrusted"], office["ipRanges"] = true, ranges("iPv4CidrRange", "198.51.100.0/24", "203.0.113.7/32")
	countries["countriesAndRegions"], countries["includeUnknownCountriesAndRegions"] = []string{"DE", "US"}, false
	six["isTrusted"], six["ipRanges"] = false, ranges("iPv6CidrRange", "2001:db8::/48")
	return []any{office, countries, six}
}

func madeID(t *directory.Tenant, salt uint64, i int) string {
	return directory.AppGUID(directory.App{ClientID: t.ID() + strconv.Itoa(i)}, salt)
}

func madeTime(i int) string {
	return time.Date(2019, time.July, 26+i, 18, 0, 43, 0, time.UTC).Format(time.RFC3339)
}

// daysFrom is a moment some days from when the tenant was made.
func daysFrom(t *directory.Tenant, days int) string {
	return t.Made().AddDate(0, 0, days).Format(time.RFC3339)
}

// lifecyclePolicies is the one policy that a tenant may have, of when groups end.
func lifecyclePolicies(t *directory.Tenant) []any {
	return []any{map[string]any{"id": madeID(t, 80, 0), "groupLifetimeInDays": 180, "managedGroupTypes": "Selected", "alternateNotificationEmails": "admin@" + t.Domain()}}
}

// methodsPolicy tells how people may sign in; its configurations come with it.
func methodsPolicy(*directory.Tenant) []any {
	everybody := []any{map[string]any{"targetType": "group", "id": "all_users", "isRegistrationRequired": false}}
	method := func(kind, id, state string) any {
		return map[string]any{"@odata.type": "#microsoft.graph." + kind + "AuthenticationMethodConfiguration", "id": id, "state": state, "includeTargets": everybody}
	}
	return []any{map[string]any{"id": "authenticationMethodsPolicy", "displayName": "Authentication Methods Policy", "policyVersion": "1.5", "policyMigrationState": "migrationComplete",
		"description": "The tenant-wide policy that controls which authentication methods are allowed in the tenant", "lastModifiedDateTime": madeTime(40),
		"registrationEnforcement":            map[string]any{"authenticationMethodsRegistrationCampaign": map[string]any{"snoozeDurationInDays": 1, "state": "default"}},
		"authenticationMethodConfigurations": []any{method("fido2", "Fido2", "enabled"), method("sms", "Sms", "disabled")}}}
}
