package ui

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// proxyMode says where the proxy comes from.
type proxyMode string

const (
	systemProxy proxyMode = "system" // as the environment says
	noProxy     proxyMode = "none"
	manualProxy proxyMode = "manual"
)

var proxyModes = []proxyMode{systemProxy, noProxy, manualProxy}

// proxyChoice is the stored choice of a proxy.
type proxyChoice struct {
	Mode    proxyMode
	Address string // of a manual one
	address *url.URL
}

const proxySetting = "proxy"

// Proxy is the proxy chosen on the page Settings. A change holds from the next
// connection on.
type Proxy struct{ chosen atomic.Pointer[proxyChoice] }

// NewProxy reads the choice that a store holds.
func NewProxy(ctx context.Context, st *store.Store) (*Proxy, error) {
	c, err := stored(ctx, st, proxySetting, proxyChoice{Mode: systemProxy})
	if err != nil {
		return nil, err
	}
	p := &Proxy{}
	if p.choose(c) != nil { // not written by us: nothing to hold the app up for
		p.chosen.Store(&proxyChoice{Mode: systemProxy})
	}
	return p, nil
}

// For gives the proxy of a request, as [http.Transport] asks for it; nil: none.
func (p *Proxy) For(r *http.Request) (*url.URL, error) {
	switch c := p.chosen.Load(); c.Mode {
	case noProxy:
		return nil, nil
	case manualProxy:
		return c.address, nil
	}
	return http.ProxyFromEnvironment(r)
}

// choose takes another choice, if it can be used.
func (p *Proxy) choose(c proxyChoice) (err error) {
	if c.Mode == manualProxy {
		if c.address, err = proxyAddress(c.Address); err != nil {
			return err
		}
	}
	p.chosen.Store(&c)
	return nil
}

// proxyAddress reads the address of a proxy: "proxy.contoso.com:8080", or with
// http:// or https:// before it. A password is refused: it would be stored
// outside the vault.
func proxyAddress(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	wrong := func(why string) error {
		return entra.Invalid("the proxy can't be used", why, "give a host and a port, such as proxy.contoso.com:8080")
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "":
		return nil, wrong("its address is not one")
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5":
		return nil, wrong("its address begins with neither http://, https:// nor socks5://")
	case u.User != nil:
		return nil, wrong("its address holds a user name; it would be stored unprotected")
	}
	return u, nil
}
