package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// odata is an error body of Graph.
func odata(code, message string) string {
	return fmt.Sprintf(`{"error":{"code":%q,"message":%q,"innerError":{"date":"2026-01-01T00:00:00","request-id":"r"}}}`, code, message)
}

const (
	lastPage   = `{"value":[],"@odata.deltaLink":"https://%s/v1.0/users/delta?$deltatoken=D"}`
	skipLink   = "/v1.0/users/delta?$skiptoken=S"
	deltaLink  = "/v1.0/users/delta?$deltatoken=D"
	firstLink  = "/v1.0/users/delta?$select=id"
	latestLink = "/v1.0/users/delta?$select=id&$deltatoken=latest"
)

// good answers with a last delta page.
func good() reply {
	return reply{do: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, lastPage, r.Host)
	}}
}

func cut(body string) reply {
	return reply{do: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "9999")
		_, _ = w.Write([]byte(body))
	}}
}

func drop() reply {
	return reply{do: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }}
}

func TestPageTroubles(t *testing.T) {
	denied := reply{status: 403, body: odata("Authorization_RequestDenied", "Insufficient privileges to complete the operation.")}
	tests := []struct {
		name     string
		class    string
		link     string
		script   []reply
		want     entra.Code // "": a page comes
		requests int
		says     string // part of the error's text
	}{
		{"a page", "users", firstLink, []reply{good()}, "", 1, ""},
		{"500 then a page", "users", skipLink, []reply{{status: 500, body: "{}"}, good()}, "", 2, ""},
		{"502 HTML then a page", "users", skipLink, []reply{{status: 502, header: map[string]string{"Content-Type": "text/html"}, body: "<html>"}, good()}, "", 2, ""},
		{"503 504 509", "users", skipLink, []reply{{status: 503}, {status: 504}, {status: 509}, good()}, "", 4, ""},
		{"500 for ever", "users", skipLink, []reply{{status: 500, body: odata("InternalServerError", "x")}}, entra.CodeService, 8, "asked 8 times"},
		{"dropped", "users", skipLink, []reply{drop(), good()}, "", 2, ""},
		{"cut in the body", "users", skipLink, []reply{cut(`{"value":[`), good()}, "", 2, ""},
		{"truncated JSON", "users", skipLink, []reply{{body: `{"value":[{"id":"a"}`}, good()}, "", 2, ""},
		{"broken JSON for ever", "users", skipLink, []reply{{body: `{"value":[}`}}, entra.CodeAnswer, 8, "not what Graph documents"},
		{"empty body", "users", skipLink, []reply{{body: ""}, good()}, "", 2, ""},
		{"HTML with 200", "users", skipLink, []reply{{header: map[string]string{"Content-Type": "text/html"}, body: "<html>log in"}}, entra.CodeAnswer, 8, "proxy"},
		{"text with 200", "users", skipLink, []reply{{header: map[string]string{"Content-Type": "text/plain"}, body: emptyList}}, entra.CodeAnswer, 8, "content type"},
		{"HTML with 403", "users", skipLink, []reply{{status: 403, header: map[string]string{"Content-Type": "text/html"}, body: "<html>blocked"}}, entra.CodeAnswer, 8, "web page"},
		{"204", "users", skipLink, []reply{{status: 204}}, entra.CodeAnswer, 8, "204"},
		{"no value", "users", skipLink, []reply{{body: `{"@odata.deltaLink":"x"}`}}, entra.CodeAnswer, 8, "no array of values"},
		{"neither link", "users", skipLink, []reply{{body: emptyList}}, entra.CodeAnswer, 8, "neither"},
		{"error with 200", "users", skipLink, []reply{{body: odata("x", "y")}}, entra.CodeService, 8, "Graph ended its answer with an error: x: y"},
		{"error behind null", "users", skipLink, []reply{{body: "null" + odata("UnknownError", "It broke.")}}, entra.CodeService, 8, "UnknownError: It broke."},
		{"error behind half a page", "users", skipLink, []reply{{body: `{"value":[{"id":"a"},{"id":"b"` + odata("generalException", "Half.")}, good()}, "", 2, ""},
		{"error behind a page's objects", "users", "/v1.0/users", []reply{{body: `{"value":[{"id":"a"}],` + odata("generalException", "Half.")[1:]}}, entra.CodeService, 8, "Half."},
		{"error in a page with both", "users", skipLink, []reply{{body: `{"@odata.nextLink":"https://x/","value":[]` + odata("generalException", "Half.")}}, entra.CodeService, 8, "Half."},
		{"throttled in a 200", "users", skipLink, []reply{{body: "null" + odata("TooManyRequests", "slow")}, good()}, "", 2, ""},
		{"a dead token in a 200", "users", skipLink, []reply{{body: `{"value":[` + odata("InvalidAuthenticationToken", "expired")}, good()}, "", 2, ""},
		{"a dead link in a 200", "users", deltaLink, []reply{{body: odata("syncStateNotFound", "gone")}}, entra.CodeDeltaLinkDead, 1, ""},
		{"no permission in a 200", "users", skipLink, []reply{{body: odata("Authorization_RequestDenied", "no")}}, entra.CodePermission, 1, "User.Read.All"},
		{"a property called error", "users", "/v1.0/users", []reply{{body: `{"value":[{"id":"a","x":{"error":{"code":"c","message":"m"}}}]}`}}, "", 1, ""},
		{"a cut page with such a property", "users", "/v1.0/users", []reply{{body: `{"value":[{"id":"a","x":{"error":{"code":"c"}}},{"id":`}}, entra.CodeAnswer, 8, "not what Graph documents"},

		{"429 with fraction", "users", skipLink, []reply{{status: 429, header: map[string]string{"Retry-After": "0.005"}}, good()}, "", 2, ""},
		{"429 without", "riskyUsers", "/v1.0/identityProtection/riskyUsers", []reply{{status: 429}, {status: 429}, {body: emptyList}}, "", 3, ""},
		{"429 for a day", "users", skipLink, []reply{{status: 429, header: map[string]string{"Retry-After": "86400"}}}, entra.CodeThrottled, 1, "Graph asks to wait until 20"},

		{"401 then a page", "users", skipLink, []reply{{status: 401, body: odata("InvalidAuthenticationToken", "expired")}, good()}, "", 2, ""},
		{"401 twice", "users", skipLink, []reply{{status: 401, body: odata("InvalidAuthenticationToken", "Access token has expired.")}}, entra.CodeUnauthorized, 2, "Access token has expired."},
		{"no roles at all", "users", skipLink, []reply{{status: 401, body: odata("x", "Either scp or roles claim need to be present in the token.")}}, entra.CodePermission, 2, "User.Read.All"},

		{"403 permission", "groups", "/v1.0/groups/delta", []reply{denied}, entra.CodePermission, 1, "grant GroupMember.Read.All (application permission) and admin consent"},
		{"403 on a stored link", "users", deltaLink, []reply{denied}, entra.CodePermission, 1, "User.Read.All"},
		{"403 denied on a licensed class", "riskyUsers", "/v1.0/identityProtection/riskyUsers", []reply{denied}, entra.CodePermission, 1, "IdentityRiskyUser.Read.All"},
		{"403 Forbidden is the licence", "riskyUsers", "/v1.0/identityProtection/riskyUsers", []reply{{status: 403, body: odata("Forbidden", "")}}, entra.CodeLicence, 1, "Microsoft Entra ID P2"},
		{"400 premium", "roleEligibilitySchedules", "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances",
			[]reply{{status: 400, body: odata("AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.")}}, entra.CodeLicence, 1, "licence"},
		{"403 non-premium", "users", "/v1.0/users", []reply{{status: 403, body: odata("Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")}}, entra.CodeLicence, 1, "licence"},

		{"no such segment", "riskyUsers", "/v1.0/identityProtection/riskyUsers", []reply{{status: 400, body: odata("BadRequest", "Resource not found for the segment 'riskyUsers'.")}}, entra.CodeNotOffered, 1, "Risky Users"},
		{"501", "users", firstLink, []reply{{status: 501, body: odata("NotImplemented", "This operation target is not yet supported.")}}, entra.CodeNotOffered, 1, "not yet supported"},
		{"400 on a first request", "users", firstLink, []reply{{status: 400, body: odata("BadRequest", "Could not find a property named 'x' on type 'microsoft.graph.user'.")}}, entra.CodeRequest, 1, "named 'x'"},
		{"400 with data", "users", firstLink, []reply{{status: 400, body: emptyList}}, entra.CodeRequest, 1, ""},
		{"400 on latest is no dead link", "users", latestLink, []reply{{status: 400, body: odata("BadRequest", "no")}}, entra.CodeRequest, 1, ""},

		{"410", "users", deltaLink, []reply{{status: 410, body: odata("SyncStateNotFound", "gone")}}, entra.CodeDeltaLinkDead, 1, "full scan"},
		{"410 without a body", "users", deltaLink, []reply{{status: 410}}, entra.CodeDeltaLinkDead, 1, ""},
		{"400 syncStateNotFound", "users", deltaLink, []reply{{status: 400, body: odata("syncStateNotFound", "The sync state generation is not found.")}}, entra.CodeDeltaLinkDead, 1, ""},
		{"resyncRequired inside", "users", deltaLink, []reply{{status: 400, body: `{"error":{"code":"badRequest","message":"m","innererror":{"code":"x","innererror":{"code":"resyncRequired"}}}}`}}, entra.CodeDeltaLinkDead, 1, ""},
		{"30 days", "users", skipLink, []reply{{status: 400, body: odata("Directory_X", "Sync must reach steady state within 30 days.")}}, entra.CodeDeltaLinkDead, 1, ""},
		{"page token", "users", skipLink, []reply{{status: 400, body: odata("DirectoryPageTokenNotFoundException", "m")}}, entra.CodeDeltaLinkDead, 1, ""},
		{"404 that stays", "users", skipLink, []reply{{status: 404, body: odata("UnknownError", "")}}, entra.CodeDeltaLinkDead, 2, ""},
		{"404 that passes", "users", skipLink, []reply{{status: 404, body: odata("UnknownError", "")}, good()}, "", 2, ""},
		{"400 with data that stays", "users", skipLink, []reply{{status: 400, body: emptyList}}, entra.CodeDeltaLinkDead, 2, ""},
		{"snapshot later", "users", skipLink, []reply{{status: 400, body: odata("cannotSnapshotTree", "later")}, good()}, "", 2, ""},
		{"redirect here", "users", skipLink, []reply{{status: 302, header: map[string]string{"Location": "/v1.0/elsewhere"}}}, entra.CodeAnswer, 1, "redirects"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, tt.script...)
			c := f.client(t)
			page, err := c.Page(t.Context(), f.graph.URL+tt.link, class(t, tt.class))
			if got := entra.CodeOf(err); got != tt.want || (err == nil) != (page != nil) {
				t.Fatalf("page %v, error %v; want code %q", page, err, tt.want)
			}
			if f.requests() != tt.requests {
				t.Errorf("%d requests, want %d", f.requests(), tt.requests)
			}
			if n, again := c.Count(); int(n) != tt.requests || int(again) != tt.requests-1 {
				t.Errorf("counted %d, %d again; want %d", n, again, tt.requests)
			}
			if err != nil {
				checkError(t, err, tt.says)
			}
		})
	}
}

