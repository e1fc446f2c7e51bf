package graphsim

import (
	"strconv"
	"time"
)

// epoch is the day before which nothing of a generated tenant happened.
var epoch = time.Date(2015, time.January, 1, 0, 0, 0, 0, time.UTC)

func secondsOf(n int) time.Duration { return time.Duration(n) * time.Second }

func appendInt(dst []byte, n int) []byte { return strconv.AppendInt(dst, int64(n), 10) }

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
	{name: "accountEnabled", value: func(d []byte, b *born) []byte { return appendBool(d, b.sort != room && b.dice(21, 100) >= 6) }},
	{name: "ageGroup", value: when(func(b *born) bool { return b.dice(22, 200) == 0 }, constant(`"Minor"`))},
	{name: "assignedLicenses", many: true, value: userLicenses},
	{name: "businessPhones", many: true, value: when(hasPhone, userPhones)},
	{name: "city", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, pick(b, 23, b.cities)) })},
	{name: "companyName", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, pick(b, 24, employers)) })},
	{name: "country", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.country) })},
	{name: "createdDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.hired, b.dice(25, 86400)) }},
	{name: "creationType", value: when(isGuest, constant(`"Invitation"`))},
	{name: "department", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.unit) })},
	{name: "displayName", value: userDisplayName},
	{name: "employeeHireDate", value: when(isPerson, func(d []byte, b *born) []byte { return appendTime(d, b.hired, 0) })},
	{name: "employeeId", value: when(isPerson, func(d []byte, b *born) []byte { return append(appendInt(append(d, '"'), 100000+b.index), '"') })},
	{name: "employeeType", value: when(isPerson, func(d []byte, b *born) []byte {
		return appendText(d, pick(b, 26, []string{"Employee", "Employee", "Contractor", "Vendor"}))
	})},
	{name: "externalUserState", value: when(isGuest, func(d []byte, b *born) []byte {
		return appendText(d, pick(b, 27, []string{"Accepted", "PendingAcceptance"}))
	})},
	{name: "faxNumber", value: when(func(b *born) bool { return b.sort == employee && b.dice(28, 40) == 0 }, userFax)},
	{name: "givenName", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.first[0]) })},
	{name: "identities", many: true, value: userIdentities},
	{name: "imAddresses", many: true, value: when(isPerson, func(d []byte, b *born) []byte { return append(userMail(append(d, '['), b), ']') })},
	{name: "jobTitle", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.title) })},
	{name: "lastPasswordChangeDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.reset, b.dice(29, 86400)) }},
	{name: "mail", value: when(func(b *born) bool { return b.sort != service }, userMail)},
	{name: "mailNickname", value: func(d []byte, b *born) []byte { return append(b.appendAlias(append(d, '"')), '"') }},
	{name: "mobilePhone", value: when(func(b *born) bool { return hasPhone(b) && b.dice(30, 2) == 0 }, userFax)},
	{name: "officeLocation", value: when(isPerson, userOffice)},
	{name: "onPremisesDistinguishedName", value: when(isSynced, userDistinguishedName)},
	{name: "onPremisesDomainName", value: when(isSynced, constant(`"corp.contoso.local"`))},
	{name: "onPremisesImmutableId", value: when(isSynced, func(d []byte, b *born) []byte { return append(append64(append(d, '"'), mix64(b.hash^31)), `=="`...) })},
	{name: "onPremisesLastSyncDateTime", value: when(isSynced, func(d []byte, b *born) []byte { return appendTime(d, 3900, b.dice(32, 86400)) })},
	{name: "onPremisesSamAccountName", value: when(isSynced, func(d []byte, b *born) []byte {
		return append(appendInt(append(append(d, '"'), b.last[1]...), b.index), '"')
	})},
	{name: "onPremisesSecurityIdentifier", value: when(isSynced, func(d []byte, b *born) []byte { return appendSID(d, "S-1-5-21", b.hash>>32, 1000+b.index) })},
	{name: "onPremisesSyncEnabled", value: when(isSynced, constant("true"))},
	{name: "onPremisesUserPrincipalName", value: when(isSynced, userPrincipalName)},
	{name: "otherMails", many: true, value: when(isGuest, func(d []byte, b *born) []byte { return append(userMail(append(d, '['), b), ']') })},
	{name: "passwordPolicies", value: when(func(b *born) bool { return b.sort == service || b.synced }, constant(`"DisablePasswordExpiration"`))},
	{name: "postalCode", value: when(isPerson, func(d []byte, b *born) []byte { return append(appendInt(append(d, '"'), 10000+b.dice(33, 89999)), '"') })},
	{name: "preferredLanguage", value: when(func(b *born) bool { return b.sort == employee && b.dice(34, 4) > 0 }, func(d []byte, b *born) []byte { return appendText(d, b.language) })},
	{name: "proxyAddresses", many: true, value: when(func(b *born) bool { return b.licensed || b.sort == room }, userProxies)},
	{name: "securityIdentifier", value: func(d []byte, b *born) []byte { return appendSID(d, "S-1-12-1", b.hash, b.index) }},
	{name: "signInSessionsValidFromDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.reset, b.dice(29, 86400)) }},
	{name: "state", value: when(func(b *born) bool { return b.sort == employee && b.code == "US" }, constant(`"WA"`))},
	{name: "streetAddress", value: when(isPerson, func(d []byte, b *born) []byte {
		return append(appendInt(append(append(d, '"'), pick(b, 4, b.family)[0]...), 1+b.dice(35, 200)), ` St."`...)
	})},
	{name: "surname", value: when(isPerson, func(d []byte, b *born) []byte { return appendText(d, b.last[0]) })},
	{name: "usageLocation", value: when(func(b *born) bool { return b.licensed }, func(d []byte, b *born) []byte { return appendText(d, b.code) })},
	{name: "userPrincipalName", value: userPrincipalName},
	{name: "userType", value: func(d []byte, b *born) []byte {
		if b.sort == guest {
			return append(d, `"Guest"`...)
		}
		return append(d, `"Member"`...)
	}},
	{name: "deletedDateTime", value: unset},
	{name: "externalUserStateChangeDateTime", value: when(isGuest, func(d []byte, b *born) []byte { return appendTime(d, b.hired+2, b.dice(36, 86400)) })},
	{name: "onPremisesExtensionAttributes", value: userExtensionAttributes},
	{name: "showInAddressList", value: unset},
}

// extensionProperties are open-type properties: half the users have them.
func extensionProperties(names []string) []property {
	var properties []property
	for i, name := range names {
		salt := uint64(500 + i)
		properties = append(properties, property{name: name, value: when(
			func(b *born) bool { return b.dice(salt, 2) == 0 },
			func(d []byte, b *born) []byte {
				return append(appendInt(append(d, `"CC-`...), b.dice(salt, 9000)), '"')
			},
		)})
	}
	return properties
}
