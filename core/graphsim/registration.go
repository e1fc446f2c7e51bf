package graphsim

import (
	"crypto/sha1" // Entra names certificates by it
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

var ownRegistration = regexp.MustCompile(`^(?i:appId) eq '([^']+)'$`)

// registration answers the list of applications where it is asked for one by
// its appId; false: it is another list. It finds the apps that sign in to this
// tenant, which stand beside the generated ones and only here.
func (c *call) registration(id directory.ClassID) (*wire.Reply, bool, error) {
	m := ownRegistration.FindStringSubmatch(c.query["$filter"])
	graphItself := m != nil && id == directory.ServicePrincipals && m[1] == graphApp
	if m == nil || id != directory.Applications && !graphItself {
		return nil, false, nil
	}
	a, ok := c.t.App(m[1])
	if !ok && !graphItself {
		return nil, false, nil
	}
	if err := c.require(directory.ApplicationPermissions...); err != nil {
		return nil, true, err
	}
	if err := c.query.allow("$select", "$filter"); err != nil {
		return nil, true, err
	}
	if graphItself {
		principal := c.graphPrincipal()
		if text := c.query["$select"]; text != "" {
			principal = chosen(principal, text)
		}
		return wire.JSON(http.StatusOK, map[string]any{"@odata.context": c.root() + "$metadata#servicePrincipals", "value": []any{principal}}), true, nil
	}
	if _, err := selected(c.t.Class(id), c.query, false); err != nil {
		return nil, true, err
	}
	return wire.JSON(http.StatusOK, map[string]any{"@odata.context": c.root() + "$metadata#applications", "value": []any{c.registered(a)}}), true, nil
}

// registered is an app registration with the properties that are selected.
func (c *call) registered(a directory.App) map[string]any {
	all := map[string]any{
		"id": directory.AppGUID(a, 7), "appId": a.ClientID, "displayName": "Entra ID Sync",
		"passwordCredentials": c.passwords(a), "keyCredentials": c.keys(a),
		"requiredResourceAccess": requests(a),
	}
	if !c.query.has("$select") {
		return all
	}
	chosen := map[string]any{}
	for name := range strings.SplitSeq(c.query["$select"], ",") {
		if value, known := all[name]; known {
			chosen[name] = value
		}
	}
	return chosen
}

// passwords are the app's client secrets as Graph shows them: never their text,
// but their first three characters.
func (c *call) passwords(a directory.App) []any {
	if a.Secret == "" {
		return []any{}
	}
	end := a.SecretEnd(c.s.cfg.Now())
	return []any{map[string]any{
		"customKeyIdentifier": nil, "displayName": "sync", "hint": a.Secret[:min(3, len(a.Secret))], "keyId": directory.AppGUID(a, 5), "secretText": nil,
		"startDateTime": end.Add(-directory.SecretLifetime).UTC().Format(time.RFC3339), "endDateTime": end.UTC().Format(time.RFC3339),
	}}
}

func (c *call) keys(a directory.App) []any {
	if a.Certificate == nil {
		return []any{}
	}
	thumbprint := sha1.Sum(a.Certificate.Raw)
	return []any{map[string]any{
		"customKeyIdentifier": base64.StdEncoding.EncodeToString(thumbprint[:]), "displayName": a.Certificate.Subject.String(), "key": nil, "keyId": directory.AppGUID(a, 6),
		"startDateTime": a.Certificate.NotBefore.UTC().Format(time.RFC3339), "endDateTime": a.Certificate.NotAfter.UTC().Format(time.RFC3339),
		"type": "AsymmetricX509Cert", "usage": "Verify",
	}}
}
