package graphsim

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/audits"
	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/graphsim/signin"
	"github.com/entraidsync/entraidsync/core/graphsim/wire"
)

// Config says what a server simulates. The zero value of a field takes the default named beside it.
type Config struct {
	Tenants       []directory.TenantConfig
	Addr          string           // of the sign-in host; 127.0.0.1:0. Graph listens on the port after it, or on any free one
	Latency       time.Duration    // added to every Graph answer
	Lag           time.Duration    // how long Graph takes to know of a change; see [Tenant.Settle]
	AuditLag      time.Duration    // how long after a change its last entries appear in the log of audits; 5 min
	Now           func() time.Time // time.Now
	TokenLifetime time.Duration    // of access tokens; 3599 s
	DeltaLifetime time.Duration    // of delta and page tokens; 7 days
	PageObjects   int              // most objects of a delta page; 200, which is also the limit
	PageLinks     int              // most links of a delta page; 500, which is also the limit
	ListObjects   int              // most objects of a list page, whatever $top asks for; 999, which is also the limit
	EvenPages     bool             // fill every delta page, and make none empty
	FilterWalks   bool             // a delta query with a filter of ids walks over all objects: most of its pages are empty
	Throttle      *Throttle        // nil: Graph never throttles
	Cache         bool             // keep answers while their tenant stands still: to measure clients by
}

// Graph's own limits of a page.
const (
	maxPageObjects = 200
	maxPageLinks   = 500
	maxListObjects = 999
)

// Server is a running simulation: a sign-in host, a Graph host, the identity endpoint of an Azure host, and two hosts
// that no client should ever visit.
type Server struct {
	cfg     Config
	tenants []*directory.Tenant
	audits  map[string]*audits.Log // by the tenant's id
	keys    *keys
	sealer  *sealer
	latency atomic.Int64
	log     wire.Log
	faults  wire.Faults
	meter   meter
	cache   cache
	hosts   wire.Hosts
	signIn  *signin.Host

	servers []*http.Server
	done    sync.WaitGroup
	client  *http.Client
}

// Start generates the tenants and serves them; it returns once requests are accepted.
func Start(cfg Config) (*Server, error) {
	s := &Server{cfg: withDefaults(cfg), audits: map[string]*audits.Log{}}
	s.latency.Store(int64(cfg.Latency))
	var err error
	if s.keys, err = newKeys(); err != nil {
		return nil, err
	}
	if s.sealer, err = newSealer(rand.Reader); err != nil {
		return nil, err
	}
	for _, tc := range s.cfg.Tenants {
		t, err := directory.New(tc, s.cfg.Now, s.cfg.Lag)
		if err != nil {
			return nil, err
		}
		s.tenants = append(s.tenants, t)
		s.audits[t.ID()] = &audits.Log{Tenant: t, Now: s.cfg.Now, Late: s.cfg.AuditLag, Most: s.cfg.ListObjects}
	}
	s.hosts.Now = s.cfg.Now
	if s.signIn, err = signin.New(&s.hosts, s.tenants, s.cfg.TokenLifetime); err != nil {
		return nil, err
	}
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.client = s.newClient()
	return s, nil
}

func withDefaults(cfg Config) Config {
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.AuditLag == 0 {
		cfg.AuditLag = 5 * time.Minute
	}
	if cfg.TokenLifetime == 0 {
		cfg.TokenLifetime = 3599 * time.Second
	}
	if cfg.DeltaLifetime == 0 {
		cfg.DeltaLifetime = 7 * 24 * time.Hour
	}
	if cfg.PageObjects <= 0 || cfg.PageObjects > maxPageObjects {
		cfg.PageObjects = maxPageObjects
	}
	if cfg.PageLinks <= 0 || cfg.PageLinks > maxPageLinks {
		cfg.PageLinks = maxPageLinks
	}
	if cfg.ListObjects <= 0 || cfg.ListObjects > maxListObjects {
		cfg.ListObjects = maxListObjects
	}
	return cfg
}

