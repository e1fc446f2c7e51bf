package entra

import "strconv"

// ValueKind is what a property's values are by Graph's documents, as far as a filter asks.
type ValueKind int

// The kinds of values. Of what is not known nothing is refused.
const (
	UnknownValue ValueKind = iota
	FlagValue              // true or false
	TextValue              // times and ids, too
	NumberValue
	ListValue
	ComplexValue
)

// valueKinds are the kinds of the properties that classes select, by their names: what has
// one name is of one kind in all classes.
var valueKinds = func() map[string]ValueKind {
	m := map[string]ValueKind{"id": TextValue}
	for kind, names := range map[ValueKind]string{
		FlagValue: `accountEnabled isManagementRestricted onPremisesSyncEnabled showInAddressList mailEnabled securityEnabled isAssignableToRole
			isCompliant isManaged isRooted isDisabled isFallbackPublicClient appRoleAssignmentRequired isMemberManagementRestricted isAdminManaged
			isDefault isInitial isRoot isVerified isBuiltIn isEnabled isTrusted`,
		TextValue: `ageGroup city companyName country createdDateTime creationType department displayName employeeHireDate employeeId employeeType
			externalUserState externalUserStateChangeDateTime givenName jobTitle lastPasswordChangeDateTime mail mailNickname mobilePhone officeLocation
			onPremisesDistinguishedName onPremisesDomainName onPremisesImmutableId onPremisesLastSyncDateTime onPremisesSamAccountName
			onPremisesSecurityIdentifier onPremisesUserPrincipalName passwordPolicies postalCode preferredDataLocation preferredLanguage
			securityIdentifier signInSessionsValidFromDateTime streetAddress surname usageLocation userPrincipalName userType
			classification description expirationDateTime membershipRule membershipRuleProcessingState onPremisesNetBiosName renewedDateTime theme
			uniqueName visibility approximateLastSignInDateTime complianceExpirationDateTime deviceCategory deviceId deviceOwnership
			enrollmentProfileName enrollmentType managementType manufacturer mdmAppId operatingSystem operatingSystemVersion profileType
			registrationDateTime trustType appId disabledByMicrosoftStatus groupMembershipClaims publisherDomain signInAudience appDisplayName
			homepage loginUrl servicePrincipalType roleTemplateId principalDisplayName principalId principalType resourceDisplayName
			resourceId riskDetail riskLastUpdatedDateTime riskLevel riskState userDisplayName`,
		NumberValue: "deviceVersion consumedUnits",
		ListValue: `assignedLicenses assignedLabels assignedPlans businessPhones identities otherMails proxyAddresses groupTypes
			onPremisesProvisioningErrors resourceBehaviorOptions resourceProvisioningOptions physicalIds systemLabels appRoles identifierUris
			keyCredentials passwordCredentials requiredResourceAccess tags alternativeNames replyUrls servicePrincipalNames`,
		ComplexValue: "employeeOrgData onPremisesExtensionAttributes extensionAttributes",
	} {
		for _, name := range words(names) {
			m[name] = kind
		}
	}
	return m
}()

// KindOf is what the values of a property are.
func KindOf(property string) ValueKind { return valueKinds[property] }

// memberNames are what complex properties have within them.
var memberNames = func() map[string][]string {
	var extension []string
	for i := range 15 {
		extension = append(extension, "extensionAttribute"+strconv.Itoa(i+1))
	}
	return map[string][]string{"employeeOrgData": words("costCenter division"), "onPremisesExtensionAttributes": extension, "extensionAttributes": extension}
}()
