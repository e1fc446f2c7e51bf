package signin

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// Answer is the sign-in host's answer, and the tenant that was asked about; nil: none was.
func (h *Host) Answer(r *http.Request) (*wire.Reply, *directory.Tenant) {
	name, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch path {
	case "discovery/instance":
		return h.discovery(), nil
	case "oauth2/deviceauth":
		return h.deviceAuth(r), nil
	}
	t := h.Tenant(name)
	if t == nil {
		return h.signInRefusal(http.StatusBadRequest, "invalid_tenant", 90002, fmt.Sprintf("Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.", name)), nil
	}
	return h.ofTenant(r, t, path), t
}

// ofTenant is the answer of one of a tenant's pages.
func (h *Host) ofTenant(r *http.Request, t *directory.Tenant, path string) *wire.Reply {
	switch {
	case path == "v2.0/.well-known/openid-configuration" && r.Method == http.MethodGet:
		return h.openIDConfiguration(t)
	case path == "discovery/v2.0/keys" && r.Method == http.MethodGet:
		return h.signingKeys()
	case path == "oauth2/v2.0/token" && r.Method == http.MethodPost:
		return h.token(r, t)
	case path == "oauth2/v2.0/devicecode" && r.Method == http.MethodPost:
		return h.deviceCode(r, t)
	case path == "oauth2/v2.0/authorize" && r.Method == http.MethodGet:
		return h.authorize(r, t)
	}
	return wire.NewReply(http.StatusNotFound, nil)
}

func (h *Host) discovery() *wire.Reply {
	host := strings.TrimPrefix(h.roots.Authority, "https://")
	return wire.JSON(http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": h.roots.Authority + "/common/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata":                  []any{map[string]any{"preferred_network": host, "preferred_cache": host, "aliases": []string{host}}},
	})
}

func (h *Host) openIDConfiguration(t *directory.Tenant) *wire.Reply {
	root := h.roots.Authority + "/" + t.ID()
	return wire.JSON(http.StatusOK, map[string]any{
		"token_endpoint":                        root + "/oauth2/v2.0/token",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"jwks_uri":                              root + "/discovery/v2.0/keys",
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"response_types_supported":              []string{"code", "id_token", "code id_token", "id_token token"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"issuer":                                root + "/v2.0",
		"request_uri_parameter_supported":       false,
		"userinfo_endpoint":                     h.roots.Graph + "/oidc/userinfo",
		"authorization_endpoint":                root + "/oauth2/v2.0/authorize",
		"device_authorization_endpoint":         root + "/oauth2/v2.0/devicecode",
		"end_session_endpoint":                  root + "/oauth2/v2.0/logout",
		"tenant_region_scope":                   "EU",
		"cloud_instance_name":                   strings.TrimPrefix(h.roots.Authority, "https://"),
		"cloud_graph_host_name":                 "graph.windows.net",
		"msgraph_host":                          strings.TrimPrefix(h.roots.Graph, "https://"),
	})
}

func (h *Host) signingKeys() *wire.Reply {
	public := h.signing.PublicKey
	return wire.JSON(http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "kid": signingKeyID,
		"n": base64.RawURLEncoding.EncodeToString(public.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes()),
	}}})
}

// token is the client credentials grant, and those of people: device codes, browsers' codes, refresh tokens.
func (h *Host) token(r *http.Request, t *directory.Tenant) *wire.Reply {
	if err := r.ParseForm(); err != nil {
		return h.malformed()
	}
	switch grant := r.PostForm.Get("grant_type"); grant {
	case DeviceGrant, oldDeviceGrant:
		return h.redeem(r.PostForm, t)
	case "authorization_code":
		return h.redeemCode(r.PostForm, t)
	case "refresh_token":
		return h.refreshed(r.PostForm, t)
	case "client_credentials":
	default:
		return h.signInRefusal(http.StatusBadRequest, "unsupported_grant_type", 70003, fmt.Sprintf("The app requested an unsupported grant type '%s'.", grant))
	}
	a, refused := h.application(r.PostForm, t)
	if refused == nil {
		refused = h.checkCredential(r.PostForm, t, a)
	}
	if refused == nil {
		refused = h.checkScope(r.PostForm.Get("scope"), t)
	}
	if refused != nil {
		return refused
	}
	return h.tokenReply(t, a, nil)
}

