package syncer

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/mattn/go-ieproxy"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// ProxyMode says where the proxy comes from.
type ProxyMode string

// The modes of a [ProxyChoice].
const (
	SystemProxy ProxyMode = "system" // as the environment says, else the system's settings
	NoProxy     ProxyMode = "none"
	ManualProxy ProxyMode = "manual"
)

// ProxyChoice is the choice of a proxy, as the settings table holds it in JSON.
type ProxyChoice struct {
	Mode    ProxyMode
	Address string // of a manual one
	address *url.URL
}

// ProxySetting is the name of the setting that holds the [ProxyChoice].
const ProxySetting = "proxy"

// Proxy is the proxy that all connections of an engine take; see
// [Options.Proxy]. A change holds from the next connection on.
type Proxy struct {
	choice atomic.Pointer[ProxyChoice]
	system func(*http.Request) (*url.URL, error)
}

// NewProxy reads the choice that a store holds. None, or one that can't be read,
// is [SystemProxy].
func NewProxy(ctx context.Context, st *store.Store) (*Proxy, error) {
	p := &Proxy{system: systemProxy()}
	p.choice.Store(&ProxyChoice{Mode: SystemProxy})
	text, err := st.Setting(ctx, ProxySetting)
	if err != nil || text == "" {
		return p, err
	}
	var c ProxyChoice
	if json.Unmarshal([]byte(text), &c) == nil {
		_ = p.Choose(c) // not written by us: nothing to hold the program up for
	}
	return p, nil
}

// Choice is the choice that holds now.
func (p *Proxy) Choice() ProxyChoice { return *p.choice.Load() }

// Choose takes another choice, if it can be used, and does not store it.
func (p *Proxy) Choose(c ProxyChoice) (err error) {
	if c.Mode == ManualProxy {
		if c.address, err = proxyAddress(c.Address); err != nil {
			return err
		}
	}
	p.choice.Store(&c)
	return nil
}

// For gives the proxy of a request, as [http.Transport] asks for it; nil: none.
func (p *Proxy) For(r *http.Request) (*url.URL, error) {
	switch c := p.Choice(); c.Mode {
	case NoProxy:
		return nil, nil
	case ManualProxy:
		return c.address, nil
	}
	return p.system(r)
}

// port tells whether a text names a port; "" is that of the scheme.
func port(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return text == "" || err == nil && n > 0
}

// proxyAddress reads the address of a proxy: "proxy.contoso.com:8080", or with
// http://, https:// or socks5:// before it. A password is refused: it would be
// stored outside the vault.
func proxyAddress(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	wrong := func(why say.Sentence) error {
		return entra.Invalid("the proxy can't be used", why, "give a host and a port, such as proxy.contoso.com:8080")
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || !port(u.Port()):
		return nil, wrong("its address is not one")
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5":
		return nil, wrong("its address begins with neither http://, https:// nor socks5://")
	case u.User != nil:
		return nil, wrong("its address holds a user name; it would be stored unprotected")
	}
	return u, nil
}

// systemProxy is the proxy that the environment names, else the one of the
// system's own settings: on Windows by hand, by script (PAC) or by detection, on
// macOS by hand or by script. Linux has no settings but the environment.
func systemProxy() func(*http.Request) (*url.URL, error) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if os.Getenv(name) != "" {
			return http.ProxyFromEnvironment
		}
	}
	settings := ieproxy.GetProxyFunc()
	return func(r *http.Request) (*url.URL, error) {
		u, err := settings(r)
		if u != nil && u.Scheme == "" { // a script answers "PROXY host:port", which is given without one
			u.Scheme = "http"
		}
		return u, err
	}
}
