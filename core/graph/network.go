package graph

import (
	"compress/flate"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// proxyRefusal is what a proxy answered in place of a connection.
type proxyRefusal struct {
	proxy  string // host and port
	status int
	ways   []string // of signing in to it, of those that are known; none: it does not say
	given  bool     // a user name and a password were sent
}

func (r proxyRefusal) Error() string { return r.Sentence().String() }

// Sentence tells it.
func (r proxyRefusal) Sentence() say.Sentence {
	return say.With("the proxy %s refuses the connection (%d)", r.proxy, r.status)
}

func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	r := proxyRefusal{proxy: proxy.Host, status: answer.StatusCode, given: proxy.User != nil}
	for _, known := range []string{"Basic", "Digest", "NTLM", "Negotiate", "Kerberos", "Bearer"} {
		if slices.ContainsFunc(answer.Header.Values("Proxy-Authenticate"), func(value string) bool { return offers(value, known) }) {
			r.ways = append(r.ways, known)
		}
	}
	return r
}

var quoted = regexp.MustCompile(`"[^"]*"`)

// offers tells whether a challenge, which may hold several, names a scheme.
func offers(challenge, scheme string) bool {
	for part := range strings.SplitSeq(quoted.ReplaceAllString(challenge, ""), ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(part), " ")
		if strings.EqualFold(name, scheme) {
			return true
		}
	}
	return false
}

// explain says why a proxy lets nothing through, and what to do.
func (r proxyRefusal) explain() (why, remedy say.Sentence) {
	const way = "(HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT)"
	switch basic := slices.Contains(r.ways, "Basic"); {
	case r.status != http.StatusProxyAuthRequired:
		return r.Sentence(), "let the network team allow this program through the proxy, or choose another proxy in Settings"
	case len(r.ways) > 0 && !basic:
		return say.With("the proxy %s lets in only who signs in by %s, which this program can't do", r.proxy, strings.Join(r.ways, " or ")),
			"ask the network team for a proxy that takes a user name and password (Basic) or for a way without, or name a relay on this computer that signs in to it"
	case r.given:
		return say.With("the proxy %s refuses the user name and password that were given", r.proxy), "correct them in the environment " + way + "; signs such as @ and : are written as %40 and %3A"
	}
	return say.With("the proxy %s asks for a password", r.proxy), "give its user name and password in the environment " + way + ", or ask the network team for a way without"
}

// What is said of answers that are none, beside what errors of the network mean.
const (
	remedyNetwork = "check the network connection; this works again by itself"
	remedyPage    = "check the network for a proxy or sign-in page, and the cloud's authority"
)

// networkReason says in an admin's words why no answer came, and what to do.
func networkReason(err error) (why, remedy say.Sentence) {
	var (
		dns     *net.DNSError
		invalid x509.CertificateInvalidError
		refused proxyRefusal
		timeout interface{ Timeout() bool }
		text    = err.Error() // net/http has no type for much of what may happen; it is looked at, not told
	)
	switch {
	case errors.Is(err, errWebPage), errors.Is(err, errStrange), errors.Is(err, errNoToken):
		return plain(err), remedyPage
	case errors.Is(err, errCut):
		return plain(err), remedyNetwork
	case errors.As(err, &refused):
		return refused.explain()
	case strings.Contains(text, "socks connect"):
		return say.With("the proxy does not let the connection through: %s", plain(err)), "check the proxy, and its user name and password"
	case errors.As(err, &dns):
		return say.With("the name %s was not found (DNS)", clean(dns.Name)), remedyNetwork
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return "the server's certificate was signed by an authority that is not trusted", "a proxy that opens TLS needs its root in the system's store, a custom cloud its CA file"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired or is not valid yet", "check this computer's clock, and who answers for that host"
	case errors.As(err, new(x509.HostnameError)):
		return "the server's certificate is for another name", "check the network: another server answers for that host"
	case strings.Contains(text, "HTTP response to HTTPS client"):
		return "what answers there speaks no TLS", "check the network for a proxy or sign-in page, and the address"
	case errors.As(err, &invalid), errors.As(err, new(tls.RecordHeaderError)), strings.Contains(text, "tls: "):
		return say.With("no safe connection (TLS 1.2 or later) could be made: %s", plain(err)), "check the proxy and who answers for that host"
	case strings.Contains(text, "proxyconnect"):
		return say.With("the proxy does not answer: %s", plain(err)), "check the proxy in Settings"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer came in time", remedyNetwork
	}
	return say.With("the connection failed: %s", plain(err)), remedyNetwork
}

