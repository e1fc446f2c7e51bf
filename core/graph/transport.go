package graph

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// ProxyFunc chooses the proxy of a request, as [http.Transport] asks for it.
type ProxyFunc = func(*http.Request) (*url.URL, error)

// headerTimeout is how long an answer may take to begin. Graph cuts its own
// slow requests off before that.
const headerTimeout = 100 * time.Second

// newTransport makes connections to a cloud: TLS 1.2 or later, trusted by the
// cloud's own roots where it has some, by the system's otherwise.
func newTransport(cloud entra.Cloud, proxy ProxyFunc) (*http.Transport, error) {
	hushServers()
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(cloud.CA) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(cloud.CA) {
			return nil, entra.Invalid(say.With("the cloud %s can't be used", cloud.Name), "its CA file holds no certificate", "give a PEM file with the root certificate")
		}
	}
	// HTTP/2 in Go hands every 16 KB from the goroutine that reads the connection
	// to the one that reads the answer: measured, that is dearer than a few connections.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	// A connection that died (a laptop slept) is found dead within 45 seconds.
	alive := net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 10 * time.Second, Count: 3}
	return &http.Transport{
		Proxy:                  proxy,
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second, KeepAliveConfig: alive}).DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    15 * time.Second,
		ResponseHeaderTimeout:  headerTimeout,
		MaxResponseHeaderBytes: 256 << 10,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConnsPerHost:    16,
		Protocols:              protocols,
		ReadBufferSize:         32 << 10,
	}, nil
}

// hush passes the standard log on, but for what net/http quotes there of a server
// that goes on talking behind its answer. There is no other door to that.
type hush struct{ io.Writer }

// Write writes one entry.
func (h hush) Write(entry []byte) (int, error) {
	if bytes.Contains(entry, []byte("Unsolicited response received on idle HTTP channel")) {
		return len(entry), nil
	}
	return h.Writer.Write(entry)
}

var hushing sync.Mutex

func hushServers() {
	hushing.Lock()
	defer hushing.Unlock()
	if _, done := log.Writer().(hush); !done {
		log.SetOutput(hush{log.Writer()})
	}
}

// guard is the last hand before the wire: whatever asked for it, nothing but a
// GET to the tenant's own Graph host passes.
type guard struct {
	root *url.URL
	next http.RoundTripper
}

// RoundTrip passes r on, or refuses it before any connection is made.
func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		return nil, say.Errorf("only GET may go to Graph, not %s", r.Method)
	}
	if err := sameHost(r.URL, g.root); err != nil {
		return nil, err
	}
	return g.next.RoundTrip(r)
}

// sameHost tells whether u leads to the scheme, host and port of root.
func sameHost(u, root *url.URL) error {
	var why say.Sentence
	switch {
	case u.Scheme != "https":
		why = "it is not https"
	case u.User != nil:
		why = "it carries a user name"
	case !strings.EqualFold(u.Hostname(), root.Hostname()) || port(u) != port(root):
		why = say.With("it leads to %s, not to %s", clean(u.Host), root.Host)
	default:
		return nil
	}
	return &entra.Error{Code: entra.CodeForeignHost, What: "a link was refused", Why: why,
		Remedy: "find out who answers in Graph's place: a proxy, or a wrong Graph root in the cloud's settings"}
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return "443"
}

// stayHere is the redirect policy: the redirect itself is the answer.
func stayHere(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
