package entra

// roleReferences are what an assignment of a role names: who has the role, which
// role, and where it counts.
var roleReferences = []Reference{
	{"directoryScopeId", "scope", ""},
	{"principalId", "principal", ""},
	{"roleDefinitionId", "roleDefinition", "roleDefinitions"},
}

// ownAccount is the account of the user whose id an object has.
var ownAccount = []Copy{{Property: "userPrincipalName", Account: true}}

// policyReferences are the objects that a conditional access policy is for, or not for. Roles stand
// there by their template ids, which are the ids of the built-in roles' definitions, the only ones that
// a policy takes. Applications stand there by their appIds, which are no object's id: they are not linked.
var policyReferences = []Reference{
	{"conditions/users/includeUsers", "includeUsers", "users"},
	{"conditions/users/excludeUsers", "excludeUsers", "users"},
	{"conditions/users/includeGroups", "includeGroups", "groups"},
	{"conditions/users/excludeGroups", "excludeGroups", "groups"},
	{"conditions/users/includeRoles", "includeRoles", "roleDefinitions"},
	{"conditions/users/excludeRoles", "excludeRoles", "roleDefinitions"},
	{"conditions/locations/includeLocations", "includeLocations", "namedLocations"},
	{"conditions/locations/excludeLocations", "excludeLocations", "namedLocations"},
	{"conditions/clientApplications/includeServicePrincipals", "includeServicePrincipals", "servicePrincipals"},
	{"conditions/clientApplications/excludeServicePrincipals", "excludeServicePrincipals", "servicePrincipals"},
}

