package directory

var unitNames = []string{"Germany", "France", "Branch Seattle", "School of Law", "Subsidiary Fabrikam", "工場", "Kiosk Devices", "Executives", "Région Sud"}

func sketchUnit(b *born) { b.hired = b.dice(1, 3500) }

func isDynamicUnit(b *born) bool { return b.dice(2, 6) == 0 }

var unitProperties = []property{
	{Name: "deletedDateTime", value: unset},
	{Name: "description", value: when(func(b *born) bool { return b.dice(3, 3) > 0 }, func(d []byte, b *born) []byte {
		return appendText(d, "Everything of ", pick(b, 4, unitNames))
	})},
	{Name: "displayName", value: func(d []byte, b *born) []byte {
		return append(AppendInt(append(append(append(d, '"'), pick(b, 4, unitNames)...), ' '), b.index), '"')
	}},
	{Name: "isMemberManagementRestricted", value: func(d []byte, b *born) []byte { return appendBool(d, b.dice(5, 8) == 0) }},
	{Name: "membershipRule", value: when(isDynamicUnit, func(d []byte, b *born) []byte {
		return appendText(d, "(user.country -eq \"", pick(b, 4, unitNames), "\")")
	})},
	{Name: "membershipRuleProcessingState", value: when(isDynamicUnit, constant(`"On"`))},
	{Name: "membershipType", value: when(isDynamicUnit, constant(`"Dynamic"`))},
	{Name: "visibility", value: when(func(b *born) bool { return b.index%5 == 4 }, constant(`"HiddenMembership"`))},
}

// RoleTemplate is a role that every tenant knows. It becomes an object of the tenant when it is activated.
type RoleTemplate struct{ ID, Name, Description string }

// RoleTemplates are the built-in roles, in the order in which a tenant activates them.
var RoleTemplates = []RoleTemplate{
	{"62e90394-69f5-4237-9190-012177145e10", "Global Administrator", "Can manage all aspects of Microsoft Entra ID and Microsoft services that use Microsoft Entra identities."},
	{"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator", "Can manage all aspects of users and groups, including resetting passwords for limited admins."},
	{"f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader", "Can read everything that a Global Administrator can, but not update anything."},
	{"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers", "Can read basic directory information. Commonly used to grant directory read access to applications and guests."},
	{"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", "Can create and manage all aspects of app registrations and enterprise apps."},
	{"194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator", "Can read security information and reports, and manage configuration in Microsoft Entra ID and Office 365."},
	{"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator", "Can manage role assignments in Microsoft Entra ID, and all aspects of Privileged Identity Management."},
	{"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "Conditional Access Administrator", "Can manage Conditional Access capabilities."},
	{"729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator", "Can reset passwords for non-administrators and Helpdesk Administrators."},
	{"5d6b6bb7-de71-4623-b4af-96380a352509", "Security Reader", "Can read security information and reports in Microsoft Entra ID and Office 365."},
	{"fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator", "Members of this role can create/manage groups, create/manage groups settings like naming and expiration policies."},
	{"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator", "Can create and manage all aspects of app registrations and enterprise apps except App Proxy."},
}

// activeRoles is how many of them a tenant is generated with.
const activeRoles = 4

func sketchRole(*born) {}

func (b *born) template() RoleTemplate { return RoleTemplates[b.index%len(RoleTemplates)] }

var roleProperties = []property{
	{Name: "deletedDateTime", value: unset},
	{Name: "description", value: func(d []byte, b *born) []byte { return appendText(d, b.template().Description) }},
	{Name: "displayName", value: func(d []byte, b *born) []byte { return appendText(d, b.template().Name) }},
	{Name: "roleTemplateId", value: func(d []byte, b *born) []byte { return appendText(d, b.template().ID) }},
}
