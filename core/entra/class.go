package entra

import (
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/say"
)

// Class is one object class: what to ask Graph for and what it takes. The one
// table of them feeds requests, tables, exports and the permission check.
type Class struct {
	Name       string       // key, Graph's segment name where it has one
	Label      string       // English, for people
	Path       string       // list path under /v1.0
	Delta      string       // delta path under /v1.0; "" where Graph has none
	Type       string       // @odata.type of its objects, with the leading #; "" where it has none of its own
	Permission string       // least application permission that reads it
	Licence    say.Sentence // licence the tenant needs; "": none
	Select     []string     // properties asked for, the same in list and delta
	Whole      bool         // no $select is sent, because it would lose what derived types have; Select are the ones known
	Drops      []Drop       // what of its properties is never stored
	Volatile   []string     // of those, the ones that are stored without a change
	Columns    []string     // properties that a table shows first
	Relations  []Relation
	References []Reference
	OwnIDs     bool          // see [Class.Space]
	Fast       bool          // the first scan may take the list (design: fast first scan)
	Top        int           // largest list page; 0: $top is not asked
	Quota      Quota         // whose limit its requests count against
	Every      time.Duration // how often the loop reads it where it has no delta; 0: [PollInterval]
	Initials   string        // property by whose first character a long list may be read in parts; "": none
}

// Quota is what Graph counts requests against.
type Quota string

// The quotas of Graph. That of the directory is counted in units for each app in
// each tenant; that of identity protection and conditional access is one request
// a second for a tenant, all apps together, and is refused without saying for how long.
const (
	DirectoryQuota Quota = ""
	IdentityQuota  Quota = "identity"
)

// Quotas are all of them.
func Quotas() []Quota { return []Quota{DirectoryQuota, IdentityQuota} }

// Noun is the class within a sentence.
func (c Class) Noun() say.Sentence { return say.Sentence(c.Label) }

func words(s string) []string { return strings.Fields(s) }

// roleReferences are what an assignment of a role names: who has the role, which
// role, and where it counts.
var roleReferences = []Reference{
	{"directoryScopeId", "scope", ""},
	{"principalId", "principal", ""},
	{"roleDefinitionId", "roleDefinition", "roleDefinitions"},
}

