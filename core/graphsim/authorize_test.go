package graphsim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/signin"
)

const publicClient = "99999999-2222-4333-8444-555555555555"

// publicSim has an app that people may sign in with, and one that is not public.
func publicSim(t *testing.T, now func() time.Time) *sim {
	cfg := testTenant(20)
	cfg.Apps = append(cfg.Apps, directory.App{ClientID: publicClient, Public: true, Redirects: []string{"http://localhost"}, Roles: readAll},
		directory.App{ClientID: "private", Redirects: []string{"http://localhost"}})
	return start(t, Config{Tenants: []directory.TenantConfig{cfg, {Seed: 8, Domain: "fabrikam.com", Users: 1, Apps: cfg.Apps}}, Now: now})
}

const verifier = "a-verifier-that-only-the-program-knows"

// ask is what a program sends the browser with.
func (s *sim) ask() url.Values {
	sum := sha256.Sum256([]byte(verifier))
	return url.Values{"client_id": {publicClient}, "response_type": {"code"}, "redirect_uri": {"http://localhost:1234"}, "state": {"st&te"},
		"scope": {s.Graph() + "/.default openid offline_access profile"}, "response_mode": {"query"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}}
}

// browse opens the sign-in page; the browser stays where the first answer is.
func (s *sim) browse(t *testing.T, tenant string, q url.Values) (page string, back url.Values) {
	t.Helper()
	browser := *s.Client()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := browser.Get(s.Authority() + "/" + tenant + "/oauth2/v2.0/authorize?" + q.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if where := resp.Header.Get("Location"); where != "" {
		u, err := url.Parse(where)
		if err != nil || u.Host != "localhost:1234" {
			t.Fatalf("led to %s", where)
		}
		back = u.Query()
	}
	return string(body), back
}

// tokenAnswer is what matters of a token endpoint's answer.
type tokenAnswer struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Codes   []int  `json:"error_codes"`
}

func (a tokenAnswer) code() int {
	if len(a.Codes) == 0 {
		return 0
	}
	return a.Codes[0]
}

func (s *sim) redeem(t *testing.T, tenant string, form url.Values) (a tokenAnswer) {
	t.Helper()
	_, body := postForm(t, s, "/"+tenant+"/oauth2/v2.0/token", form)
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return a
}

func codeForm(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "client_id": {publicClient}, "code": {code},
		"redirect_uri": {"http://localhost:1234"}, "code_verifier": {verifier}}
}

func TestAuthorize(t *testing.T) {
	s := publicSim(t, time.Now)
	_, back := s.browse(t, "contoso.com", s.ask())
	if back.Get("state") != "st&te" || back.Get("code") == "" {
		t.Fatalf("led back with %v", back)
	}
	got := s.redeem(t, "contoso.com", codeForm(back.Get("code")))
	if got.Refresh == "" {
		t.Errorf("redeemed: %+v", got)
	}
	s.token = got.Access
	s.page(t, "/v1.0/users")
	if again := s.redeem(t, "contoso.com", codeForm(back.Get("code"))); again.code() != 54005 {
		t.Errorf("a code that was redeemed: %+v", again)
	}
}

var formPost = regexp.MustCompile(`action="http://localhost:1234".*name="code" value="([^"]+)"`)

func TestAuthorizeByFormPost(t *testing.T) {
	s := publicSim(t, time.Now)
	q := s.ask()
	q.Set("response_mode", "form_post")
	page, _ := s.browse(t, "contoso.com", q)
	if !formPost.MatchString(page) || !strings.Contains(page, `value="st&amp;te"`) {
		t.Errorf("the page is %s", page)
	}
}

