package graph

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azcloud "github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	kiotahttp "github.com/microsoft/kiota-http-go"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

const userAgent = "EntraIDSync"

// Config is what a [Client] is made of.
type Config struct {
	Cloud      entra.Cloud
	Tenant     string // tenant id (GUID) or domain
	Credential Credential
	Proxy      ProxyFunc                                // nil: as the environment says
	OnWait     func(until time.Time, why say.Sentence)  // told before every break; zero time: it is over. Called from any goroutine
	OnThrottle func(quota entra.Quota, until time.Time) // told when Graph says how long to wait, to be kept for [Client.Hold]; nil: not kept. Called from any goroutine
	Account    Account                                  // keeps the sign-in of a person; zero: as long as this client lives
	Logger     *slog.Logger                             // nil: nothing is logged
	Backoff    time.Duration                            // the first break before asking again; 0: 1 s

	dialHost dialer // reaches the host's identity endpoint; nil: as its address says
}

// Client talks to Graph for one tenant. Its methods may be called side by side:
// they share one token, one quota and one break. Every error of theirs is an
// [entra.Error].
type Client struct {
	cfg         Config
	root        *url.URL // Graph's root: nothing goes anywhere else
	base        string   // root + /v1.0
	tokens      *tokens
	adapter     *kiotahttp.NetHttpRequestAdapter
	kept, fresh *http.Client // connections that are kept, and one for each request
	lanes       map[entra.Quota]*lane
	limits      limits
	log         *slog.Logger
	counter     Counter
	ahead       atomic.Int64 // how far Graph's clock was before ours, by its last answer: a time.Duration
	pool        bufferPool
	prefetch    prefetch
	spare       bool     // see [Client.Spare]
	troubles    sync.Map // by class name: why its latest answer is asked for again
}

// New makes a client. It does no I/O; what can't be used is
// [entra.CodeInvalid].
func New(cfg Config) (*Client, error) {
	root, err := url.Parse(cfg.Cloud.Graph)
	if err != nil || root.Scheme != "https" || root.Host == "" || !strings.HasPrefix(cfg.Cloud.Authority, "https://") {
		return nil, entra.Invalid(say.With("the cloud %s can't be used", cfg.Cloud.Name), "its authority and its Graph root have to be https", "correct them")
	}
	if cfg.Tenant, err = entra.TenantName(cfg.Tenant); err != nil {
		return nil, err
	}
	if err := cfg.Credential.check(); err != nil {
		return nil, err
	}
	transport, err := newTransport(cfg.Cloud, cfg.Proxy)
	if err != nil {
		return nil, err
	}
	cfg.Credential = cfg.Credential.clone()
	if cfg.Account.Load == nil {
		cfg.Account = forgetful()
	}
	c := &Client{cfg: cfg, root: root, base: cfg.Cloud.Graph + "/v1.0", limits: defaultLimits(cfg.Backoff), log: cfg.Logger}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if cfg.OnWait == nil {
		cfg.OnWait = func(time.Time, say.Sentence) {}
	}
	c.lanes = newLanes(c.limits, cfg.OnWait)
	c.tokens = newTokens(cfg, transport.Clone())
	c.connect(transport)
	if c.adapter, err = newAdapter(c); err != nil {
		return nil, entra.AsError(err)
	}
	return c, nil
}

// connect puts the guard under both clients.
func (c *Client) connect(kept *http.Transport) {
	fresh := kept.Clone()
	fresh.DisableKeepAlives = true
	c.kept = &http.Client{Transport: guard{c.root, kept}, CheckRedirect: stayHere}
	c.fresh = &http.Client{Transport: guard{c.root, fresh}, CheckRedirect: stayHere}
}

// newTokens prepares the sign-in: azidentity with our own transport, and always
// with an authority, which it would else take from the environment.
func newTokens(cfg Config, transport *http.Transport) *tokens {
	wire := &authorityTransport{cloud: cfg.Cloud, client: &http.Client{Transport: transport, CheckRedirect: stayHere, Timeout: time.Minute}}
	options := azcore.ClientOptions{
		Cloud:     azcloud.Configuration{ActiveDirectoryAuthorityHost: cfg.Cloud.Authority},
		Transport: wire,
		Retry:     policy.RetryOptions{MaxRetries: 2, RetryDelay: defaultLimits(cfg.Backoff).base / 2, MaxRetryDelay: 10 * time.Second},
	}
	what := say.With("signing in to %s failed", cfg.Tenant)
	return &tokens{
		tenant: cfg.Tenant,
		sem:    make(chan struct{}, 1),
		make:   func() (azcore.TokenCredential, error) { return newCredential(cfg, options, &wire.heard) },
		explain: func(err error) error {
			defer func() { wire.heard, wire.told = heard{}, time.Time{} }()
			e := cfg.Credential.explain(what, err, &wire.heard)
			cfg.sharpen(e)
			if cfg.Credential.asserts() {
				wire.mindClock(e)
			}
			return cfg.Credential.scrub(e)
		},
		close: func() {
			transport.CloseIdleConnections()
			cfg.Credential.clear()
		},
	}
}

// Hold makes the client wait until a moment that Graph once asked for.
func (c *Client) Hold(quota entra.Quota, until time.Time) {
	if l := c.lanes[quota]; l != nil {
		l.hold(time.Until(until), "Graph asks to slow down")
	}
}

// Throttled tells until when Graph asked to wait with the requests of a class, if
// that was its latest answer to any of the same quota.
func (c *Client) Throttled(class entra.Class) (until time.Time, ok bool) {
	return c.lanes[class.Quota].throttled()
}

// Trouble tells why the latest answer about a class is asked for again; "" where it
// was a good one.
func (c *Client) Trouble(class entra.Class) say.Sentence {
	why, _ := c.troubles.Load(class.Name)
	said, _ := why.(say.Sentence)
	return said
}

// Close ends the connections and clears the secret. Calls under way fail.
func (c *Client) Close() {
	c.kept.CloseIdleConnections()
	c.fresh.CloseIdleConnections()
	c.tokens.forget()
}

// Counter counts requests to Graph.
type Counter struct {
	Requests atomic.Int64 // all of them, retries included
	Retries  atomic.Int64
}

// Clock is what Graph's clock says now, by its last answer; before there was one, this computer's.
func (c *Client) Clock() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// heardClock keeps what an answer says of Graph's clock.
func (c *Client) heardClock(h http.Header) {
	if told, err := dateOf(h.Get("Date")); err == nil {
		c.ahead.Store(int64(time.Until(told)))
	}
}

type attendedKey struct{}

// Attended says that somebody waits for the calls under ctx and may be asked to
// sign in: by ask, and in a browser. Without it nobody ever is.
func Attended(ctx context.Context, ask func(entra.Prompt)) context.Context {
	return context.WithValue(ctx, attendedKey{}, ask)
}

type counterKey struct{}

// WithCounter makes the requests of calls under ctx count in n as well.
func WithCounter(ctx context.Context, n *Counter) context.Context {
	return context.WithValue(ctx, counterKey{}, n)
}

// Count tells how many requests went to Graph so far, and how many of them
// asked again.
func (c *Client) Count() (requests, retries int64) {
	return c.counter.Requests.Load(), c.counter.Retries.Load()
}

func (c *Client) count(ctx context.Context, retry bool) {
	c.counter.add(retry)
	if n, ok := ctx.Value(counterKey{}).(*Counter); ok {
		n.add(retry)
	}
}

func (n *Counter) add(retry bool) {
	n.Requests.Add(1)
	if retry {
		n.Retries.Add(1)
	}
}