// checkError asks for all three parts, the words wanted, and no secret.
func checkError(t *testing.T, err error, says string) {
	t.Helper()
	var e *entra.Error
	if !errors.As(err, &e) || e.What == "" || e.Why == "" || e.Remedy == "" {
		t.Errorf("not three parts: %#v", e)
		return
	}
	whole := e.Error() + e.Detail
	if !strings.Contains(strings.ToLower(whole), strings.ToLower(says)) {
		t.Errorf("%q does not say %q", whole, says)
	}
	for _, secret := range []string{testSecret, "e30.", "skiptoken=S", "deltatoken=D"} {
		if strings.Contains(whole, secret) {
			t.Errorf("%q tells the secret %q", whole, secret)
		}
	}
	if strings.Contains(e.Error(), "\n") {
		t.Errorf("%q has more than one line", e.Error())
	}
}

func TestDetailNamesTheRequestAndThePermissionsHeld(t *testing.T) {
	f := newFake(t, reply{status: 403, header: map[string]string{"request-id": "r-42"}, body: odata("Authorization_RequestDenied", "no")})
	err := f.client(t).Probe(t.Context(), class(t, "users"))
	e := entra.AsError(err)
	for _, want := range []string{"r-42", "authorization_requestdenied", "the token grants Group.Read.All"} {
		if !strings.Contains(e.Detail, want) {
			t.Errorf("detail %q lacks %q", e.Detail, want)
		}
	}
}