// classes is the class table. Sources: the v1.0 delta and resource pages of
// Microsoft Graph; permissions by their "least privileged" column.
var classes = []Class{
	{
		Name: "users", Label: "Users", Group: PeopleGroup, Path: "/users", Delta: "/users/delta", Type: "#microsoft.graph.user", Derived: words("#microsoft.graph.agentUser"),
		Permission: "User.Read.All", Fast: true, Top: 999, Initials: "userPrincipalName",
		Relations: []Relation{
			{Name: "manager", Targets: words("users"), Single: true, Inverse: "directReports"},
			{Name: "sponsors", Read: Expanded, Targets: words("users groups")},
		},
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
		Name: "groups", Label: "Groups", Group: PeopleGroup, Path: "/groups", Delta: "/groups/delta", Type: "#microsoft.graph.group",
		Permission: "GroupMember.Read.All", Top: 999, ByIDs: 50,
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
		Name: "devices", Label: "Devices", Group: DevicesGroup, Path: "/devices", Delta: "/devices/delta", Type: "#microsoft.graph.device",
		Permission: "Device.Read.All", Fast: true, Top: 999,
		Relations: []Relation{
			{Name: "registeredOwners", Read: Expanded, Targets: words("users")},
			{Name: "registeredUsers", Read: Expanded, Targets: words("users")},
		},
		Select: words(`accountEnabled approximateLastSignInDateTime complianceExpirationDateTime deviceCategory deviceId
			deviceOwnership deviceVersion displayName enrollmentProfileName enrollmentType extensionAttributes isCompliant isManaged
			isManagementRestricted isRooted managementType manufacturer mdmAppId model onPremisesLastSyncDateTime
			onPremisesSecurityIdentifier onPremisesSyncEnabled operatingSystem operatingSystemVersion physicalIds
			profileType registrationDateTime systemLabels trustType`),
		Volatile: words("approximateLastSignInDateTime onPremisesLastSyncDateTime"),
		Columns:  words("displayName operatingSystem operatingSystemVersion trustType isCompliant isManaged accountEnabled"),
	},
	{
		Name: "applications", Label: "Applications", Group: AppsGroup, Path: "/applications", Delta: "/applications/delta", Type: "#microsoft.graph.application", Derived: words("#microsoft.graph.agentIdentityBlueprint"),
		Permission: "Application.Read.All", Fast: true, Top: 999,
		Relations: []Relation{{Name: "owners", Read: Expanded, Targets: words("users servicePrincipals")}},
		Select: words(`api appId appRoles createdByAppId createdDateTime description disabledByMicrosoftStatus displayName
			groupMembershipClaims identifierUris isDisabled isFallbackPublicClient keyCredentials notes optionalClaims
			passwordCredentials publicClient publisherDomain requiredResourceAccess serviceManagementReference
			servicePrincipalLockConfiguration signInAudience spa tags uniqueName verifiedPublisher web`),
		Drops:   credentials,
		Columns: words("displayName appId signInAudience publisherDomain createdDateTime"),
	},
	{
		Name: "servicePrincipals", Label: "Service Principals", Group: AppsGroup, Path: "/servicePrincipals", Delta: "/servicePrincipals/delta", Type: "#microsoft.graph.servicePrincipal", Derived: words("#microsoft.graph.agentIdentity #microsoft.graph.agentIdentityBlueprintPrincipal"),
		Permission: "Application.Read.All", Fast: true, Top: 999,
		Relations: []Relation{{Name: "owners", Read: Expanded, Targets: words("users servicePrincipals")}},
		Select: words(`accountEnabled alternativeNames appDisplayName appId appOwnerOrganizationId appRoleAssignmentRequired appRoles
			createdByAppId description disabledByMicrosoftStatus displayName homepage isDisabled keyCredentials loginUrl
			notes notificationEmailAddresses oauth2PermissionScopes passwordCredentials preferredSingleSignOnMode
			preferredTokenSigningKeyThumbprint replyUrls samlSingleSignOnSettings servicePrincipalNames servicePrincipalType
			signInAudience tags verifiedPublisher`),
		Drops:   credentials,
		Columns: words("displayName appId servicePrincipalType accountEnabled appOwnerOrganizationId"),
	},
	{
		Name: "administrativeUnits", Label: "Administrative Units", Group: PeopleGroup, Path: "/directory/administrativeUnits", Delta: "/directory/administrativeUnits/delta", Type: "#microsoft.graph.administrativeUnit",
		Permission: "AdministrativeUnit.Read.All", Top: 999,
		Relations: []Relation{{Name: Members, Targets: words("users groups devices")}},
		Select: words(`description displayName isMemberManagementRestricted membershipRule membershipRuleProcessingState membershipType
			visibility`),
		Columns: words("displayName description visibility"),
	},
	{
		Name: "directoryRoles", Label: "Directory Roles", Group: RolesGroup, Path: "/directoryRoles", Delta: "/directoryRoles/delta", Type: "#microsoft.graph.directoryRole",
		Permission: "RoleManagement.Read.Directory",
		Relations:  []Relation{{Name: Members, Targets: words("users groups servicePrincipals")}},
		Select:     words("description displayName roleTemplateId"),
		Columns:    words("displayName description roleTemplateId"),
	},
	{
		Name: "orgContacts", Label: "Organizational Contacts", Group: PeopleGroup, Path: "/contacts", Delta: "/contacts/delta", Type: "#microsoft.graph.orgContact",
		Permission: "OrgContact.Read.All", Fast: true, Top: 999,
		Select: words(`companyName department displayName givenName jobTitle mail mailNickname onPremisesLastSyncDateTime
			onPremisesSyncEnabled proxyAddresses surname`),
		Volatile: words("onPremisesLastSyncDateTime"),
		Columns:  words("displayName mail companyName department jobTitle"),
	},
	{
		Name: "oauth2PermissionGrants", Label: "Delegated Permission Grants", Group: AppsGroup, Path: "/oauth2PermissionGrants", Delta: "/oauth2PermissionGrants/delta", Type: "#microsoft.graph.oAuth2PermissionGrant",
		Permission: "Directory.Read.All", OwnIDs: true,
		References: []Reference{{"clientId", "client", "servicePrincipals"}, {"principalId", "principal", "users"}, {"resourceId", "resource", "servicePrincipals"}},
		Select:     words("clientId consentType principalId resourceId scope"),
		Columns:    words("clientId consentType principalId resourceId scope"),
	},
	{
		Name: "appRoleAssignments", Label: "App Role Assignments", Group: AppsGroup, Path: "/servicePrincipals", Inside: "appRoleAssignedTo", Type: "#microsoft.graph.appRoleAssignment", Gives: "appRoleId",
		Permission: "Application.Read.All", Top: 999, OwnIDs: true,
		References: []Reference{{"principalId", "principal", ""}, {"resourceId", "resource", "servicePrincipals"}},
		Select:     words("appRoleId createdDateTime principalDisplayName principalId principalType resourceDisplayName resourceId"),
		Volatile:   words("principalDisplayName resourceDisplayName"),
		Copies:     []Copy{{Property: "principalDisplayName", Relation: "principal"}, {Property: "resourceDisplayName", Relation: "resource"}},
		Columns:    words("principalDisplayName principalType resourceDisplayName appRoleId createdDateTime"),
	},
	{
		Name: "federatedIdentityCredentials", Label: "Federated Credentials", Group: AppsGroup, Path: "/applications", Inside: "federatedIdentityCredentials", Type: "#microsoft.graph.federatedIdentityCredential",
		Permission: "Application.Read.All", Top: 999, OwnIDs: true, Every: daily, Parent: "applicationId",
		References: []Reference{{"applicationId", "application", "applications"}},
		Select:     words("applicationId audiences description issuer name subject"),
		Columns:    words("name applicationId issuer subject audiences description"),
	},
	{
		Name: "organization", Label: "Organization", Group: PeopleGroup, Path: "/organization", Type: "#microsoft.graph.organization",
		Permission: "Organization.Read.All", OwnIDs: true,
		Select: words(`assignedPlans businessPhones city country countryLetterCode createdDateTime displayName
			onPremisesLastSyncDateTime onPremisesSyncEnabled postalCode preferredLanguage state street
			technicalNotificationMails tenantType verifiedDomains`),
		Drops:    []Drop{{"assignedPlans", words("assignedDateTime")}},
		Volatile: words("onPremisesLastSyncDateTime"),
		Columns:  words("displayName tenantType countryLetterCode onPremisesSyncEnabled"),
	},
	{
		Name: "subscribedSkus", Label: "Licences", Group: PeopleGroup, Path: "/subscribedSkus", Type: "#microsoft.graph.subscribedSku",
		Permission: "LicenseAssignment.Read.All", OwnIDs: true, Whole: true,
		Select:   words("accountId accountName appliesTo capabilityStatus consumedUnits prepaidUnits servicePlans skuId skuPartNumber subscriptionIds"),
		Volatile: words("consumedUnits"), // each assignment is a change of a user or group already
		Columns:  words("skuPartNumber capabilityStatus consumedUnits prepaidUnits skuId"),
	},
	{
		Name: "domains", Label: "Domains", Group: PeopleGroup, Path: "/domains", Type: "#microsoft.graph.domain",
		Permission: "Domain.Read.All", OwnIDs: true, Whole: true, Every: daily,
		Select: words(`authenticationType availabilityStatus isAdminManaged isDefault isInitial isRoot isVerified manufacturer model
			passwordNotificationWindowInDays passwordValidityPeriodInDays state supportedServices`),
		Columns: words("authenticationType isDefault isInitial isVerified supportedServices"),
	},
	{
		Name: "roleAssignments", Label: "Role Assignments", Group: RolesGroup, Path: "/roleManagement/directory/roleAssignments", Type: "#microsoft.graph.unifiedRoleAssignment",
		Permission: "RoleManagement.Read.Directory", OwnIDs: true, References: roleReferences,
		Select:  words("appScopeId condition directoryScopeId principalId roleDefinitionId"),
		Columns: words("principalId roleDefinitionId directoryScopeId"),
	},
	{
		Name: "roleDefinitions", Label: "Role Definitions", Group: RolesGroup, Path: "/roleManagement/directory/roleDefinitions", Type: "#microsoft.graph.unifiedRoleDefinition",
		Permission: "RoleManagement.Read.Directory", OwnIDs: true, Every: daily,
		Select:  words("description displayName isBuiltIn isEnabled resourceScopes templateId"),
		Columns: words("displayName isBuiltIn isEnabled description"),
	},
	{
		Name: "roleEligibilitySchedules", Label: "Eligible Roles", Group: RolesGroup, Path: "/roleManagement/directory/roleEligibilityScheduleInstances", Type: "#microsoft.graph.unifiedRoleEligibilityScheduleInstance",
		Permission: "RoleEligibilitySchedule.Read.Directory", Licence: "Microsoft Entra ID P2 or Governance",
		OwnIDs: true, References: roleReferences, Until: "endDateTime",
		Select:  words("appScopeId directoryScopeId endDateTime memberType principalId roleDefinitionId roleEligibilityScheduleId startDateTime"),
		Columns: words("principalId roleDefinitionId directoryScopeId memberType startDateTime endDateTime"),
	},
	{
		Name: "roleAssignmentSchedules", Label: "Active Roles", Group: RolesGroup, Path: "/roleManagement/directory/roleAssignmentScheduleInstances", Type: "#microsoft.graph.unifiedRoleAssignmentScheduleInstance",
		Permission: "RoleAssignmentSchedule.Read.Directory", Licence: "Microsoft Entra ID P2 or Governance",
		OwnIDs: true, References: append([]Reference{{"activatedUsing", "activatedUsing", "roleEligibilitySchedules"}}, roleReferences...), Leads: "activatedUsing", Until: "endDateTime",
		Select: words(`activatedUsing appScopeId assignmentType directoryScopeId endDateTime memberType principalId roleAssignmentOriginId
			roleAssignmentScheduleId roleDefinitionId startDateTime`),
		Columns: words("principalId roleDefinitionId directoryScopeId assignmentType activatedUsing memberType startDateTime endDateTime"),
	},
	{
		Name: "riskyUsers", Label: "Risky Users", Group: PoliciesGroup, Path: "/identityProtection/riskyUsers", Type: "#microsoft.graph.riskyUser",
		Quota: IdentityQuota, Top: 500, Permission: "IdentityRiskyUser.Read.All", Licence: "Microsoft Entra ID P2", OwnIDs: true,
		Select:  words("isDeleted isProcessing riskDetail riskLastUpdatedDateTime riskLevel riskState userDisplayName userPrincipalName"),
		Columns: words("userDisplayName userPrincipalName riskLevel riskState riskDetail riskLastUpdatedDateTime"),
	},
	{
		Name: "riskyServicePrincipals", Label: "Risky Service Principals", Group: PoliciesGroup, Path: "/identityProtection/riskyServicePrincipals", Type: "#microsoft.graph.riskyServicePrincipal",
		Quota: IdentityQuota, Permission: "IdentityRiskyServicePrincipal.Read.All", Licence: "Microsoft Entra Workload ID Premium", OwnIDs: true,
		Select:  words("appId displayName isEnabled isProcessing riskDetail riskLastUpdatedDateTime riskLevel riskState servicePrincipalType"),
		Columns: words("displayName appId riskLevel riskState riskDetail riskLastUpdatedDateTime"),
	},
	{
		Name: "conditionalAccessPolicies", Label: "Conditional Access Policies", Group: PoliciesGroup, Path: "/identity/conditionalAccess/policies", Type: "#microsoft.graph.conditionalAccessPolicy",
		Quota: IdentityQuota, Permission: "Policy.Read.All", OwnIDs: true, Whole: true, References: policyReferences,
		Select:  words("conditions createdDateTime description displayName grantControls modifiedDateTime sessionControls state templateId"),
		Columns: words("displayName state createdDateTime modifiedDateTime"),
	},
	{
		Name: "namedLocations", Label: "Named Locations", Group: PoliciesGroup, Path: "/identity/conditionalAccess/namedLocations", Type: "#microsoft.graph.namedLocation",
		Quota: IdentityQuota, Permission: "Policy.Read.All", OwnIDs: true, Whole: true,
		Select: words(`countriesAndRegions countryLookupMethod createdDateTime displayName includeUnknownCountriesAndRegions ipRanges
			isTrusted modifiedDateTime`),
		Columns: words("displayName isTrusted ipRanges countriesAndRegions modifiedDateTime"),
	},
	{
		Name: "crossTenantAccessDefault", Label: "Cross-Tenant Access Default", Group: PoliciesGroup, Path: "/policies/crossTenantAccessPolicy/default", Type: "#microsoft.graph.crossTenantAccessPolicyConfigurationDefault",
		Permission: "Policy.Read.All", OwnIDs: true, Whole: true, Single: true, Every: daily,
		Select: words(`automaticUserConsentSettings b2bCollaborationInbound b2bCollaborationOutbound b2bDirectConnectInbound
			b2bDirectConnectOutbound inboundTrust invitationRedemptionIdentityProviderConfiguration isServiceDefault tenantRestrictions`),
		Columns: words("isServiceDefault inboundTrust b2bCollaborationInbound b2bDirectConnectInbound"),
	},
	{
		Name: "crossTenantAccessPartners", Label: "Cross-Tenant Access Partners", Group: PoliciesGroup, Path: "/policies/crossTenantAccessPolicy/partners", Type: "#microsoft.graph.crossTenantAccessPolicyConfigurationPartner",
		Permission: "Policy.Read.All", OwnIDs: true, Whole: true, Key: "tenantId", Every: daily,
		Select: words(`automaticUserConsentSettings b2bCollaborationInbound b2bCollaborationOutbound b2bDirectConnectInbound
			b2bDirectConnectOutbound inboundTrust isInMultiTenantOrganization isServiceProvider tenantRestrictions`),
		Columns: words("inboundTrust isServiceProvider isInMultiTenantOrganization automaticUserConsentSettings"),
	},
	{
		Name: "authorizationPolicy", Label: "Authorization Policy", Group: PoliciesGroup, Path: "/policies/authorizationPolicy", Type: "#microsoft.graph.authorizationPolicy",
		Permission: "Policy.Read.All", OwnIDs: true, Whole: true, Single: true, Every: daily,
		Select: words(`allowEmailVerifiedUsersToJoinOrganization allowInvitesFrom allowUserConsentForRiskyApps allowedToSignUpEmailBasedSubscriptions
			allowedToUseSSPR blockMsolPowerShell defaultUserRolePermissions description displayName guestUserRoleId`),
		Columns: words("displayName allowInvitesFrom guestUserRoleId allowedToUseSSPR blockMsolPowerShell"),
	},
	{
		Name: "groupSettings", Label: "Group Settings", Group: PoliciesGroup, Path: "/groupSettings", Type: "#microsoft.graph.groupSetting",
		Permission: "GroupSettings.Read.All", OwnIDs: true, Whole: true, Every: daily,
		Select:  words("displayName templateId values"),
		Columns: words("displayName values templateId"),
	},
	{
		Name: "groupLifecyclePolicies", Label: "Group Lifecycle Policies", Group: PoliciesGroup, Path: "/groupLifecyclePolicies", Type: "#microsoft.graph.groupLifecyclePolicy",
		Permission: "Directory.Read.All", OwnIDs: true, Whole: true, Every: daily,
		Select:  words("alternateNotificationEmails groupLifetimeInDays managedGroupTypes"),
		Columns: words("managedGroupTypes groupLifetimeInDays alternateNotificationEmails"),
	},
	{
		Name: "authenticationMethodsPolicy", Label: "Authentication Methods Policy", Group: PoliciesGroup, Path: "/policies/authenticationMethodsPolicy", Type: "#microsoft.graph.authenticationMethodsPolicy",
		Permission: "Policy.Read.AuthenticationMethod", OwnIDs: true, Whole: true, Single: true, Every: daily,
		Select: words(`authenticationMethodConfigurations description displayName lastModifiedDateTime policyMigrationState policyVersion
			registrationEnforcement`),
		Columns: words("displayName policyMigrationState registrationEnforcement authenticationMethodConfigurations lastModifiedDateTime"),
	},
	{
		Name: "signInActivity", Label: "Sign-in Activity", Group: PeopleGroup, Path: "/users", Type: "#microsoft.graph.signInActivity", Optional: true,
		Permission: "AuditLog.Read.All", Licence: "Microsoft Entra ID P1", OwnIDs: true, Top: 500, Every: daily,
		Select:   words("signInActivity userPrincipalName"),
		Drops:    []Drop{{"signInActivity", words("lastNonInteractiveSignInRequestId lastSignInRequestId lastSuccessfulSignInRequestId")}},
		Volatile: words("signInActivity userPrincipalName"),
		Copies:   ownAccount,
		Columns:  words("userPrincipalName signInActivity"),
	},
	{
		Name: "userRegistrationDetails", Label: "Registered Authentication Methods", Group: PeopleGroup, Path: "/reports/authenticationMethods/userRegistrationDetails", Type: "#microsoft.graph.userRegistrationDetails",
		Quota: ReportsQuota, Optional: true, Permission: "AuditLog.Read.All", Licence: "Microsoft Entra ID P1", OwnIDs: true, Whole: true, Every: daily,
		Select: words(`isAdmin isMfaCapable isMfaRegistered isPasswordlessCapable isSsprCapable isSsprEnabled isSsprRegistered
			isSystemPreferredAuthenticationMethodEnabled lastUpdatedDateTime methodsRegistered systemPreferredAuthenticationMethods
			userDisplayName userPreferredMethodForSecondaryAuthentication userPrincipalName userType`),
		Volatile: words("lastUpdatedDateTime systemPreferredAuthenticationMethods userDisplayName userPrincipalName"),
		Copies:   []Copy{{Property: "userDisplayName"}, ownAccount[0]},
		Columns:  words("userDisplayName userPrincipalName isMfaRegistered isMfaCapable isAdmin methodsRegistered"),
	},
	{
		Name: "licenseAssignmentStates", Label: "Licence Assignments", Group: PeopleGroup, Path: "/users", Type: "#microsoft.graph.licenseAssignmentState", Optional: true,
		Permission: "User.Read.All", OwnIDs: true, Top: 999, Every: daily,
		Select:   words("licenseAssignmentStates userPrincipalName"),
		Drops:    []Drop{{"licenseAssignmentStates", words("lastUpdatedDateTime")}},
		Volatile: words("userPrincipalName"),
		Copies:   ownAccount,
		Columns:  words("userPrincipalName licenseAssignmentStates"),
	},
	{
		Name: "userSecurityAttributes", Label: "Security Attributes of Users", Group: PeopleGroup, Path: "/users", Type: "#microsoft.graph.customSecurityAttributeValue", Optional: true,
		Permission: "CustomSecAttributeAssignment.Read.All", OwnIDs: true, Top: 999, Every: daily,
		Select:   words("customSecurityAttributes userPrincipalName"),
		Volatile: words("userPrincipalName"),
		Copies:   ownAccount,
		Columns:  words("userPrincipalName customSecurityAttributes"),
	},
	{
		Name: "appSecurityAttributes", Label: "Security Attributes of Apps", Group: AppsGroup, Path: "/servicePrincipals", Type: "#microsoft.graph.servicePrincipal/customSecurityAttributes", Optional: true,
		Permission: "CustomSecAttributeAssignment.Read.All", OwnIDs: true, Top: 999, Every: daily,
		Select:   words("customSecurityAttributes displayName"),
		Volatile: words("displayName"),
		Copies:   []Copy{{Property: "displayName"}},
		Columns:  words("displayName customSecurityAttributes"),
	},
}
