package views

import (
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// All are the ready views, in the order people see.
func All() []View {
	return []View{
		{Name: "guests", Title: "Guest users", Meaning: "Users from outside the organization, invited or added as guests.",
			Classes: words("users"), Columns: words("userPrincipalName externalUserState createdDateTime accountEnabled"),
			Queries: objects("users", is("userType", "Guest"))},
		{Name: "guests-without-sponsors", Title: "Guests without sponsors", Meaning: "Guest users whom nobody answers for.",
			Classes: words("users"), Links: Relation{"users", "sponsors"}, Columns: words("userPrincipalName externalUserState createdDateTime accountEnabled"),
			Queries: without("users", "sponsors", is("userType", "Guest"))},
		{Name: "agents", Title: "Agent identities", Meaning: "Users and service principals that agents work as, and the blueprints that they are made of, told apart from people and apps by their types.",
			Classes: words("users servicePrincipals"), Also: words("applications"), Columns: words("odataType userPrincipalName identityParentId servicePrincipalType accountEnabled"),
			Queries: agents},
		{Name: "disabled-licensed", Title: "Disabled but licensed", Meaning: "Users who can't sign in and still have a licence assigned.",
			Classes: words("users"), Columns: words("userPrincipalName department assignedLicenses"),
			Queries: objects("users", is("accountEnabled", "false"), has("assignedLicenses"))},
		{Name: "on-premises", Title: "Synced from on-premises", Meaning: "Users and groups that are mastered in an on-premises Active Directory.",
			Classes: words("users groups"), Columns: words("userPrincipalName onPremisesDomainName onPremisesSamAccountName onPremisesLastSyncDateTime"),
			Queries: append(objects("users", is("onPremisesSyncEnabled", "true")), objects("groups", is("onPremisesSyncEnabled", "true"))...)},
		{Name: "cloud-only", Title: "Cloud only", Meaning: "Users and groups that exist in Entra ID alone.",
			Classes: words("users groups"), Columns: words("userPrincipalName mail createdDateTime"),
			Queries: append(objects("users", isNot("onPremisesSyncEnabled", "true")), objects("groups", isNot("onPremisesSyncEnabled", "true"))...)},
		{Name: "groups-without-owners", Title: "Groups without owners", Meaning: "Groups that nobody is responsible for.",
			Classes: words("groups"), Links: Relation{"groups", "owners"}, Columns: groupColumns, Queries: without("groups", "owners")},
		{Name: "groups-without-members", Title: "Groups without members", Meaning: "Groups that nobody is in, except those whose members are hidden.",
			Classes: words("groups"), Links: Relation{"groups", entra.Members}, Columns: groupColumns,
			Queries: without("groups", entra.Members, isNot("visibility", "HiddenMembership"))},
		{Name: "groups-in-circles", Title: "Groups nested in a circle", Meaning: "Groups that are members of themselves, through the groups that are named.",
			Classes: words("groups"), Columns: words("circle"), rows: circles},
		{Name: "dynamic-groups", Title: "Dynamic groups", Meaning: "Groups whose members follow from a rule.",
			Classes: words("groups"), Columns: words("membershipRule membershipRuleProcessingState"), Queries: objects("groups", is("groupTypes", "DynamicMembership"))},
		{Name: "role-assignable-groups", Title: "Groups assignable to roles", Meaning: "Groups whose members can be given roles of the directory.",
			Classes: words("groups"), Columns: words("description securityEnabled createdDateTime"), Queries: objects("groups", is("isAssignableToRole", "true"))},
		{Name: "privileged-members", Title: "Members of privileged roles", Meaning: "Who has a privileged role or may activate one, and how: directly, or through which groups.",
			Classes: words(roleClasses), OneOf: true, Also: words("roleEligibilitySchedules groups"),
			Columns: holderColumns, rows: holders(store.RoleQuery{Privileged: true})},
		{Name: "privileged-members-new", Title: "Privileged members added this week", Meaning: "Who has a privileged role or may activate one, and did not seven days before, or when the roles were first read.",
			Classes: words(roleClasses), OneOf: true, Also: words("roleEligibilitySchedules groups"),
			Columns: holderColumns, rows: newlyPrivileged},
		{Name: "credentials", Title: "All credentials by their end", Meaning: "Every secret and certificate of app registrations and service principals, the first to end first; those that have ended are marked.",
			Classes: applications, Columns: words("kind credential starts ends state appId"), rows: allCredentials},
		{Name: "credentials-ending", Title: "Credentials that end within 30 days", Meaning: "Secrets and certificates of app registrations and service principals that end within 30 days.",
			Classes: applications, Columns: credentialColumns, rows: credentials(endingSoon)},
		{Name: "credentials-ended", Title: "Credentials that have ended", Meaning: "Secrets and certificates of app registrations and service principals that have ended and are still there.",
			Classes: applications, Columns: credentialColumns, rows: credentials(ended)},
		{Name: "credentials-long", Title: "Credentials for more than two years", Meaning: "Secrets and certificates of app registrations and service principals that are valid for longer than two years.",
			Classes: applications, Columns: credentialColumns, rows: credentials(long)},
		{Name: "apps-without-owners", Title: "Apps without owners", Meaning: "App registrations that nobody is responsible for.",
			Classes: words("applications"), Links: Relation{"applications", "owners"}, Columns: words("appId createdDateTime signInAudience"), Queries: without("applications", "owners")},
		{Name: "grants-for-all-users", Title: "Delegated grants for all users", Meaning: "Permissions that apps may use in the name of every user, consented to by an admin.",
			Classes: words("oauth2PermissionGrants"), Also: words("servicePrincipals"), Columns: words("client resource scope"), rows: grants},
		{Name: "devices-at-risk", Title: "Devices not compliant or unseen", Meaning: "Devices that are not compliant, or have not been seen for 90 days.",
			Classes: words("devices"), Columns: words("reason operatingSystem isCompliant approximateLastSignInDateTime accountEnabled"), rows: devices},
		{Name: "risky-users", Title: "Risky users", Meaning: "Users whom Identity Protection holds to be at risk or compromised.",
			Classes: words("riskyUsers"), Columns: words("userPrincipalName riskLevel riskState riskDetail riskLastUpdatedDateTime"),
			Queries: append(objects("riskyUsers", is("riskState", "atRisk")), objects("riskyUsers", is("riskState", "confirmedCompromised"))...)},
	}
}

// agents are told by their types; those of before types were kept by what only agents have.
var agents = slices.Concat(
	objects("users", has("identityParentId")),
	objects("users", is(entra.DerivedType, "#microsoft.graph.agentUser"), entra.Condition{Property: "identityParentId", Op: entra.OpIsEmpty}),
	objects("servicePrincipals", is("servicePrincipalType", "ServiceIdentity")),
	objects("servicePrincipals", entra.Condition{Property: entra.DerivedType, Op: entra.OpStartsWith, Value: "#microsoft.graph.agentIdentity"}, isNot("servicePrincipalType", "ServiceIdentity")),
	objects("applications", is(entra.DerivedType, "#microsoft.graph.agentIdentityBlueprint")),
)

// roleClasses each tell who has roles.
const roleClasses = "roleAssignments roleAssignmentSchedules directoryRoles"

var (
	groupColumns      = words("mail groupTypes securityEnabled onPremisesSyncEnabled createdDateTime")
	applications      = words("applications servicePrincipals")
	credentialColumns = words("kind credential starts ends appId")
)

func words(s string) []string { return strings.Fields(s) }

func is(property, value string) entra.Condition {
	return entra.Condition{Property: property, Op: entra.OpEquals, Value: value}
}

func isNot(property, value string) entra.Condition {
	return entra.Condition{Property: property, Op: entra.OpNot, Value: value}
}

func has(property string) entra.Condition {
	return entra.Condition{Property: property, Op: entra.OpHasValue}
}

// objects asks for the objects of a class that fit.
func objects(class string, filters ...entra.Condition) []store.ObjectQuery {
	return []store.ObjectQuery{{Class: class, Filters: filters}}
}

// without asks for those that lack a relation, too.
func without(class, relation string, filters ...entra.Condition) []store.ObjectQuery {
	return []store.ObjectQuery{{Class: class, Filters: filters, Lacks: []string{relation}}}
}
