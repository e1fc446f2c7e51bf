package entra

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// DefaultAccess is the role of an assignment to an app that declares none.
const DefaultAccess = "00000000-0000-0000-0000-000000000000"

// AppRoleName is what an app calls one of its roles (its property appRoles), by the role's id: "" where
// it declares no such role. The store's view app_role_names says the same in SQL.
func AppRoleName(appRoles jsontext.Value, id string) string {
	if id == DefaultAccess {
		return "Default Access"
	}
	if appRoles.Kind() != '[' {
		return ""
	}
	for _, e := range Elements(appRoles) {
		if e.Kind() != '{' {
			continue
		}
		role, err := ParseProperties(e)
		if err != nil || !strings.EqualFold(role.Text("id"), id) {
			continue
		}
		name, value := role.Text("displayName"), role.Text("value")
		switch {
		case value == "" || value == name:
			return name
		case name == "":
			return value
		}
		return name + " (" + value + ")"
	}
	return ""
}
