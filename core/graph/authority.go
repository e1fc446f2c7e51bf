package graph

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// authorityTransport carries the sign-in. It remembers why a request failed,
// because azidentity keeps only the text of that.
type authorityTransport struct {
	cloud  entra.Cloud
	client *http.Client
	told   time.Time // the authority's clock in its latest answer; zero: unknown
	heard            // tokens lets in one sign-in at a time
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
	return &entra.Error{Code: entra.CodeForeignHost, What: "a sign-in was stopped", Why: say.With("it leads to %s://%s, not to the authority %s", u.Scheme, clean(u.Host), cloud.Authority),
		Remedy: "find out who answers in the authority's place, or correct the cloud's authority"}
}

// Do is for the libraries that sign in: they get answers that they can read, and
// of a refusal only what they decide by.
func (a *authorityTransport) Do(r *http.Request) (*http.Response, error) {
	read := readDocument
	if r.Method == http.MethodPost {
		read = readTokenAnswer
		if strings.HasSuffix(r.URL.Path, "/devicecode") {
			read = readDeviceCode
		}
		if err := a.rememberSecrets(r); err != nil {
			return nil, err
		}
	}
	resp, err := a.send(r)
	if err != nil {
		return nil, err
	}
	return a.heard.hand(resp, read)
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
	return resp, nil
}

// rememberSecrets notes what a sign-in sends, in case that the answer repeats it.
func (a *authorityTransport) rememberSecrets(r *http.Request) error {
	if r.Body == nil {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body)) // what can't be read is no form of ours
	a.secrets = nil
	for _, name := range secretFields {
		a.secrets = append(a.secrets, form[name]...)
	}
	return nil
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
	body, err = readAll(resp.Body)
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
	minutes := int(off.Abs().Minutes())
	if off < 0 {
		e.Why = say.With("%s, and this computer's clock is %d {minute|minutes} behind Entra's", e.Why, minutes)
	} else {
		e.Why = say.With("%s, and this computer's clock is %d {minute|minutes} ahead of Entra's", e.Why, minutes)
	}
	e.Remedy = say.Join("; ", "set the clock right first, then try again", e.Remedy)
}
