package directory

import (
	"strconv"
	"time"
)

// epoch is the day before which nothing of a generated tenant happened.
var epoch = time.Date(2015, time.January, 1, 0, 0, 0, 0, time.UTC)

func secondsOf(n int) time.Duration { return time.Duration(n) * time.Second }

// AppendInt writes a number.
func AppendInt(dst []byte, n int) []byte { return strconv.AppendInt(dst, int64(n), 10) }

// unset is the value of a property that few tenants ever fill.
func unset(dst []byte, _ *born) []byte { return dst }

// when makes a value that is set only where the condition holds.
func when(holds func(b *born) bool, value func(dst []byte, b *born) []byte) func([]byte, *born) []byte {
	return func(dst []byte, b *born) []byte {
		if !holds(b) {
			return dst
		}
		return value(dst, b)
	}
}

// constant makes a value that is the same JSON everywhere.
func constant(json string) func([]byte, *born) []byte {
	return func(dst []byte, _ *born) []byte { return append(dst, json...) }
}

func isPerson(b *born) bool { return b.sort == employee }
func isGuest(b *born) bool  { return b.sort == guest }
func isSynced(b *born) bool { return b.synced }
func hasPhone(b *born) bool { return b.sort == employee && b.dice(20, 3) > 0 }

var userProperties = []property{
	{Name: "accountEnabled", value: func(d []byte, b *born) []byte { return appendBool(d, b.sort != room && b.dice(21, 100) >= 6) }},
	{Name: "ageGroup", value: when(func(b *born) bool { return b.dice(22, 200) == 0 }, constant(`"Minor"`))},
	{Name: "assignedLicenses", many: true, value: userLicenses},
	{Name: "businessPhones", many: true, value: when(hasPhone, userPhones)},
	{Name: "city", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, pick(b, 23, b.cities)) })},
	{Name: "companyName", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, pick(b, 24, employers)) })},
	{Name: "country", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.country) })},
	{Name: "createdDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.hired, b.dice(25, 86400)) }},
	{Name: "creationType", value: when(isGuest, constant(`"Invitation"`))},
	{Name: "department", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.unit) })},
	{Name: "displayName", value: userDisplayName},
	{Name: "employeeHireDate", value: when(isPerson, func(d []byte, b *born) []byte { return appendTime(d, b.hired, 0) })},
	{Name: "employeeId", value: when(isPerson, func(d []byte, b *born) []byte { return append(AppendInt(append(d, '"'), 100000+b.index), '"') })},
	{Name: "employeeType", value: when(isPerson, func(d []byte, b *born) []byte {
		return appendText(d, pick(b, 26, []string{"Employee", "Employee", "Contractor", "Vendor"}))
	})},
	{Name: "externalUserState", value: when(isGuest, func(d []byte, b *born) []byte {
		return appendText(d, pick(b, 27, []string{"Accepted", "PendingAcceptance"}))
	})},
	{Name: "faxNumber", value: when(func(b *born) bool { return b.sort == employee && b.dice(28, 40) == 0 }, userFax)},
	{Name: "givenName", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.first[0]) })},
	{Name: "identities", many: true, value: userIdentities},
	{Name: "imAddresses", many: true, value: when(isPerson, func(d []byte, b *born) []byte { return append(userMail(append(d, '['), b), ']') })},
	{Name: "jobTitle", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.title) })},
	{Name: "lastPasswordChangeDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.reset, b.dice(29, 86400)) }},
	{Name: "mail", value: when(func(b *born) bool { return b.sort != service }, userMail)},
	{Name: "mailNickname", value: func(d []byte, b *born) []byte { return append(b.appendAlias(append(d, '"')), '"') }},
	{Name: "mobilePhone", value: when(func(b *born) bool { return hasPhone(b) && b.dice(30, 2) == 0 }, userFax)},
	{Name: "officeLocation", value: when(isPerson, userOffice)},
	{Name: "onPremisesDistinguishedName", value: when(isSynced, userDistinguishedName)},
	{Name: "onPremisesDomainName", value: when(isSynced, constant(`"corp.contoso.local"`))},
	{Name: "onPremisesImmutableId", value: when(isSynced, func(d []byte, b *born) []byte { return append(Append64(append(d, '"'), Mix(b.hash^31)), `=="`...) })},
	{Name: "onPremisesLastSyncDateTime", value: when(isSynced, func(d []byte, b *born) []byte { return appendTime(d, 3900, b.dice(32, 86400)) })},
	{Name: "onPremisesSamAccountName", value: when(isSynced, func(d []byte, b *born) []byte {
		return append(AppendInt(append(append(d, '"'), b.last[1]...), b.index), '"')
	})},
	{Name: "onPremisesSecurityIdentifier", value: when(isSynced, func(d []byte, b *born) []byte { return appendSID(d, "S-1-5-21", b.hash>>32, 1000+b.index) })},
	{Name: "onPremisesSyncEnabled", value: when(isSynced, constant("true"))},
	{Name: "onPremisesUserPrincipalName", value: when(isSynced, userPrincipalName)},
	{Name: "otherMails", many: true, value: when(isGuest, func(d []byte, b *born) []byte { return append(userMail(append(d, '['), b), ']') })},
	{Name: "passwordPolicies", value: when(func(b *born) bool { return b.sort == service || b.synced }, constant(`"DisablePasswordExpiration"`))},
	{Name: "postalCode", value: when(isPerson, func(d []byte, b *born) []byte { return append(AppendInt(append(d, '"'), 10000+b.dice(33, 89999)), '"') })},
	{Name: "preferredLanguage", value: when(func(b *born) bool { return b.sort == employee && b.dice(34, 4) > 0 }, func(d []byte, b *born) []byte { return appendText(d, b.language) })},
	{Name: "proxyAddresses", many: true, value: when(func(b *born) bool { return b.licensed || b.sort == room }, userProxies)},
	{Name: "securityIdentifier", value: func(d []byte, b *born) []byte { return appendSID(d, "S-1-12-1", b.hash, b.index) }},
	{Name: "signInSessionsValidFromDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.reset, b.dice(29, 86400)) }},
	{Name: "state", value: when(func(b *born) bool { return b.sort == employee && b.code == "US" }, constant(`"WA"`))},
	{Name: "streetAddress", value: when(isPerson, func(d []byte, b *born) []byte {
		return append(AppendInt(append(append(d, '"'), pick(b, 4, b.family)[0]...), 1+b.dice(35, 200)), ` St."`...)
	})},
	{Name: "surname", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.last[0]) })},
	{Name: "usageLocation", value: when(func(b *born) bool { return b.licensed }, func(d []byte, b *born) []byte { return appendText(d, b.code) })},
	{Name: "userPrincipalName", value: userPrincipalName},
	{Name: "userType", value: func(d []byte, b *born) []byte {
		if b.sort == guest {
			return append(d, `"Guest"`...)
		}
		return append(d, `"Member"`...)
	}},
	{Name: "deletedDateTime", value: unset},
	{Name: "externalUserStateChangeDateTime", value: when(isGuest, func(d []byte, b *born) []byte { return appendTime(d, b.hired+2, b.dice(36, 86400)) })},
	{Name: "onPremisesExtensionAttributes", value: userExtensionAttributes},
	{Name: "showInAddressList", value: unset},
	{Name: "employeeOrgData", value: when(isPerson, func(d []byte, b *born) []byte {
		return append(appendText(append(d, `{"costCenter":null,"division":`...), b.unit), '}')
	})},
	{Name: "identityParentId", value: when(isAgent, func(d []byte, b *born) []byte {
		return append(append(append(d, '"'), b.t.IDOf(ServicePrincipals, b.index%b.t.born[ServicePrincipals])...), '"')
	})},
	{Name: "isManagementRestricted", value: unset},
	{Name: "preferredDataLocation", value: unset},
	{Name: "licenseAssignmentStates", many: true, only: true, value: userLicenseStates},
	{Name: "customSecurityAttributes", only: true, value: when(func(b *born) bool { return b.dice(60, 10) == 0 }, securityAttributes)},
}

// extensionProperties are open-type properties: half the users have them.
func extensionProperties(names []string) []property {
	var properties []property
	for i, name := range names {
		salt := uint64(500 + i)
		properties = append(properties, property{Name: name, value: when(
			func(b *born) bool { return b.dice(salt, 2) == 0 },
			func(d []byte, b *born) []byte {
				return append(AppendInt(append(d, `"CC-`...), b.dice(salt, 9000)), '"')
			},
		)})
	}
	return properties
}

func agentUser(b *born) string {
	if isAgent(b) {
		return "agentUser"
	}
	return ""
}

// isAgent tells whether a user account is what an agent works as: a few of the service accounts.
func isAgent(b *born) bool {
	return b.sort == service && b.t.born[ServicePrincipals] > 0 && b.dice(46, 4) == 0
}
