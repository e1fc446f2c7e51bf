package signin

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// people holds what goes on with those who signed in: the codes that browsers carry, and the refresh tokens.
type people struct {
	mu        sync.Mutex
	codes     map[string]*authorizationCode
	refreshes map[string]refresh
}

// refresh is what a refresh token stands for.
type refresh struct {
	tenant  *directory.Tenant
	app     directory.App
	scope   string
	session int // the tenant's, when somebody signed in
}

// remember keeps a code and gives its text.
func (p *people) remember(c *authorizationCode) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.codes == nil {
		p.codes = map[string]*authorizationCode{}
	}
	text := "0." + wire.NewID()
	p.codes[text] = c
	return text
}

// person is what a token response says beside the access token when somebody has signed in. The caller holds
// the lock of people.
func (h *Host) person(t *directory.Tenant, a directory.App, scope string) map[string]any {
	encode := func(v any) string {
		text, _ := json.Marshal(v) // maps of strings always marshal
		return base64.RawURLEncoding.EncodeToString(text)
	}
	who := t.IDOf(directory.Users, 0)
	claims := map[string]string{"iss": h.roots.Authority + "/" + t.ID() + "/v2.0", "aud": a.ClientID, "oid": who, "sub": who, "tid": t.ID(), "preferred_username": "admin@" + t.Domain()}
	answer := map[string]any{
		"client_info": encode(map[string]string{"uid": who, "utid": t.ID()}),
		"id_token":    encode(map[string]string{"alg": "none"}) + "." + encode(claims) + ".",
		"scope":       h.roots.Graph + "/.default " + strings.Join(a.Roles, " "),
	}
	if slices.Contains(strings.Fields(scope), "offline_access") {
		if h.people.refreshes == nil {
			h.people.refreshes = map[string]refresh{}
		}
		text := "1." + wire.NewID()
		h.people.refreshes[text] = refresh{tenant: t, app: a, scope: scope, session: t.Sessions()}
		answer["refresh_token"] = text
	}
	return answer
}

// refreshed is the token request with a refresh token. As in Entra, the old one serves on beside the new.
func (h *Host) refreshed(form url.Values, t *directory.Tenant) *wire.Reply {
	h.people.mu.Lock()
	defer h.people.mu.Unlock()
	r, known := h.people.refreshes[form.Get("refresh_token")]
	switch {
	case !known || r.tenant != t || !strings.EqualFold(r.app.ClientID, form.Get("client_id")):
		return h.signInRefusal(http.StatusBadRequest, "invalid_grant", 70000, "Provided grant is invalid or malformed.")
	case r.session != t.Sessions():
		return h.signInRefusal(http.StatusBadRequest, "invalid_grant", 50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.")
	}
	if refused := h.checkScope(form.Get("scope"), t); refused != nil {
		return refused
	}
	a, ok := t.App(r.app.ClientID) // as it is today: consent may have changed
	if !ok || !a.Public {
		return h.needsSecret()
	}
	return h.tokenReply(t, a, h.person(t, a, r.scope))
}

// needsSecret refuses an app that is not public.
func (h *Host) needsSecret() *wire.Reply {
	return h.signInRefusal(http.StatusUnauthorized, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
}
