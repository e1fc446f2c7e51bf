package graph

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/entraidsync/entraidsync/core/entra"
)

// dialer opens connections, as [net.Dialer.DialContext] does.
type dialer = func(ctx context.Context, network, address string) (net.Conn, error)

// hostTimeout is how long the identity endpoint may take to be reached: it is on
// this host, or one hop away. Outside Azure nobody answers there at all.
const hostTimeout = 3 * time.Second

// newManagedIdentity asks the identity endpoint of the Azure host, wherever that
// host's environment says that it is; by default http://169.254.169.254.
func newManagedIdentity(cfg Config) (azcore.TokenCredential, error) {
	o := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: azcore.ClientOptions{
		Transport: hostClient(cfg.dialHost),
		Retry:     policy.RetryOptions{MaxRetries: 3, RetryDelay: defaultLimits(cfg.Backoff).base, MaxRetryDelay: 10 * time.Second},
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

// explainHost tells why the identity endpoint of this host gave no token. It
// speaks for itself, not for Entra.
func explainHost(what string, err error) *entra.Error {
	e := &entra.Error{Code: entra.CodeSignIn, What: what, Why: "this host gives no token of a managed identity", Remedy: remedyUnknown, Detail: tidy(err)}
	var failed *azidentity.AuthenticationFailedError
	if !errors.As(err, &failed) {
		return e
	}
	switch answer := failed.RawResponse; {
	case answer == nil:
		e.Why = "nobody answers as an identity endpoint on this host"
	case answer.StatusCode == http.StatusBadRequest:
		e.Why = "this host has no such managed identity (400)"
	default:
		e.Why = fmt.Sprintf("this host's identity endpoint refuses (%d)", answer.StatusCode)
	}
	return e
}
