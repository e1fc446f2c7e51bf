package graphsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// plainList is a small list that Graph has no change tracking for.
type plainList struct {
	kind        string // microsoft.graph.<kind>
	permissions []string
	premium     *wire.Refusal // the answer to tenants without the licence; nil: none is needed
	rows        func(t *directory.Tenant) []any
	properties  string // of the type; others can't be selected
	filters     string // those that $filter compares
	expands     string // to what $expand leads
	most        int    // objects of a page; 0: the list comes whole, and $top is refused
	single      bool   // it is one object and no list
	bare        bool   // no option is taken
	fixed       int    // objects of a page where $top and $select are refused; 0: they are not
}

var (
	readRoles = []string{"RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory", "Directory.Read.All"}

	readPolicies = []string{"Policy.Read.All"}

	needsRisk = wire.Refuse(http.StatusForbidden, "Forbidden", "Your tenant is not licensed for this feature.")
	needsP1   = wire.Refuse(http.StatusForbidden, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
)

const scheduleProperties = "appScopeId directoryScopeId endDateTime memberType principalId roleDefinitionId startDateTime "

// plainLists are the lists that this tenant has, by path. What they can be asked with is what their documents name.
var plainLists = map[string]plainList{
	"organization": {kind: "organization", rows: organization, most: 999,
		permissions: []string{"Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
		properties: "assignedPlans businessPhones city country countryLetterCode createdDateTime defaultUsageLocation deletedDateTime directorySizeQuota " +
			"displayName marketingNotificationEmails onPremisesLastSyncDateTime onPremisesSyncEnabled partnerTenantType postalCode preferredLanguage " +
			"privacyProfile provisionedPlans securityComplianceNotificationMails securityComplianceNotificationPhones state street " +
			"technicalNotificationMails tenantType verifiedDomains"},
	"subscribedSkus": {kind: "subscribedSku", rows: subscribedSkus,
		permissions: []string{"Organization.Read.All", "LicenseAssignment.Read.All", "Directory.Read.All"},
		properties:  "accountId accountName appliesTo capabilityStatus consumedUnits prepaidUnits servicePlans skuId skuPartNumber subscriptionIds"},
	"roleManagement/directory/roleAssignments": {kind: "unifiedRoleAssignment", permissions: readRoles, rows: roleAssignments, most: 999,
		properties: "appScopeId condition directoryScopeId principalId resourceScope roleDefinitionId",
		filters:    "directoryScopeId principalId roleDefinitionId", expands: "principal roleDefinition directoryScope"},
	"roleManagement/directory/roleDefinitions": {kind: "unifiedRoleDefinition", permissions: readRoles, rows: roleDefinitions, most: 999,
		properties: "description displayName isBuiltIn isEnabled resourceScopes rolePermissions templateId version",
		filters:    "id displayName isBuiltIn"},
	"roleManagement/directory/roleEligibilityScheduleInstances": {kind: "unifiedRoleEligibilityScheduleInstance", premium: wire.NeedsPIM, rows: eligible,
		permissions: append([]string{"RoleEligibilitySchedule.Read.Directory"}, readRoles...),
		properties:  scheduleProperties + "roleEligibilityScheduleId", filters: "principalId roleDefinitionId", expands: "principal roleDefinition directoryScope"},
	"roleManagement/directory/roleAssignmentScheduleInstances": {kind: "unifiedRoleAssignmentScheduleInstance", premium: wire.NeedsPIM, rows: active,
		permissions: append([]string{"RoleAssignmentSchedule.Read.Directory"}, readRoles...),
		properties:  scheduleProperties + "assignmentType roleAssignmentOriginId roleAssignmentScheduleId", filters: "principalId roleDefinitionId",
		expands: "principal roleDefinition directoryScope activatedUsing"},
	"identityProtection/riskyUsers": {kind: "riskyUser", premium: needsRisk, rows: riskyUsers, most: 500,
		permissions: []string{"IdentityRiskyUser.Read.All"}, filters: "riskLevel riskState",
		properties: "isDeleted isProcessing riskDetail riskLastUpdatedDateTime riskLevel riskState userDisplayName userPrincipalName"},
	"identityProtection/riskyServicePrincipals": {kind: "riskyServicePrincipal", premium: needsRisk, rows: riskyServicePrincipals, most: 500,
		permissions: []string{"IdentityRiskyServicePrincipal.Read.All"}, filters: "riskLevel riskState",
		properties: "appId displayName isEnabled isProcessing riskDetail riskLastUpdatedDateTime riskLevel riskState servicePrincipalType"},
	"identity/conditionalAccess/policies": {kind: "conditionalAccessPolicy", permissions: []string{"Policy.Read.All"}, rows: policies, most: 999,
		properties: "conditions createdDateTime description displayName grantControls modifiedDateTime sessionControls state templateId",
		filters:    "createdDateTime displayName modifiedDateTime state"},
	"identity/conditionalAccess/namedLocations": {kind: "namedLocation", permissions: []string{"Policy.Read.All"}, rows: namedLocations, most: 999,
		properties: "createdDateTime displayName modifiedDateTime", filters: "createdDateTime displayName isof modifiedDateTime"},
	"domains": {kind: "domain", rows: domains, permissions: []string{"Domain.Read.All", "Directory.Read.All"},
		properties: "authenticationType availabilityStatus isAdminManaged isDefault isInitial isRoot isVerified manufacturer model " +
			"passwordNotificationWindowInDays passwordValidityPeriodInDays state supportedServices"},
	"policies/crossTenantAccessPolicy/default":  {kind: "crossTenantAccessPolicyConfigurationDefault", rows: accessDefault, permissions: readPolicies, single: true, properties: accessProperties + "isServiceDefault"},
	"policies/crossTenantAccessPolicy/partners": {kind: "crossTenantAccessPolicyConfigurationPartner", rows: accessPartners, permissions: readPolicies, properties: accessProperties + "isServiceProvider isInMultiTenantOrganization tenantId"},
	"policies/authorizationPolicy": {kind: "authorizationPolicy", rows: authorization, permissions: readPolicies, single: true,
		properties: "allowInvitesFrom allowedToUseSSPR blockMsolPowerShell defaultUserRolePermissions description displayName guestUserRoleId"},
	"groupSettings":          {kind: "groupSetting", rows: groupSettings, permissions: []string{"GroupSettings.Read.All", "Directory.Read.All"}, properties: "displayName templateId values"},
	"groupLifecyclePolicies": {kind: "groupLifecyclePolicy", rows: lifecyclePolicies, permissions: []string{"Directory.Read.All"}, properties: "alternateNotificationEmails groupLifetimeInDays managedGroupTypes"},
	"policies/authenticationMethodsPolicy": {kind: "authenticationMethodsPolicy", rows: methodsPolicy, single: true, bare: true,
		permissions: []string{"Policy.Read.AuthenticationMethod", "Policy.ReadWrite.AuthenticationMethod"}},
	"reports/authenticationMethods/userRegistrationDetails": {kind: "userRegistrationDetails", rows: registrations, premium: needsP1, permissions: []string{"AuditLog.Read.All"}, fixed: 100},
}

const accessProperties = "automaticUserConsentSettings b2bCollaborationInbound b2bCollaborationOutbound b2bDirectConnectInbound b2bDirectConnectOutbound inboundTrust tenantRestrictions "

// plainList answers one.
func (c *call) plainList(path string, l plainList) (*wire.Reply, error) {
	if err := c.require(l.permissions...); err != nil {
		return nil, err
	}
	if l.premium != nil && !c.t.Premium() {
		return nil, l.premium
	}
	top, err := c.plainOptions(l)
	if err != nil {
		return nil, err
	}
	wanted, err := l.filter(c.query)
	if err != nil {
		return nil, err
	}
	at, err := c.listPosition(path)
	if err != nil {
		return nil, err
	}
	rows := slices.DeleteFunc(l.rows(c.t), func(row any) bool { return !wanted.pass(row.(map[string]any)) })
	defer c.t.Hold()()
	c.expandRows(rows)
	fill(rows, c.query["$select"])
	switch {
	case l.fixed > 0:
		top = l.fixed
	case l.most == 0:
		top = len(rows)
	}
	selected := c.query["$select"]
	if expand, _, _ := strings.Cut(c.query["$expand"], "("); selected != "" && expand != "" {
		selected += "," + expand
	}
	text, next := sliceOf(rendered(rows, selected), slice{at.Next, top})
	if l.single {
		return jsonBody(append([]byte(`{"@odata.context":"`+c.root()+"$metadata#"+path+`/$entity",`), text[1:]...)), nil
	}
	body := append([]byte(`{"@odata.context":"`), c.root()+"$metadata#"+path+`","value":[`...)
	return c.endList(append(body, text...), path, next), nil
}

// fill adds what is selected and not set.
func fill(rows []any, selected string) {
	for name := range strings.SplitSeq(selected, ",") {
		for _, row := range rows {
			if row := row.(map[string]any); name != "" && row[strings.TrimSpace(name)] == nil {
				row[strings.TrimSpace(name)] = nil
			}
		}
	}
}

// plainOptions refuses what the list can't be asked with, and gives the size of a page.
func (c *call) plainOptions(l plainList) (top int, err error) {
	options := []string{"$skiptoken"}
	if l.fixed == 0 && !l.bare {
		options = append(options, "$select")
	}
	if l.filters != "" {
		options = append(options, "$filter")
	}
	if l.expands != "" {
		options = append(options, "$expand")
	}
	if l.most > 0 {
		options = append(options, "$top")
	}
	if err := c.query.allow(options...); err != nil {
		return 0, err
	}
	for name := range strings.SplitSeq(c.query["$select"], ",") {
		if name = strings.TrimSpace(name); name != "" && (name != "id" || l.kind == "crossTenantAccessPolicyConfigurationPartner") && !slices.Contains(strings.Fields(l.properties), name) {
			return 0, noProperty(name, l.kind)
		}
	}
	if expand, ok := c.query["$expand"]; ok {
		if expand = strings.TrimSuffix(expand, "($select=id)"); !slices.Contains(strings.Fields(l.expands), expand) {
			return 0, noProperty(expand, l.kind)
		}
	}
	top, err = c.query.top()
	if err == nil && c.query.has("$top") && top > l.most {
		return 0, wire.Refuse(http.StatusBadRequest, "Request_UnsupportedQuery", "Invalid page size specified: '%d'. Must be between 1 and %d inclusive.", top, l.most)
	}
	return top, err
}

func noProperty(name, kind string) error {
	return wire.Refuse(http.StatusBadRequest, "BadRequest", "Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, kind)
}

// rowFilter is what a row must fulfil.
type rowFilter []clause

// filter reads $filter.
func (l plainList) filter(q query) (rowFilter, error) {
	text, ok := q["$filter"]
	if !ok {
		return nil, nil
	}
	all, ok := clauses(text)
	for _, one := range all {
		ordered := strings.HasSuffix(one.property, "DateTime")
		if !slices.Contains(strings.Fields(l.filters), one.property) || one.operator == "startswith" || !ordered && one.operator != "eq" && one.operator != "in" {
			ok = false
		}
	}
	if !ok {
		return nil, wire.Refuse(http.StatusBadRequest, "BadRequest", "Invalid filter clause: '%s' is not supported for type 'microsoft.graph.%s'.", text, l.kind)
	}
	return all, nil
}

func (f rowFilter) pass(row map[string]any) bool {
	for _, one := range f {
		name := one.property
		if name == "isof" {
			name = "@odata.type"
		}
		if !one.holds(fmt.Sprint(row[name])) {
			return false
		}
	}
	return true
}

// expandRows puts the object that a reference leads to beside it; the caller holds the tenant.
func (c *call) expandRows(rows []any) {
	expand, ok := c.query["$expand"]
	expand, _, _ = strings.Cut(expand, "(")
	for _, row := range rows {
		row := row.(map[string]any)
		if expand == "activatedUsing" {
			continue // each tells it
		}
		if delete(row, "activatedUsing"); !ok {
			continue
		}
		row[expand] = c.referenced(expand, row)
	}
}

// referenced is the object that a role assignment leads to; nil: the whole directory, or somebody who is gone.
func (c *call) referenced(expand string, row map[string]any) any {
	id, _ := row["principalId"].(string)
	switch expand {
	case "roleDefinition":
		for _, role := range roleDefinitions(c.t) {
			if role := role.(map[string]any); role["id"] == row["roleDefinitionId"] {
				return role
			}
		}
		return nil
	case "directoryScope":
		scope, _ := row["directoryScopeId"].(string)
		id = strings.TrimPrefix(scope, "/administrativeUnits/")
	}
	r, ok := c.t.FindAny(id)
	if !ok || !c.t.Live(r) {
		return nil
	}
	var v directory.View
	v.Open(c.t, r.Class(), r.Index())
	return rawJSON(c.appendRelated(nil, &v, query{}))
}
