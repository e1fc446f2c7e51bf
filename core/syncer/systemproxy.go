package syncer

import (
	"net/http"
	"net/url"
	"os"

	"github.com/mattn/go-ieproxy"
)

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