func (h *Host) malformed() *wire.Reply {
	return h.signInRefusal(http.StatusBadRequest, "invalid_request", 900144, "The request body is not form-encoded.")
}

// application finds the app that a form names.
func (h *Host) application(form url.Values, t *directory.Tenant) (directory.App, *wire.Reply) {
	id := form.Get("client_id")
	a, ok := t.App(id)
	if !ok {
		return a, h.signInRefusal(http.StatusBadRequest, "unauthorized_client", 700016, fmt.Sprintf("Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.", id, t.DisplayName()))
	}
	return a, nil
}

// tokenReply hands a token out: to the app itself, or for the person who has signed in.
func (h *Host) tokenReply(t *directory.Tenant, a directory.App, person map[string]any) *wire.Reply {
	token, err := h.issueToken(t, a, person != nil)
	if err != nil {
		return wire.NewReply(http.StatusInternalServerError, nil)
	}
	seconds := int(h.lifetime / time.Second)
	answer := map[string]any{"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}
	maps.Copy(answer, person)
	return wire.JSON(http.StatusOK, answer)
}

// checkCredential answers nil if the app proved itself.
func (h *Host) checkCredential(form url.Values, t *directory.Tenant, a directory.App) *wire.Reply {
	if form.Get("client_assertion") != "" {
		return h.checkAssertion(form, t, a)
	}
	secret := form.Get("client_secret")
	switch {
	case secret == "":
		return h.needsSecret()
	case a.Secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(a.Secret)) != 1:
		return h.signInRefusal(http.StatusUnauthorized, "invalid_client", 7000215, fmt.Sprintf("Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.", a.ClientID))
	case a.SecretEnd(h.roots.Now()).Before(h.roots.Now()):
		return h.signInRefusal(http.StatusUnauthorized, "invalid_client", 7000222, fmt.Sprintf("The provided client secret keys for app '%s' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.", a.ClientID))
	}
	return nil
}

// checkScope allows the Graph of this server, and nothing else: a token is for one cloud.
func (h *Host) checkScope(scope string, t *directory.Tenant) *wire.Reply {
	var resource string
	for _, word := range strings.Fields(scope) {
		switch root, isDefault := strings.CutSuffix(word, "/.default"); {
		case isDefault && resource == "":
			resource = strings.TrimSuffix(root, "/")
		case word != "openid" && word != "profile" && word != "offline_access":
			return h.signInRefusal(http.StatusBadRequest, "invalid_scope", 70011, fmt.Sprintf("The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope %s is not valid.", scope))
		}
	}
	switch {
	case resource == "":
		return h.signInRefusal(http.StatusBadRequest, "invalid_scope", 70011, fmt.Sprintf("The provided value for the input parameter 'scope' is not valid. The scope %s is not valid.", scope))
	case resource != h.roots.Graph:
		return h.signInRefusal(http.StatusBadRequest, "invalid_resource", 500011, fmt.Sprintf("The resource principal named %s was not found in the tenant named %s. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.", resource, t.DisplayName()))
	}
	return nil
}

// signInRefusal is an error as Entra words it.
func (h *Host) signInRefusal(status int, code string, number int, text string) *wire.Reply {
	trace, correlation := wire.NewID(), wire.NewID()
	stamp := h.roots.Now().UTC().Format("2006-01-02 15:04:05Z")
	return wire.JSON(status, map[string]any{
		"error":             code,
		"error_description": fmt.Sprintf("AADSTS%d: %s\r\nTrace ID: %s\r\nCorrelation ID: %s\r\nTimestamp: %s", number, text, trace, correlation, stamp),
		"error_codes":       []int{number},
		"timestamp":         stamp,
		"trace_id":          trace,
		"correlation_id":    correlation,
		"error_uri":         fmt.Sprintf("%s/error?code=%d", h.roots.Authority, number),
	})
}