func TestRetriedRequestUsesANewConnection(t *testing.T) {
	f := newFake(t, reply{status: 503}, reply{status: 503}, good())
	if _, err := f.client(t).Page(t.Context(), f.graph.URL+skipLink, class(t, "users")); err != nil {
		t.Fatal(err)
	}
	from := map[string]bool{}
	for _, r := range f.seen {
		from[r.RemoteAddr] = true
	}
	if len(from) != 3 {
		t.Errorf("3 requests came over %d connections", len(from))
	}
}

func TestOnePauseForAllWorkers(t *testing.T) {
	const asked = 150 * time.Millisecond
	var first time.Time
	f := newFake(t, reply{status: 429, header: map[string]string{"Retry-After": "0.15"}}, reply{body: emptyList})
	var mu sync.Mutex
	var waits []time.Time
	c := f.client(t, func(cfg *Config) {
		cfg.OnWait = func(until time.Time, _ say.Sentence) { mu.Lock(); waits = append(waits, until); mu.Unlock() }
	})
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	first = time.Now()
	if err := c.Probe(t.Context(), class(t, "users")); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(first); waited < asked {
		t.Errorf("waited %v, Graph asked for %v", waited, asked)
	}
	if len(waits) != 2 || waits[0].Sub(first) < asked || !waits[1].IsZero() {
		t.Errorf("told %v, want the end of the break and its being over", waits)
	}
}

