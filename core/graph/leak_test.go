package graph

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// foreign is a server that nothing may ever reach.
func foreign(t *testing.T) (url string, seen *atomic.Int64) {
	seen = new(atomic.Int64)
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { seen.Add(1) }))
	t.Cleanup(s.Close)
	return s.URL, seen
}

// TestNothingReachesAForeignHost: the two servers even share one certificate,
// so nothing but the client's own check holds the token back.
func TestNothingReachesAForeignHost(t *testing.T) {
	away, seen := foreign(t)
	page := func(key, link string) reply { return reply{body: `{"value":[],"` + key + `":"` + link + `"}`} }
	tests := []struct {
		name  string
		reply reply
		want  entra.Code
	}{
		{"next link", page("@odata.nextLink", away+"/v1.0/users/delta?$skiptoken=x"), entra.CodeForeignHost},
		{"delta link", page("@odata.deltaLink", away+"/v1.0/users/delta?$deltatoken=x"), entra.CodeForeignHost},
		{"plain http", page("@odata.nextLink", strings.Replace(away, "https", "http", 1)), entra.CodeForeignHost},
		{"user in the link", page("@odata.nextLink", strings.Replace(away, "https://", "https://graph.microsoft.com@", 1)), entra.CodeForeignHost},
		{"redirect", reply{status: 302, header: map[string]string{"Location": away}}, entra.CodeForeignHost},
		{"redirect 308", reply{status: 308, header: map[string]string{"Location": away}}, entra.CodeForeignHost},
		{"410 with Location", reply{status: 410, header: map[string]string{"Location": away}}, entra.CodeDeltaLinkDead},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, tt.reply)
			_, err := f.client(t).Page(t.Context(), f.graph.URL+deltaLink, class(t, "users"))
			if entra.CodeOf(err) != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if f.requests() != 1 {
				t.Errorf("%d requests, want one: it is final", f.requests())
			}
		})
	}
	for _, link := range []string{away + "/v1.0/users/delta", strings.Replace(away, "https", "http", 1), "https://", "::", ""} {
		f := newFake(t, good())
		if _, err := f.client(t).Page(t.Context(), link, class(t, "users")); entra.CodeOf(err) != entra.CodeForeignHost {
			t.Errorf("link %q: got %v, want %s", link, err, entra.CodeForeignHost)
		}
		if f.requests()+len(f.signIns) != 0 {
			t.Errorf("link %q: a token was asked for before the link was checked", link)
		}
	}
	f := newFake(t, good())
	c := f.client(t)
	for _, wire := range []*http.Client{c.kept, c.fresh} { // the last hand before the wire looks again
		if resp, err := wire.Get(away + "/v1.0/users"); err == nil {
			resp.Body.Close()
			t.Error("a request passed the guard")
		}
	}
	if seen.Load() != 0 {
		t.Errorf("the foreign server saw %d requests", seen.Load())
	}
}

func TestNothingButGETReachesGraph(t *testing.T) {
	f := newFake(t, good())
	c := f.client(t)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} {
		for _, wire := range []*http.Client{c.kept, c.fresh} {
			r, err := http.NewRequestWithContext(t.Context(), method, f.graph.URL+"/v1.0/users", nil)
			if err != nil {
				t.Fatal(err)
			}
			if resp, err := wire.Do(r); err == nil {
				resp.Body.Close()
				t.Errorf("%s went through", method)
			}
		}
	}
	if f.requests() != 0 {
		t.Errorf("Graph saw %d requests", f.requests())
	}
}

// TestSecretsStayAtTheAuthority: neither a redirect of the sign-in nor what its
// OpenID document names takes a secret elsewhere.
func TestSecretsStayAtTheAuthority(t *testing.T) {
	away, seen := foreign(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		f := newFake(t, good())
		f.token = func(int) reply { return reply{status: status, header: map[string]string{"Location": away}} }
		if err := f.client(t).SignIn(t.Context()); err == nil {
			t.Errorf("%d: signed in", status)
		}
	}
	f := newFake(t, good())
	f.tokenEndpoint = away + "/oauth2/v2.0/token"
	err := f.client(t).SignIn(t.Context())
	if entra.CodeOf(err) != entra.CodeForeignHost {
		t.Errorf("a token endpoint elsewhere: %v", err)
	}
	if seen.Load() != 0 {
		t.Errorf("the foreign server saw %d requests", seen.Load())
	}
}

func TestSignsIn(t *testing.T) {
	public, china, custom := entra.BuiltInClouds()[0], entra.BuiltInClouds()[3], entra.Cloud{Authority: "https://login.example:8443"}
	for _, tt := range []struct {
		cloud entra.Cloud
		link  string
		want  bool
	}{
		{public, "https://login.microsoftonline.com/t/oauth2/v2.0/token", true},
		{public, "https://login.microsoft.com/common/discovery/instance", true},
		{public, "http://login.microsoftonline.com/t/oauth2/v2.0/token", false},
		{public, "https://login.microsoftonline.com:8443/", false},
		{public, "https://me@login.microsoft.com/", false},
		{public, "https://login.microsoftonline.com.evil.example/", false},
		{public, "https://graph.microsoft.com/", false},
		{china, "https://login.partner.microsoftonline.cn/t/oauth2/v2.0/token", true},
		{custom, "https://login.example:8443/t/oauth2/v2.0/token", true},
		{custom, "https://login.example/t/oauth2/v2.0/token", false},
		{custom, "https://login.microsoftonline.com/common/discovery/instance", false},
	} {
		u, err := url.Parse(tt.link)
		if err != nil {
			t.Fatal(err)
		}
		if got := signsIn(tt.cloud, u) == nil; got != tt.want {
			t.Errorf("%s for %s: %v", tt.link, tt.cloud.Authority, got)
		}
	}
}

func TestSameHost(t *testing.T) {
	f := newFake(t, good())
	c := f.client(t, func(cfg *Config) { cfg.Cloud.Graph = "https://graph.microsoft.com" })
	for link, want := range map[string]bool{
		"https://graph.microsoft.com/v1.0/users":      true,
		"https://GRAPH.microsoft.com:443/v1.0/users":  true,
		"https://graph.microsoft.com:8443/v1.0/users": false,
		"https://graph.microsoft.com./v1.0/users":     false,
		"https://graph.microsoft.com.evil.example/":   false,
		"https://evil.example/graph.microsoft.com":    false,
		"https://graph.microsoft.us/v1.0/users":       false,
		"http://graph.microsoft.com/v1.0/users":       false,
		"https://a@graph.microsoft.com/":              false,
	} {
		r, err := http.NewRequest(http.MethodGet, link, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := sameHost(r.URL, c.root) == nil; got != want {
			t.Errorf("%s: %v, want %v", link, got, want)
		}
	}
}
