package directory

// sketchContact makes a person at a partner; most come from an on-premises directory.
func sketchContact(b *born) {
	b.locale = &locales[b.dice(1, len(locales))]
	b.first, b.last = pick(b, 3, b.given), pick(b, 4, b.family)
	b.title, b.unit = pick(b, 5, jobTitles), pick(b, 6, departments)
	b.home = pick(b, 8, partners)
	b.synced = b.dice(9, 3) > 0
}

// contactAddress ends the string that the caller began.
func contactAddress(d []byte, b *born) []byte {
	d = append(append(append(d, b.first[1]...), '.'), b.last[1]...)
	return append(append(append(AppendInt(d, b.index), '@'), b.home...), '"')
}

func hasTitle(b *born) bool { return b.dice(20, 3) > 0 }

var contactProperties = []property{
	{Name: "addresses", many: true, value: when(func(b *born) bool { return b.dice(21, 3) == 0 }, func(d []byte, b *born) []byte {
		d = appendText(append(d, `[{"city":`...), pick(b, 22, b.cities))
		d = appendText(append(d, `,"countryOrRegion":`...), b.country)
		return append(d, `,"officeLocation":null,"postalCode":null,"state":null,"street":null}]`...)
	})},
	{Name: "companyName", value: func(d []byte, b *born) []byte { return appendText(d, pick(b, 23, employers)) }},
	{Name: "deletedDateTime", value: unset},
	{Name: "department", value: when(hasTitle, func(d []byte, b *born) []byte { return appendText(d, b.unit) })},
	{Name: "displayName", value: func(d []byte, b *born) []byte { return appendText(d, b.first[0], " ", b.last[0]) }},
	{Name: "givenName", value: func(d []byte, b *born) []byte { return appendText(d, b.first[0]) }},
	{Name: "jobTitle", value: when(hasTitle, func(d []byte, b *born) []byte { return appendText(d, b.title) })},
	{Name: "mail", value: func(d []byte, b *born) []byte { return contactAddress(append(d, '"'), b) }},
	{Name: "mailNickname", value: func(d []byte, b *born) []byte { return append(AppendInt(append(d, `"contact`...), b.index), '"') }},
	{Name: "onPremisesLastSyncDateTime", value: when(isSynced, func(d []byte, b *born) []byte { return appendTime(d, 3900, b.dice(24, 86400)) })},
	{Name: "onPremisesProvisioningErrors", many: true, value: unset},
	{Name: "onPremisesSyncEnabled", value: when(isSynced, constant("true"))},
	{Name: "phones", many: true, value: when(hasTitle, func(d []byte, b *born) []byte {
		return append(appendPhone(append(d, `[{"type":"business","number":`...), b, 25), `}]`...)
	})},
	{Name: "proxyAddresses", many: true, value: func(d []byte, b *born) []byte { return append(contactAddress(append(d, `["SMTP:`...), b), ']') }},
	{Name: "surname", value: func(d []byte, b *born) []byte { return appendText(d, b.last[0]) }},
}
