package labels

import "fyne.io/fyne/v2/lang"

// ClassGroup is what kind of objects a class has, for lists of classes.
type ClassGroup int

// The groups of classes, in the order in which they are shown.
const (
	PeopleGroup ClassGroup = iota
	DevicesGroup
	AppsGroup
	RolesGroup
	PoliciesGroup
)

// Title is the group for people.
func (g ClassGroup) Title() string {
	switch g {
	case PeopleGroup:
		return lang.L("People and groups")
	case DevicesGroup:
		return lang.L("Devices")
	case AppsGroup:
		return lang.L("Apps")
	case RolesGroup:
		return lang.L("Roles and access")
	}
	return lang.L("Policies and risk")
}

// GroupOfClass is the group of a class.
func GroupOfClass(name string) ClassGroup {
	switch name {
	case "users", "groups", "orgContacts", "organization", "administrativeUnits":
		return PeopleGroup
	case "devices":
		return DevicesGroup
	case "applications", "servicePrincipals", "oauth2PermissionGrants", "appRoleAssignments":
		return AppsGroup
	case "directoryRoles", "roleAssignments", "roleDefinitions", "roleEligibilitySchedules", "roleAssignmentSchedules":
		return RolesGroup
	}
	return PoliciesGroup
}
