package graph

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
)

// Password is a client secret as an app's registration shows it.
type Password struct {
	Hint string    `json:"hint"` // its first three characters
	End  time.Time `json:"endDateTime"`
}

// Passwords lists the client secrets of the app that signed in, where its
// registration is in this tenant and may be read; else
// [entra.CodePermission] or none.
func (c *Client) Passwords(ctx context.Context) ([]Password, error) {
	var answer struct {
		Value []struct {
			Passwords []Password `json:"passwordCredentials"`
		} `json:"value"`
	}
	err := c.readApp(ctx, "/applications", c.cfg.Credential.ClientID, "passwordCredentials", &answer)
	var all []Password
	for _, app := range answer.Value {
		all = append(all, app.Passwords...)
	}
	return all, err
}

// graphApp is the application id of Microsoft Graph, in every cloud.
const graphApp = "00000003-0000-0000-c000-000000000000"

// appByID is the filter for one app by its application id.
func appByID(clientID string) string {
	return "appId eq '" + strings.ReplaceAll(clientID, "'", "''") + "'"
}

// Requested lists the application permissions of Microsoft Graph that the app
// which signed in asks for in its registration, consented to or not. False: its
// registration is not in this tenant, or may not be read.
func (c *Client) Requested(ctx context.Context) (permissions []string, known bool) {
	var registrations struct {
		Value []struct {
			Access []struct {
				App         string          `json:"resourceAppId"`
				Permissions []appPermission `json:"resourceAccess"`
			} `json:"requiredResourceAccess"`
		} `json:"value"`
	}
	var graph struct {
		Value []struct {
			Roles []appPermission `json:"appRoles"`
		} `json:"value"`
	}
	if c.readApp(ctx, "/applications", c.cfg.Credential.ClientID, "requiredResourceAccess", &registrations) != nil || len(registrations.Value) != 1 {
		return nil, false
	}
	if c.readApp(ctx, "/servicePrincipals", graphApp, "appRoles", &graph) != nil || len(graph.Value) != 1 {
		return nil, false
	}
	names := map[string]string{}
	for _, role := range graph.Value[0].Roles {
		names[role.ID] = role.Name
	}
	for _, access := range registrations.Value[0].Access {
		for _, p := range access.Permissions {
			if access.App == graphApp && p.Type == "Role" {
				permissions = append(permissions, names[p.ID])
			}
		}
	}
	return permissions, true
}

// appPermission is an application permission, as it is offered or asked for.
type appPermission struct {
	ID   string `json:"id"`
	Name string `json:"value"` // where it is offered
	Type string `json:"type"`  // where it is asked for: Role, of the app itself, or Scope
}

// readApp reads one property of an app, by its application id.
func (c *Client) readApp(ctx context.Context, path, clientID, property string, into any) error {
	info := c.template(path+"{?%24filter,%24select}", map[string]any{"%24filter": appByID(clientID), "%24select": []string{"id", property}})
	return c.fetch(ctx, query{class: entra.Class{Label: "the app registration", Permission: "Application.Read.All"},
		what: "reading the app registration failed", info: info, accept: func(m *buffers) error { return json.Unmarshal(jsonscan.Mend(m.body.Bytes()), into) }})
}
