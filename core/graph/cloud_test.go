package graph

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// world answers for every host of every built-in cloud, under their true names:
// a proxy leads there. A tenant lives in one of the clouds.
type world struct {
	*httptest.Server
	proxy ProxyFunc
	ca    []byte
	home  entra.Cloud

	mu     sync.Mutex
	tokens []string // where tokens were asked for, and with which scope
	graphs []string // hosts of Graph that were asked
}

// subRegionOf is what Entra calls the two clouds of one authority.
var subRegionOf = map[string]string{"usgov": "DODCON", "usgov-dod": "DOD"}

func newWorld(t *testing.T, home entra.Cloud) *world {
	t.Helper()
	w := &world{home: home}
	var hosts []string
	for _, c := range entra.BuiltInClouds() {
		hosts = append(hosts, host(c.Authority), host(c.Graph))
	}
	cert := selfSigned(t, time.Now().Add(time.Hour), hosts...)
	w.ca = certPEM(cert)
	w.Server = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: testKey()}}}
	w.StartTLS()
	t.Cleanup(w.Close)
	proxy := httptest.NewServer(http.HandlerFunc(w.tunnel))
	t.Cleanup(proxy.Close)
	w.proxy = proxyTo(proxy.URL)
	return w
}

func host(root string) string { return strings.TrimPrefix(root, "https://") }

// tunnel leads every connection to this world.
func (w *world) tunnel(rw http.ResponseWriter, _ *http.Request) {
	there, err := net.Dial("tcp", w.Listener.Addr().String())
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, _, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	_, _ = io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	var done sync.WaitGroup
	done.Go(func() { _, _ = io.Copy(there, here); _ = there.(*net.TCPConn).CloseWrite() })
	_, _ = io.Copy(here, there)
	_ = here.Close()
	done.Wait()
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	root := "https://" + r.Host
	switch {
	case strings.HasPrefix(r.URL.Path, "/v1.0/"):
		w.graphs = append(w.graphs, root)
		reply{body: emptyList}.write(rw, r)
	case r.URL.Path == "/common/discovery/instance":
		reply{body: fmt.Sprintf(`{"tenant_discovery_endpoint":"%[1]s/%[2]s/v2.0/.well-known/openid-configuration","metadata":[{"preferred_network":%[3]q,"preferred_cache":%[3]q,"aliases":[%[3]q]}]}`, root, testTenant, r.Host)}.write(rw, r)
	case root != w.home.Authority:
		aadsts(400, 90002, "Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.").write(rw, r)
	case r.Method == http.MethodPost:
		_ = r.ParseForm()
		w.tokens = append(w.tokens, root+" "+strings.Fields(r.PostForm.Get("scope"))[0])
		reply{body: tokenAnswer(testTenant, 1)}.write(rw, r)
	default:
		reply{body: fmt.Sprintf(`{"issuer":"%[1]s/%[2]s/v2.0","token_endpoint":"%[1]s/%[2]s/oauth2/v2.0/token","authorization_endpoint":"%[1]s/%[2]s/oauth2/v2.0/authorize","msgraph_host":%[3]q,"tenant_region_sub_scope":%[4]q}`,
			root, testTenant, host(w.home.Graph), subRegionOf[w.home.Name])}.write(rw, r)
	}
}

// clouds are the built-in ones, trusting this world.
func (w *world) clouds() []entra.Cloud {
	clouds := entra.BuiltInClouds()
	for i := range clouds {
		clouds[i].CA = w.ca
	}
	return clouds
}

// TestEveryCloud signs in at each cloud's authority for that cloud's Graph, and
// asks no other.
func TestEveryCloud(t *testing.T) {
	for _, home := range entra.BuiltInClouds() {
		t.Run(home.Name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, home)
			home.CA = w.ca
			c, err := New(Config{Cloud: home, Tenant: testTenant, Proxy: w.proxy, Backoff: time.Millisecond,
				Credential: Credential{Kind: entra.ClientSecret, ClientID: "app", Secret: []byte(testSecret)}})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if err := c.Probe(t.Context(), class(t, "users")); err != nil {
				t.Fatal(err)
			}
			if len(w.tokens) != 1 || w.tokens[0] != home.Authority+" "+home.Graph+"/.default" || len(w.graphs) != 1 || w.graphs[0] != home.Graph {
				t.Errorf("tokens asked for at %q, Graph at %q", w.tokens, w.graphs)
			}
		})
	}
}

