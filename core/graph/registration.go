package graph

import (
	"context"
	"time"
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
