package directory

var appNames = []string{"Payroll", "Expense Portal", "Backup Agent", "CI Runner", "Salesforce", "ServiceNow", "Zoom", "Wiki", "Zeiterfassung", "勤怠管理"}

// sketchApp serves applications and service principals alike.
func sketchApp(b *born) { b.hired = b.dice(1, 3500) }

func appName(d []byte, b *born) []byte {
	return append(AppendInt(append(append(append(d, '"'), pick(b, 2, appNames)...), ' '), b.index), '"')
}

func appID(d []byte, b *born) []byte { return appendText(d, b.deviceID()) }

func appCreated(d []byte, b *born) []byte { return appendTime(d, b.hired, b.dice(3, 86400)) }

// readsUsers asks for the application permission User.Read.All of Microsoft Graph.
const readsUsers = `[{"resourceAppId":"00000003-0000-0000-c000-000000000000","resourceAccess":[{"id":"df021288-bdef-4463-88db-98f22de89214","type":"Role"}]}]`

// A credential's life, in days: half a year, one year, two years, and now and then three.
var lives = []int{180, 365, 365, 730, 730, 1095}

// appendLife is when a credential ends, what stands between, and when it began. Some end within
// a month, some have ended and are still there, as nobody has looked after them.
func appendLife(d []byte, b *born, salt uint64, between func(d []byte) []byte) []byte {
	life, left := lives[b.dice(salt, len(lives))], 0
	switch n := b.index % 10; {
	case n == 3 || b.dice(salt+1, 12) == 0:
		left = 2 + b.dice(salt+2, 26)
	case n == 7 || b.dice(salt+1, 12) == 1:
		left = -1 - b.dice(salt+2, 300)
	default:
		left = 31 + b.dice(salt+2, life-31)
	}
	end := b.t.today() + left
	d = between(appendTime(append(d, `"endDateTime":`...), end, b.dice(3, 86400)))
	return appendTime(append(d, `"startDateTime":`...), max(end-life, b.hired), b.dice(3, 86400))
}

// hasPassword: one app of three has a client secret, and each whose secret is told to end soon or to have ended.
func hasPassword(b *born) bool { return b.dice(9, 3) == 0 || b.index%10 == 3 || b.index%10 == 7 }

// appPassword is a client secret as Graph shows it: never its text.
func appPassword(d []byte, b *born) []byte {
	d = appendLife(append(d, `[{"customKeyIdentifier":null,"displayName":"ci",`...), b, 14, func(d []byte) []byte {
		d = appendText(append(d, `,"hint":"abc","keyId":`...), guidOf(Mix(b.hash^5), Mix(b.hash^6)).String())
		return append(d, `,"secretText":null,`...)
	})
	return append(d, `}]`...)
}

func hasRoles(b *born) bool { return b.dice(12, 4) == 0 }

func isSAML(b *born) bool { return b.dice(6, 4) == 0 }

// appRoles is what an app offers to others, as an application permission.
func appRoles(d []byte, b *born) []byte {
	d = appendText(append(d, `[{"allowedMemberTypes":["Application"],"description":"Reads everything","displayName":"Reader","id":`...), guidOf(Mix(b.hash^7), Mix(b.hash^8)).String())
	return append(d, `,"isEnabled":true,"origin":"Application","value":"Read.All"}]`...)
}

// appScopes is what an app offers on behalf of people.
func appScopes(d []byte, b *born) []byte {
	d = appendText(append(d, `[{"adminConsentDescription":"Uses the app for you","adminConsentDisplayName":"Use","id":`...), guidOf(Mix(b.hash^9), Mix(b.hash^10)).String())
	return append(d, `,"isEnabled":true,"type":"User","userConsentDescription":null,"userConsentDisplayName":null,"value":"user_impersonation"}]`...)
}

// appKey is a certificate as Graph shows it where keyCredentials are selected: with its public key.
func appKey(d []byte, b *born) []byte {
	d = appendLife(append(d, `[{"customKeyIdentifier":"AAECAwQFBgcICQoLDA0ODxAREhM=","displayName":"CN=ci",`...), b, 17, func(d []byte) []byte {
		d = append(Append64(append(d, `,"key":"MIIC`...), Mix(b.hash^11)), `==","keyId":`...)
		return append(appendText(d, guidOf(Mix(b.hash^12), Mix(b.hash^13)).String()), ',')
	})
	return append(d, `,"type":"AsymmetricX509Cert","usage":"Verify"}]`...)
}