// TestAuthorizeRefuses: where the reply address is not the app's, nothing is sent there.
func TestAuthorizeRefuses(t *testing.T) {
	s := publicSim(t, time.Now)
	for _, tc := range []struct {
		name, key, value, page, back string
	}{
		{"another host", "redirect_uri", "https://evil.example", "AADSTS50011", ""},
		{"https where http is registered", "redirect_uri", "https://localhost:1234", "AADSTS50011", ""},
		{"another path", "redirect_uri", "http://localhost:1234/x", "AADSTS50011", ""},
		{"a name that only begins so", "redirect_uri", "http://localhost.evil.example:1234", "AADSTS50011", ""},
		{"a user in it", "redirect_uri", "http://localhost@evil.example:1234", "AADSTS50011", ""},
		{"none", "redirect_uri", "", "AADSTS50011", ""},
		{"unknown app", "client_id", "nobody", "AADSTS700016", ""},
		{"another cloud's scope", "scope", "https://graph.microsoft.us/.default", "", "AADSTS70011"},
		{"a token at once", "response_type", "token", "", "AADSTS700054"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			q := s.ask()
			q.Set(tc.key, tc.value)
			page, back := s.browse(t, "contoso.com", q)
			if !strings.Contains(page, tc.page) || (tc.back == "") != (back == nil) || !strings.Contains(back.Get("error_description"), tc.back) || back.Get("code") != "" {
				t.Errorf("page %s, led back with %v", page, back)
			}
		})
	}
}

func TestRedeemCodeRefuses(t *testing.T) {
	now := time.Now()
	s := publicSim(t, func() time.Time { return now })
	for _, tc := range []struct {
		name, tenant, key, value string
		after                    time.Duration
		want                     int
	}{
		{"wrong verifier", "contoso.com", "code_verifier", "guessed", 0, 501481},
		{"no verifier", "contoso.com", "code_verifier", "", 0, 501481},
		{"another port", "contoso.com", "redirect_uri", "http://localhost:1235", 0, 500112},
		{"another app", "contoso.com", "client_id", testClient, 0, 70000},
		{"unknown code", "contoso.com", "code", "guessed", 0, 70000},
		{"another tenant", "fabrikam.com", "", "", 0, 700005},
		{"too late", "contoso.com", "", "", signin.CodeLifetime + time.Second, 70008},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, back := s.browse(t, "contoso.com", s.ask())
			form := codeForm(back.Get("code"))
			if tc.key != "" {
				form.Set(tc.key, tc.value)
			}
			now = now.Add(tc.after)
			if got := s.redeem(t, tc.tenant, form); got.code() != tc.want || got.Access != "" {
				t.Errorf("%+v, want %d", got, tc.want)
			}
			now = now.Add(-tc.after)
			if got := s.redeem(t, "contoso.com", codeForm(back.Get("code"))); got.Access == "" {
				t.Errorf("the right program is refused afterwards: %+v", got)
			}
		})
	}
	q := s.ask()
	q.Set("client_id", "private")
	_, back := s.browse(t, "contoso.com", q)
	form := codeForm(back.Get("code"))
	form.Set("client_id", "private")
	if got := s.redeem(t, "contoso.com", form); got.code() != 7000218 {
		t.Errorf("an app that is not public: %+v", got)
	}
}

// TestRefreshTokens serve their own app and tenant until the sessions are revoked.
func TestRefreshTokens(t *testing.T) {
	s := publicSim(t, time.Now)
	_, back := s.browse(t, "contoso.com", s.ask())
	first := s.redeem(t, "contoso.com", codeForm(back.Get("code")))
	use := func(tenant, client, token string) tokenAnswer {
		t.Helper()
		return s.redeem(t, tenant, url.Values{"grant_type": {"refresh_token"}, "client_id": {client}, "refresh_token": {token}, "scope": {s.ask().Get("scope")}})
	}
	second := use("contoso.com", publicClient, first.Refresh)
	if second.Access == "" || second.Refresh == "" || second.Refresh == first.Refresh {
		t.Fatalf("refreshed: %+v", second)
	}
	for _, got := range []tokenAnswer{use("contoso.com", testClient, first.Refresh), use("fabrikam.com", publicClient, first.Refresh), use("contoso.com", publicClient, "guessed")} {
		if got.code() != 70000 || got.Access != "" {
			t.Errorf("%+v", got)
		}
	}
	s.tenant.RevokeSessions()
	if got := use("contoso.com", publicClient, second.Refresh); got.code() != 50173 {
		t.Errorf("after revocation: %+v", got)
	}
}
