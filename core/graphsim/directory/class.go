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
	ClassCount
)

// Fields is a set of a class's properties: bit n is its n-th property.
type Fields uint64

// MembersField stands for a group's members in a set of properties.
const MembersField Fields = 1 << 63

// Has tells whether the n-th property is in the set.
func (f Fields) Has(n int) bool { return f>>n&1 != 0 }

// Class is what Graph does with the objects of one kind.
type Class struct {
	Name       string // its URL segment, and the name that callers use
	Kind       string // microsoft.graph.<kind>
	Resource   string // as error messages call it
	Permission []string
	Members    bool // holds other objects
	Properties []property
	ByName     map[string]int
	Standard   Fields                      // what comes without $select
	Units      int                         // what a list request costs
	sketch     func(b *born)               // fills in what the properties derive from
	softDelete func(t *Tenant, i int) bool // false: a deleted object can't be restored; nil: never
}

// property is one property of a class.
type property struct {
	Name string
	many bool // a collection: empty is [], never null
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
			sketch:     sketchUser,
			softDelete: always,
		},
		Groups: {
			Name: "groups", Kind: "group", Resource: "Group", Units: 1, Members: true,
			Permission: []string{"GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
			Properties: groupProperties,
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
			sketch:     sketchApp,
			softDelete: always,
		},
		Applications: {
			Name: "applications", Kind: "application", Resource: "Application", Units: 2,
			Permission: ApplicationPermissions,
			Properties: applicationProperties,
			sketch:     sketchApp,
			softDelete: always,
		},
	}
	for id, c := range all {
		c.index(ClassID(id))
	}
	return all
}

// ApplicationPermissions are those that show applications and service principals, the least first.
var ApplicationPermissions = []string{"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}

func always(*Tenant, int) bool { return true }

// userStandard are the properties of a user that Graph gives without $select; other classes give all.
var userStandard = []string{"businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone",
	"officeLocation", "preferredLanguage", "surname", "userPrincipalName"}

func (c *Class) index(id ClassID) {
	c.ByName = make(map[string]int, len(c.Properties))
	for n, p := range c.Properties {
		c.ByName[p.Name] = n
		c.Standard |= 1 << n
	}
	if id == Users {
		c.Standard = 0
		for _, name := range userStandard {
			c.Standard |= 1 << c.ByName[name]
		}
	}
	if c.Members {
		c.Standard |= MembersField
	}
}

// ODataType is how a link names the class of its member.
func (c *Class) ODataType() string { return "#microsoft.graph." + c.Kind }
