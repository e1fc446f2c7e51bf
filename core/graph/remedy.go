package graph

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
)

// ConsentURL is the page where an admin of a tenant consents to the permissions
// that an app requests, which also makes a multi-tenant app known there.
func ConsentURL(cloud entra.Cloud, tenant, clientID string) string {
	return cloud.Authority + "/" + tenant + "/adminconsent?client_id=" + url.QueryEscape(clientID)
}

// sharpen makes a refused sign-in more exact by what Entra does not say.
func (cfg Config) sharpen(e *entra.Error) {
	switch {
	case refusedBy(e, 7000215) && entra.IsGUID(strings.TrimSpace(string(cfg.Credential.Secret))):
		e.Why = "the client secret's id was given in place of its value (AADSTS7000215)"
		e.Remedy = "paste the secret's value; it is shown only when the secret is made, so make a new one if it is lost"
	case refusedBy(e, 700016, 65001, 65004) && cfg.Credential.ClientID != "":
		e.Remedy += "; an admin consents at " + ConsentURL(cfg.Cloud, cfg.Tenant, cfg.Credential.ClientID)
	}
}

// refusedBy tells whether a sign-in was refused with one of Entra's codes.
func refusedBy(e *entra.Error, codes ...int) bool {
	for _, code := range codes {
		if strings.HasSuffix(e.Why, fmt.Sprintf("(AADSTS%d)", code)) {
			return true
		}
	}
	return false
}
