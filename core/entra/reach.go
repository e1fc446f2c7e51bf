package entra

import (
	"strings"
	"time"
)

// Reached is an object that another one reaches over links: a member of a group that is
// a member of a group, or a group that somebody is in through others.
type Reached struct {
	LinkEnd
	Path   []LinkEnd // the groups between, from where it began; empty: linked directly
	Circle bool      // it is where it began
}

// RoleWay says how somebody has a role.
type RoleWay string

// The ways to a role.
const (
	RoleAssigned  RoleWay = "assigned"  // for as long as it stays so
	RoleActivated RoleWay = "activated" // now, out of an eligible one
	RoleEligible  RoleWay = "eligible"  // may activate it
)

// RoleHolder is somebody who has a role or may activate it.
type RoleHolder struct {
	Role     LinkEnd // its definition
	Holder   LinkEnd
	Way      RoleWay
	From     LinkEnd   // of an activated role: the eligible one that it came from, called by whom that is given to
	Path     []LinkEnd // the groups through which; empty: directly
	Scope    string    // "/": the whole tenant
	Unit     LinkEnd   // the administrative unit, the app or what else the scope names; zero: none that is held
	End      time.Time // zero: none
	ByLegacy bool      // told by the members of a directory role alone
}

// privilegedRoles are the template ids of the built-in roles that Microsoft marks as
// privileged, which Graph's v1.0 does not tell.
var privilegedRoles = map[string]string{
	"62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
	"e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
	"7be44c8a-adaf-4e2a-84d6-ab2649e08a13": "Privileged Authentication Administrator",
	"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
	"158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
	"c4e39bd9-1100-46d3-8c65-fb160da0071f": "Authentication Administrator",
	"25a516ed-2fa0-40ea-a2d0-12923a21473a": "Authentication Extensibility Administrator",
	"aaf43236-0c0d-4d5f-883a-6955382ac081": "B2C IEF Keyset Administrator",
	"7698a772-787b-4ac8-901f-60d6b08affd2": "Cloud Device Administrator",
	"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9": "Conditional Access Administrator",
	"d29b2b05-8046-44ba-8758-1e26182fcf32": "Directory Synchronization Accounts",
	"9360feb5-f418-4baa-8175-e2a00bac4301": "Directory Writers",
	"8329153b-31d0-4727-b945-745eb3bc5f31": "Domain Name Administrator",
	"f2ef992c-3afb-46b9-b7cf-a126ee74c451": "Global Reader",
	"729827e3-9c14-49f7-bb1b-9608f156bbb8": "Helpdesk Administrator",
	"8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2": "Hybrid Identity Administrator",
	"3a2c62db-5318-420d-8d74-23affee5d9d5": "Intune Administrator",
	"4ba39ca4-527c-499a-b93d-d9b492c50246": "Partner Tier1 Support",
	"e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8": "Partner Tier2 Support",
	"966707d0-3269-4727-9be2-8c3a10f19b9d": "Password Administrator",
	"194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
	"5f2222b1-57c3-48ba-8ad5-d4759f1fde6f": "Security Operator",
	"5d6b6bb7-de71-4623-b4af-96380a352509": "Security Reader",
	"fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
}

// PrivilegedRole tells whether the built-in role with this template id is privileged.
func PrivilegedRole(template string) bool { return privilegedRoles[CanonicalID(template)] != "" }

// BuiltInRole is the name of a privileged built-in role; "" where the id is of no such.
func BuiltInRole(template string) string { return privilegedRoles[CanonicalID(template)] }

// BuiltInRoleNamed is the template of a privileged built-in role, by its name without regard
// to case; "": there is none.
func BuiltInRoleNamed(name string) string {
	for template, known := range privilegedRoles {
		if strings.EqualFold(known, name) {
			return template
		}
	}
	return ""
}
