package graph

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

const (
	testTenant = "11111111-2222-3333-4444-555555555555"
	testSecret = "marker~secret~value"
)

// fake is an authority and a Graph of their own hosts, with answers by script.
type fake struct {
	authority, graph *httptest.Server

	mu      sync.Mutex
	script  []reply // of Graph, one a request; the last stays
	seen    []*http.Request
	signIns []url.Values
	token   func(n int) reply // of the authority, by the number of the sign-in from 1

	tokenEndpoint string // as the OpenID document names it; "": the authority's own
}

// reply is one scripted answer.
type reply struct {
	status int // 0: 200
	header map[string]string
	body   string
	do     http.HandlerFunc // instead
}

func (r reply) write(w http.ResponseWriter, req *http.Request) {
	if r.do != nil {
		r.do(w, req)
		return
	}
	w.Header().Set("Content-Type", "application/json; odata.metadata=minimal")
	for k, v := range r.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(max(r.status, 200*b2i(r.status == 0)))
	_, _ = io.WriteString(w, r.body)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func newFake(t *testing.T, script ...reply) *fake {
	t.Helper()
	f := &fake{script: script, token: func(n int) reply { return reply{body: tokenAnswer(testTenant, n)} }}
	f.graph = httptest.NewUnstartedServer(http.HandlerFunc(f.serveGraph))
	f.graph.EnableHTTP2 = true
	f.graph.StartTLS()
	f.authority = httptest.NewTLSServer(http.HandlerFunc(f.serveAuthority))
	t.Cleanup(f.graph.Close)
	t.Cleanup(f.authority.Close)
	return f
}

func (f *fake) serveGraph(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	n := len(f.seen)
	f.seen = append(f.seen, r.Clone(context.Background()))
	answer := f.script[min(n, len(f.script)-1)]
	f.mu.Unlock()
	answer.write(w, r)
}

func (f *fake) serveAuthority(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		endpoint := f.tokenEndpoint
		if endpoint == "" {
			endpoint = f.authority.URL + "/" + testTenant + "/oauth2/v2.0/token"
		}
		reply{body: fmt.Sprintf(`{"issuer":"%[1]s/%[2]s/v2.0","token_endpoint":%[3]q,`+
			`"authorization_endpoint":"%[1]s/%[2]s/oauth2/v2.0/authorize","msgraph_host":"graph.example","tenant_region_scope":"EU"}`,
			f.authority.URL, testTenant, endpoint)}.write(w, r)
		return
	}
	_ = r.ParseForm()
	f.mu.Lock()
	f.signIns = append(f.signIns, r.PostForm)
	answer := f.token(len(f.signIns))
	f.mu.Unlock()
	answer.write(w, r)
}

// firstSeen is the first request that Graph saw; others may still come.
func (f *fake) firstSeen() *http.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[0]
}

// requests is how many requests Graph saw.
func (f *fake) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen)
}

func (f *fake) cloud() entra.Cloud {
	ca := append(pemOf(f.graph), pemOf(f.authority)...)
	return entra.Cloud{Name: "test", Label: "Test", Authority: f.authority.URL, Graph: f.graph.URL, CA: ca}
}

func pemOf(s *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

// client makes a client whose breaks are short.
func (f *fake) client(t *testing.T, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{Cloud: f.cloud(), Tenant: testTenant, Backoff: time.Millisecond,
		Credential: Credential{Kind: entra.ClientSecret, ClientID: "app", Secret: []byte(testSecret)}}
	for _, ch := range change {
		ch(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c.limits.longest = 4 * time.Millisecond
	t.Cleanup(c.Close)
	return c
}

// tokenAnswer is a token of a tenant; n makes it differ from others.
func tokenAnswer(tenant string, n int) string {
	payload := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"tid":%q,"roles":["Group.Read.All"],"n":%d}`, tenant, n))
	return fmt.Sprintf(`{"token_type":"Bearer","expires_in":3599,"access_token":"e30.%s.sig"}`, payload)
}

func class(t *testing.T, name string) entra.Class {
	t.Helper()
	c, ok := entra.ClassNamed(name)
	if !ok {
		t.Fatal("no class " + name)
	}
	return c
}

const emptyList = `{"value":[]}`
