package syncer

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// refusedWith makes the sign-in answer with one of Entra's codes.
func refusedWith(code int, text string) graphsim.Fault {
	return graphsim.Fault{Kind: graphsim.Custom, Match: `oauth2/v2.0/token`, Times: -1, Status: http.StatusBadRequest,
		Body: fmt.Sprintf(`{"error":"invalid_grant","error_description":"AADSTS%d: %s\r\nTrace ID: t","error_codes":[%d],"trace_id":"t","correlation_id":"c"}`, code, text, code)}
}

// throughProxy makes the engine take a proxy that answers every request so.
func (w *world) throughProxy(status int, header, value, body string) {
	proxy := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set(header, value)
		rw.WriteHeader(status)
		_, _ = rw.Write([]byte(body))
	}))
	w.Cleanup(proxy.Close)
	address, err := url.Parse(proxy.URL)
	if err != nil {
		w.Fatal(err)
	}
	w.engine.Proxy = func(*http.Request) (*url.URL, error) { return address, nil }
	w.engine.connections.Proxy = w.engine.Proxy
}

// otherCloud points the tenant at a cloud that differs from the simulated one.
func (w *world) otherCloud(change func(*entra.Cloud)) {
	w.Helper()
	c := entra.Cloud{Name: "other", Authority: w.server.Authority(), Graph: w.server.Graph(), CA: w.server.CA()}
	change(&c)
	if err := w.store.AddCloud(w.ctx(), c); err != nil {
		w.Fatal(err)
	}
	w.tenant.Cloud = "other"
}

func (w *world) replaceSecret(value string) {
	w.Helper()
	if err := w.store.RemoveCredential(w.ctx(), "reader", 1); err != nil {
		w.Fatal(err)
	}
	w.add(signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte(value))})
}

// stranger is a server in the place of Entra, with the CA that trusts it.
func (w *world) stranger(config *tls.Config) (root string, ca []byte) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = config
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	w.Cleanup(s.Close)
	return s.URL, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

// TestConnectionTroubles makes each trouble happen that keeps a connection from
// being made: Test Connection names it and says what to do. The rows of the
// faults that have to hold (18 to 20, 24 and 25) are named.
func TestConnectionTroubles(t *testing.T) {
	const guid = "aaaaaaaa-2222-3333-4444-555555555555"
	tests := []struct {
		name       string
		make       func(*world)
		code       entra.Code
		says, next string
	}{
		{"18 wrong secret", func(w *world) { w.sim.SetSecret(clientID, "another", false) }, entra.CodeSignIn,
			"the client secret is wrong (AADSTS7000215)", "paste the secret's value, not its id"},
		{"18 the secret's id in place of its value", func(w *world) { w.replaceSecret(guid) }, entra.CodeSignIn,
			"the client secret's id was given in place of its value (AADSTS7000215)", "paste the secret's value"},
		{"18 expired secret", func(w *world) { w.sim.SetSecret(clientID, secret, true) }, entra.CodeSignIn,
			"the client secret has expired (AADSTS7000222)", "make a new secret"},
		{"18 app not in this tenant", func(w *world) { w.server.Fault(refusedWith(700016, "not found")) }, entra.CodeSignIn,
			"the app is not registered in this tenant (AADSTS700016)", "/adminconsent?client_id=" + clientID},
		{"18 tenant unknown", func(w *world) { w.tenant.Name, w.tenant.TenantID = "nobody.example", "" }, entra.CodeTenantUnknown,
			"there is no such tenant in this cloud (AADSTS90002)", "check the spelling"},
		{"18 certificate not registered", func(w *world) { w.server.Fault(refusedWith(700027, "x")) }, entra.CodeSignIn,
			"the certificate is not registered with the app (AADSTS700027)", "upload its public part"},
		{"18 a code that nobody knows", func(w *world) { w.server.Fault(refusedWith(999999, "Something new.")) }, entra.CodeSignIn,
			"AADSTS999999: Something new.", "https://login.microsoftonline.com/error?code=999999"},
		{"no consent", func(w *world) { w.server.Fault(refusedWith(65001, "x")) }, entra.CodeSignIn,
			"no one has consented", "/adminconsent?client_id=" + clientID},
		{"19 Conditional Access", func(w *world) { w.server.Fault(refusedWith(53003, "x")) }, entra.CodeSignIn,
			"a Conditional Access policy blocks it (AADSTS53003)", "let the Conditional Access admin"},
		{"20 another cloud", func(w *world) { w.server.Fault(refusedWith(90038, "x")) }, entra.CodeTenantUnknown,
			"lives in another cloud (AADSTS90038)", "choose the tenant's own Azure Cloud"},
		{"20 Graph of another cloud", func(w *world) { w.otherCloud(func(c *entra.Cloud) { c.Graph = "https://graph.microsoft.us" }) }, entra.CodeSignIn,
			"no permission for this cloud's Graph (AADSTS500011)", "check that the Azure Cloud is the right one"},
		{"24 proxy that asks for a password", func(w *world) { w.throughProxy(407, "Proxy-Authenticate", "Basic", "") }, entra.CodeNetwork,
			"asks for a password", "HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT"},
		{"24 proxy that answers a page", func(w *world) { w.throughProxy(403, "Content-Type", "text/html", "<html>Blocked</html>") }, entra.CodeNetwork,
			"refuses the connection (403)", "let the network team allow this program"},
		{"24 captive portal", func(w *world) {
			w.server.Fault(graphsim.Fault{Kind: graphsim.HTMLPage, Match: "openid-configuration", Times: -1})
		}, entra.CodeAnswer, "no OpenID document of Entra", "proxy or sign-in page"},
		{"24 a page in place of a token", func(w *world) {
			w.server.Fault(graphsim.Fault{Kind: graphsim.HTMLPage, Match: "oauth2/v2.0/token", Times: -1})
		}, entra.CodeNetwork, "a web page came", "proxy or sign-in page"},
		{"24 no such name", func(w *world) { w.otherCloud(func(c *entra.Cloud) { c.Authority = "https://login.invalid" }) }, entra.CodeNetwork,
			"login.invalid was not found (DNS)", "check the network connection"},
		{"24 nobody listens", func(w *world) { w.otherCloud(func(c *entra.Cloud) { c.Authority = "https://127.0.0.1:1" }) }, entra.CodeNetwork,
			"the connection failed", "check the network connection"},
		{"25 a certificate of nobody known", func(w *world) { w.otherCloud(func(c *entra.Cloud) { c.CA = nil }) }, entra.CodeNetwork,
			"an authority that is not trusted", "needs its root in the system's store"},
		{"25 a certificate for another name", func(w *world) {
			root, ca := w.stranger(nil) // whose certificate is for 127.0.0.1 and example.com
			w.otherCloud(func(c *entra.Cloud) { c.Authority, c.CA = strings.Replace(root, "127.0.0.1", "localhost", 1), ca })
		}, entra.CodeNetwork, "for another name", "check the network"},
		{"25 TLS 1.1", func(w *world) {
			root, ca := w.stranger(&tls.Config{MaxVersion: tls.VersionTLS11})
			w.otherCloud(func(c *entra.Cloud) { c.Authority, c.CA = root, ca })
		}, entra.CodeNetwork, "TLS 1.2 or later", "check the proxy"},
		{"25 no TLS at all", func(w *world) {
			s := httptest.NewServer(http.NotFoundHandler())
			w.Cleanup(s.Close)
			w.otherCloud(func(c *entra.Cloud) { c.Authority = strings.Replace(s.URL, "http:", "https:", 1) })
		}, entra.CodeNetwork, "speaks no TLS", "proxy or sign-in page"},
		{"Entra is failing", func(w *world) {
			w.server.Fault(graphsim.Fault{Kind: graphsim.Unavailable, Match: "oauth2/v2.0/token", Times: -1})
		}, entra.CodeService, "Entra is failing (503)", "works again by itself"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, graphsim.TenantConfig{Users: 3, Groups: 1, Devices: 1})
			tt.make(w)
			d := w.engine.Diagnose(w.ctx(), w.tenant)
			if d.OK || d.Error == nil || d.Error.Code != tt.code {
				t.Fatalf("%+v %+v", d, d.Error)
			}
			if !strings.Contains(d.Error.Message.String(), tt.says) || !strings.Contains(d.Error.Remedy.String(), tt.next) {
				t.Errorf("says %q; next %q", d.Error.Message, d.Error.Remedy)
			}
			if strings.Contains(fmt.Sprint(d, d.Error), secret) {
				t.Error("tells the secret")
			}
		})
	}
}

