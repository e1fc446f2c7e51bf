package graphsim

import (
	"net/http"
	"strings"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// plainList is a small list that Graph has no change tracking for.
type plainList struct {
	permissions []string
	premium     *wire.Refusal // the answer to tenants without the licence; nil: none is needed
	rows        func(t *directory.Tenant) []any
}

var (
	readRoles = []string{"RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory", "Directory.Read.All"}

	needsRisk = wire.Refuse(http.StatusForbidden, "Forbidden", "Your tenant is not licensed for this feature.")
)

// plainLists are the lists that this tenant has, by path.
var plainLists = map[string]plainList{
	"organization":   {[]string{"Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}, nil, organization},
	"subscribedSkus": {[]string{"Organization.Read.All", "LicenseAssignment.Read.All", "Directory.Read.All"}, nil, subscribedSkus},

	"roleManagement/directory/roleAssignments":                  {readRoles, nil, roleAssignments},
	"roleManagement/directory/roleDefinitions":                  {readRoles, nil, roleDefinitions},
	"roleManagement/directory/roleEligibilityScheduleInstances": {append([]string{"RoleEligibilitySchedule.Read.Directory"}, readRoles...), wire.NeedsPIM, noRows},
	"roleManagement/directory/roleAssignmentScheduleInstances":  {append([]string{"RoleAssignmentSchedule.Read.Directory"}, readRoles...), wire.NeedsPIM, noRows},
	"identityProtection/riskyUsers":                             {[]string{"IdentityRiskyUser.Read.All"}, needsRisk, noRows},
	"identityProtection/riskyServicePrincipals":                 {[]string{"IdentityRiskyServicePrincipal.Read.All"}, needsRisk, noRows},
	"identity/conditionalAccess/policies":                       {[]string{"Policy.Read.All"}, nil, noRows},
	"identity/conditionalAccess/namedLocations":                 {[]string{"Policy.Read.All"}, nil, noRows},
}

func noRows(*directory.Tenant) []any { return []any{} }

// plainList answers one, whole: none of these is long enough to page.
func (c *call) plainList(l plainList) (*wire.Reply, error) {
	if err := c.require(l.permissions...); err != nil {
		return nil, err
	}
	if l.premium != nil && !c.t.Premium() {
		return nil, l.premium
	}
	if err := c.query.allow("$select", "$top", "$filter", "$expand"); err != nil {
		return nil, err
	}
	rows := l.rows(c.t)
	if text, ok := c.query["$select"]; ok {
		for i, row := range rows {
			rows[i] = chosen(row.(map[string]any), text)
		}
	}
	path := strings.TrimPrefix(c.r.URL.Path, "/v1.0/")
	rep := wire.JSON(http.StatusOK, map[string]any{"@odata.context": c.root() + "$metadata#" + path, "value": rows})
	rep.Header.Set("Content-Type", jsonType)
	return rep, nil
}

// chosen keeps the selected properties of a row.
func chosen(row map[string]any, names string) map[string]any {
	kept := map[string]any{"id": row["id"]}
	for name := range strings.SplitSeq(names, ",") {
		if value, ok := row[strings.TrimSpace(name)]; ok {
			kept[strings.TrimSpace(name)] = value
		}
	}
	return kept
}

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
		"tenantType": "AAD", "assignedPlans": []any{}, "provisionedPlans": []any{},
		"directorySizeQuota": map[string]any{"used": t.Count("users") + t.Count("groups") + t.Count("devices"), "total": 300000},
	}}
}

func subscribedSkus(t *directory.Tenant) []any {
	names := []string{"SPE_E3", "SPE_E5", "POWER_BI_STANDARD", "VISIOCLIENT"}
	var rows []any
	for i, sku := range directory.Plans {
		rows = append(rows, map[string]any{"id": t.ID() + "_" + sku, "skuId": sku, "skuPartNumber": names[i], "capabilityStatus": "Enabled", "appliesTo": "User", "consumedUnits": t.BornUsers() / (i + 2)})
	}
	return rows
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

// roleAssignments are the members of the roles that are active, over the whole directory.
func roleAssignments(t *directory.Tenant) []any {
	defer t.Hold()()
	rows := []any{}
	for role := range t.Ever(directory.DirectoryRoles) {
		for _, holder := range t.Slots(directory.RoleMembers, role) {
			if holder.Gone() || !t.Live(holder) {
				continue
			}
			h := directory.Mix(uint64(holder) ^ uint64(role)<<40)
			rows = append(rows, map[string]any{
				"id": string(directory.Append64(nil, h)) + "-1", "principalId": t.RefID(holder), "resourceScope": "/",
				"directoryScopeId": "/", "roleDefinitionId": directory.RoleTemplates[role].ID,
			})
		}
	}
	return rows
}
