package signin

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// signingKeyID names the key that signs access tokens.
const signingKeyID = "graphsim"

// Grant is what an access token says.
type Grant struct {
	jwt.RegisteredClaims
	TenantID string   `json:"tid"`
	AppID    string   `json:"appid"`
	Roles    []string `json:"roles,omitempty"` // of the app itself
	Scopes   string   `json:"scp,omitempty"`   // of a person who has signed in
	Version  string   `json:"ver"`
}

// issueToken makes an access token for an app, or for a person who uses it; it carries the permissions that are granted
// at this moment.
func (h *Host) issueToken(t *directory.Tenant, a directory.App, person bool) (string, error) {
	now := h.roots.Now()
	g := Grant{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    "https://sts.windows.net/" + t.ID() + "/",
			Audience:  jwt.ClaimStrings{h.roots.Graph},
			Subject:   a.ClientID,
			IssuedAt:  jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(h.lifetime)),
			ID:        wire.NewID(),
		},
		TenantID: t.ID(), AppID: a.ClientID, Roles: a.Roles, Version: "1.0",
	}
	if person {
		g.Roles, g.Scopes = nil, strings.Join(a.Roles, " ")
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, g)
	token.Header["kid"] = signingKeyID
	signed, err := token.SignedString(h.signing)
	if err != nil {
		return "", fmt.Errorf("graphsim: sign a token: %w", err)
	}
	return signed, nil
}

// Authenticate checks a Graph request's token: signature, times, audience and tenant.
func (h *Host) Authenticate(r *http.Request) (*Grant, *directory.Tenant, error) {
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || bearer == "" {
		return nil, nil, h.roots.Unauthorized("Access token is empty.")
	}
	var g Grant
	_, err := jwt.ParseWithClaims(bearer, &g, func(*jwt.Token) (any, error) { return h.signing.Public(), nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithAudience(h.roots.Graph), jwt.WithExpirationRequired(),
		jwt.WithLeeway(time.Second), jwt.WithTimeFunc(h.roots.Now))
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return nil, nil, h.roots.Unauthorized("Lifetime validation failed, the token is expired.")
	case errors.Is(err, jwt.ErrTokenInvalidAudience):
		return nil, nil, h.roots.Unauthorized("Access token validation failure. Invalid audience.")
	case err != nil:
		return nil, nil, h.roots.Unauthorized("Access token validation failure.")
	}
	t := h.Tenant(g.TenantID)
	if t == nil {
		return nil, nil, h.roots.Unauthorized("Access token validation failure. Invalid tenant.")
	}
	return &g, t, nil
}

// Permits tells whether the token holds one of the permissions.
func (g *Grant) Permits(any ...string) bool {
	granted := append(strings.Fields(g.Scopes), g.Roles...)
	return slices.ContainsFunc(any, func(role string) bool { return slices.Contains(granted, role) })
}
