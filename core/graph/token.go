package graph

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// renewEarly is how long before its end a token is no longer used.
const renewEarly = 2 * time.Minute

// tokens is the one source of tokens of a client: azidentity's credential with
// what Graph's 401 asks of it. It keeps the token itself, because not every
// credential of azidentity does (Azure CLI starts a process each time).
type tokens struct {
	tenant  string // a token of another tenant is refused where this is a GUID
	make    func() (azcore.TokenCredential, error)
	explain func(error) error
	close   func() // ends connections, clears the secret

	sem        chan struct{} // guards what follows; a mutex that ctx can leave
	credential azcore.TokenCredential
	token      azcore.AccessToken
	claims     string // that the next token has to meet
}

// GetToken gives the token that is held, or asks azidentity for one. Errors are
// [entra.Error].
func (t *tokens) GetToken(ctx context.Context, opts policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if err := t.lock(ctx); err != nil {
		return azcore.AccessToken{}, err
	}
	defer t.unlock()
	if t.token.Token != "" && time.Until(t.token.ExpiresOn) > renewEarly {
		return t.token, nil
	}
	return t.acquire(ctx, opts)
}

// renew makes the next try ask for a new token in place of one that Graph
// refused. Claims are those of its challenge; where it named none the
// credential is made anew, so that no cache of its can give the refused token
// again. Several workers may bring the same token: it is replaced once.
func (t *tokens) renew(ctx context.Context, refused, claims string) error {
	if err := t.lock(ctx); err != nil {
		return err
	}
	defer t.unlock()
	if t.token.Token != refused {
		return nil
	}
	t.token, t.claims = azcore.AccessToken{}, claims
	if claims == "" {
		t.credential = nil
	}
	return nil
}

// meet gets a token that meets the claims of a challenge which is about one class. Until
// there is one, that which is held serves the other classes.
func (t *tokens) meet(ctx context.Context, refused, claims string, opts policy.TokenRequestOptions) error {
	if err := t.lock(ctx); err != nil {
		return err
	}
	defer t.unlock()
	if t.token.Token != refused {
		return nil
	}
	t.claims = claims
	_, err := t.acquire(ctx, opts)
	t.claims = ""
	return err
}

// newer tells whether the token that is held is another than the refused one. A
// token that is being got is waited for.
func (t *tokens) newer(ctx context.Context, refused string) (bool, error) {
	if err := t.lock(ctx); err != nil {
		return false, err
	}
	defer t.unlock()
	return t.token.Token != "" && t.token.Token != refused, nil
}

func (t *tokens) acquire(ctx context.Context, opts policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if t.credential == nil {
		credential, err := t.make()
		if err != nil {
			return azcore.AccessToken{}, t.explain(err)
		}
		t.credential = credential
	}
	opts.Claims = t.claims
	token, err := t.credential.GetToken(ctx, opts)
	var needed signInNeeded
	if ask, _ := ctx.Value(attendedKey{}).(func(entra.Prompt)); ask != nil && errors.As(err, &needed) {
		token, err = t.credential.(*person).signIn(ctx, opts, ask)
	}
	if err != nil {
		return azcore.AccessToken{}, t.explain(err)
	}
	if err := t.checkSendable(token.Token); err != nil {
		return azcore.AccessToken{}, err
	}
	if err := t.checkTenant(token.Token); err != nil {
		return azcore.AccessToken{}, err
	}
	t.token, t.claims = token, ""
	return token, nil
}

func (t *tokens) lock(ctx context.Context) error {
	select {
	case t.sem <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *tokens) unlock() { <-t.sem }

// forget drops the token and the secret it was made with.
func (t *tokens) forget() {
	t.sem <- struct{}{}
	defer t.unlock()
	t.token, t.credential = azcore.AccessToken{}, nil
	t.make = func() (azcore.TokenCredential, error) { return nil, say.Errorf("the client is closed") }
	t.close()
}

// tokenParts are the parts of an access token that are looked at. Graph's tokens
// are opaque by contract: what can't be read is not held against them.
type tokenParts struct {
	Tenant string   `json:"tid"`
	Roles  []string `json:"roles"`
	Scopes string   `json:"scp"`
}

func readToken(token string) (c tokenParts, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	return c, err == nil && json.Unmarshal(payload, &c) == nil
}

// checkSendable refuses a token that no header can hold: asking again with it, or
// for another, would change nothing. Tokens are opaque, so of what RFC 6750 allows
// only the least is asked for: visible ASCII. Nothing of the token is told.
func (t *tokens) checkSendable(token string) error {
	if token != "" && !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil
	}
	return &entra.Error{Code: entra.CodeSignIn, What: say.With("signing in to %s failed", t.tenant),
		Why:    "the token that came back holds characters that no token has",
		Remedy: "check who answers as the cloud's authority, and for a proxy in between"}
}

// checkTenant refuses the token of another tenant, so that two customers are
// never mixed.
func (t *tokens) checkTenant(token string) error {
	c, ok := readToken(token)
	if !ok || c.Tenant == "" || !entra.IsGUID(t.tenant) || strings.EqualFold(c.Tenant, t.tenant) {
		return nil
	}
	return &entra.Error{Code: entra.CodeTenantMismatch, What: say.With("signing in to %s failed", t.tenant),
		Why:    say.With("the token that came back is of another tenant, %s", c.Tenant),
		Remedy: "check which tenant the credential belongs to, and the tenant that was added"}
}

