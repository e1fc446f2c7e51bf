package graph

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestProxyRefuses names a proxy that lets nothing through, and why.
func TestProxyRefuses(t *testing.T) {
	for status, says := range map[int]string{
		http.StatusProxyAuthRequired: "asks for a password",
		http.StatusForbidden:         "refuses the connection (403)",
		http.StatusBadGateway:        "refuses the connection (502)",
	} {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodConnect {
				t.Errorf("the proxy was asked for %s %s", r.Method, r.URL)
			}
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			_, _ = w.Write([]byte("<html>Sign in to the network</html>"))
		}))
		defer proxy.Close()
		f := newFake(t, good())
		c := f.client(t, func(cfg *Config) { cfg.Proxy = proxyTo(proxy.URL) })
		_, byDiscovery := Discover(t.Context(), f.cloud(), "contoso.com", proxyTo(proxy.URL))
		for _, err := range []error{c.SignIn(t.Context()), byDiscovery} {
			if entra.CodeOf(err) != entra.CodeNetwork {
				t.Fatalf("got %v", err)
			}
			checkError(t, err, "the proxy 127.0.0.1:")
			checkError(t, err, says)
		}
	}
}

// TestExpiredServer refuses a server whose certificate has expired.
func TestExpiredServer(t *testing.T) {
	key := rsaKeys()[2048]
	cert := certify(t, key, time.Now().AddDate(-2, 0, 0), time.Now().AddDate(-1, 0, 0))
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	defer server.Close()
	f := newFake(t, good())
	err := f.client(t, func(cfg *Config) {
		cfg.Cloud.Authority, cfg.Cloud.CA = server.URL, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	}).SignIn(t.Context())
	if entra.CodeOf(err) != entra.CodeNetwork {
		t.Fatalf("got %v", err)
	}
	checkError(t, err, "has expired or is not valid yet")
}

// TestProxyWithAPassword goes through a proxy whose address holds a name and a
// password, as the environment may give it, and tells neither where it fails.
func TestProxyWithAPassword(t *testing.T) {
	w := newWorld(t, entra.BuiltInClouds()[0])
	proxy := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Proxy-Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte("me:marker~password")) {
			rw.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		w.tunnel(rw, r)
	}))
	defer proxy.Close()
	address := strings.TrimPrefix(proxy.URL, "http://")
	public := w.clouds()[0]
	if _, err := Discover(t.Context(), public, "contoso.com", proxyTo("http://me:marker~password@"+address)); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"http://me:marker~wrong@" + address, "http://me:marker~password@127.0.0.1:1"} {
		_, err := Discover(t.Context(), public, "contoso.com", proxyTo(wrong))
		e := entra.AsError(err)
		if e.Code != entra.CodeNetwork || strings.Contains(e.Error()+e.Detail, "marker~") {
			t.Errorf("%+v", e)
		}
	}
}