// classes is the class table. Sources: the v1.0 delta and resource pages of
// Microsoft Graph; permissions by their "least privileged" column.
var classes = []Class{
	{
		Name: "users", Label: "Users", Path: "/users", Delta: "/users/delta", Type: "#microsoft.graph.user",
		Permission: "User.Read.All", Fast: true, Top: 999, Initials: "userPrincipalName",
		Select: words(`accountEnabled ageGroup assignedLicenses businessPhones city companyName country createdDateTime creationType
			department displayName employeeHireDate employeeId employeeOrgData employeeType externalUserState
			externalUserStateChangeDateTime givenName identities identityParentId isManagementRestricted jobTitle
			lastPasswordChangeDateTime mail mailNickname mobilePhone officeLocation onPremisesDistinguishedName
			onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime
			onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName
			otherMails passwordPolicies postalCode preferredDataLocation preferredLanguage proxyAddresses securityIdentifier
			showInAddressList signInSessionsValidFromDateTime state streetAddress surname usageLocation userPrincipalName
			userType`),
		Volatile: words("onPremisesLastSyncDateTime"),
		Columns:  words("displayName userPrincipalName userType accountEnabled department jobTitle mail"),
	},
	{
		Name: "groups", Label: "Groups", Path: "/groups", Delta: "/groups/delta", Type: "#microsoft.graph.group",
		Permission: "GroupMember.Read.All", Top: 999,
		Relations: []Relation{
			{Name: Members, Targets: words("users groups devices servicePrincipals orgContacts"), Unlisted: "servicePrincipals"},
			{Name: "owners", Targets: words("users servicePrincipals"), Unlisted: "servicePrincipals"},
		},
		Select: words(`assignedLabels assignedLicenses classification createdDateTime description displayName expirationDateTime
			groupTypes isAssignableToRole isManagementRestricted mail mailEnabled mailNickname membershipRule
			membershipRuleProcessingState onPremisesDomainName onPremisesLastSyncDateTime onPremisesNetBiosName
			onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
			preferredLanguage proxyAddresses renewedDateTime resourceBehaviorOptions resourceProvisioningOptions
			securityEnabled securityIdentifier theme uniqueName visibility`),
		Volatile: words("onPremisesLastSyncDateTime"),
		Columns:  words("displayName groupTypes securityEnabled mailEnabled mail visibility description"),
	},
	{
		Name: "devices", Label: "Devices", Path: "/devices", Delta: "/devices/delta", Type: "#microsoft.graph.device",
		Permission: "Device.Read.All", Fast: true, Top: 999,
		Select: words(`accountEnabled approximateLastSignInDateTime complianceExpirationDateTime deviceCategory deviceId
			deviceOwnership deviceVersion displayName enrollmentProfileName enrollmentType isCompliant isManaged
			isManagementRestricted isRooted managementType manufacturer mdmAppId model onPremisesLastSyncDateTime
			onPremisesSecurityIdentifier onPremisesSyncEnabled operatingSystem operatingSystemVersion physicalIds
			profileType registrationDateTime systemLabels trustType`),
		Volatile: words("approximateLastSignInDateTime onPremisesLastSyncDateTime"),
		Columns:  words("displayName operatingSystem operatingSystemVersion trustType isCompliant isManaged accountEnabled"),
	},
	{
		Name: "applications", Label: "Applications", Path: "/applications", Delta: "/applications/delta", Type: "#microsoft.graph.application",
		Permission: "Application.Read.All", Fast: true, Top: 999,
		Select: words(`api appId appRoles createdByAppId createdDateTime description disabledByMicrosoftStatus displayName
			groupMembershipClaims identifierUris isDisabled isFallbackPublicClient keyCredentials notes optionalClaims
			passwordCredentials publicClient publisherDomain requiredResourceAccess serviceManagementReference
			servicePrincipalLockConfiguration signInAudience spa tags uniqueName verifiedPublisher web`),
		Drops:   credentials,
		Columns: words("displayName appId signInAudience publisherDomain createdDateTime"),
	},
	{
		Name: "servicePrincipals", Label: "Service Principals", Path: "/servicePrincipals", Delta: "/servicePrincipals/delta", Type: "#microsoft.graph.servicePrincipal",
		Permission: "Application.Read.All", Fast: true, Top: 999,
		Select: words(`accountEnabled alternativeNames appDisplayName appId appOwnerOrganizationId appRoleAssignmentRequired appRoles
			createdByAppId description disabledByMicrosoftStatus displayName homepage isDisabled keyCredentials loginUrl
			notes notificationEmailAddresses oauth2PermissionScopes passwordCredentials preferredSingleSignOnMode
			preferredTokenSigningKeyThumbprint replyUrls samlSingleSignOnSettings servicePrincipalNames servicePrincipalType
			signInAudience tags verifiedPublisher`),
		Drops:   credentials,
		Columns: words("displayName appId servicePrincipalType accountEnabled appOwnerOrganizationId"),
	},
	{
		Name: "administrativeUnits", Label: "Administrative Units", Path: "/directory/administrativeUnits", Delta: "/directory/administrativeUnits/delta", Type: "#microsoft.graph.administrativeUnit",
		Permission: "AdministrativeUnit.Read.All", Top: 999,
		Relations: []Relation{{Name: Members, Targets: words("users groups devices")}},
		Select: words(`description displayName isMemberManagementRestricted membershipRule membershipRuleProcessingState membershipType
			visibility`),
		Columns: words("displayName description visibility"),
	},
	{
		Name: "directoryRoles", Label: "Directory Roles", Path: "/directoryRoles", Delta: "/directoryRoles/delta", Type: "#microsoft.graph.directoryRole",
		Permission: "RoleManagement.Read.Directory",
		Relations:  []Relation{{Name: Members, Targets: words("users groups servicePrincipals")}},
		Select:     words("description displayName roleTemplateId"),
		Columns:    words("displayName description roleTemplateId"),
	},
	{
		Name: "orgContacts", Label: "Organizational Contacts", Path: "/contacts", Delta: "/contacts/delta", Type: "#microsoft.graph.orgContact",
		Permission: "OrgContact.Read.All", Fast: true, Top: 999,
		Select: words(`companyName department displayName givenName jobTitle mail mailNickname onPremisesLastSyncDateTime
			onPremisesSyncEnabled proxyAddresses surname`),
		Volatile: words("onPremisesLastSyncDateTime"),
		Columns:  words("displayName mail companyName department jobTitle"),
	},
	{
		Name: "oauth2PermissionGrants", Label: "Delegated Permission Grants", Path: "/oauth2PermissionGrants", Delta: "/oauth2PermissionGrants/delta", Type: "#microsoft.graph.oAuth2PermissionGrant",
		Permission: "Directory.Read.All", OwnIDs: true,
		References: []Reference{{"clientId", "client", "servicePrincipals"}, {"principalId", "principal", "users"}, {"resourceId", "resource", "servicePrincipals"}},
		Select:     words("clientId consentType principalId resourceId scope"),
		Columns:    words("clientId consentType principalId resourceId scope"),
	},
	{
		Name: "organization", Label: "Organization", Path: "/organization", Type: "#microsoft.graph.organization",
		Permission: "Organization.Read.All", OwnIDs: true,
		Select: words(`assignedPlans businessPhones city country countryLetterCode createdDateTime displayName
			onPremisesLastSyncDateTime onPremisesSyncEnabled postalCode preferredLanguage state street
			technicalNotificationMails tenantType verifiedDomains`),
		Drops:    []Drop{{"assignedPlans", words("assignedDateTime")}},
		Volatile: words("onPremisesLastSyncDateTime"),
		Columns:  words("displayName tenantType countryLetterCode onPremisesSyncEnabled"),
	},
	{
		Name: "roleAssignments", Label: "Role Assignments", Path: "/roleManagement/directory/roleAssignments", Type: "#microsoft.graph.unifiedRoleAssignment",
		Permission: "RoleManagement.Read.Directory", OwnIDs: true, References: roleReferences,
		Select:  words("appScopeId condition directoryScopeId principalId roleDefinitionId"),
		Columns: words("principalId roleDefinitionId directoryScopeId"),
	},
	{
		Name: "roleDefinitions", Label: "Role Definitions", Path: "/roleManagement/directory/roleDefinitions", Type: "#microsoft.graph.unifiedRoleDefinition",
		Permission: "RoleManagement.Read.Directory", OwnIDs: true, Every: daily,
		Select:  words("description displayName isBuiltIn isEnabled resourceScopes templateId"),
		Columns: words("displayName isBuiltIn isEnabled description"),
	},
	{
		Name: "roleEligibilitySchedules", Label: "Eligible Roles", Path: "/roleManagement/directory/roleEligibilityScheduleInstances", Type: "#microsoft.graph.unifiedRoleEligibilityScheduleInstance",
		Permission: "RoleEligibilitySchedule.Read.Directory", Licence: "Microsoft Entra ID P2 or Governance",
		OwnIDs: true, References: roleReferences,
		Select:  words("directoryScopeId endDateTime memberType principalId roleDefinitionId startDateTime"),
		Columns: words("principalId roleDefinitionId directoryScopeId memberType endDateTime"),
	},
	{
		Name: "roleAssignmentSchedules", Label: "Active Roles", Path: "/roleManagement/directory/roleAssignmentScheduleInstances", Type: "#microsoft.graph.unifiedRoleAssignmentScheduleInstance",
		Permission: "RoleAssignmentSchedule.Read.Directory", Licence: "Microsoft Entra ID P2 or Governance",
		OwnIDs: true, References: roleReferences,
		Select:  words("assignmentType directoryScopeId endDateTime memberType principalId roleDefinitionId startDateTime"),
		Columns: words("principalId roleDefinitionId directoryScopeId assignmentType endDateTime"),
	},
	{
		Name: "riskyUsers", Label: "Risky Users", Path: "/identityProtection/riskyUsers", Type: "#microsoft.graph.riskyUser",
		Quota: IdentityQuota, Top: 500, Permission: "IdentityRiskyUser.Read.All", Licence: "Microsoft Entra ID P2", OwnIDs: true,
		Select:  words("isDeleted isProcessing riskDetail riskLastUpdatedDateTime riskLevel riskState userDisplayName userPrincipalName"),
		Columns: words("userDisplayName userPrincipalName riskLevel riskState riskDetail riskLastUpdatedDateTime"),
	},
	{
		Name: "riskyServicePrincipals", Label: "Risky Service Principals", Path: "/identityProtection/riskyServicePrincipals", Type: "#microsoft.graph.riskyServicePrincipal",
		Quota: IdentityQuota, Permission: "IdentityRiskyServicePrincipal.Read.All", Licence: "Microsoft Entra Workload ID Premium", OwnIDs: true,
		Select:  words("appId displayName isEnabled isProcessing riskDetail riskLastUpdatedDateTime riskLevel riskState servicePrincipalType"),
		Columns: words("displayName appId riskLevel riskState riskDetail riskLastUpdatedDateTime"),
	},
	{
		Name: "conditionalAccessPolicies", Label: "Conditional Access Policies", Path: "/identity/conditionalAccess/policies", Type: "#microsoft.graph.conditionalAccessPolicy",
		Quota: IdentityQuota, Permission: "Policy.Read.All", OwnIDs: true, Whole: true,
		Select:  words("conditions createdDateTime description displayName grantControls modifiedDateTime sessionControls state templateId"),
		Columns: words("displayName state createdDateTime modifiedDateTime"),
	},
	{
		Name: "namedLocations", Label: "Named Locations", Path: "/identity/conditionalAccess/namedLocations", Type: "#microsoft.graph.namedLocation",
		Quota: IdentityQuota, Permission: "Policy.Read.All", OwnIDs: true, Whole: true,
		Select: words(`countriesAndRegions countryLookupMethod createdDateTime displayName includeUnknownCountriesAndRegions ipRanges
			isTrusted modifiedDateTime`),
		Columns: words("displayName isTrusted ipRanges countriesAndRegions modifiedDateTime"),
	},
}