// Grant is what a token says that it grants.
type Grant struct {
	Permissions []string // such as User.Read.All
	Person      bool     // granted to somebody who signed in, not to the app itself
}

// Grant reads the token that is held; false: it can't be read, or there is none.
// By contract tokens are opaque: only words may depend on this.
func (c *Client) Grant(ctx context.Context) (Grant, bool) {
	if c.tokens.lock(ctx) != nil {
		return Grant{}, false
	}
	defer c.tokens.unlock()
	return grantOf(c.tokens.token.Token)
}

func grantOf(token string) (Grant, bool) {
	parts, ok := readToken(token)
	if parts.Scopes != "" {
		return Grant{strings.Fields(parts.Scopes), true}, ok
	}
	return Grant{Permissions: parts.Roles}, ok
}

// premium is the licence that a refusal may be about where the class names none.
const premium say.Sentence = "Microsoft Entra ID P1 or P2"

// held words a refusal by what the token grants that was refused. To grant again what it grants
// would change nothing, so Graph's own words are told, and what else it can be.
func (f *failure) held(class entra.Class, said complaint) {
	g, _ := grantOf(f.token)
	if class.Permission == "" || f.ofClass {
		return
	}
	if !slices.Contains(g.Permissions, class.Permission) {
		if g.Person {
			f.err.Remedy = say.With("request the delegated permission %s in the app registration if it is not there, and let an admin consent to it", class.Permission)
		}
		return
	}
	licence := cmp.Or(class.Licence, premium)
	f.err.Why = said.behind(say.With("Graph refuses, though the token holds %s", class.Permission))
	f.err.Remedy = say.With("try again in some minutes, for a new consent takes time; if it stays, check the tenant's licence (%s) and its Conditional Access policies", licence)
	if g.Person {
		f.err.Remedy = say.With("give the person who signed in a role that may read %s; if it stays, check the tenant's licence (%s) and its Conditional Access policies", class, licence)
	}
}

// permissions lists what the token that is held grants, for the technical text
// of a refusal; "" where that is unknown.
func (t *tokens) permissions(ctx context.Context) string {
	if t.lock(ctx) != nil {
		return ""
	}
	defer t.unlock()
	c, ok := readToken(t.token.Token)
	if !ok {
		return ""
	}
	granted := append(c.Roles, strings.Fields(c.Scopes)...)
	if len(granted) == 0 {
		return "the token grants no permission at all"
	}
	return "the token grants " + strings.Join(granted, ", ")
}

var claimsParameter = regexp.MustCompile(`(?i)\bclaims\s*=\s*(?:"([^"]*)"|([^\s,"]+))`)

// challenge reads the claims of a Bearer challenge: what a new token has to
// meet. Ok tells that there is such a challenge.
func challenge(h http.Header) (claims string, ok bool) {
	for _, value := range h.Values("WWW-Authenticate") {
		if len(value) < 7 || !strings.EqualFold(value[:7], "Bearer ") {
			continue
		}
		m := claimsParameter.FindStringSubmatch(value)
		if m == nil {
			continue
		}
		raw := strings.TrimRight(m[1]+m[2], "=")
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if b, err := encoding.DecodeString(raw); err == nil && len(b) > 0 {
				return string(b), true
			}
		}
	}
	return "", false
}

// ofClass tells whether a challenge is about what was asked for: Conditional Access guards
// that with an authentication context (acrs), or Graph refuses it alone (403). Any other is about the
// token: it was revoked, or is used from elsewhere.
func ofClass(status int, claims string) bool {
	return status == http.StatusForbidden || strings.Contains(claims, `"acrs"`)
}

// unauthorized is told when a new token was refused too.
func (f *failure) unauthorized(said complaint, class entra.Class) {
	switch {
	case f.ofClass:
		f.say(entra.CodePermission, said.behind(say.With("Conditional Access asks for more than the app's token shows, to read %s", class)),
			"exclude the app from the Conditional Access policy or the authentication context that guards it, or take the class out of this tenant's configuration")
	case said.mentions("scp or roles claim"):
		f.denied(class)
	default:
		said.first = "" // it says less than our own words
		f.say(entra.CodeUnauthorized, said.behind("Graph refuses the token"), "check the app's Conditional Access policies and the Azure Cloud; sign in again")
	}
}

// Fresh replaces the token that is held, which may be older than a consent or than its end.
func (c *Client) Fresh(ctx context.Context) error {
	if err := c.tokens.lock(ctx); err != nil {
		return err
	}
	held := c.tokens.token.Token
	c.tokens.unlock()
	if err := c.tokens.renew(ctx, held, ""); err != nil {
		return err
	}
	return c.SignIn(ctx)
}

// Shows tells whether the token that is held grants what shows a property. Known: it tells.
// A token that grants nothing at all says nothing, and of a person the roles count, too,
// which no token names.
func (c *Client) Shows(ctx context.Context, property entra.Guarded) (shows, known bool) {
	g, readable := c.Grant(ctx)
	shows = property.Sees(g.Permissions)
	return shows, readable && len(g.Permissions) > 0 && !(shows && g.Person)
}

// NotShown is the refusal that Graph owes to who may not see what a class is about.
func NotShown(class entra.Class, property entra.Guarded, person bool) error {
	return &entra.Error{Code: entra.CodePermission, What: say.With("reading %s failed", class),
		Why:    say.With("the app lacks the permission %s, without which Graph leaves %s empty", class.Permission, property.Property),
		Remedy: property.Remedy(person)}
}
