package graph

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// marker stands in every token that the hostile token server gives.
const marker = "mArKeR-of-a-token-7Q8z"

// hostileToken is a token as Entra's look, with the marker in the clear and in
// base64, as its payload would hold it.
func hostileToken() string {
	return "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(`{"tid":"`+testTenant+`","x":"`+marker+`"}`)) + "." + marker
}

// hostileAnswers are answers of a token endpoint that people have reported, and
// their kin. Works tells whether a sign-in may succeed by it.
func hostileAnswers() map[string]reply {
	token := hostileToken()
	body := func(format string) reply { return reply{body: fmt.Sprintf(format, token)} }
	html := map[string]string{"Content-Type": "text/html"}
	return map[string]reply{
		"empty expires_in":      body(`{"token_type":"Bearer","expires_in":"","access_token":%q}`),
		"null expires_in":       body(`{"token_type":"Bearer","expires_in":null,"access_token":%q}`),
		"a date as expires_in":  body(`{"token_type":"Bearer","expires_in":"2026-11-28T10:00:00Z","access_token":%q}`),
		"no expires_in":         body(`{"token_type":"Bearer","access_token":%q}`),
		"an object expires_in":  body(`{"expires_in":{"a":1},"access_token":%q}`),
		"negative expires_in":   body(`{"expires_in":-5,"access_token":%q}`),
		"odd expires_on":        body(`{"expires_in":3599,"expires_on":"soon","access_token":%q}`),
		"odd refresh_in":        body(`{"expires_in":3599,"refresh_in":"soon","ext_expires_in":"","access_token":%q}`),
		"odd scope and type":    body(`{"expires_in":3599,"scope":["a"],"token_type":5,"client_info":7,"foci":{},"access_token":%q}`),
		"odd id_token":          body(`{"expires_in":3599,"id_token":"%[1]s!","refresh_token":%[1]q,"access_token":%[1]q}`),
		"cut behind the token":  body(`{"token_type":"Bearer","access_token":%q,"expi`),
		"cut in the token":      {body: `{"token_type":"Bearer","access_token":"` + token[:len(token)-3]},
		"cut by the connection": cut(`{"access_token":"` + token + `"`),
		"garbage behind":        body(`{"access_token":%q,"expires_in":3599}}}`),
		"a web page":            {header: html, body: "<html>access_token=" + token},
		"a page without type":   body("<html>access_token=%s"),
		"a token alone":         body("%s"),
		"a string":              body(`%q`),
		"an array":              body(`[{"access_token":%q}]`),
		"another field":         body(`{"accessToken":%q,"expires_in":3599}`),
		"a nested token":        body(`{"access_token":{"value":%q},"expires_in":3599}`),
		"an error with a token": body(`{"error":"invalid_client","error_description":"AADSTS50000: no %[1]s here","access_token":%[1]q}`),
		"a token as the error":  {status: 400, body: fmt.Sprintf(`{"error":%q,"error_description":%q}`, token, "access_token="+token)},
		"a refusal with it":     {status: 401, body: fmt.Sprintf(`{"error":"invalid_client","error_description":"%[1]s","trace_id":"%[1]s","error_codes":["%[1]s"]}`, token)},
		"a page that refuses":   {status: 403, header: html, body: "<html>" + token},
		"a redirect with it":    {status: 302, header: map[string]string{"Location": "https://elsewhere.example/?access_token=" + token}, body: token},
		"a challenge with it":   {status: 401, header: map[string]string{"WWW-Authenticate": "Bearer " + token}, body: token},
		"failing with it":       {status: 503, body: token},
		"no HTTP": {do: func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "access_token "+token+"\r\n\r\n")
				_ = conn.Close()
			}
		}},
		"a header of nonsense": {do: func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 "+token+"\r\n"+token+"\r\nContent-Length: "+token+"\r\n\r\n")
				_ = conn.Close()
			}
		}},
	}
}

// hostileKinds make a client of every kind of credential that passes a token
// endpoint, which f.token answers for.
func hostileKinds(t *testing.T, f *fake, log io.Writer) map[entra.Kind]*Client {
	assertion := filepath.Join(t.TempDir(), "assertion")
	if err := os.WriteFile(assertion, []byte("e30.assertion."+marker), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", assertion)
	host := httptest.NewServer(http.HandlerFunc(f.serveAuthority))
	t.Cleanup(host.Close)
	clients := map[entra.Kind]*Client{}
	for _, credential := range []Credential{
		{Kind: entra.ClientSecret, ClientID: "app", Secret: []byte(testSecret)},
		certificateCredential(t),
		{Kind: entra.WorkloadIdentity, ClientID: "app"},
		{Kind: entra.ManagedIdentity},
		{Kind: entra.DeviceCode, ClientID: "app"},
	} {
		clients[credential.Kind] = f.client(t, func(cfg *Config) {
			cfg.Credential = credential
			cfg.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug - 8}))
			cfg.dialHost = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, host.Listener.Addr().String())
			}
		})
	}
	return clients
}

