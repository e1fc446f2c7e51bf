package graphsim

var appNames = []string{"Payroll", "Expense Portal", "Backup Agent", "CI Runner", "Salesforce", "ServiceNow", "Zoom", "Wiki", "Zeiterfassung", "勤怠管理"}

// sketchApp serves applications and service principals alike.
func sketchApp(b *born) { b.hired = b.dice(1, 3500) }

func appName(d []byte, b *born) []byte {
	return append(appendInt(append(append(append(d, '"'), pick(b, 2, appNames)...), ' '), b.index), '"')
}

func appID(d []byte, b *born) []byte { return appendText(d, b.deviceID()) }

func appCreated(d []byte, b *born) []byte { return appendTime(d, b.hired, b.dice(3, 86400)) }

var servicePrincipalProperties = []property{
	{name: "accountEnabled", value: func(d []byte, b *born) []byte { return appendBool(d, b.dice(4, 20) > 0) }},
	{name: "appDescription", value: unset},
	{name: "appDisplayName", value: appName},
	{name: "appId", value: appID},
	{name: "appOwnerOrganizationId", value: func(d []byte, b *born) []byte { return appendText(d, b.t.cfg.ID) }},
	{name: "appRoleAssignmentRequired", value: func(d []byte, b *born) []byte { return appendBool(d, b.dice(5, 4) == 0) }},
	{name: "createdDateTime", value: appCreated},
	{name: "deletedDateTime", value: unset},
	{name: "description", value: unset},
	{name: "displayName", value: appName},
	{name: "homepage", value: unset},
	{name: "keyCredentials", many: true, value: unset},
	{name: "loginUrl", value: unset},
	{name: "notes", value: unset},
	{name: "passwordCredentials", many: true, value: unset},
	{name: "preferredSingleSignOnMode", value: when(func(b *born) bool { return b.dice(6, 4) == 0 }, constant(`"saml"`))},
	{name: "replyUrls", many: true, value: unset},
	{name: "servicePrincipalNames", many: true, value: func(d []byte, b *born) []byte { return append(appID(append(d, '['), b), ']') }},
	{name: "servicePrincipalType", value: constant(`"Application"`)},
	{name: "signInAudience", value: constant(`"AzureADMyOrg"`)},
	{name: "tags", many: true, value: constant(`["WindowsAzureActiveDirectoryIntegratedApp"]`)},
}

var applicationProperties = []property{
	{name: "appId", value: appID},
	{name: "applicationTemplateId", value: unset},
	{name: "createdDateTime", value: appCreated},
	{name: "deletedDateTime", value: unset},
	{name: "description", value: when(func(b *born) bool { return b.dice(7, 3) == 0 }, constant(`"Runs by itself"`))},
	{name: "displayName", value: appName},
	{name: "identifierUris", many: true, value: func(d []byte, b *born) []byte {
		return append(append(append(d, `["api://`...), b.deviceID()...), `"]`...)
	}},
	{name: "isFallbackPublicClient", value: unset},
	{name: "keyCredentials", many: true, value: unset},
	{name: "notes", value: unset},
	{name: "passwordCredentials", many: true, value: unset},
	{name: "publisherDomain", value: func(d []byte, b *born) []byte { return appendText(d, b.t.cfg.Domain) }},
	{name: "signInAudience", value: constant(`"AzureADMyOrg"`)},
	{name: "tags", many: true, value: unset},
}