func TestPauseHoldsOtherWorkersBack(t *testing.T) {
	f := newFake(t, reply{body: emptyList})
	c := f.client(t)
	if err := c.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	began := time.Now() // before the pause: this machine may stand still behind it
	c.lanes[entra.DirectoryQuota].hold(80*time.Millisecond, "test")
	if err := c.Probe(t.Context(), class(t, "groups")); err != nil {
		t.Fatal(err)
	}
	if time.Since(began) < 80*time.Millisecond {
		t.Error("a worker went on while the tenant was paused")
	}
}

func TestCancelEndsAPauseAtOnce(t *testing.T) {
	f := newFake(t, reply{status: 429, header: map[string]string{"Retry-After": "600"}})
	paused := make(chan struct{}, 9)
	c := f.client(t, func(cfg *Config) { cfg.OnWait = func(time.Time, say.Sentence) { paused <- struct{}{} } })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-paused; cancel() }()
	began := time.Now()
	_, err := c.Page(ctx, f.graph.URL+skipLink, class(t, "users"))
	if entra.CodeOf(err) != entra.CodeCancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	if time.Since(began) > time.Minute {
		t.Error("the pause was not left at once")
	}
}

func TestOneRenewalForManyWorkers(t *testing.T) {
	f := newFake(t)
	f.script = []reply{{do: func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == bearer(1) {
			reply{status: 401, body: odata("InvalidAuthenticationToken", "expired")}.write(w, r)
			return
		}
		reply{body: emptyList}.write(w, r)
	}}}
	c := f.client(t)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			if err := c.Probe(t.Context(), class(t, "users")); err != nil {
				t.Error(err)
			}
		})
	}
	workers.Wait()
	if len(f.signIns) != 2 {
		t.Errorf("%d sign-ins, want one and its renewal", len(f.signIns))
	}
}

func bearer(n int) string {
	_, after, _ := strings.Cut(tokenAnswer(testTenant, n), `"access_token":"`)
	return "Bearer " + strings.TrimSuffix(after, `"}`)
}

// TestSecondRefusal: a token that is revoked again while others already get new
// ones fails nobody who can have theirs.
func TestSecondRefusal(t *testing.T) {
	f := newFake(t)
	var c *Client
	f.script = []reply{{do: func(w http.ResponseWriter, r *http.Request) {
		refuse := reply{status: 401, body: odata("InvalidAuthenticationToken", "revoked")}
		switch r.Header.Get("Authorization") {
		case bearer(1):
			refuse.write(w, r)
		case bearer(2): // which is replaced by another class before this one hears that it is refused, too
			token, _ := c.tokens.GetToken(r.Context(), c.tokenOptions())
			if err := c.tokens.renew(r.Context(), token.Token, ""); err != nil {
				t.Error(err)
			}
			if _, err := c.tokens.GetToken(r.Context(), c.tokenOptions()); err != nil {
				t.Error(err)
			}
			refuse.write(w, r)
		default:
			reply{body: emptyList}.write(w, r)
		}
	}}}
	c = f.client(t)
	if err := c.Probe(t.Context(), class(t, "users")); err != nil {
		t.Error(err)
	}
	if f.requests() != 3 || len(f.signIns) != 3 {
		t.Errorf("%d requests, %d sign-ins", f.requests(), len(f.signIns))
	}
}

