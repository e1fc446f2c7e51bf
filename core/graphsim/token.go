package graphsim

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// signingKeyID names the key that signs access tokens.
const signingKeyID = "graphsim"

// grant is what an access token says.
type grant struct {
	jwt.RegisteredClaims
	TenantID string   `json:"tid"`
	AppID    string   `json:"appid"`
	Roles    []string `json:"roles,omitempty"` // of the app itself
	Scopes   string   `json:"scp,omitempty"`   // of a person who has signed in
	Version  string   `json:"ver"`
}

// issueToken makes an access token for an app, or for a person who uses it; it carries the permissions that are granted
// at this moment.
func (s *Server) issueToken(t *Tenant, a App, person bool) (string, error) {
	now := s.cfg.Now()
	g := grant{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    "https://sts.windows.net/" + t.ID() + "/",
			Audience:  jwt.ClaimStrings{s.graph},
			Subject:   a.ClientID,
			IssuedAt:  jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(s.cfg.TokenLifetime)),
			ID:        newID(),
		},
		TenantID: t.ID(), AppID: a.ClientID, Roles: a.Roles, Version: "1.0",
	}
	if person {
		g.Roles, g.Scopes = nil, strings.Join(a.Roles, " ")
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, g)
	token.Header["kid"] = signingKeyID
	signed, err := token.SignedString(s.keys.signing)
	if err != nil {
		return "", fmt.Errorf("graphsim: sign a token: %w", err)
	}
	return signed, nil
}

// authenticate checks a Graph request's token: signature, times, audience and tenant.
func (s *Server) authenticate(r *http.Request) (*grant, *Tenant, error) {
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || bearer == "" {
		return nil, nil, s.unauthorized("Access token is empty.")
	}
	var g grant
	_, err := jwt.ParseWithClaims(bearer, &g, func(*jwt.Token) (any, error) { return s.keys.signing.Public(), nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithAudience(s.graph), jwt.WithExpirationRequired(),
		jwt.WithLeeway(time.Second), jwt.WithTimeFunc(s.cfg.Now))
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return nil, nil, s.unauthorized("Lifetime validation failed, the token is expired.")
	case errors.Is(err, jwt.ErrTokenInvalidAudience):
		return nil, nil, s.unauthorized("Access token validation failure. Invalid audience.")
	case err != nil:
		return nil, nil, s.unauthorized("Access token validation failure.")
	}
	t := s.Tenant(g.TenantID)
	if t == nil {
		return nil, nil, s.unauthorized("Access token validation failure. Invalid tenant.")
	}
	return &g, t, nil
}

func (s *Server) unauthorized(message string) *refusal {
	return refuse(http.StatusUnauthorized, "InvalidAuthenticationToken", "%s", message).
		with("WWW-Authenticate", fmt.Sprintf(`Bearer realm="", authorization_uri="%s/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`, s.authority))
}

// permits tells whether the token holds one of the permissions.
func (g *grant) permits(any ...string) bool {
	granted := append(strings.Fields(g.Scopes), g.Roles...)
	return slices.ContainsFunc(any, func(role string) bool { return slices.Contains(granted, role) })
}
