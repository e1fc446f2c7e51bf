package signin

import (
	"crypto/sha1" // the x5t header is a SHA-1 thumbprint by definition
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// AssertionType is what a token request calls a client assertion.
const AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// checkAssertion verifies a private_key_jwt: made by the app for this authority, and signed with its certificate's key.
func (h *Host) checkAssertion(form url.Values, t *directory.Tenant, a directory.App) *wire.Reply {
	if kind := form.Get("client_assertion_type"); kind != AssertionType {
		return h.signInRefusal(http.StatusBadRequest, "invalid_request", 900144, fmt.Sprintf("The client_assertion_type '%s' is not supported.", kind))
	}
	if a.Federation != nil {
		return h.checkFederation(form.Get("client_assertion"), a)
	}
	_, err := jwt.ParseWithClaims(form.Get("client_assertion"), &jwt.RegisteredClaims{}, publicKeyOf(a),
		jwt.WithValidMethods([]string{"RS256", "PS256"}), jwt.WithExpirationRequired(),
		jwt.WithIssuer(a.ClientID), jwt.WithSubject(a.ClientID),
		jwt.WithTimeFunc(h.roots.Now), jwt.WithLeeway(5*time.Minute))
	if err == nil {
		err = h.checkAudience(form.Get("client_assertion"), t)
	}
	if err != nil {
		return h.signInRefusal(http.StatusUnauthorized, "invalid_client", 700027, fmt.Sprintf("The certificate with identifier used to sign the client assertion is not registered on application, or the assertion is not valid. [Reason - %v, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '%s'.]", err, a.ClientID))
	}
	return nil
}

// exchange is the audience of the tokens that other issuers make for Entra.
const exchange = "api://AzureADTokenExchange"

// checkFederation verifies the token of another issuer that an app trusts.
func (h *Host) checkFederation(assertion string, a directory.App) *wire.Reply {
	f := a.Federation
	_, err := jwt.ParseWithClaims(assertion, &jwt.RegisteredClaims{}, func(*jwt.Token) (any, error) { return f.Key, nil },
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithIssuer(f.Issuer), jwt.WithSubject(f.Subject),
		jwt.WithAudience(exchange), jwt.WithTimeFunc(h.roots.Now), jwt.WithLeeway(5*time.Minute))
	if err != nil {
		return h.signInRefusal(http.StatusBadRequest, "invalid_request", 70021, fmt.Sprintf("No matching federated identity record found for presented assertion: %v.", err))
	}
	return nil
}

// publicKeyOf finds the registered key by the thumbprint that the assertion names.
func publicKeyOf(a directory.App) jwt.Keyfunc {
	return func(token *jwt.Token) (any, error) { return publicKey(a, token) }
}

func publicKey(a directory.App, token *jwt.Token) (any, error) {
	if a.Certificate == nil {
		return nil, fmt.Errorf("the app has no certificate")
	}
	short, long := sha1.Sum(a.Certificate.Raw), sha256.Sum256(a.Certificate.Raw)
	if named(token, "x5t", short[:]) || named(token, "x5t#S256", long[:]) {
		return a.Certificate.PublicKey, nil
	}
	return nil, fmt.Errorf("the key was not found")
}

func named(token *jwt.Token, header string, thumbprint []byte) bool {
	value, _ := token.Header[header].(string)
	got, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(value), "="))
	return err == nil && len(got) > 0 && string(got) == string(thumbprint)
}

// checkAudience takes the tenant's token endpoint, whichever of the tenant's names it is written with.
func (h *Host) checkAudience(assertion string, t *directory.Tenant) error {
	var claims jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(assertion, &claims); err != nil {
		return err
	}
	for _, audience := range claims.Audience {
		path, ok := strings.CutPrefix(audience, h.roots.Authority+"/")
		name, _, _ := strings.Cut(path, "/")
		if ok && h.Tenant(name) == t {
			return nil
		}
	}
	return fmt.Errorf("the audience %v is not this tenant", claims.Audience)
}
