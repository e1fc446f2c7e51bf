package graph

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// aadsts is an error answer of Entra's token endpoint.
func aadsts(status, number int, text string) reply {
	return reply{status: status, body: fmt.Sprintf(`{"error":"invalid_client","error_description":"AADSTS%d: %s\r\nTrace ID: t-1\r\nTimestamp: 2026",`+
		`"error_codes":[%d],"trace_id":"t-1","correlation_id":"c-1"}`, number, text, number)}
}

func TestSignInTroubles(t *testing.T) {
	html := reply{header: map[string]string{"Content-Type": "text/html"}, status: 403, body: "<html>proxy"}
	tests := []struct {
		name   string
		answer reply
		want   entra.Code
		says   string
	}{
		{"wrong secret", aadsts(401, 7000215, "Invalid client secret provided. "+testSecret), entra.CodeSignIn, "paste the secret's value, not its id"},
		{"expired secret", aadsts(401, 7000222, "expired"), entra.CodeSignIn, "the client secret has expired"},
		{"unknown app", aadsts(400, 700016, "not found"), entra.CodeSignIn, "not registered in this tenant"},
		{"unregistered certificate", aadsts(401, 700027, "x"), entra.CodeSignIn, "certificate is not registered"},
		{"clock", aadsts(401, 700024, "x"), entra.CodeSignIn, "clock"},
		{"no tenant", aadsts(400, 90002, "x"), entra.CodeTenantUnknown, "no such tenant in this cloud"},
		{"no permission", aadsts(400, 500011, "x"), entra.CodeSignIn, "Microsoft Graph permissions"},
		{"Conditional Access", aadsts(400, 53003, "x"), entra.CodeSignIn, "Conditional Access"},
		{"unknown code", aadsts(400, 123456, "Something new."), entra.CodeSignIn, "https://login.microsoftonline.com/error?code=123456"},
		{"unknown code as is", aadsts(400, 123456, "Something new."), entra.CodeSignIn, "AADSTS123456: Something new."},
		{"no code", reply{status: 400, body: `{"error":"invalid_request"}`}, entra.CodeSignIn, "invalid_request"},
		{"not Entra", html, entra.CodeNetwork, "is not Entra"},
		{"failing", reply{status: 503, body: `{}`}, entra.CodeService, "Entra is failing (503)"},
		{"another tenant", reply{body: tokenAnswer("99999999-2222-3333-4444-555555555555", 1)}, entra.CodeTenantMismatch, "another tenant"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, good())
			f.token = func(int) reply { return tt.answer }
			err := f.client(t).SignIn(t.Context())
			if entra.CodeOf(err) != tt.want {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			checkError(t, err, tt.says)
			if f.requests() != 0 {
				t.Error("Graph was asked without a token")
			}
		})
	}
}