// TestTheRightCloudIsNamed chooses each cloud for a tenant of each: the error
// names the one that it lives in (row 20 of the faults).
func TestTheRightCloudIsNamed(t *testing.T) {
	for _, home := range entra.BuiltInClouds() {
		t.Run(home.Name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, home)
			for _, chosen := range w.clouds() {
				id, err := search{w.clouds(), w.proxy}.locate(t.Context(), chosen, "contoso.com")
				if chosen.Name == home.Name {
					if err != nil || id.TenantID != testTenant {
						t.Errorf("its own cloud: %+v, %v", id, err)
					}
					continue
				}
				if entra.CodeOf(err) != entra.CodeTenantUnknown || id.TenantID != testTenant {
					t.Fatalf("%s: got %+v, %v", chosen.Name, id, err)
				}
				checkError(t, err, "lives in another cloud, "+home.Label)
				checkError(t, err, "choose the Azure Cloud "+home.Label+" ("+home.Name+")")
			}
		})
	}
}

// TestPanicWhereACloudIsAsked: then it does not answer, and the others do.
func TestPanicWhereACloudIsAsked(t *testing.T) {
	clouds := entra.BuiltInClouds()
	home := clouds[0]
	w := newWorld(t, home)
	broken := func(r *http.Request) (*url.URL, error) {
		if r.URL.Host == host(clouds[4].Authority) {
			panic("a fault of this program")
		}
		return w.proxy(r)
	}
	id, err := search{w.clouds(), broken}.locate(t.Context(), w.clouds()[3], "contoso.com")
	if id.TenantID != testTenant {
		t.Errorf("got %+v, %v", id, err)
	}
}

// TestCustomCloudIsAskedAlone keeps the names of a custom cloud's tenants from
// everybody else.
func TestCustomCloudIsAskedAlone(t *testing.T) {
	w := newWorld(t, entra.BuiltInClouds()[1])
	f := newFake(t, aadsts(400, 90002, "Tenant not found"))
	cloud := f.cloud()
	cloud.Authority = f.graph.URL // whose answers are scripted
	asked := func(r *http.Request) (*url.URL, error) {
		if r.URL.Host != host(cloud.Authority) {
			t.Errorf("%s was asked", r.URL.Host)
		}
		return nil, nil
	}
	if _, err := (search{w.clouds(), asked}).locate(t.Context(), cloud, "contoso.com"); entra.CodeOf(err) != entra.CodeTenantUnknown {
		t.Error(err)
	}
}

// TestHintsOfTheOpenIDDocument: each tells by itself, and what is not told is
// not held against the choice.
func TestHintsOfTheOpenIDDocument(t *testing.T) {
	tests := []struct {
		name   string
		doc    openIDDocument
		chosen string
		want   string // "": none other
	}{
		{"nothing", openIDDocument{}, "public", ""},
		{"its own", openIDDocument{Graph: "graph.microsoft.com", Instance: "microsoftonline.com", Region: "EU"}, "public", ""},
		{"GCC is public", openIDDocument{SubRegion: "GCC", Region: "NA"}, "public", ""},
		{"Graph's host", openIDDocument{Graph: "GRAPH.microsoft.us"}, "public", "usgov"},
		{"the instance", openIDDocument{Instance: "microsoftonline.us"}, "public", "usgov"},
		{"the instance of China", openIDDocument{Instance: "partner.microsoftonline.cn"}, "public", "china"},
		{"GCC High", openIDDocument{SubRegion: "DODCON"}, "public", "usgov"},
		{"DoD", openIDDocument{SubRegion: "DOD", Graph: "graph.microsoft.us"}, "usgov", "usgov-dod"},
		{"GCC High, DoD chosen", openIDDocument{SubRegion: "DODCON"}, "usgov-dod", "usgov"},
		{"one authority, no sub-region", openIDDocument{Graph: "graph.microsoft.us"}, "usgov-dod", ""},
		{"unknown", openIDDocument{Graph: "graph.example", Instance: "example"}, "public", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			chosen, _ := builtIn(func(c entra.Cloud) bool { return c.Name == tt.chosen })
			got, ok := tt.doc.elsewhere(chosen)
			if ok != (tt.want != "") || ok && got.Name != tt.want {
				t.Errorf("got %q, %v", got.Name, ok)
			}
		})
	}
}