// TestNoTokenIsEverTold signs in with every kind of credential against a token
// endpoint that answers in odd ways: whatever comes of it, no word of the token is told.
func TestNoTokenIsEverTold(t *testing.T) {
	for name, answer := range hostileAnswers() {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, reply{body: emptyList})
			f.authority.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			f.token = func(int) reply {
				return reply{do: func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "/devicecode") {
						reply{body: `{"device_code":"d-` + marker + `","user_code":"ABC","verification_uri":"https://x","expires_in":"60","interval":"1","message":"go"}`}.write(w, r)
						return
					}
					answer.write(w, r)
				}}
			}
			var log strings.Builder
			for kind, c := range hostileKinds(t, f, &log) {
				ctx := Attended(t.Context(), func(p entra.Prompt) { tellsNothing(t, kind, fmt.Sprintf("%+v", p)) })
				err := c.SignIn(ctx)
				if err == nil {
					err = c.Probe(ctx, class(t, "users"))
				}
				if err == nil {
					continue
				}
				e := entra.AsError(err)
				if e.Code == entra.CodeInternal || e.What == "" || e.Why == "" || e.Remedy == "" {
					t.Errorf("%s: %#v", kind, e)
				}
				tellsNothing(t, kind, fmt.Sprintf("%v %+v %#v %s %v", err, err, e, e.Detail, e.Err))
			}
			tellsNothing(t, "the log", log.String())
		})
	}
}

func tellsNothing(t *testing.T, who entra.Kind, text string) {
	t.Helper()
	for _, part := range []string{marker, marker[:12], "eyJhbGci", hostileToken()[24:40], testSecret} {
		if strings.Contains(text, part) {
			t.Errorf("%s tells %q of the token:\n%s", who, part, text)
		}
	}
}

// TestTokenOfUnknownLife: RFC 6749 only recommends expires_in, so a token
// without it, or with one that means nothing, is used for a while.
func TestTokenOfUnknownLife(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for fields, want := range map[string]time.Duration{
		`"expires_in":3599`:                                   3599 * time.Second,
		`"expires_in":"3599"`:                                 3599 * time.Second,
		`"expires_in":3599.5`:                                 3599 * time.Second,
		`"expires_in":1`:                                      time.Second,
		`"expires_in":""`:                                     unknownLife,
		`"expires_in":null`:                                   unknownLife,
		`"a":1`:                                               unknownLife,
		`"expires_in":0`:                                      unknownLife,
		`"expires_in":"NaN"`:                                  unknownLife,
		`"expires_in":1e300`:                                  mostLife,
		`"expires_in":"","expires_on":1767326645`:             time.Hour,
		`"expires_on":"1767326645"`:                           time.Hour,
		`"expires_on":"2026-01-02T03:34:05Z"`:                 30 * time.Minute,
		`"expires_on":"01/02/2026 03:34:05"`:                  30 * time.Minute,
		`"expires_on":"01/02/2020 03:34:05"`:                  unknownLife,
		`"expires_in":"2026-01-02","expires_on":1767326645}{`: 0,
	} {
		body, err := readTokenAnswer([]byte(`{"access_token":"t",`+fields+`}`), now)
		if want == 0 {
			if err == nil {
				t.Errorf("%s: no error", fields)
			}
			continue
		}
		if wanted := fmt.Sprintf(`"expires_in":%d`, int(want.Seconds())); err != nil || !strings.Contains(string(body), wanted) {
			t.Errorf("%s: %s, %v; want %s", fields, body, err, wanted)
		}
	}
	for _, life := range []string{`"expires_in":""`, `"expires_in":"2026-01-02"`, `"expires_in":{}`} {
		f := newFake(t, good())
		f.token = func(n int) reply {
			return reply{body: strings.Replace(tokenAnswer(testTenant, n), `"expires_in":3599`, life, 1)}
		}
		if err := f.client(t).SignIn(t.Context()); err != nil {
			t.Errorf("%s: %v", life, err)
		}
	}
}

