package graphsim

import (
	"crypto/sha1" // Entra names certificates by it
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// secretLifetime is that of a client secret whose end was not set.
const secretLifetime = 180 * 24 * time.Hour

// SetSecretEnd sets when an app's client secret ends.
func (t *Tenant) SetSecretEnd(clientID string, end time.Time) {
	t.setApp(clientID, func(a *App) { a.SecretEnds = end })
}

// secretEnd is when the app's secret ends or ended.
func (a App) secretEnd(now time.Time) time.Time {
	switch {
	case a.SecretExpired:
		return now.Add(-24 * time.Hour)
	case a.SecretEnds.IsZero():
		return now.Add(secretLifetime).Truncate(24 * time.Hour)
	}
	return a.SecretEnds
}

var ownRegistration = regexp.MustCompile(`^(?i:appId) eq '([^']+)'$`)

// registration answers the list of applications where it is asked for one by
// its appId; false: it is another list. It finds the apps that sign in to this
// tenant, which stand beside the generated ones and only here.
func (c *call) registration(id classID) (*reply, bool, error) {
	m := ownRegistration.FindStringSubmatch(c.query["$filter"])
	graphItself := m != nil && id == servicePrincipals && m[1] == graphApp
	if m == nil || id != applications && !graphItself {
		return nil, false, nil
	}
	if err := c.require(applicationPermissions...); err != nil {
		return nil, true, err
	}
	if err := c.query.allow("$select", "$filter"); err != nil {
		return nil, true, err
	}
	if graphItself {
		return jsonReply(http.StatusOK, map[string]any{"@odata.context": c.root() + "$metadata#servicePrincipals", "value": []any{c.graphPrincipal()}}), true, nil
	}
	found := []any{}
	if a, ok := c.t.app(m[1]); ok {
		found = append(found, c.registered(a))
	}
	return jsonReply(http.StatusOK, map[string]any{"@odata.context": c.root() + "$metadata#applications", "value": found}), true, nil
}

// registered is an app registration with the properties that are selected.
func (c *call) registered(a App) map[string]any {
	all := map[string]any{
		"id": appGUID(a, 7), "appId": a.ClientID, "displayName": "Entra ID Sync",
		"passwordCredentials": c.passwords(a), "keyCredentials": c.keys(a),
		"requiredResourceAccess": requests(a),
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
func (c *call) passwords(a App) []any {
	if a.Secret == "" {
		return []any{}
	}
	end := a.secretEnd(c.s.cfg.Now())
	return []any{map[string]any{
		"customKeyIdentifier": nil, "displayName": "sync", "hint": a.Secret[:min(3, len(a.Secret))], "keyId": appGUID(a, 5), "secretText": nil,
		"startDateTime": end.Add(-secretLifetime).UTC().Format(time.RFC3339), "endDateTime": end.UTC().Format(time.RFC3339),
	}}
}

func (c *call) keys(a App) []any {
	if a.Certificate == nil {
		return []any{}
	}
	thumbprint := sha1.Sum(a.Certificate.Raw)
	return []any{map[string]any{
		"customKeyIdentifier": base64.StdEncoding.EncodeToString(thumbprint[:]), "displayName": a.Certificate.Subject.String(), "key": nil, "keyId": appGUID(a, 6),
		"startDateTime": a.Certificate.NotBefore.UTC().Format(time.RFC3339), "endDateTime": a.Certificate.NotAfter.UTC().Format(time.RFC3339),
		"type": "AsymmetricX509Cert", "usage": "Verify",
	}}
}

// appGUID is an id of the app's own, always the same.
func appGUID(a App, salt uint64) string {
	h := salt
	for _, b := range []byte(strings.ToLower(a.ClientID)) {
		h = mix64(h ^ uint64(b))
	}
	return guidOf(h, mix64(h)).String()
}