// known are the errors of this computer and of the standard library that hold
// nothing of what a server said.
var known = []error{errWebPage, errStrange, errNoToken, errCut, errBodySlow, io.ErrUnexpectedEOF, io.EOF, net.ErrClosed, net.ErrWriteToConnected,
	context.DeadlineExceeded, context.Canceled, exec.ErrNotFound, http.ErrServerClosed}

// plain tells an error without what a server put into it, which may be anything.
// What is no error of this computer is named by its kind.
func plain(err error) say.Sentence {
	var (
		number syscall.Errno
		op     *net.OpError
		dns    *net.DNSError
		alert  tls.AlertError
		packed flate.CorruptInputError
		proxy  proxyRefusal
	)
	for _, k := range known {
		if errors.Is(err, k) {
			return say.Because(k)
		}
	}
	switch {
	case errors.As(err, &proxy):
		return proxy.Sentence()
	case errors.As(err, &dns):
		return say.With("the name %s was not found", clean(dns.Name))
	case errors.As(err, &number) && errors.As(err, &op):
		return unreached(number, op)
	case errors.As(err, &number):
		return say.Because(number)
	case errors.As(err, &alert):
		return say.Because(alert)
	case errors.As(err, &packed), strings.Contains(err.Error(), "gzip: "):
		return "what came can't be unpacked"
	}
	for _, said := range []struct {
		part  string
		means say.Sentence
	}{
		{"malformed", "what answered does not speak HTTP as it should"},
		{"invalid byte in chunk", "what answered does not speak HTTP as it should"},
		{"Content-Length", "what answered does not speak HTTP as it should"},
		{"transfer encoding", "what answered does not speak HTTP as it should"},
		{"server closed idle connection", "the server closed the connection"},
		{"connection broken", "the connection broke"},
		{"headers exceeded", "the answer's headers are too long"},
		{"protocol version not supported", "the server speaks no TLS of today"},
		{"x509: ", "the server's certificate can't be used"},
		{"tls: ", "the server and this program do not agree on TLS"},
	} {
		if strings.Contains(err.Error(), said.part) {
			return said.means
		}
	}
	return say.With("an error of the kind %s", fmt.Sprintf("%T", innermost(err)))
}

// unreached says why an address was not reached, or was lost. Windows has numbers of its
// own for what POSIX calls by these names.
func unreached(number syscall.Errno, op *net.OpError) say.Sentence {
	switch number {
	case syscall.ECONNREFUSED, 10061:
		return say.With("nothing takes connections at %s", address(op))
	case syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, 10054, 10053:
		return say.With("the connection to %s was cut", address(op))
	case syscall.ENETUNREACH, syscall.EHOSTUNREACH, 10051, 10065:
		return say.With("no way leads to %s from here", address(op))
	case syscall.ETIMEDOUT, 10060:
		return say.With("no answer came from %s in time", address(op))
	case syscall.EACCES, syscall.EPERM, 10013:
		return say.With("this computer does not let a connection to %s through: look at its firewall", address(op))
	}
	return say.Foreign(technical(number, op))
}

func technical(err error, op *net.OpError) string {
	return strings.Join([]string{op.Op, address(op) + ":", err.Error()}, " ")
}

// technicalText is that of an error, without what a server put into it.
func technicalText(err error) string {
	var number syscall.Errno
	var op *net.OpError
	if errors.As(err, &number) && errors.As(err, &op) {
		return technical(number, op)
	}
	return plain(err).String()
}

func address(op *net.OpError) string {
	if op.Addr == nil {
		return op.Net
	}
	return op.Addr.String()
}

func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

func networkError(what say.Sentence, err error) *entra.Error {
	why, remedy := networkReason(err)
	return &entra.Error{Code: entra.CodeNetwork, What: what, Why: why, Remedy: remedy, Detail: technicalText(err)}
}

// stopped tells that ctx ended a call.
func stopped(ctx context.Context, what say.Sentence) *entra.Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &entra.Error{Code: entra.CodeTimeout, What: what, Why: "the time that was allowed is over", Remedy: "try again", Err: ctx.Err()}
	}
	return &entra.Error{Code: entra.CodeCancelled, What: what, Why: "it was stopped", Err: ctx.Err()}
}