// TestRefusalIsHandedWithoutItsText: of a refused sign-in a library sees what it
// decides by, and nothing that it could put into an error.
func TestRefusalIsHandedWithoutItsText(t *testing.T) {
	resp := &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(
		`{"error":"invalid_client","error_codes":[7000215],"error_description":"AADSTS7000215: Invalid ` + marker + `","access_token":"` + hostileToken() + `"}`))}
	handed, err := new(heard).hand(resp, readTokenAnswer)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(handed.Body)
	if err != nil || !strings.Contains(string(body), "invalid_client") || !strings.Contains(string(body), "7000215") {
		t.Errorf("handed %s, %v", body, err)
	}
	tellsNothing(t, "the answer", string(body))
}

// TestCutTokenAnswerIsAskedForAgain: it is the network's trouble, not the credential's.
func TestCutTokenAnswerIsAskedForAgain(t *testing.T) {
	for name, broken := range map[string]reply{
		"by the connection": cut(`{"access_token":"` + hostileToken() + `"`),
		"as a whole":        {body: `{"access_token":"` + hostileToken() + `",`},
	} {
		f := newFake(t, reply{body: emptyList})
		f.token = func(n int) reply {
			if n == 1 {
				return broken
			}
			return reply{body: tokenAnswer(testTenant, n)}
		}
		if err := f.client(t).SignIn(t.Context()); err != nil {
			t.Errorf("%s once: %v", name, err)
		}
		f.token = func(int) reply { return broken }
		err := f.client(t).SignIn(t.Context())
		if entra.CodeOf(err) != entra.CodeNetwork || strings.Contains(err.Error(), "credential") {
			t.Errorf("%s for ever: %v", name, err)
		}
	}
}

// FuzzTokenAnswer: whatever a token endpoint says, what is handed on is a token
// with a life, and an error holds nothing of it.
func FuzzTokenAnswer(f *testing.F) {
	for _, answer := range hostileAnswers() {
		f.Add(answer.body)
	}
	f.Add(tokenAnswer(testTenant, 1))
	f.Fuzz(func(t *testing.T, answer string) {
		body, err := readTokenAnswer([]byte(answer), time.Unix(1e9, 0))
		if err != nil {
			if !errors.Is(err, errCut) && !errors.Is(err, errStrange) && !errors.Is(err, errWebPage) && !errors.Is(err, errNoToken) {
				t.Errorf("the error is %v", err)
			}
			return
		}
		var read struct {
			Token string `json:"access_token"`
			Life  int    `json:"expires_in"`
		}
		if json.Unmarshal(body, &read) != nil || read.Token == "" || read.Life < 0 || read.Life > int(mostLife/time.Second) {
			t.Errorf("%q becomes %s", answer, body)
		}
		if said, ok := readRefusal([]byte(answer), nil); ok && len(said.description) > 8*mostForeign {
			t.Errorf("a description of %d bytes", len(said.description))
		}
	})
}

func TestRedact(t *testing.T) {
	long := strings.Repeat("aB3_", 12)
	for text, want := range map[string]string{
		"a token " + hostileToken() + " here":                          "a token [redacted] here",
		"client_secret=abc~def&x=1":                                    "client_secret=[redacted]&x=1",
		`{"refresh_token":"0.ABC-d","scope":"x"}`:                      `{"refresh_token":"[redacted]","scope":"x"}`,
		`the answer "access_token": "short-1"`:                         `the answer "access_token": "[redacted]"`,
		"Authorization: Bearer " + strings.Repeat("x", 20):             "Authorization: Bearer [redacted]",
		"code=0.AAAAabcdefghijklmnopqrstuvwxyz":                        "code=[redacted]",
		"run " + long + " ends":                                        "run [redacted] ends",
		"secret abc8Q~" + strings.Repeat("x.", 17) + " ends":           "secret [redacted] ends",
		"see https://login.microsoftonline.com/error?code=7000215":     "see https://login.microsoftonline.com/error?code=7000215",
		"client_id=11111111-2222-3333-4444-555555555555 of it":         "client_id=11111111-2222-3333-4444-555555555555 of it",
		"Authentication_RequestFromNonPremiumTenantOrB2CTenant":        "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
		"grant IdentityRiskyServicePrincipal.Read.All (application)":   "grant IdentityRiskyServicePrincipal.Read.All (application)",
		"GET /v1.0/roleManagement/directory/roleEligibilitySchedules":  "GET /v1.0/roleManagement/directory/roleEligibilitySchedules",
		"Invalid page size specified: '1000'. Must be between 1 and 9": "Invalid page size specified: '1000'. Must be between 1 and 9",
	} {
		if got := clean(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	if got := clean("a\x1b[31m\r\nb\u202e" + strings.Repeat("x ", 1000)); strings.ContainsAny(got, "\x1b\r\n\u202e") || len([]rune(got)) > mostForeign+1 {
		t.Errorf("not clean: %q", got)
	}
}
