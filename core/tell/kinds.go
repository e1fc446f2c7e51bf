package tell

import (
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// kindsOf are what one object of a class is called.
var kindsOf = map[string]say.Sentence{
	"users":                        "user",
	"groups":                       "group",
	"devices":                      "device",
	"applications":                 "application",
	"servicePrincipals":            "service principal",
	"administrativeUnits":          "administrative unit",
	"directoryRoles":               "directory role",
	"orgContacts":                  "organizational contact",
	"oauth2PermissionGrants":       "delegated permission grant",
	"appRoleAssignments":           "app role assignment",
	"federatedIdentityCredentials": "federated credential",
	"organization":                 "organization",
	"subscribedSkus":               "licence",
	"domains":                      "domain",
	"roleAssignments":              "role assignment",
	"roleDefinitions":              "role definition",
	"roleEligibilitySchedules":     "eligible role",
	"roleAssignmentSchedules":      "active role",
	"riskyUsers":                   "risky user",
	"riskyServicePrincipals":       "risky service principal",
	"conditionalAccessPolicies":    "conditional access policy",
	"namedLocations":               "named location",
	"crossTenantAccessDefault":     "cross-tenant access default",
	"crossTenantAccessPartners":    "cross-tenant access partner",
	"authorizationPolicy":          "authorization policy",
	"groupSettings":                "group setting",
	"signInActivity":               "sign-in activity",
	"userRegistrationDetails":      "authentication methods",
	"groupLifecyclePolicies":       "group lifecycle policy",
	"authenticationMethodsPolicy":  "authentication methods policy",
	"licenseAssignmentStates":      "licence states",
	"userSecurityAttributes":       "security attributes of a user",
	"appSecurityAttributes":        "security attributes of an app",
}

// Kind is what one object of a class is called: user. Where the class is not known, it is an
// object.
func Kind(class string) say.Sentence {
	if c, ok := entra.ClassOfType(class); ok {
		class = c.Name
	}
	if kind, ok := kindsOf[class]; ok {
		return kind
	}
	return "object"
}

// Kinds are all of them.
func Kinds() (out []say.Sentence) {
	for _, kind := range kindsOf {
		out = append(out, kind)
	}
	return append(out, "object")
}

// Name is what an object is called: by its name, or by its kind and the beginning of its id.
func Name(e entra.LinkEnd) say.Sentence {
	if e.Name != "" {
		return say.Foreign(e.Name)
	}
	return say.With("%s %s", Kind(e.Class), Short(e.ID))
}

// Short is as much of an id as tells one from another at a glance; what is no GUID but short, such
// as a domain, stands as it is.
func Short(id string) string {
	if runes := []rune(id); len(runes) > 30 {
		return strings.TrimRight(string(runes[:8]), "-")
	}
	return id
}
