package graphsim

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/golang-jwt/jwt/v5"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/signin"
)

// selfSigned makes a certificate and its RSA key.
func selfSigned(t *testing.T) (*x509.Certificate, crypto.PrivateKey) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := certificateTemplate("app", 9)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

func TestSignInWithCertificate(t *testing.T) {
	cert, key := selfSigned(t)
	other, otherKey := selfSigned(t)
	cfg := testTenant(20)
	cfg.Apps = append(cfg.Apps, directory.App{ClientID: "99999999-2222-4333-8444-555555555555", Certificate: cert, Roles: readAll})
	s := start(t, Config{Tenants: []directory.TenantConfig{cfg}})
	signIn := func(cert *x509.Certificate, key crypto.PrivateKey) (string, error) {
		credential, err := azidentity.NewClientCertificateCredential(s.tenant.ID(), cfg.Apps[1].ClientID, []*x509.Certificate{cert}, key,
			&azidentity.ClientCertificateCredentialOptions{ClientOptions: s.clientOptions(), DisableInstanceDiscovery: true})
		if err != nil {
			t.Fatal(err)
		}
		token, err := credential.GetToken(context.Background(), s.tokenRequest())
		return token.Token, err
	}
	token, err := signIn(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	s.token = token
	s.page(t, "/v1.0/users")
	if _, err := signIn(other, otherKey); aadsts(err) != 700027 {
		t.Errorf("another certificate: AADSTS%d (%v)", aadsts(err), err)
	}
}

// aadsts is the code of a failed sign-in, read as azidentity's callers do.
func aadsts(err error) int {
	var failed *azidentity.AuthenticationFailedError
	if !errors.As(err, &failed) || failed.RawResponse == nil {
		return 0
	}
	var body struct {
		Codes []int `json:"error_codes"`
	}
	_ = json.NewDecoder(failed.RawResponse.Body).Decode(&body)
	if len(body.Codes) == 0 {
		return 0
	}
	return body.Codes[0]
}

func TestSignInRefusals(t *testing.T) {
	cfg := testTenant(20)
	cfg.Apps = append(cfg.Apps, directory.App{ClientID: "expired", Secret: "old", SecretExpired: true})
	s := start(t, Config{Tenants: []directory.TenantConfig{cfg}})
	scope := s.Graph() + "/.default"
	for _, tc := range []struct {
		name, tenant, client, secret, scope string
		status, code                        int
		kind                                string
	}{
		{"fine by domain", "CONTOSO.com", testClient, testSecret, scope, 200, 0, ""},
		{"fine by initial domain", "contoso.onmicrosoft.com", testClient, testSecret, scope + " openid profile", 200, 0, ""},
		{"wrong secret", "contoso.com", testClient, "wrong", scope, 401, 7000215, "invalid_client"},
		{"no secret", "contoso.com", testClient, "", scope, 401, 7000218, "invalid_client"},
		{"expired secret", "contoso.com", "expired", "old", scope, 401, 7000222, "invalid_client"},
		{"unknown app", "contoso.com", "nobody", testSecret, scope, 400, 700016, "unauthorized_client"},
		{"unknown tenant", "fabrikam.com", testClient, testSecret, scope, 400, 90002, "invalid_tenant"},
		{"not a default scope", "contoso.com", testClient, testSecret, s.Graph() + "/User.Read.All", 400, 70011, "invalid_scope"},
		{"no scope", "contoso.com", testClient, testSecret, "", 400, 70011, "invalid_scope"},
		{"another cloud's scope", "contoso.com", testClient, testSecret, "https://graph.microsoft.us/.default", 400, 500011, "invalid_resource"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			form := url.Values{"grant_type": {"client_credentials"}, "client_id": {tc.client}, "scope": {tc.scope}}
			if tc.secret != "" {
				form.Set("client_secret", tc.secret)
			}
			status, body := postForm(t, s, "/"+tc.tenant+"/oauth2/v2.0/token", form)
			var got struct {
				Error       string `json:"error"`
				Description string `json:"error_description"`
				Codes       []int  `json:"error_codes"`
				URI         string `json:"error_uri"`
				Correlation string `json:"correlation_id"`
			}
			if err := json.Unmarshal(body, &got); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			if status != tc.status || got.Error != tc.kind {
				t.Fatalf("status %d %q, want %d %q: %s", status, got.Error, tc.status, tc.kind, body)
			}
			if tc.code == 0 {
				return
			}
			if len(got.Codes) != 1 || got.Codes[0] != tc.code || !strings.Contains(got.Description, "\r\nCorrelation ID: "+got.Correlation) || got.URI == "" {
				t.Errorf("want code %d in %s", tc.code, body)
			}
		})
	}
}