func TestSignInOnce(t *testing.T) {
	f := newFake(t, reply{body: emptyList})
	c := f.client(t)
	for range 3 {
		if err := c.SignIn(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := c.Probe(t.Context(), class(t, "users")); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.signIns) != 1 {
		t.Fatalf("%d sign-ins", len(f.signIns))
	}
	form := f.signIns[0]
	if form.Get("client_id") != "app" || form.Get("client_secret") != testSecret || !strings.HasPrefix(form.Get("scope"), f.graph.URL+"/.default") {
		t.Errorf("signed in with %v", form)
	}
}

func TestSignInWithCertificate(t *testing.T) {
	f := newFake(t, good())
	c := f.client(t, func(cfg *Config) { cfg.Credential = certificateCredential(t) })
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(f.signIns) != 1 || f.signIns[0].Get("client_assertion") == "" || f.signIns[0].Get("client_secret") != "" {
		t.Errorf("signed in with %v", f.signIns)
	}
}

func TestAuthorityNeverComesFromTheEnvironment(t *testing.T) {
	away, seen := foreign(t)
	t.Setenv("AZURE_AUTHORITY_HOST", away)
	f := newFake(t, good())
	if err := f.client(t).SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if seen.Load() != 0 || len(f.signIns) != 1 {
		t.Error("the environment's authority was asked")
	}
}

// TestNetworkTroubles has no way past TLS: what is wrong is refused and named
// (row 25 of the faults; an expired certificate is [TestExpiredServer]).
func TestNetworkTroubles(t *testing.T) {
	const gone = "https://127.0.0.1:1" // what another test's server never gets
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.TLS = tlsUpTo11()
	old.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	old.StartTLS()
	t.Cleanup(old.Close)
	tests := []struct {
		name   string
		change func(*Config)
		says   string
	}{
		{"refused", func(c *Config) { c.Cloud.Authority = gone }, "connection failed"},
		{"no such name", func(c *Config) { c.Cloud.Authority = "https://nowhere.invalid" }, "was not found (DNS)"},
		{"not trusted", func(c *Config) { c.Cloud.CA = nil }, "not trusted"},
		{"another name", func(c *Config) { c.Cloud.Authority = strings.Replace(c.Cloud.Authority, "127.0.0.1", "localhost", 1) }, "for another name"},
		{"old TLS", func(c *Config) { c.Cloud.Authority, c.Cloud.CA = old.URL, pemOf(old) }, "TLS 1.2 or later"},
		{"proxy gone", func(c *Config) { c.Proxy = proxyTo(gone) }, "proxy does not answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, good())
			f.authority.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			err := f.client(t, tt.change).SignIn(t.Context())
			if entra.CodeOf(err) != entra.CodeNetwork {
				t.Fatalf("got %v, want %s", err, entra.CodeNetwork)
			}
			checkError(t, err, tt.says)
		})
	}
}

func TestCredentialIsNeverPrinted(t *testing.T) {
	c := Credential{Kind: entra.ClientSecret, ClientID: "app", Secret: []byte(testSecret), Certificate: []byte(testSecret)}
	marshalled, err := json.Marshal(struct{ C *Credential }{&c})
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "credential", c, "config", Config{Credential: c})
	texts := []string{string(marshalled), logged.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		texts = append(texts, fmt.Sprintf(verb, c), fmt.Sprintf(verb, &c), fmt.Sprintf(verb, Config{Credential: c}))
	}
	for _, text := range texts {
		for _, secret := range []string{testSecret, fmt.Sprintf("%x", testSecret), fmt.Sprint([]byte(testSecret)), "bWFya2Vy"} {
			if strings.Contains(text, secret) {
				t.Errorf("printed: %s", text)
			}
		}
	}
}

