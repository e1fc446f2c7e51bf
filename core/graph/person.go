package graph

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
	msal "github.com/AzureAD/microsoft-authentication-library-for-go/apps/errors"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
	"github.com/pkg/browser"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Account keeps the sign-in of a person, so that the next client goes on with
// it. What it keeps is a refresh token and has to be sealed.
type Account struct {
	Load func(context.Context) ([]byte, error) // nothing: nobody has signed in
	Save func(context.Context, []byte) error
}

// forgetful keeps a sign-in as long as the process lives.
func forgetful() Account {
	var kept []byte
	return Account{
		Load: func(context.Context) ([]byte, error) { return kept, nil },
		Save: func(_ context.Context, data []byte) error { kept = data; return nil },
	}
}

// person is the credential of somebody who signed in. It stands on the library
// that azidentity stands on, too: azidentity takes no cache but its own, which
// lies in an OS store of its choice.
type person struct {
	cfg    Config
	wire   pipeline
	client public.Client
}

func newPerson(cfg Config, options azcore.ClientOptions) (*person, error) {
	p := &person{cfg: cfg, wire: pipeline{runtime.NewPipeline(userAgent, "", runtime.PipelineOptions{}, &options)}}
	client, err := p.newClient(&tokenCache{Account: cfg.Account})
	p.client = client
	return p, err
}

func (p *person) newClient(kept *tokenCache) (public.Client, error) {
	return public.New(p.cfg.Credential.ClientID, public.WithAuthority(p.cfg.Cloud.Authority+"/"+p.cfg.Tenant),
		public.WithCache(kept), public.WithHTTPClient(p.wire), public.WithInstanceDiscovery(p.cfg.Cloud.BuiltIn),
		public.WithClientCapabilities([]string{"cp1"})) // claims challenges are answered
}

// signInNeeded tells that only a person can go on; err is Entra's refusal of
// the earlier sign-in, nil where there was none.
type signInNeeded struct{ err error }

func (e signInNeeded) Error() string { return cmp.Or(e.err, errNobody).Error() }
func (e signInNeeded) Unwrap() error { return e.err }

var errNobody = say.Errorf("nobody has signed in")

// GetToken goes on with the earlier sign-in, and asks nobody.
func (p *person) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	accounts, err := p.client.Accounts(ctx)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	if len(accounts) == 0 {
		return azcore.AccessToken{}, signInNeeded{}
	}
	r, err := p.client.AcquireTokenSilent(ctx, o.Scopes, public.WithSilentAccount(accounts[0]), public.WithClaims(o.Claims))
	var refused msal.CallErr
	if errors.As(err, &refused) && refused.Resp.StatusCode/100 == 4 && refused.Resp.StatusCode != http.StatusTooManyRequests {
		err = signInNeeded{err}
	}
	return azcore.AccessToken{Token: r.AccessToken, ExpiresOn: r.ExpiresOn}, err
}

// signIn asks somebody, whoever signed in before, and keeps that sign-in.
func (p *person) signIn(ctx context.Context, o policy.TokenRequestOptions, ask func(entra.Prompt)) (azcore.AccessToken, error) {
	kept := &tokenCache{Account: p.cfg.Account, anew: true}
	client, err := p.newClient(kept)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	var r public.AuthResult
	if p.cfg.Credential.Kind == entra.InteractiveBrowser {
		open := func(page string) error { ask(entra.Prompt{URL: page}); return openBrowser(page) }
		r, err = client.AcquireTokenInteractive(ctx, o.Scopes, public.WithClaims(o.Claims), public.WithOpenURL(open))
	} else {
		r, err = byDeviceCode(ctx, client, o, ask)
	}
	if err != nil {
		return azcore.AccessToken{}, err
	}
	kept.anew = false
	p.client = client
	return azcore.AccessToken{Token: r.AccessToken, ExpiresOn: r.ExpiresOn}, nil
}

func byDeviceCode(ctx context.Context, client public.Client, o policy.TokenRequestOptions, ask func(entra.Prompt)) (public.AuthResult, error) {
	code, err := client.AcquireTokenByDeviceCode(ctx, o.Scopes, public.WithClaims(o.Claims))
	if err != nil {
		return public.AuthResult{}, err
	}
	ask(entra.Prompt{Message: clean(code.Result.Message), Code: clean(code.Result.UserCode), URL: clean(code.Result.VerificationURL)})
	return code.AuthenticationResult(ctx)
}

// ownOutput leaves standard output to the program: it may be read by machines.
var ownOutput = sync.OnceFunc(func() { browser.Stdout = os.Stderr })

func openBrowser(page string) error {
	ownOutput()
	if err := browser.OpenURL(page); err != nil {
		return &entra.Error{Code: entra.CodeSignIn, What: "signing in failed", Why: say.With("no browser could be opened: %s", plain(err)),
			Remedy: "sign in where there is one, or use a device code"}
	}
	return nil
}

// tokenCache is what MSAL reads before a sign-in and writes after it.
type tokenCache struct {
	Account
	anew bool // what is kept does not count
}

// Replace hands out what is kept.
func (t *tokenCache) Replace(ctx context.Context, c cache.Unmarshaler, _ cache.ReplaceHints) error {
	if t.anew {
		return nil
	}
	data, err := t.Load(ctx)
	if err != nil || len(data) == 0 {
		return err
	}
	return c.Unmarshal(data)
}

// Export keeps all but the access tokens: the one in use is held by [tokens],
// and the next must not be one that Graph has refused.
func (t *tokenCache) Export(ctx context.Context, c cache.Marshaler, _ cache.ExportHints) error {
	data, err := c.Marshal()
	if err != nil {
		return err
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	delete(parts, "AccessToken")
	kept, err := json.Marshal(parts)
	if err != nil {
		return err
	}
	return t.Save(ctx, kept)
}

// pipeline carries MSAL's requests the way azidentity's go: retried, over the
// transport to the authority.
type pipeline struct{ next runtime.Pipeline }

// Do sends r.
func (p pipeline) Do(r *http.Request) (*http.Response, error) {
	req, err := runtime.NewRequest(r.Context(), r.Method, r.URL.String())
	if err != nil {
		return nil, err
	}
	if r.Body != nil && r.Body != http.NoBody {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = req.SetBody(streaming.NopCloser(bytes.NewReader(body)), r.Header.Get("Content-Type"))
		}
		if err != nil {
			return nil, err
		}
	}
	for name, values := range r.Header {
		req.Raw().Header[name] = values
	}
	return p.next.Do(req)
}

// CloseIdleConnections does nothing: the client that owns the transport does.
func (pipeline) CloseIdleConnections() {}
