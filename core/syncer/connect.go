package syncer

import (
	"context"
	"fmt"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
)

// connect gives the client for a run, and tells what it does meanwhile.
func (e *Engine) connect(ctx context.Context, t *entra.Tenant) (client *graph.Client, with entra.SignedIn, err error) {
	e.watch.phase(t.Key, SigningIn)
	err = entra.Survive(func() (err error) {
		client, with, err = e.connections.Connect(ctx, t)
		return err
	}, e.panicked(t.Name))
	if err == nil {
		e.watch.phase(t.Key, Syncing)
	}
	return client, with, err
}

// panicked makes a panic of ours the failure of a tenant's sync.
func (e *Engine) panicked(tenant string) func(any, string) error {
	return func(panicked any, stack string) error {
		e.log.Error("panic", "tenant", tenant, "panic", fmt.Sprint(panicked), "stack", stack)
		return &entra.Error{Code: entra.CodeInternal, What: say.With("syncing %s failed", tenant), Why: "an error of this program", Remedy: "try again; report it if it stays"}
	}
}

// SignIn signs a person in for a tenant, whoever was signed in before, with one
// of its profile's credentials by its id; "": the first that takes a person.
// The tenants that waited for it sync at once.
func (e *Engine) SignIn(ctx context.Context, t entra.Tenant, credential string, prompt func(entra.Prompt)) error {
	return e.connections.SignIn(signin.Attended(ctx, prompt), t, credential)
}

// Test is [Engine.Diagnose] without the notes.
func (e *Engine) Test(ctx context.Context, t entra.Tenant) entra.Connection {
	return e.Diagnose(ctx, t).Connection
}

// Diagnose tests the settings as given, stored or not: sign-in first, then one
// cheap GET for each of the tenant's classes. A stored tenant whose classes nobody has
// chosen, and that is tested as it is stored, takes what it may read.
func (e *Engine) Diagnose(ctx context.Context, t entra.Tenant) signin.Diagnosis {
	d := e.connections.Diagnose(ctx, t)
	if !t.Unchosen || t.Key == 0 || !d.OK {
		return d
	}
	var may []string
	for _, p := range d.Permissions {
		if p.Granted {
			may = append(may, p.Class)
		}
	}
	taken, err := e.Store.TakeClasses(store.Outliving(ctx), t.Key, may)
	if err != nil {
		e.log.Warn("taking classes failed", "tenant", t.Name, "err", err) // its next sync does
	}
	if len(taken) > 0 {
		d.Taken = taken
		e.poke(0)
		e.watch.tell(Event{Kind: Changed})
	}
	return d
}

// Expiring are the credentials of profiles in use that end within 30 days, or
// have ended; the soonest first.
func (e *Engine) Expiring(ctx context.Context) ([]signin.Expiry, error) {
	return e.connections.Expiring(ctx)
}

// NewlyExpiring are those of [Engine.Expiring] that came within a threshold that
// nobody was told of. Who asks tells it: each is given once.
func (e *Engine) NewlyExpiring(ctx context.Context) ([]signin.Expiry, error) {
	return e.connections.NewlyExpiring(ctx)
}

// tellExpiring says that a threshold was passed that nobody was told of.
func (e *Engine) tellExpiring(ctx context.Context) {
	all, err := e.Expiring(ctx)
	if err != nil || len(all) == 0 {
		return
	}
	told, err := e.Store.Expiries(ctx)
	if err != nil {
		return
	}
	for _, x := range all {
		if was := told[x.Credential.ID].Warned; was < 0 || x.Days < was {
			e.watch.tell(Event{Kind: Expiring})
			return
		}
	}
}

// readExpiries learns when the secrets that a tenant was synced with end. That
// it fails is no trouble of the sync.
func (e *Engine) readExpiries(ctx context.Context, t entra.Tenant) {
	if err := e.connections.ReadExpiries(ctx, t); err != nil {
		if ctx.Err() == nil {
			e.log.Warn("reading the app registration failed", "tenant", t.Name, "err", err)
		}
		return
	}
	e.tellExpiring(ctx)
}