func TestLogHoldsNoSecret(t *testing.T) {
	var logged strings.Builder
	f := newFake(t, reply{status: 401}, reply{status: 500}, good())
	c := f.client(t, func(cfg *Config) {
		cfg.Logger = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))
	})
	if _, err := c.Page(t.Context(), f.graph.URL+skipLink, class(t, "users")); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(logged.String(), "status=500") {
		t.Error("the requests were not logged")
	}
	for _, secret := range []string{testSecret, "e30.", "skiptoken"} {
		if strings.Contains(logged.String(), secret) {
			t.Errorf("logged %s", secret)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	f := newFake(t, good())
	tests := []struct {
		name   string
		change func(*Config)
	}{
		{"no tenant", func(c *Config) { c.Tenant = "" }},
		{"tenant with a path", func(c *Config) { c.Tenant = "../common" }},
		{"no client id", func(c *Config) { c.Credential.ClientID = "" }},
		{"no secret", func(c *Config) { c.Credential.Secret = nil }},
		{"no certificate", func(c *Config) { c.Credential.Kind = entra.Certificate }},
		{"unknown kind", func(c *Config) { c.Credential.Kind = "password" }},
		{"device code without client id", func(c *Config) { c.Credential = Credential{Kind: entra.DeviceCode} }},
		{"http Graph", func(c *Config) { c.Cloud.Graph = "http://graph.example" }},
		{"http authority", func(c *Config) { c.Cloud.Authority = "http://login.example" }},
		{"CA that is none", func(c *Config) { c.Cloud.CA = []byte("x") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := Config{Cloud: f.cloud(), Tenant: testTenant, Credential: Credential{Kind: entra.ClientSecret, ClientID: "app", Secret: []byte("s")}}
			tt.change(&cfg)
			if _, err := New(cfg); entra.CodeOf(err) != entra.CodeInvalid {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestEveryKindIsMade(t *testing.T) {
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", "/nowhere")
	f := newFake(t, good())
	for _, kind := range []entra.Kind{entra.ManagedIdentity, entra.WorkloadIdentity, entra.AzureCLI, entra.DeviceCode, entra.InteractiveBrowser} {
		c := f.client(t, func(cfg *Config) { cfg.Credential = Credential{Kind: kind, ClientID: "app"} })
		if _, err := c.tokens.make(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestCloseClearsTheSecret(t *testing.T) {
	f := newFake(t, good())
	given := []byte(testSecret)
	c := f.client(t, func(cfg *Config) { cfg.Credential.Secret = given })
	c.Close()
	if string(c.cfg.Credential.Secret) != strings.Repeat("\x00", len(testSecret)) || string(given) != testSecret {
		t.Error("the client's copy stands, or the caller's was cleared")
	}
	if time.Until(c.tokens.token.ExpiresOn) > 0 {
		t.Error("the token stands")
	}
	if err := c.SignIn(t.Context()); entra.CodeOf(err) != entra.CodeSignIn || len(f.signIns) != 0 {
		t.Errorf("a closed client signed in: %v", err)
	}
}

// TestTokenThatNoHeaderHolds fails the sign-in, once, and is not told; an opaque one is taken.
func TestTokenThatNoHeaderHolds(t *testing.T) {
	for _, token := range []string{`a.b\r\nX-Evil: 1`, `opaque\u0000x`, `opaque\ttoken`, `op\u00e4que`, `\ud83d\ude00`, `two words`, `opaque\u007f`, `opaque\n`} {
		f := newFake(t, reply{body: emptyList})
		f.token = func(int) reply {
			return reply{body: `{"token_type":"Bearer","expires_in":3599,"access_token":"` + token + `"}`}
		}
		c := f.client(t)
		err := c.SignIn(t.Context())
		if entra.CodeOf(err) != entra.CodeSignIn || !strings.Contains(err.Error(), "characters that no token has") || strings.Contains(err.Error(), "opaque") {
			t.Errorf("%q: %v", token, err)
		}
		if _, _, err := c.Organization(t.Context()); entra.CodeOf(err) != entra.CodeSignIn {
			t.Errorf("%q: reading gives %v", token, err)
		}
		if n := f.requests(); n != 0 || len(f.signIns) > 2 {
			t.Errorf("%q: %d requests, %d sign-ins", token, n, len(f.signIns))
		}
	}
	f := newFake(t, reply{body: emptyList})
	f.token = func(int) reply {
		return reply{body: `{"token_type":"Bearer","expires_in":3599,"access_token":"EwB!$%:,;|~*"}`}
	}
	if err := f.client(t).SignIn(t.Context()); err != nil {
		t.Errorf("an opaque token: %v", err)
	}
}

// TestRefusalWithoutWords ends with no colon that nothing follows.
func TestRefusalWithoutWords(t *testing.T) {
	for body, want := range map[string]string{`{"error":[null]}`: "Graph refuses the request (400)", `{"error":null}`: "Graph refuses the request (400)",
		`{"error":{"code":"BadRequest"}}`: "Graph refuses the request (400): BadRequest", `{"error":{"message":"m"}}`: "Graph refuses the request (400): m"} {
		f := newFake(t, reply{status: 400, body: body})
		_, _, err := f.client(t).Organization(t.Context())
		if entra.CodeOf(err) != entra.CodeRequest || entra.AsError(err).Why.String() != want {
			t.Errorf("%s: %v", body, err)
		}
	}
}