// listen opens the hosts. The sign-in host and Graph differ, as in reality; the last two only record who came.
func (s *Server) listen() error {
	host, port, err := net.SplitHostPort(s.cfg.Addr)
	if err != nil {
		return fmt.Errorf("graphsim: address %q: %w", s.cfg.Addr, err)
	}
	next := "0"
	if n, err := strconv.Atoi(port); err == nil && n > 0 {
		next = strconv.Itoa(n + 1)
	}
	for _, h := range []struct {
		root    *string
		port    string
		secure  bool
		handler http.HandlerFunc
	}{
		{&s.hosts.Authority, port, true, s.serveSignIn},
		{&s.hosts.Graph, next, true, s.serveGraph},
		{&s.hosts.IMDS, "0", false, s.serveIMDS},
		{&s.hosts.Foreign, "0", true, s.serveForeign},
		{&s.hosts.Plain, "0", false, s.serveForeign},
	} {
		if *h.root != "" { // it starts anew
			h.port = (*h.root)[strings.LastIndexByte(*h.root, ':')+1:]
		}
		root, err := s.serve(net.JoinHostPort(host, h.port), h.secure, h.handler)
		if err != nil {
			return err
		}
		if *h.root == "" {
			*h.root = root
		}
	}
	return nil
}

// Restart breaks every connection, is not there for a while, and listens again at the same addresses, with the same
// keys and tokens. It must have returned before [Server.Close] is called.
func (s *Server) Restart(down time.Duration) error {
	var errs []error
	for _, srv := range s.servers {
		errs = append(errs, srv.Close())
	}
	s.done.Wait()
	s.servers = nil
	time.Sleep(down)
	return errors.Join(append(errs, s.listen())...)
}

// serve starts one host and answers its root URL.
func (s *Server) serve(addr string, secure bool, handler http.Handler) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", fmt.Errorf("graphsim: listen: %w", err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second, ErrorLog: silent}
	srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{s.keys.host}, MinVersion: tls.VersionTLS12}
	s.servers = append(s.servers, srv)
	s.done.Go(func() {
		if secure {
			_ = srv.ServeTLS(l, "", "")
		} else {
			_ = srv.Serve(l)
		}
	})
	if secure {
		return "https://localhost:" + port, nil
	}
	return "http://localhost:" + port, nil
}

func (s *Server) newClient() *http.Client {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.keys.caPEM)
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 64,
	}}
}

// Close stops serving at once, whatever is under way, and waits for its listeners.
func (s *Server) Close() error {
	var errs []error
	for _, srv := range s.servers {
		errs = append(errs, srv.Close())
	}
	s.done.Wait()
	if s.client != nil {
		s.client.CloseIdleConnections()
	}
	return errors.Join(errs...)
}

// Authority is the root of the sign-in host, without a trailing slash.
func (s *Server) Authority() string { return s.hosts.Authority }

// Graph is the root of Graph, without a trailing slash and without /v1.0.
func (s *Server) Graph() string { return s.hosts.Graph }

// Foreign is the root of a host that isn't Graph: where faults point a client that follows blindly. What reached it
// stands in [Server.Requests].
func (s *Server) Foreign() string { return s.hosts.Foreign }

// CA is the certificate that signed the hosts' certificates, as PEM. It is new at every start of a process.
func (s *Server) CA() []byte { return s.keys.caPEM }

// Client is an HTTP client that trusts [Server.CA] and nothing else. All callers share it.
func (s *Server) Client() *http.Client { return s.client }

// SetLatency changes what is added to every Graph answer from now on.
func (s *Server) SetLatency(d time.Duration) { s.latency.Store(int64(d)) }

// Tenant finds a tenant by its id or one of its domains, without regard to case; nil if there is none.
func (s *Server) Tenant(idOrDomain string) *directory.Tenant { return s.signIn.Tenant(idOrDomain) }
