package graph

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// ProxyFunc chooses the proxy of a request, as [http.Transport] asks for it.
type ProxyFunc = func(*http.Request) (*url.URL, error)

// headerTimeout is how long an answer may take to begin. Graph cuts its own
// slow requests off before that.
const headerTimeout = 100 * time.Second

// newTransport makes connections to a cloud: TLS 1.2 or later, trusted by the
// cloud's own roots where it has some, by the system's otherwise.
func newTransport(cloud entra.Cloud, proxy ProxyFunc) (*http.Transport, error) {
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(cloud.CA) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(cloud.CA) {
			return nil, entra.Invalid("the cloud "+cloud.Name+" can't be used", "its CA file holds no certificate", "give a PEM file with the root certificate")
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

// proxyRefusal is what a proxy answered in place of a connection.
type proxyRefusal struct {
	proxy  string // host and port
	status int
}

func (r proxyRefusal) Error() string {
	return fmt.Sprintf("the proxy %s refuses the connection (%d)", r.proxy, r.status)
}

func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return proxyRefusal{proxy.Host, answer.StatusCode}
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
		return nil, fmt.Errorf("only GET may go to Graph, not %s", r.Method)
	}
	if err := sameHost(r.URL, g.root); err != nil {
		return nil, err
	}
	return g.next.RoundTrip(r)
}

// sameHost tells whether u leads to the scheme, host and port of root.
func sameHost(u, root *url.URL) error {
	why := ""
	switch {
	case u.Scheme != "https":
		why = "it is not https"
	case u.User != nil:
		why = "it carries a user name"
	case !strings.EqualFold(u.Hostname(), root.Hostname()) || port(u) != port(root):
		why = "it leads to " + u.Host + ", not to " + root.Host
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

// networkReason says in an admin's words why no answer came, and what to do.
func networkReason(err error) (why, remedy string) {
	var (
		dns     *net.DNSError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		name    x509.HostnameError
		record  tls.RecordHeaderError
		refused proxyRefusal
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.Is(err, errWebPage):
		return errWebPage.Error(), "check the network for a proxy or sign-in page, and the cloud's authority"
	case errors.As(err, &dns):
		return "the name " + dns.Name + " was not found (DNS)", "check the network connection; this works again by itself"
	case errors.As(err, &unknown):
		return "the server's certificate was signed by an authority that is not trusted", "a proxy that opens TLS needs its root in the system's store, a custom cloud its CA file"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired or is not valid yet", "check this computer's clock, and who answers for that host"
	case errors.As(err, &name):
		return "the server's certificate is for another name", "check the network: another server answers for that host"
	case strings.Contains(err.Error(), "HTTP response to HTTPS client"): // net/http has no type for it
		return "what answers there speaks no TLS", "check the network for a proxy or sign-in page, and the address"
	case errors.As(err, &invalid), errors.As(err, &record), strings.Contains(err.Error(), "tls: "):
		return "no safe connection (TLS 1.2 or later) could be made: " + tidy(err), "check the proxy and who answers for that host"
	case errors.As(err, &refused) && refused.status == http.StatusProxyAuthRequired:
		return "the proxy " + refused.proxy + " asks for a password", "give its user name and password in the environment (HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT), or ask the network team for a way without"
	case errors.As(err, &refused):
		return refused.Error(), "let the network team allow this program through the proxy, or choose another proxy in Settings"
	case strings.Contains(err.Error(), "proxyconnect"):
		return "the proxy does not answer: " + tidy(err), "check the proxy in Settings"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer came in time", "check the network connection; this works again by itself"
	}
	return "the connection failed: " + tidy(err), "check the network connection; this works again by itself"
}

// tidy is err on one line and without the URL, whose query may hold a token.
func tidy(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}

func networkError(what string, err error) *entra.Error {
	why, remedy := networkReason(err)
	return &entra.Error{Code: entra.CodeNetwork, What: what, Why: why, Remedy: remedy, Detail: tidy(err)}
}

// stopped tells that ctx ended a call.
func stopped(ctx context.Context, what string) *entra.Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &entra.Error{Code: entra.CodeTimeout, What: what, Why: "the time that was allowed is over", Remedy: "try again", Err: ctx.Err()}
	}
	return &entra.Error{Code: entra.CodeCancelled, What: what, Why: "it was stopped", Err: ctx.Err()}
}
