package graph

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// dialer opens connections, as [net.Dialer.DialContext] does.
type dialer = func(ctx context.Context, network, address string) (net.Conn, error)

// hostTimeout is how long the identity endpoint may take to be reached: it is on
// this host, or one hop away. Outside Azure nobody answers there at all.
const hostTimeout = 3 * time.Second

// newManagedIdentity asks the identity endpoint of the Azure host, wherever that
// host's environment says that it is; by default http://169.254.169.254.
func newManagedIdentity(cfg Config, h *heard) (azcore.TokenCredential, error) {
	o := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: azcore.ClientOptions{
		Transport: hostClient(cfg.dialHost),
		// Not under the transport: on Service Fabric MSAL makes a transport of its own of it.
		PerRetryPolicies: []policy.Policy{listener{h}},
		Retry:            policy.RetryOptions{MaxRetries: 3, RetryDelay: defaultLimits(cfg.Backoff).base, MaxRetryDelay: 10 * time.Second},
	}}
	if cfg.Credential.ClientID != "" {
		o.ID = azidentity.ClientID(cfg.Credential.ClientID)
	}
	return azidentity.NewManagedIdentityCredential(o)
}

// hostClient goes past every proxy, which would ask for the identity of the host
// that it runs on, and follows no redirect.
func hostClient(dial dialer) *http.Client {
	if dial == nil {
		dial = (&net.Dialer{Timeout: hostTimeout}).DialContext
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial, IdleConnTimeout: time.Minute}, CheckRedirect: stayHere, Timeout: time.Minute}
}

// listener reads the answers of the identity endpoint before the library does.
type listener struct{ *heard }

// Do sends a request on.
func (l listener) Do(r *policy.Request) (*http.Response, error) {
	l.last = nil
	resp, err := r.Next()
	if err != nil {
		l.last = err
		return resp, err
	}
	if resp.StatusCode == http.StatusUnauthorized { // Azure Arc's challenge, in a header
		return resp, nil
	}
	return l.hand(resp, readTokenAnswer)
}

// explainHost tells why the identity endpoint of this host gave no token. It
// speaks for itself, not for Entra.
func explainHost(what say.Sentence, h *heard) *entra.Error {
	e := &entra.Error{Code: entra.CodeSignIn, What: what, Why: "this host gives no token of a managed identity", Remedy: remedyUnknown, Detail: h.said.description}
	switch {
	case errors.Is(h.last, errCut):
		e.Code, e.Why, e.Remedy = entra.CodeNetwork, "the answer of this host's identity endpoint was cut off", "try again"
	case errors.Is(h.last, errNoToken), errors.Is(h.last, errStrange):
		e.Why = "what answers as an identity endpoint on this host gives no token"
	case h.last != nil:
		e.Why, e.Detail = "nobody answers as an identity endpoint on this host", plain(h.last).String()
	case h.status == http.StatusBadRequest:
		e.Why = "this host has no such managed identity (400)"
	case h.status >= http.StatusMultipleChoices:
		e.Why = say.With("this host's identity endpoint refuses (%d)", h.status)
	}
	return e
}
