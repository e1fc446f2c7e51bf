package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// authorityTransport carries the sign-in. It remembers why a request failed,
// because azidentity keeps only the text of that.
type authorityTransport struct {
	cloud  entra.Cloud
	client *http.Client
	last   error     // of the sign-in under way; tokens lets in one at a time
	told   time.Time // the authority's clock in its latest answer; zero: unknown
	said   []byte    // its latest refusal: not every reader of it leaves it to the next
}

// microsoftHosts are the hosts where the built-in clouds sign in. Their documents
// name each other: that of China, for one, leads to its newer name.
var microsoftHosts = []string{
	"login.microsoftonline.com", "login.microsoft.com", "login.windows.net",
	"login.microsoftonline.us", "login.usgovcloudapi.net",
	"login.chinacloudapi.cn", "login.partner.microsoftonline.cn",
	"login.sovcloud-identity.fr", "login.sovcloud-identity.de", "login.sovcloud-identity.sg",
}

// signsIn refuses to take a secret, or a question, anywhere but to a cloud's own
// authority, whatever a document of that authority says.
func signsIn(cloud entra.Cloud, u *url.URL) error {
	authority, err := url.Parse(cloud.Authority)
	if err == nil && sameHost(u, authority) == nil {
		return nil
	}
	if cloud.BuiltIn && u.Scheme == "https" && u.User == nil && u.Port() == "" && slices.Contains(microsoftHosts, strings.ToLower(u.Host)) {
		return nil
	}
	return &entra.Error{Code: entra.CodeForeignHost, What: "a sign-in was stopped", Why: "it leads to " + u.Scheme + "://" + u.Host + ", not to the authority " + cloud.Authority,
		Remedy: "find out who answers in the authority's place, or correct the cloud's authority"}
}

// errWebPage is what a proxy or the sign-in page of a network puts in the place
// of an answer.
var errWebPage = errors.New("a web page came in place of an answer")

// Do is for azidentity, which would take a web page for a broken token.
func (a *authorityTransport) Do(r *http.Request) (*http.Response, error) {
	resp, err := a.send(r)
	if err != nil || resp.StatusCode >= http.StatusBadRequest || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		return resp, err
	}
	_ = resp.Body.Close()
	a.last = errWebPage
	return nil, a.last
}

// send sends r over https to where this cloud signs in, or not at all.
func (a *authorityTransport) send(r *http.Request) (*http.Response, error) {
	if a.last = signsIn(a.cloud, r.URL); a.last != nil {
		return nil, a.last
	}
	resp, err := a.client.Do(r)
	a.last = err
	if err != nil {
		return nil, err
	}
	a.told, _ = http.ParseTime(resp.Header.Get("Date")) // without one the clock is not judged
	if resp.StatusCode >= http.StatusBadRequest {
		a.said, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // what can't be read is told by its status
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(bytes.NewReader(a.said))
	}
	return resp, nil
}

func (a *authorityTransport) get(ctx context.Context, address string) (status int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", userAgent)
	resp, err := a.send(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	return resp.StatusCode, body, err
}

// tolerated is how far Entra lets a clock be off when it checks an assertion.
const tolerated = 5 * time.Minute

// mindClock names a wrong clock where the authority's own tells of one: an
// assertion made by such a clock is refused with reasons that don't say so.
func (a *authorityTransport) mindClock(e *entra.Error) {
	if e.Code != entra.CodeSignIn || a.told.IsZero() {
		return
	}
	off := time.Since(a.told).Round(time.Minute)
	if off.Abs() <= tolerated {
		return
	}
	way := "ahead of"
	if off < 0 {
		way = "behind"
	}
	e.Why += fmt.Sprintf(", and this computer's clock is %d minutes %s Entra's", int(off.Abs().Minutes()), way)
	e.Remedy = "set the clock right first, then try again; " + e.Remedy
}