var servicePrincipalProperties = []property{
	{Name: "customSecurityAttributes", only: true, value: when(func(b *born) bool { return b.dice(60, 10) == 0 }, securityAttributes)},
	{Name: "accountEnabled", value: func(d []byte, b *born) []byte { return appendBool(d, b.dice(4, 20) > 0) }},
	{Name: "appDescription", value: unset},
	{Name: "appDisplayName", value: appName},
	{Name: "appId", value: appID},
	{Name: "appOwnerOrganizationId", value: func(d []byte, b *born) []byte { return appendText(d, b.t.cfg.ID) }},
	{Name: "appRoleAssignmentRequired", value: func(d []byte, b *born) []byte { return appendBool(d, b.dice(5, 4) == 0) }},
	{Name: "deletedDateTime", value: unset},
	{Name: "description", value: unset},
	{Name: "displayName", value: appName},
	{Name: "homepage", value: unset},
	{Name: "keyCredentials", many: true, value: unset},
	{Name: "loginUrl", value: unset},
	{Name: "notes", value: unset},
	{Name: "passwordCredentials", many: true, value: unset},
	{Name: "preferredSingleSignOnMode", value: when(isSAML, constant(`"saml"`))},
	{Name: "replyUrls", many: true, value: unset},
	{Name: "servicePrincipalNames", many: true, value: func(d []byte, b *born) []byte { return append(appID(append(d, '['), b), ']') }},
	{Name: "servicePrincipalType", value: principalType},
	{Name: "signInAudience", value: constant(`"AzureADMyOrg"`)},
	{Name: "tags", many: true, value: constant(`["WindowsAzureActiveDirectoryIntegratedApp"]`)},
	{Name: "alternativeNames", many: true, value: unset},
	{Name: "appRoles", many: true, value: when(hasRoles, appRoles)},
	{Name: "createdByAppId", value: unset},
	{Name: "disabledByMicrosoftStatus", value: unset},
	{Name: "isDisabled", value: unset},
	{Name: "notificationEmailAddresses", many: true, value: unset},
	{Name: "oauth2PermissionScopes", many: true, value: when(hasRoles, appScopes)},
	{Name: "preferredTokenSigningKeyThumbprint", value: unset},
	{Name: "samlSingleSignOnSettings", value: when(isSAML, constant(`{"relayState":"/home"}`))},
	{Name: "verifiedPublisher", value: constant(`{"addedDateTime":null,"displayName":null,"verifiedPublisherId":null}`)},
}

var applicationProperties = []property{
	{Name: "appId", value: appID},
	{Name: "applicationTemplateId", value: unset},
	{Name: "createdDateTime", value: appCreated},
	{Name: "deletedDateTime", value: unset},
	{Name: "description", value: when(func(b *born) bool { return b.dice(7, 3) == 0 }, constant(`"Runs by itself"`))},
	{Name: "displayName", value: appName},
	{Name: "groupMembershipClaims", value: when(func(b *born) bool { return b.dice(8, 5) == 0 }, constant(`"SecurityGroup"`))},
	{Name: "identifierUris", many: true, value: func(d []byte, b *born) []byte {
		return append(append(append(d, `["api://`...), b.deviceID()...), `"]`...)
	}},
	{Name: "isFallbackPublicClient", value: unset},
	{Name: "keyCredentials", many: true, value: when(func(b *born) bool { return b.dice(13, 6) == 0 }, appKey)},
	{Name: "notes", value: unset},
	{Name: "passwordCredentials", many: true, value: when(hasPassword, appPassword)},
	{Name: "publisherDomain", value: func(d []byte, b *born) []byte { return appendText(d, b.t.cfg.Domain) }},
	{Name: "requiredResourceAccess", many: true, value: when(func(b *born) bool { return b.dice(10, 2) == 0 }, constant(readsUsers))},
	{Name: "signInAudience", value: constant(`"AzureADMyOrg"`)},
	{Name: "tags", many: true, value: unset},
	{Name: "api", value: when(hasRoles, func(d []byte, b *born) []byte {
		return append(appScopes(append(d, `{"acceptMappedClaims":null,"knownClientApplications":[],"oauth2PermissionScopes":`...), b), `,"preAuthorizedApplications":[],"requestedAccessTokenVersion":2}`...)
	})},
	{Name: "appRoles", many: true, value: when(hasRoles, appRoles)},
	{Name: "createdByAppId", value: unset},
	{Name: "disabledByMicrosoftStatus", value: unset},
	{Name: "isDisabled", value: unset},
	{Name: "optionalClaims", value: unset},
	{Name: "publicClient", value: constant(`{"redirectUris":[]}`)},
	{Name: "serviceManagementReference", value: unset},
	{Name: "servicePrincipalLockConfiguration", value: unset},
	{Name: "spa", value: constant(`{"redirectUris":[]}`)},
	{Name: "uniqueName", value: unset},
	{Name: "verifiedPublisher", value: constant(`{"addedDateTime":null,"displayName":null,"verifiedPublisherId":null}`)},
	{Name: "web", value: func(d []byte, b *born) []byte {
		return append(append(append(d, `{"homePageUrl":null,"implicitGrantSettings":{"enableAccessTokenIssuance":false,"enableIdTokenIssuance":false},"logoutUrl":null,"redirectUris":["https://`...), b.deviceID()...), `.contoso.test/signin"]}`...)
	}},
}

// agentPrincipal tells what agents work as, and what stands here for the blueprints that they are made of.
func agentPrincipal(b *born) string {
	switch {
	case b.dice(45, 30) == 0:
		return "agentIdentity"
	case b.dice(45, 30) >= 4 && b.dice(46, 30) == 0:
		return "agentIdentityBlueprintPrincipal"
	}
	return ""
}

// agentBlueprint tells which applications agents are made of.
func agentBlueprint(b *born) string {
	if b.dice(46, 20) == 0 {
		return "agentIdentityBlueprint"
	}
	return ""
}

// principalType: most stand for an app; some are managed identities of Azure resources, a few are what agents work as.
func principalType(d []byte, b *born) []byte {
	switch n := b.dice(45, 30); {
	case n == 0:
		return append(d, `"ServiceIdentity"`...)
	case n < 4:
		return append(d, `"ManagedIdentity"`...)
	}
	return append(d, `"Application"`...)
}
