package graph

import (
	"net/http"
	"net/http/httptest"
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
