package graphsim

import (
	"slices"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// graphApp is the application id of Microsoft Graph, in every cloud.
const graphApp = "00000003-0000-0000-c000-000000000000"

// requests is what an app's registration asks of Microsoft Graph, by the ids of the permissions.
func requests(a directory.App) []any {
	access := []any{}
	for _, permission := range append(slices.Clone(a.Roles), a.Requests...) {
		access = append(access, map[string]any{"id": permissionID(permission), "type": "Role"})
	}
	return []any{map[string]any{"resourceAppId": graphApp, "resourceAccess": access}}
}

// graphPrincipal is Microsoft Graph itself in this tenant, with the permissions that it offers to apps.
func (c *call) graphPrincipal() map[string]any {
	offered := map[string]bool{}
	roles := []any{}
	for _, a := range c.t.Registrations() {
		for _, permission := range append(slices.Clone(a.Roles), a.Requests...) {
			if !offered[permission] {
				offered[permission] = true
				roles = append(roles, map[string]any{"id": permissionID(permission), "value": permission, "isEnabled": true, "allowedMemberTypes": []string{"Application"}})
			}
		}
	}
	return map[string]any{"id": c.t.IDOf(directory.ServicePrincipals, 0), "appId": graphApp, "displayName": "Microsoft Graph", "appRoles": roles}
}

// permissionID is the id of a permission, always the same.
func permissionID(name string) string { return directory.AppGUID(directory.App{ClientID: name}, 9) }