// Classes is the class table, in the order people see.
func Classes() []Class { return slices.Clone(classes) }

// DefaultClasses are the classes that a new tenant syncs.
func DefaultClasses() []string { return []string{"users", "groups", "devices"} }

// ClassNamed finds a class by its name, without regard to case.
func ClassNamed(name string) (Class, bool) {
	for _, c := range classes {
		if strings.EqualFold(c.Name, strings.TrimSpace(name)) {
			return c, true
		}
	}
	return Class{}, false
}

// ClassOfType finds the class of an @odata.type such as #microsoft.graph.user.
func ClassOfType(odataType string) (Class, bool) {
	for _, c := range classes {
		if c.Type != "" && c.Type == odataType {
			return c, true
		}
	}
	return Class{}, false
}

// ParseClasses reads a comma-separated list of class names into class table
// order, without repeats.
func ParseClasses(list string) ([]string, error) {
	wanted := map[string]bool{}
	for name := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(name) == "" {
			continue
		}
		c, ok := ClassNamed(name)
		if !ok {
			return nil, Invalid("the classes can't be used", say.With("there is no object class %s", strings.TrimSpace(name)), "see `entrasyncctl class list`")
		}
		wanted[c.Name] = true
	}
	if len(wanted) == 0 {
		return nil, Invalid("the classes can't be used", "none is named", "name at least one, such as users")
	}
	return SortClasses(wanted), nil
}

// SortClasses gives the named classes in class table order.
func SortClasses(names map[string]bool) []string {
	var out []string
	for _, c := range classes {
		if names[c.Name] {
			out = append(out, c.Name)
		}
	}
	return out
}
