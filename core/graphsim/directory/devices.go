package directory

// platform is a sort of device.
type platform struct {
	system, prefix, maker string
	versions, models      []string
	trust                 string
}

var platforms = []platform{
	{"Windows", "DESKTOP-", "Microsoft Corporation", []string{"10.0.22631.3447", "10.0.26100.1742", "10.0.19045.4291"}, []string{"Surface Pro 9", "Surface Laptop 5"}, "AzureAd"},
	{"Windows", "LAP-", "LENOVO", []string{"10.0.22631.3447", "10.0.26100.1742"}, []string{"20XW005DGE", "21CB"}, "ServerAd"},
	{"iOS", "iPhone-", "Apple", []string{"17.4.1", "16.7.7"}, []string{"iPhone 15", "iPhone SE"}, "Workplace"},
	{"Android", "android_", "samsung", []string{"14", "13.0"}, []string{"SM-A546B", "SM-S918B"}, "Workplace"},
	{"MacMDM", "MacBook-", "Apple", []string{"14.4.1", "15.0"}, []string{"MacBook Pro", "MacBook Air"}, "AzureAd"},
}

func sketchDevice(b *born) {
	b.kind = b.dice(1, len(platforms))
	if b.dice(2, 3) == 0 {
		b.kind = 0
	}
	b.synced = platforms[b.kind].trust == "ServerAd"
	b.hired = b.dice(3, 3500)
}

func (b *born) platform() *platform { return &platforms[b.kind] }

func isManaged(b *born) bool { return b.dice(4, 10) > 2 }

var deviceProperties = []property{
	{Name: "accountEnabled", value: func(d []byte, b *born) []byte { return appendBool(d, b.dice(10, 30) > 0) }},
	{Name: "alternativeSecurityIds", many: true, value: unset},
	{Name: "approximateLastSignInDateTime", value: when(func(b *born) bool { return b.dice(11, 12) > 0 }, func(d []byte, b *born) []byte { return appendTime(d, b.hired+b.dice(12, 400), b.dice(13, 86400)) })},
	{Name: "complianceExpirationDateTime", value: when(isManaged, constant(`"9999-12-31T23:59:59Z"`))},
	{Name: "createdDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.hired, b.dice(14, 86400)) }},
	{Name: "deletedDateTime", value: unset},
	{Name: "deviceCategory", value: when(func(b *born) bool { return b.dice(15, 5) == 0 }, constant(`"Office"`))},
	{Name: "deviceId", value: func(d []byte, b *born) []byte { return appendText(d, b.deviceID()) }},
	{Name: "deviceOwnership", value: when(isManaged, func(d []byte, b *born) []byte { return appendText(d, pick(b, 16, []string{"company", "personal"})) })},
	{Name: "deviceVersion", value: constant("2")},
	{Name: "displayName", value: deviceName},
	{Name: "enrollmentProfileName", value: when(func(b *born) bool { return isManaged(b) && b.dice(17, 4) == 0 }, constant(`"Autopilot Default"`))},
	{Name: "isCompliant", value: when(isManaged, func(d []byte, b *born) []byte { return appendBool(d, b.dice(18, 8) > 0) })},
	{Name: "isManaged", value: when(isManaged, constant("true"))},
	{Name: "isRooted", value: when(func(b *born) bool { return platforms[b.kind].trust == "Workplace" }, constant("false"))},
	{Name: "managementType", value: when(isManaged, constant(`"MDM"`))},
	{Name: "manufacturer", value: func(d []byte, b *born) []byte { return appendText(d, b.platform().maker) }},
	{Name: "mdmAppId", value: when(isManaged, constant(`"0000000a-0000-0000-c000-000000000000"`))},
	{Name: "model", value: func(d []byte, b *born) []byte { return appendText(d, pick(b, 19, b.platform().models)) }},
	{Name: "onPremisesLastSyncDateTime", value: when(isSynced, func(d []byte, b *born) []byte { return appendTime(d, 3900, b.dice(20, 86400)) })},
	{Name: "onPremisesSyncEnabled", value: when(isSynced, constant("true"))},
	{Name: "operatingSystem", value: func(d []byte, b *born) []byte { return appendText(d, b.platform().system) }},
	{Name: "operatingSystemVersion", value: func(d []byte, b *born) []byte { return appendText(d, pick(b, 21, b.platform().versions)) }},
	{Name: "physicalIds", many: true, value: devicePhysicalIDs},
	{Name: "profileType", value: constant(`"RegisteredDevice"`)},
	{Name: "registrationDateTime", value: func(d []byte, b *born) []byte { return appendTime(d, b.hired, b.dice(14, 86400)) }},
	{Name: "systemLabels", many: true, value: when(func(b *born) bool { return b.dice(22, 20) == 0 }, constant(`["CloudPC"]`))},
	{Name: "trustType", value: func(d []byte, b *born) []byte { return appendText(d, b.platform().trust) }},
	{Name: "enrollmentType", value: when(isManaged, constant(`"AzureDomainJoined"`))},
	{Name: "isManagementRestricted", value: unset},
	{Name: "extensionAttributes", value: when(func(b *born) bool { return b.dice(50, 5) == 0 }, extensionAttributes)},
	{Name: "onPremisesSecurityIdentifier", value: when(isSynced, func(d []byte, b *born) []byte { return appendSID(d, "S-1-5-21", b.hash>>32, 9000+b.index) })},
}

func (b *born) deviceID() string { return guidOf(Mix(b.hash^3), Mix(b.hash^4)).String() }

func deviceName(d []byte, b *born) []byte {
	d = append(append(d, '"'), b.platform().prefix...)
	return append(AppendInt(d, 100000+b.index), '"')
}

func devicePhysicalIDs(d []byte, b *born) []byte {
	d = append(append(append(d, `["[USER-GID]:`...), b.deviceID()...), `:6966518641169130"`...)
	if b.kind == 0 {
		d = append(append(append(d, `,"[ZTDID]:`...), guidOf(b.hash, b.hash).String()...), '"')
	}
	return append(d, ']')
}
