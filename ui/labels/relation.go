package labels

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/tell"
)

// Relation is what a relation of a class is called, as the object at its source sees
// it.
func Relation(class, relation string) string {
	switch relation {
	case entra.Members:
		return lang.L("Members")
	case "owners":
		return lang.L("Owners")
	case "manager":
		return lang.L("Manager")
	case "sponsors":
		return lang.L("Sponsors")
	case "registeredOwners":
		return lang.L("Registered owners")
	case "registeredUsers":
		return lang.L("Registered users")
	case "scope":
		return lang.L("Scope")
	case "appRoleAssignedTo":
		return lang.L("Users and groups")
	}
	c, _ := entra.ClassNamed(class)
	r, refers := c.Reference(relation)
	switch {
	case !refers:
		return tell.Apart(relation)
	case r.Nested():
		return policyPart(relation)
	}
	return Property(class, r.Property)
}

// policyPart is what a conditional access policy is for, or not for.
func policyPart(relation string) string {
	switch relation {
	case "includeUsers":
		return lang.L("Included users")
	case "excludeUsers":
		return lang.L("Excluded users")
	case "includeGroups":
		return lang.L("Included groups")
	case "excludeGroups":
		return lang.L("Excluded groups")
	case "includeRoles":
		return lang.L("Included roles")
	case "excludeRoles":
		return lang.L("Excluded roles")
	case "includeLocations":
		return lang.L("Included locations")
	case "excludeLocations":
		return lang.L("Excluded locations")
	case "includeServicePrincipals":
		return lang.L("Included service principals")
	case "excludeServicePrincipals":
		return lang.L("Excluded service principals")
	}
	return tell.Apart(relation)
}

// StreamRelation is what the relation is called that a stream reads: one that no stream of this
// version reads by Graph's own name, since nobody has translated it.
func StreamRelation(relation string) string {
	if slices.Contains(entra.StreamNames(), relation) {
		return lang.L(relation)
	}
	return tell.Apart(relation)
}

// RelatedBy is what a relation is called as the object at its target sees it: Member
// of, for the members of groups.
func RelatedBy(class, relation string) string {
	switch class + "." + relation {
	case "groups.members":
		return lang.L("Member of")
	case "administrativeUnits.members":
		return lang.L("In administrative units")
	case "directoryRoles.members":
		return lang.L("Has directory roles")
	case "groups.owners":
		return lang.L("Owned groups")
	case "applications.owners":
		return lang.L("Owned applications")
	case "servicePrincipals.owners":
		return lang.L("Owned service principals")
	case "users.manager":
		return lang.L("Direct reports")
	case "users.sponsors":
		return lang.L("Sponsored")
	case "devices.registeredOwners":
		return lang.L("Owned devices")
	case "devices.registeredUsers":
		return lang.L("Used devices")
	case "servicePrincipals.appRoleAssignedTo":
		return lang.L("Apps assigned")
	case "roleAssignments.principal":
		return lang.L("Role assignments")
	case "roleEligibilitySchedules.principal":
		return lang.L("Eligible roles")
	case "roleAssignmentSchedules.activatedUsing":
		return lang.L("Activations")
	case "roleAssignmentSchedules.principal":
		return lang.L("Active roles")
	case "roleAssignments.roleDefinition":
		return lang.L("Assigned to")
	case "roleEligibilitySchedules.roleDefinition":
		return lang.L("Eligible for it")
	case "roleAssignmentSchedules.roleDefinition":
		return lang.L("Active in it")
	case "roleAssignments.scope":
		return lang.L("Roles over it")
	case "oauth2PermissionGrants.client":
		return lang.L("Delegated grants")
	case "oauth2PermissionGrants.principal":
		return lang.L("Grants for this user")
	case "oauth2PermissionGrants.resource":
		return lang.L("Granted to others")
	}
	if class == "conditionalAccessPolicies" {
		if strings.HasPrefix(relation, "exclude") {
			return lang.L("Excluded from policies")
		}
		return lang.L("Included in policies")
	}
	return Class(class) + " · " + Relation(class, relation)
}
