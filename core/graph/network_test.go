package graph

import (
	"crypto/tls"
	"encoding/base64"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
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

// TestProxyWantsAnotherSignIn names a proxy whose way of signing in is not
// spoken here, and one that refuses the password that was given.
func TestProxyWantsAnotherSignIn(t *testing.T) {
	for _, tt := range []struct {
		name, user string
		ways       []string
		says       []string
	}{
		{"NTLM", "", []string{"NTLM"}, []string{"only who signs in by NTLM, which", "Basic"}},
		{"NTLM with a password", "me:marker~password@", []string{"NTLM"}, []string{"only who signs in by NTLM"}},
		{"Negotiate and NTLM", "", []string{"Negotiate", "NTLM"}, []string{"by NTLM or Negotiate"}},
		{"on one line", "", []string{`Negotiate, NTLM TlRMTVNTUAAC, Digest realm="a, Basic b"`}, []string{"by Digest or NTLM or Negotiate"}},
		{"refused", "me:marker~password@", []string{`Basic realm="x"`}, []string{"refuses the user name and password that were given", "correct them"}},
		{"refused, NTLM too", "me:marker~password@", []string{"NTLM", `basic realm="x"`}, []string{"refuses the user name and password"}},
		{"refused without a word", "me:marker~password@", nil, []string{"refuses the user name and password"}},
		{"asked", "", []string{"Negotiate", `Basic realm="x"`}, []string{"asks for a password", "give its user name and password"}},
		{"unknown", "", []string{"Secretive " + marker}, []string{"asks for a password"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for _, way := range tt.ways {
					w.Header().Add("Proxy-Authenticate", way)
				}
				w.WriteHeader(http.StatusProxyAuthRequired)
			}))
			defer proxy.Close()
			_, err := Discover(t.Context(), newFake(t, good()).cloud(), "contoso.com", proxyTo("http://"+tt.user+strings.TrimPrefix(proxy.URL, "http://")))
			if entra.CodeOf(err) != entra.CodeNetwork {
				t.Fatal(err)
			}
			for _, says := range tt.says {
				checkError(t, err, says)
			}
			if e := entra.AsError(err); strings.Contains(e.Error()+e.Detail, "marker~") || strings.Contains(e.Error()+e.Detail, marker) {
				t.Errorf("told %+v", e)
			}
		})
	}
}

// TestServerThatTalksOn: what a server says behind its answer reaches no output.
func TestServerThatTalksOn(t *testing.T) {
	var out syncBuffer
	log.SetOutput(&out)
	defer log.SetOutput(os.Stderr)
	said := make(chan struct{})
	f := newFake(t, reply{do: func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n"+emptyList+marker+"\r\n")
		close(said)
		_, _ = io.Copy(io.Discard, conn) // until the client ends it
		_ = conn.Close()
	}})
	if err := f.client(t).Probe(t.Context(), class(t, "users")); err != nil {
		t.Fatal(err)
	}
	<-said
	f.graph.CloseClientConnections()
	log.Print("the log goes on")
	if text := out.String(); strings.Contains(text, marker) || strings.Contains(text, "Unsolicited") || !strings.Contains(text, "the log goes on") {
		t.Errorf("on the log: %s", text)
	}
}

// syncBuffer is a buffer that goroutines share.
type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestExpiredServer refuses a server whose certificate has expired.
func TestExpiredServer(t *testing.T) {
	cert := selfSigned(t, time.Now().AddDate(-1, 0, 0))
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: testKey()}}}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	defer server.Close()
	f := newFake(t, good())
	err := f.client(t, func(cfg *Config) {
		cfg.Cloud.Authority, cfg.Cloud.CA = server.URL, certPEM(cert)
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
