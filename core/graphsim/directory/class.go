package directory

import "slices"

// ClassID is a class's place in [classes].
type ClassID uint8

const (
	Users ClassID = iota
	Groups
	Devices
	ServicePrincipals
	Applications
	AdministrativeUnits
	DirectoryRoles
	Contacts
	Grants
	ClassCount
)

// Fields is a set of a class's properties: bit n is its n-th property. The highest bits are its relations.
type Fields uint64

// Has tells whether the n-th property is in the set.
func (f Fields) Has(n int) bool { return f>>n&1 != 0 }

// Class is what Graph does with the objects of one kind.
type Class struct {
	Name       string   // that callers use
	Paths      []string // its URLs under /v1.0; the first is the usual one
	Kind       string   // microsoft.graph.<kind>
	Resource   string   // as error messages call it
	Permission []string // that show it, the least first
	Deleted    string   // the least permission that shows what was deleted softly
	Properties []property
	ByName     map[string]int
	Standard   Fields               // what comes without $select
	derived    func(b *born) string // the kind beneath Kind that an object is of; nil: of none
	Units      int                  // what a list request costs
	id         ClassID
	sketch     func(b *born)               // fills in what the properties derive from
	softDelete func(t *Tenant, i int) bool // false: a deleted object can't be restored; nil: never
}

// property is one property of a class.
type property struct {
	Name string
	many bool // a collection: empty is [], never null
	only bool // it comes only where it is selected
	// value appends the JSON of what the object was born with, or nothing if that property isn't set.
	value func(dst []byte, b *born) []byte
}

// newClasses builds the classes of one tenant: its extension properties are its own.
func newClasses(extensions []string) [ClassCount]*Class {
	all := [ClassCount]*Class{
		Users: {
			Name: "users", Kind: "user", Resource: "User", Units: 2,
			Permission: []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
			Properties: slices.Concat(userProperties, extensionProperties(extensions)),
			derived:    agentUser,
			Deleted:    "User.Read.All",
			sketch:     sketchUser,
			softDelete: always,
		},
		Groups: {
			Name: "groups", Kind: "group", Resource: "Group", Units: 1,
			Permission: []string{"GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
			Properties: groupProperties,
			Deleted:    "Group.Read.All", // more than live ones need
			sketch:     sketchGroup,
			softDelete: (*Tenant).isUnified,
		},
		Devices: {
			Name: "devices", Kind: "device", Resource: "Device", Units: 1,
			Permission: []string{"Device.Read.All", "Device.ReadWrite.All"},
			Properties: deviceProperties,
			sketch:     sketchDevice,
		},
		ServicePrincipals: {
			Name: "servicePrincipals", Kind: "servicePrincipal", Resource: "ServicePrincipal", Units: 1,
			Permission: ApplicationPermissions,
			Properties: servicePrincipalProperties,
			derived:    agentPrincipal,
			Deleted:    "Application.Read.All",
			sketch:     sketchApp,
			softDelete: always,
		},
		Applications: {
			Name: "applications", Kind: "application", Resource: "Application", Units: 2,
			Permission: ApplicationPermissions,
			Properties: applicationProperties,
			derived:    agentBlueprint,
			Deleted:    "Application.Read.All",
			sketch:     sketchApp,
			softDelete: always,
		},
	}
	addAdministration(&all)
	for id, c := range all {
		c.index(ClassID(id))
	}
	return all
}

// addAdministration adds the classes of units, roles, contacts and grants.
func addAdministration(all *[ClassCount]*Class) {
	all[AdministrativeUnits] = &Class{
		Name: "administrativeUnits", Paths: []string{"directory/administrativeUnits", "administrativeUnits"},
		Kind: "administrativeUnit", Resource: "AdministrativeUnit", Units: 1,
		Permission: []string{"AdministrativeUnit.Read.All", "AdministrativeUnit.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
		Properties: unitProperties,
		Deleted:    "AdministrativeUnit.Read.All",
		sketch:     sketchUnit,
		softDelete: always,
	}
	all[DirectoryRoles] = &Class{
		Name: "directoryRoles", Kind: "directoryRole", Resource: "DirectoryRole", Units: 1,
		Permission: []string{"RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All", "Directory.ReadWrite.All"},
		Properties: roleProperties,
		sketch:     sketchRole,
	}
	all[Contacts] = &Class{
		Name: "orgContacts", Paths: []string{"contacts"}, Kind: "orgContact", Resource: "OrgContact", Units: 1,
		Permission: []string{"OrgContact.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"},
		Properties: contactProperties,
		sketch:     sketchContact,
	}
	all[Grants] = &Class{
		Name: "oauth2PermissionGrants", Kind: "oAuth2PermissionGrant", Resource: "OAuth2PermissionGrant", Units: 2,
		Permission: []string{"Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"},
		Properties: grantProperties,
		sketch:     sketchGrant,
	}
}

// ApplicationPermissions are those that show applications and service principals, the least first.
var ApplicationPermissions = []string{"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}

func always(*Tenant, int) bool { return true }

// userStandard are the properties of a user that Graph gives without $select; other classes give all.
var userStandard = []string{"businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone",
	"officeLocation", "preferredLanguage", "surname", "userPrincipalName"}

func (c *Class) index(id ClassID) {
	c.id = id
	c.ByName = make(map[string]int, len(c.Properties))
	for n, p := range c.Properties {
		c.ByName[p.Name] = n
		if !p.only {
			c.Standard |= 1 << n
		}
	}
	if id == Users {
		c.Standard = 0
		for _, name := range userStandard {
			c.Standard |= 1 << c.ByName[name]
		}
	}
	for _, r := range id.Relations() {
		if relations[r].Standard {
			c.Standard |= r.Field()
		}
	}
	if c.Paths == nil {
		c.Paths = []string{c.Name}
	}
	if len(c.Properties) > 64-mostRelations || len(id.Relations()) > mostRelations {
		panic("graphsim: " + c.Name + " have too many properties")
	}
}

// ODataType is how a link names the class of its member.
func (c *Class) ODataType() string { return "#microsoft.graph." + c.Kind }

// Tracks is what stands for a relation in a set of properties, where change tracking tells it; 0: it doesn't.
func (c *Class) Tracks(relation string) Fields {
	r, ok := c.id.RelationNamed(relation)
	if !ok || !relations[r].Tracked {
		return 0
	}
	return r.Field()
}

// ID is the class's place among all.
func (c *Class) ID() ClassID { return c.id }
