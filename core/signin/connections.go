package signin

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// Options for [New]. What is nil is not called.
type Options struct {
	Store   *store.Store
	Vault   *VaultAccess                          // opens the vault when a secret is needed
	Logger  *slog.Logger                          // nil: nothing is logged
	Proxy   func(*http.Request) (*url.URL, error) // nil: as the environment says
	Backoff time.Duration                         // the first break before Graph is asked again; 0: 1 s

	// OnWait hears that Graph asked for a pause of a tenant, until when and why;
	// the zero time ends it. OnSignIn hears that a person has signed in: other
	// tenants of the same profile may have waited for that.
	OnWait   func(tenant int64, until time.Time, why say.Sentence)
	OnSignIn func(context.Context)
}

// Connections keeps a connection for each tenant, from run to run, so that its
// token is used until it expires. Its methods may be called side by side.
type Connections struct {
	Options
	log *slog.Logger

	mu   sync.Mutex
	kept map[int64]*connection
}

// New makes connections when they are asked for. It does no I/O.
func New(o Options) *Connections {
	cs := &Connections{Options: o, log: o.Logger, kept: map[int64]*connection{}}
	if cs.log == nil {
		cs.log = slog.New(slog.DiscardHandler)
	}
	if cs.OnWait == nil {
		cs.OnWait = func(int64, time.Time, say.Sentence) {}
	}
	if cs.OnSignIn == nil {
		cs.OnSignIn = func(context.Context) {}
	}
	return cs
}

// Attended says that somebody waits for the calls under ctx, such as
// [Connections.SignIn] and [Connections.Diagnose], and may be asked to sign in:
// by prompt, and in a browser. Without it nobody ever is. Prompt is called from
// any goroutine and must not block.
func Attended(ctx context.Context, prompt func(entra.Prompt)) context.Context {
	asked := new(atomic.Bool)
	ctx = context.WithValue(ctx, askedKey{}, asked)
	return graph.Attended(ctx, func(p entra.Prompt) {
		asked.Store(true)
		prompt(p)
	})
}

type askedKey struct{}

// asked tells whether somebody was asked to sign in under ctx.
func asked(ctx context.Context) bool {
	flag, attended := ctx.Value(askedKey{}).(*atomic.Bool)
	return attended && flag.Load()
}

// signedIn tells everybody that a person has signed in with a credential, other
// processes too.
func (cs *Connections) signedIn(ctx context.Context, c entra.Credential) {
	if err := cs.Store.RenewCredential(ctx, c.ID); err != nil {
		cs.log.Warn("telling of the sign-in failed", "err", err) // who waits for it is tried again at its interval
	}
	cs.OnSignIn(ctx)
}

// renewed tells of the person who has just signed in for a connection, which is
// one of the profile as it stands since.
func (cs *Connections) renewed(ctx context.Context, c *connection, s sought) {
	if !c.credential.Kind.Person() {
		return
	}
	cs.signedIn(ctx, c.credential)
	if p, err := cs.Store.Profile(ctx, s.profile.Name); err == nil {
		c.made = made(s.tenant, p, s.cloud)
	}
}

// WaitsForSomebody gives the error that only a person can mend, if err is one.
func WaitsForSomebody(err error) *entra.Error {
	switch entra.CodeOf(err) {
	case entra.CodeVaultLocked, entra.CodeSignInAgain:
		return entra.AsError(err)
	}
	return nil
}

// Close closes a tenant's connection.
func (cs *Connections) Close(tenant int64) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c := cs.kept[tenant]; c != nil {
		c.client.Close()
		delete(cs.kept, tenant)
	}
}

// Reconsider makes a tenant's next run try the profile's credentials from the
// first, where one was passed over.
func (cs *Connections) Reconsider(tenant int64) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c := cs.kept[tenant]; c != nil && len(c.failed) > 0 {
		c.made = ""
	}
}
