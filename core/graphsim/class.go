package graphsim

import "slices"

// classID is a class's place in [classes].
type classID uint8

const (
	users classID = iota
	groups
	devices
	servicePrincipals
	applications
	classCount
)

// fields is a set of a class's properties: bit n is its n-th property.
type fields uint64

// membersField stands for a group's members in a set of properties.
const membersField fields = 1 << 63

func (f fields) has(n int) bool { return f>>n&1 != 0 }

// class is what Graph does with the objects of one kind.
type class struct {
	name       string // its URL segment, and the name that callers use
	kind       string // microsoft.graph.<kind>
	resource   string // as error messages call it
	permission []string
	members    bool // holds other objects
	properties []property
	byName     map[string]int
	standard   fields                      // what comes without $select
	units      int                         // what a list request costs
	sketch     func(b *born)               // fills in what the properties derive from
	softDelete func(t *Tenant, i int) bool // false: a deleted object can't be restored; nil: never
}

// property is one property of a class.
type property struct {
	name string
	many bool // a collection: empty is [], never null
	// value appends the JSON of what the object was born with, or nothing if that property isn't set.
	value func(dst []byte, b *born) []byte
}

// newClasses builds the classes of one tenant: its extension properties are its own.
func newClasses(extensions []string) [classCount]*class {
	all := [classCount]*class{
		users: {
			name: "users", kind: "user", resource: "User", units: 2,
			permission: []string{"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
			properties: slices.Concat(userProperties, extensionProperties(extensions)),
			sketch:     sketchUser,
			softDelete: always,
		},
		groups: {
			name: "groups", kind: "group", resource: "Group", units: 1, members: true,
			permission: []string{"GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
			properties: groupProperties,
			sketch:     sketchGroup,
			softDelete: (*Tenant).isUnified,
		},
		devices: {
			name: "devices", kind: "device", resource: "Device", units: 1,
			permission: []string{"Device.Read.All", "Device.ReadWrite.All"},
			properties: deviceProperties,
			sketch:     sketchDevice,
		},
		servicePrincipals: {
			name: "servicePrincipals", kind: "servicePrincipal", resource: "ServicePrincipal", units: 1,
			permission: applicationPermissions,
			properties: servicePrincipalProperties,
			sketch:     sketchApp,
			softDelete: always,
		},
		applications: {
			name: "applications", kind: "application", resource: "Application", units: 2,
			permission: applicationPermissions,
			properties: applicationProperties,
			sketch:     sketchApp,
			softDelete: always,
		},
	}
	for id, c := range all {
		c.index(classID(id))
	}
	return all
}

var applicationPermissions = []string{"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}

func always(*Tenant, int) bool { return true }

// userStandard are the properties of a user that Graph gives without $select; other classes give all.
var userStandard = []string{"businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone",
	"officeLocation", "preferredLanguage", "surname", "userPrincipalName"}

func (c *class) index(id classID) {
	c.byName = make(map[string]int, len(c.properties))
	for n, p := range c.properties {
		c.byName[p.name] = n
		c.standard |= 1 << n
	}
	if id == users {
		c.standard = 0
		for _, name := range userStandard {
			c.standard |= 1 << c.byName[name]
		}
	}
	if c.members {
		c.standard |= membersField
	}
}

// odataType is how a link names the class of its member.
func (c *class) odataType() string { return "#microsoft.graph." + c.kind }
