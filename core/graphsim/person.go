package graphsim

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// people holds what goes on with those who signed in: the codes that browsers carry, and the refresh tokens.
type people struct {
	mu        sync.Mutex
	codes     map[string]*authorizationCode
	refreshes map[string]refresh
}

// refresh is what a refresh token stands for.
type refresh struct {
	tenant  *Tenant
	app     App
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
	text := "0." + newID()
	p.codes[text] = c
	return text
}

// RevokeSessions ends every person's sign-in, as an admin's "Revoke sessions" does: refresh tokens serve no longer.
// Access tokens live on until they expire.
func (t *Tenant) RevokeSessions() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.session++
}

func (t *Tenant) sessions() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.session
}

// person is what a token response says beside the access token when somebody has signed in. The caller holds
// the lock of people.
func (s *Server) person(t *Tenant, a App, scope string) map[string]any {
	encode := func(v any) string {
		text, _ := json.Marshal(v) // maps of strings always marshal
		return base64.RawURLEncoding.EncodeToString(text)
	}
	who := t.id(users, 0)
	claims := map[string]string{"iss": s.authority + "/" + t.ID() + "/v2.0", "aud": a.ClientID, "oid": who, "sub": who, "tid": t.ID(), "preferred_username": "admin@" + t.Domain()}
	answer := map[string]any{
		"client_info": encode(map[string]string{"uid": who, "utid": t.ID()}),
		"id_token":    encode(map[string]string{"alg": "none"}) + "." + encode(claims) + ".",
		"scope":       s.graph + "/.default " + strings.Join(a.Roles, " "),
	}
	if slices.Contains(strings.Fields(scope), "offline_access") {
		if s.people.refreshes == nil {
			s.people.refreshes = map[string]refresh{}
		}
		text := "1." + newID()
		s.people.refreshes[text] = refresh{tenant: t, app: a, scope: scope, session: t.sessions()}
		answer["refresh_token"] = text
	}
	return answer
}

// refreshed is the token request with a refresh token. As in Entra, the old one serves on beside the new.
func (s *Server) refreshed(form url.Values, t *Tenant) *reply {
	s.people.mu.Lock()
	defer s.people.mu.Unlock()
	r, known := s.people.refreshes[form.Get("refresh_token")]
	switch {
	case !known || r.tenant != t || !strings.EqualFold(r.app.ClientID, form.Get("client_id")):
		return s.signInRefusal(http.StatusBadRequest, "invalid_grant", 70000, "Provided grant is invalid or malformed.")
	case r.session != t.sessions():
		return s.signInRefusal(http.StatusBadRequest, "invalid_grant", 50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.")
	}
	if refused := s.checkScope(form.Get("scope"), t); refused != nil {
		return refused
	}
	a, ok := t.app(r.app.ClientID) // as it is today: consent may have changed
	if !ok || !a.Public {
		return s.needsSecret()
	}
	return s.tokenReply(t, a, s.person(t, a, r.scope))
}

// needsSecret refuses an app that is not public.
func (s *Server) needsSecret() *reply {
	return s.signInRefusal(http.StatusUnauthorized, "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
}