func postForm(t *testing.T, s *sim, path string, form url.Values) (int, []byte) {
	t.Helper()
	resp, err := s.Client().PostForm(s.Authority()+path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body
}

func TestOpenIDConfiguration(t *testing.T) {
	s := start(t, Config{})
	for _, name := range []string{"contoso.com", s.tenant.ID(), "nobody.example"} {
		resp, err := s.Client().Get(s.Authority() + "/" + name + "/v2.0/.well-known/openid-configuration")
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		err = json.NewDecoder(resp.Body).Decode(&got)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if name == "nobody.example" {
			if resp.StatusCode != 400 || got["error"] != "invalid_tenant" {
				t.Errorf("unknown tenant: %d %v", resp.StatusCode, got)
			}
			continue
		}
		if got["issuer"] != s.Authority()+"/"+s.tenant.ID()+"/v2.0" || got["msgraph_host"] != strings.TrimPrefix(s.Graph(), "https://") {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestGraphChecksTokens(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	s := start(t, Config{Now: clock, Tenants: []directory.TenantConfig{testTenant(20)}})
	stranger := start(t, Config{Tenants: []directory.TenantConfig{testTenant(20)}})
	good := s.token
	for _, tc := range []struct {
		name, token string
		after       time.Duration
		status      int
	}{
		{"good", good, 0, 200},
		{"another Graph's", stranger.token, 0, 401},
		{"none", "", 0, 401},
		{"tampered", good[:len(good)-8] + "AAAAAAAA", 0, 401},
		{"expired", good, 2 * time.Hour, 401},
	} {
		now = now.Add(tc.after)
		s.token = tc.token
		a := s.get(t, "/v1.0/organization")
		if a.status != tc.status {
			t.Errorf("%s: status %d, want %d: %s", tc.name, a.status, tc.status, a.body)
		}
		if tc.status != 401 {
			continue
		}
		if code, _ := a.problem(t); code != "InvalidAuthenticationToken" || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("%s: code %s, WWW-Authenticate %q", tc.name, code, a.header.Get("WWW-Authenticate"))
		}
	}
}

func TestHostsRefuseStrangers(t *testing.T) {
	s := start(t, Config{})
	if _, err := http.Get(s.Graph() + "/v1.0/users"); err == nil {
		t.Error("a client without the CA was served")
	}
}

func TestForgedAssertions(t *testing.T) {
	cert, key := selfSigned(t)
	_, otherKey := selfSigned(t)
	cfg := testTenant(20)
	cfg.Apps = append(cfg.Apps, directory.App{ClientID: "app", Certificate: cert})
	s := start(t, Config{Tenants: []directory.TenantConfig{cfg}})
	endpoint := s.Authority() + "/" + s.tenant.ID() + "/oauth2/v2.0/token"
	thumbprint := sha256.Sum256(cert.Raw)
	for _, tc := range []struct {
		name     string
		method   jwt.SigningMethod
		key      any
		audience string
		life     time.Duration
		status   int
	}{
		{"good", jwt.SigningMethodPS256, key, endpoint, time.Minute, 200},
		{"good, RS256", jwt.SigningMethodRS256, key, endpoint, time.Minute, 200},
		{"another key", jwt.SigningMethodPS256, otherKey, endpoint, time.Minute, 401},
		{"unsigned", jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, endpoint, time.Minute, 401},
		{"another audience", jwt.SigningMethodPS256, key, "https://login.example/t/oauth2/v2.0/token", time.Minute, 401},
		{"expired", jwt.SigningMethodPS256, key, endpoint, -time.Hour, 401},
	} {
		assertion := jwt.NewWithClaims(tc.method, jwt.RegisteredClaims{Issuer: "app", Subject: "app",
			Audience: jwt.ClaimStrings{tc.audience}, ExpiresAt: jwt.NewNumericDate(time.Now().Add(tc.life))})
		assertion.Header["x5t#S256"] = base64.RawURLEncoding.EncodeToString(thumbprint[:])
		signed, err := assertion.SignedString(tc.key)
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"app"}, "scope": {s.Graph() + "/.default"},
			"client_assertion_type": {signin.AssertionType}, "client_assertion": {signed}}
		if status, body := postForm(t, s, "/contoso.com/oauth2/v2.0/token", form); status != tc.status {
			t.Errorf("%s: %d, want %d: %s", tc.name, status, tc.status, body)
		}
	}
}
