package signin

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// CodeLifetime is how long a browser's code may be redeemed.
const CodeLifetime = 10 * time.Minute

// authorizationCode is a sign-in in the browser that the program which asked for it has still to redeem.
type authorizationCode struct {
	tenant            *directory.Tenant
	app               directory.App
	redirect, scope   string
	challenge, method string // of PKCE; empty: none
	expires           time.Time
	redeemed          bool
}

// authorize is the page where a person signs in. The simulated one is signed in already, as in a browser that
// remembers, so the page leads back at once. A reply address that is not the app's gets nothing but words.
func (h *Host) authorize(r *http.Request, t *directory.Tenant) *wire.Reply {
	q := r.URL.Query()
	a, ok := t.App(q.Get("client_id"))
	if !ok {
		return errorPage(700016, fmt.Sprintf("Application with identifier '%s' was not found in the directory '%s'.", q.Get("client_id"), t.DisplayName()))
	}
	redirect := q.Get("redirect_uri")
	if !slices.ContainsFunc(a.Redirects, func(registered string) bool { return sameRedirect(registered, redirect) }) {
		return errorPage(50011, fmt.Sprintf("The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application '%s'.", redirect, a.ClientID))
	}
	back := url.Values{"state": {q.Get("state")}}
	switch refused := h.checkScope(q.Get("scope"), t); {
	case q.Get("response_type") != "code":
		back.Set("error", "unsupported_response_type")
		back.Set("error_description", "AADSTS700054: response_type '"+q.Get("response_type")+"' is not enabled for the application.")
	case refused != nil:
		back.Set("error", "invalid_scope")
		back.Set("error_description", "AADSTS70011: The provided value for the input parameter 'scope' is not valid.")
	default:
		back.Set("code", h.people.remember(&authorizationCode{tenant: t, app: a, redirect: redirect, scope: q.Get("scope"),
			challenge: q.Get("code_challenge"), method: q.Get("code_challenge_method"), expires: h.roots.Now().Add(CodeLifetime)}))
	}
	return leadBack(redirect, q.Get("response_mode"), back)
}

// sameRedirect compares a reply address with a registered one. As RFC 8252 has it, a program on the own computer may
// listen on any port.
func sameRedirect(registered, asked string) bool {
	if registered == asked {
		return true
	}
	r, err := url.Parse(registered)
	if err != nil {
		return false
	}
	a, err := url.Parse(asked)
	loopback := r.Hostname() == "localhost" || r.Hostname() == "127.0.0.1"
	return err == nil && loopback && r.Scheme == "http" && a.Scheme == "http" && a.User == nil &&
		a.Hostname() == r.Hostname() && a.Path == r.Path && a.RawQuery == "" && a.Fragment == ""
}

// leadBack takes the browser back to the program: by a form that posts itself, or in the query.
func leadBack(redirect, mode string, values url.Values) *wire.Reply {
	if mode != "form_post" {
		rep := wire.NewReply(http.StatusFound, nil)
		rep.Header.Set("Location", redirect+"?"+values.Encode())
		return rep
	}
	var page strings.Builder
	fmt.Fprintf(&page, `<html><head><title>Working...</title></head><body><form method="POST" name="hiddenform" action="%s">`, html.EscapeString(redirect))
	for name, value := range values {
		fmt.Fprintf(&page, `<input type="hidden" name="%s" value="%s" />`, name, html.EscapeString(value[0]))
	}
	page.WriteString(`</form><script>document.forms[0].submit();</script></body></html>`)
	return wire.Typed("text/html; charset=utf-8", page.String())
}

// errorPage is what a person reads where nothing can be sent back.
func errorPage(number int, text string) *wire.Reply {
	return wire.Typed("text/html; charset=utf-8", fmt.Sprintf("<html><head><title>Sign in to your account</title></head><body>"+
		"Sorry, but we&#8217;re having trouble signing you in. AADSTS%d: %s</body></html>", number, html.EscapeString(text)))
}

// redeemCode is the token request with a browser's code: it serves once, for the app and the address it was made for,
// and to none but the program that began.
func (h *Host) redeemCode(form url.Values, t *directory.Tenant) *wire.Reply {
	h.people.mu.Lock()
	defer h.people.mu.Unlock()
	invalid := func(number int, text string) *wire.Reply {
		return h.signInRefusal(http.StatusBadRequest, "invalid_grant", number, text)
	}
	c := h.people.codes[form.Get("code")]
	switch {
	case c == nil || !strings.EqualFold(c.app.ClientID, form.Get("client_id")):
		return invalid(70000, "The provided value for the 'code' parameter is not valid.")
	case c.tenant != t:
		return invalid(700005, "The provided Authorization Code is intended to use against other tenant, thus rejected.")
	case c.redeemed:
		return invalid(54005, "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.")
	case h.roots.Now().After(c.expires):
		return invalid(70008, "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.")
	case form.Get("redirect_uri") != c.redirect:
		return invalid(500112, fmt.Sprintf("The reply address '%s' does not match the reply address '%s' provided when requesting Authorization code.", form.Get("redirect_uri"), c.redirect))
	case !c.verified(form.Get("code_verifier")):
		return invalid(501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.")
	}
	if !c.app.Public {
		return h.needsSecret()
	}
	c.redeemed = true
	return h.tokenReply(t, c.app, h.person(t, c.app, c.scope))
}

// verified tells whether the verifier is the one whose challenge the browser carried.
func (c *authorizationCode) verified(verifier string) bool {
	if c.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return verifier == c.challenge
}