// TestRefusedOnce: no trouble of the credential is asked about twice in a run,
// and a refused sign-in waits for five minutes (rows 18 to 20 of the faults).
func TestRefusedOnce(t *testing.T) {
	for _, code := range []int{7000215, 7000222, 700016, 700027, 53003, 90038, 50076, 999999} {
		w := newWorld(t, graphsim.TenantConfig{Users: 3, Groups: 1, Devices: 1})
		minute := time.Minute
		if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Interval: &minute}); err != nil {
			t.Fatal(err)
		}
		w.server.Fault(refusedWith(code, "x"))
		w.server.ResetRequests()
		r := w.sync(entra.Failed)
		if n := w.server.Count("/{tenant}/oauth2/v2.0/token", -1); n != 1 {
			t.Errorf("AADSTS%d: asked %d times", code, n)
		}
		began := time.Now()
		l := &loop{Engine: w.engine, tenants: map[int64]entra.Tenant{}, next: map[int64]time.Time{}, running: map[int64]bool{}}
		l.plan(w.ctx(), ending{w.tenant.Key, began, r.Err, false})
		if entra.CodeOf(r.Err) == entra.CodeSignIn && l.next[w.tenant.Key].Sub(began) < 5*time.Minute {
			t.Errorf("AADSTS%d: asked again after %v", code, l.next[w.tenant.Key].Sub(began))
		}
	}
}

// TestUntold tells of a sync that the history could not be told of: the database is out of
// reach when it begins, or from its first page on. The next one, that it can be told of, ends that.
func TestUntold(t *testing.T) {
	for name, at := range map[string]string{"from its beginning": "", "from a page on": "/groups/delta"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, graphsim.TenantConfig{Users: 20, Groups: 5, Devices: 2})
			w.sync(entra.Succeeded)
			file := filepath.Join(w.store.Dir(), store.FileName)
			away := sync.OnceFunc(func() {
				if err := os.Rename(file, file+"-away"); err != nil {
					t.Error(err)
				}
			})
			if at == "" {
				away()
			}
			w.engine.Proxy = func(r *http.Request) (*url.URL, error) {
				if at != "" && strings.Contains(r.URL.Path, at) {
					away()
				}
				return nil, nil
			}
			w.engine.connections.Proxy = w.engine.Proxy
			w.engine.connections.Close(w.tenant.Key)
			w.sync(entra.Failed)
			if e := w.engine.Activity(w.tenant.Key).Untold; e == nil || !strings.Contains(e.Why.String(), "deleted or moved") {
				t.Errorf("it tells %v", e)
			}
			if err := os.Rename(file+"-away", file); err != nil {
				t.Fatal(err)
			}
			w.sync(entra.Succeeded)
			if e := w.engine.Activity(w.tenant.Key).Untold; e != nil {
				t.Errorf("it still tells %v", e)
			}
		})
	}
}