// TestOddLinks: what a URL can't hold as it is, is escaped before it is sent.
func TestOddLinks(t *testing.T) {
	for given, want := range map[string]string{
		"/v1.0/users?$skiptoken=a b":              "$skiptoken=a%20b",
		"/v1.0/users?$skiptoken=\"a\"<b>{c}|\\^`": "$skiptoken=%22a%22%3Cb%3E%7Bc%7D%7C%5C%5E%60",
		"/v1.0/users?$skiptoken=Müller":           "$skiptoken=M%C3%BCller",
		"/v1.0/users?$skiptoken=a\tb\x01":         "$skiptoken=a%09b%01",
		"/v1.0/users?$skiptoken=50%":              "$skiptoken=50%25",
		"/v1.0/users?$skiptoken=a%20b%zz":         "$skiptoken=a%20b%25zz",
		"/v1.0/users?$filter=a eq 'x#EXT#'":       "$filter=a%20eq%20'x%23EXT%23'",
		"/v1.0/users?$skiptoken=a%20b+c":          "$skiptoken=a%20b+c",
	} {
		f := newFake(t, reply{do: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"value":[{"id":"a"}],"@odata.nextLink":%q}`, "https://"+r.Host+"/v1.0/users?$skiptoken=one two")
		}})
		p, err := f.client(t).Page(t.Context(), f.graph.URL+given, class(t, "users"))
		if err != nil {
			t.Errorf("%q: %v", given, err)
			continue
		}
		if got := f.firstSeen().URL.RawQuery; got != want {
			t.Errorf("%q is sent as %q, want %q", given, got, want)
		}
		if !strings.HasSuffix(p.NextLink, "one two") {
			t.Errorf("the next link became %q", p.NextLink)
		}
	}
}

// FuzzLink: whatever a link says, only its own host's requests leave, and they can be sent.
func FuzzLink(f *testing.F) {
	for _, link := range []string{"https://graph.microsoft.com/v1.0/users?$skiptoken=a b", "https://graph.microsoft.com.evil/x", "https://graph.microsoft.com@evil/",
		"https://evil\\@graph.microsoft.com/", "//graph.microsoft.com/x", "https://graph.microsoft.com:443/%zz#x", "https://graph.microsoft.com\t.evil/", "HTTPS://GRAPH.microsoft.com/x"} {
		f.Add(link)
	}
	root := &url.URL{Scheme: "https", Host: "graph.microsoft.com"}
	f.Fuzz(func(t *testing.T, link string) {
		u, err := parseLink(link)
		if err != nil || sameHost(u, root) != nil {
			return
		}
		r, err := http.NewRequest(http.MethodGet, u.String(), nil)
		if err != nil {
			t.Fatalf("%q can't be sent: %v", link, err)
		}
		if !strings.EqualFold(r.URL.Hostname(), "graph.microsoft.com") || r.URL.Scheme != "https" || r.URL.User != nil {
			t.Errorf("%q leads to %s", link, r.URL)
		}
		if strings.ContainsAny(r.URL.RequestURI(), " \r\n\t\"<>") {
			t.Errorf("%q is sent as %q", link, r.URL.RequestURI())
		}
	})
}

func TestRequestHeaders(t *testing.T) {
	f := newFake(t, reply{status: 500}, reply{body: emptyList})
	if err := f.client(t).Probe(t.Context(), class(t, "users")); err != nil {
		t.Fatal(err)
	}
	a, b := f.seen[0].Header, f.seen[1].Header
	if a.Get("client-request-id") == b.Get("client-request-id") || a.Get("client-request-id") == "" {
		t.Error("two requests share a client-request-id")
	}
	if b.Get("Prefer") != "include-unknown-enum-members" || b.Get("x-ms-throttle-priority") != "low" || len(b.Values("Authorization")) != 1 {
		t.Errorf("headers %v", b)
	}
}

func TestCounterOfAContext(t *testing.T) {
	f := newFake(t, reply{status: 500}, reply{body: emptyList})
	var n Counter
	if err := f.client(t).Probe(WithCounter(t.Context(), &n), class(t, "users")); err != nil {
		t.Fatal(err)
	}
	if n.Requests.Load() != 2 || n.Retries.Load() != 1 {
		t.Errorf("counted %d, %d", n.Requests.Load(), n.Retries.Load())
	}
}
