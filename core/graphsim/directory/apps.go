package directory

var appNames = []string{"Payroll", "Expense Portal", "Backup Agent", "CI Runner", "Salesforce", "ServiceNow", "Zoom", "Wiki", "Zeiterfassung", "勤怠管理"}

// sketchApp serves applications and service principals alike.
func sketchApp(b *born) { b.hired = b.dice(1, 3500) }

func appName(d []byte, b *born) []byte {
	return append(AppendInt(append(append(append(d, '"'), pick(b, 2, appNames)...), ' '), b.index), '"')
}

func appID(d []byte, b *born) []byte { return appendText(d, b.deviceID()) }

func appCreated(d []byte, b *born) []byte { return appTime(d, b, 0) }

// readsUsers asks for the application permission User.Read.All of Microsoft Graph.
const readsUsers = `[{"resourceAppId":"00000003-0000-0000-c000-000000000000","resourceAccess":[{"id":"df021288-bdef-4463-88db-98f22de89214","type":"Role"}]}]`

// appPassword is a client secret as Graph shows it: never its text.
func appPassword(d []byte, b *born) []byte {
	d = append(appTime(append(d, `[{"customKeyIdentifier":null,"displayName":"ci","endDateTime":`...), b, 4400), `,"hint":"abc","keyId":`...)
	d = append(appendText(d, guidOf(Mix(b.hash^5), Mix(b.hash^6)).String()), `,"secretText":null,"startDateTime":`...)
	return append(appTime(d, b, 0), `}]`...)
}

// appTime is some days after the app was made.
func appTime(d []byte, b *born, after int) []byte {
	return appendTime(d, b.hired+after, b.dice(3, 86400))
}

var servicePrincipalProperties = []property{
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
	{Name: "preferredSingleSignOnMode", value: when(func(b *born) bool { return b.dice(6, 4) == 0 }, constant(`"saml"`))},
	{Name: "replyUrls", many: true, value: unset},
	{Name: "servicePrincipalNames", many: true, value: func(d []byte, b *born) []byte { return append(appID(append(d, '['), b), ']') }},
	{Name: "servicePrincipalType", value: constant(`"Application"`)},
	{Name: "signInAudience", value: constant(`"AzureADMyOrg"`)},
	{Name: "tags", many: true, value: constant(`["WindowsAzureActiveDirectoryIntegratedApp"]`)},
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
	{Name: "keyCredentials", many: true, value: unset},
	{Name: "notes", value: unset},
	{Name: "passwordCredentials", many: true, value: when(func(b *born) bool { return b.dice(9, 3) == 0 }, appPassword)},
	{Name: "publisherDomain", value: func(d []byte, b *born) []byte { return appendText(d, b.t.cfg.Domain) }},
	{Name: "requiredResourceAccess", many: true, value: when(func(b *born) bool { return b.dice(10, 2) == 0 }, constant(readsUsers))},
	{Name: "signInAudience", value: constant(`"AzureADMyOrg"`)},
	{Name: "tags", many: true, value: unset},
}
