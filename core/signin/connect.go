package signin

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
)

// connection is a client that works.
type connection struct {
	client     *graph.Client
	credential entra.Credential
	since      time.Time
	failed     []say.Sentence // what kept the credentials before it from signing in
	made       string         // of what; another makes a new connection
}

// retryFailed is when credentials that were passed over are tried again.
const retryFailed = time.Hour

// Connect gives the client for a run: the tenant is identified and pinned
// first, then the profile's credentials are tried in order.
func (cs *Connections) Connect(ctx context.Context, t *entra.Tenant) (client *graph.Client, with entra.SignedIn, err error) {
	pauses, err := cs.Store.Pauses(ctx, t.Key)
	if err == nil {
		err = graph.HeldBack(say.With("%s can't be synced", t.Name), pauses[entra.DirectoryQuota])
	}
	if err != nil {
		return nil, with, err
	}
	if err := cs.identify(ctx, t); err != nil {
		return nil, with, err
	}
	c, err := cs.connection(ctx, *t)
	if err != nil {
		return nil, with, err
	}
	if err := cs.hold(ctx, t.Key, c.client); err != nil {
		return nil, with, err
	}
	with = entra.SignedIn{Index: c.credential.Index, Kind: c.credential.Kind, Refused: c.failed}
	return c.client, with, nil
}

// identify asks the authority which tenant answers to the name, and pins it.
// The id proves that two customers are never mixed.
func (cs *Connections) identify(ctx context.Context, t *entra.Tenant) error {
	cloud, err := cs.Store.Cloud(ctx, t.Cloud)
	if err != nil {
		return err
	}
	id, err := graph.Discover(ctx, cloud, t.Name, cs.Proxy)
	for tries := 1; tries < 3 && entra.CodeOf(err) == entra.CodeService && ctx.Err() == nil; tries++ {
		id, err = graph.Discover(ctx, cloud, t.Name, cs.Proxy)
	}
	if err != nil {
		return err
	}
	if err := cs.Store.PinTenant(ctx, t.Key, id.TenantID, ""); err != nil {
		return err
	}
	t.TenantID = id.TenantID
	return nil
}

// Proof tells whether it is the tenant that answers, waiting for the answer.
type Proof func(context.Context) error

// Prove asks a new tenant for its organization, beside the first pages, of which
// nothing is stored before it has answered.
func (cs *Connections) Prove(ctx context.Context, t entra.Tenant, client *graph.Client) Proof {
	if t.DisplayName != "" || client == nil {
		return func(context.Context) error { return nil }
	}
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = entra.Survive(func() error { return cs.name(ctx, t, client) }, cs.panicked(t))
	}()
	return func(ctx context.Context) error {
		select {
		case <-done:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// panicked makes a panic of ours an error of what was asked of a tenant.
func (cs *Connections) panicked(t entra.Tenant) func(any, string) error {
	return func(panicked any, stack string) error {
		cs.log.Error("panic", "tenant", t.Name, "panic", fmt.Sprint(panicked), "stack", stack)
		return &entra.Error{Code: entra.CodeInternal, What: say.With("%s can't be synced", t.Name), Why: "an error of this program", Remedy: "try again; report it if it stays"}
	}
}

// name asks for the organization's name. Not being allowed to read it is
// no failure; another tenant's answer is.
func (cs *Connections) name(ctx context.Context, t entra.Tenant, client *graph.Client) error {
	id, name, err := client.Organization(ctx)
	switch code := entra.CodeOf(err); {
	case err == nil && id == "":
		return nil // Graph names none; the domain stands in for the name
	case err == nil && !strings.EqualFold(id, t.TenantID):
		return mismatch(t, id)
	case err == nil:
		return cs.Store.PinTenant(ctx, t.Key, t.TenantID, name)
	case code == entra.CodePermission || code == entra.CodeNotOffered || code == entra.CodeRequest || code == entra.CodeLicence:
		return nil
	}
	return err
}

func mismatch(t entra.Tenant, id string) error {
	return &entra.Error{Code: entra.CodeTenantMismatch, What: say.With("%s can't be synced", t.Name),
		Why: say.With("another tenant answered: %s, not %s", id, t.TenantID), Remedy: "check the credential profile and the Azure Cloud"}
}

// connection reuses the tenant's connection where nothing of it changed.
func (cs *Connections) connection(ctx context.Context, t entra.Tenant) (*connection, error) {
	p, err := cs.Store.Profile(ctx, t.Profile)
	if err != nil {
		return nil, err
	}
	cloud, err := cs.Store.Cloud(ctx, t.Cloud)
	if err != nil {
		return nil, err
	}
	of := made(t, p, cloud)
	cs.mu.Lock()
	old := cs.kept[t.Key]
	cs.mu.Unlock()
	if old != nil && old.made == of && (len(old.failed) == 0 || time.Since(old.since) < retryFailed) {
		if err := old.client.SignIn(ctx); err == nil {
			return old, nil
		}
	}
	cs.Close(t.Key)
	c, err := cs.firstThatWorks(ctx, t, p, cloud)
	if err != nil {
		return nil, err
	}
	c.made = of
	if asked(ctx) {
		cs.renewed(ctx, c, sought{t, p, cloud})
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if kept := cs.kept[t.Key]; kept != nil { // by Test Connection meanwhile
		kept.client.Close()
	}
	cs.kept[t.Key] = c
	return c, nil
}

// made is what a connection depends on: another makes a new one.
func made(t entra.Tenant, p entra.Profile, cloud entra.Cloud) string {
	return fmt.Sprintf("%q", []any{t.TenantID, cloud, Basis(p)})
}

// Basis tells two states of a profile apart where signing in with them may end in
// another way: other credentials, in another order, with other secrets, or a
// person who has signed in since.
func Basis(p entra.Profile) string {
	parts := []any{p.ID}
	for _, c := range p.Credentials {
		parts = append(parts, c.ID, c.Kind, c.ClientID, c.Lost, c.Revision)
	}
	return fmt.Sprintf("%q", parts)
}

// firstThatWorks tries a profile's credentials in order. Of several failures
// the first that somebody can mend at once is told, or just the first, with the
// others as detail.
func (cs *Connections) firstThatWorks(ctx context.Context, t entra.Tenant, p entra.Profile, cloud entra.Cloud) (*connection, error) {
	if len(p.Credentials) == 0 {
		return nil, &entra.Error{Code: entra.CodeSignIn, What: say.With("signing in to %s failed", t.Name), Why: say.With("the credential profile %s has no credential", p.Name),
			Remedy: "add one with `entrasyncctl profile add-credential`"}
	}
	var told []*entra.Error
	var failed []say.Sentence
	for _, credential := range p.Credentials {
		client, err := cs.try(ctx, sought{t, p, cloud}, credential)
		if err == nil {
			return &connection{client: client, credential: credential, since: time.Now(), failed: failed}, nil
		}
		if ctx.Err() != nil {
			return nil, err
		}
		this := byName(t, err)
		told = append(told, this)
		failed = append(failed, say.With("credential %d (%s): %s", credential.Index, credential.Kind, this))
	}
	i := max(0, slices.IndexFunc(told, func(e *entra.Error) bool { return WaitsForSomebody(e) != nil }))
	others := slices.Delete(failed, i, i+1)
	for _, other := range others {
		told[i].Detail = strings.TrimSpace(told[i].Detail + "\n" + other.String())
	}
	return nil, told[i]
}

// byName tells err with the tenant's name in the place of its id: people know it
// by that.
func byName(t entra.Tenant, err error) *entra.Error {
	e := *entra.AsError(err)
	if t.TenantID != "" {
		e.What = e.What.Map(func(text string) string { return strings.ReplaceAll(text, t.TenantID, t.Name) })
	}
	return &e
}

// sought is the connection that is sought.
type sought struct {
	tenant  entra.Tenant
	profile entra.Profile
	cloud   entra.Cloud
}

func (cs *Connections) client(s sought, opened graph.Credential, account graph.Account) (*graph.Client, error) {
	return graph.New(graph.Config{Cloud: s.cloud, Tenant: cmp.Or(s.tenant.TenantID, s.tenant.Name), Credential: opened, Account: account,
		Proxy: cs.Proxy, Logger: cs.log, Backoff: cs.Backoff,
		OnWait:     func(until time.Time, why say.Sentence) { cs.OnWait(s.tenant.Key, until, why) },
		OnThrottle: func(quota entra.Quota, until time.Time) { cs.keepPause(s.tenant.Key, quota, until) }})
}

// keepPause keeps what Graph asks to wait. Where that fails the next run hears of
// it from Graph again.
func (cs *Connections) keepPause(tenant int64, quota entra.Quota, until time.Time) {
	if err := cs.Store.KeepPause(context.Background(), tenant, quota, until); err != nil {
		cs.log.Warn("keeping a pause failed", "err", err)
	}
}

// hold makes a client heed what Graph asked any process to wait.
func (cs *Connections) hold(ctx context.Context, tenant int64, client *graph.Client) error {
	pauses, err := cs.Store.Pauses(ctx, tenant)
	for quota, until := range pauses {
		client.Hold(quota, until)
	}
	return err
}

func (cs *Connections) try(ctx context.Context, s sought, credential entra.Credential) (*graph.Client, error) {
	opened, err := cs.open(ctx, s.profile, credential)
	if err != nil {
		return nil, err
	}
	client, err := cs.client(s, opened, cs.account(s.profile, credential, s.tenant.TenantID))
	if err != nil {
		return nil, err
	}
	if err := client.SignIn(ctx); err != nil {
		client.Close()
		return nil, err
	}
	return client, nil
}

// open unseals what a credential needs.
func (cs *Connections) open(ctx context.Context, p entra.Profile, c entra.Credential) (graph.Credential, error) {
	opened := graph.Credential{Kind: c.Kind, ClientID: c.ClientID}
	if c.Lost {
		return opened, &entra.Error{Code: entra.CodeSignIn, What: "the credential can't be used", Why: "its secret was forgotten when the vault was reset",
			Remedy: say.With("remove it from the profile %s and add it again", p.Name)}
	}
	sealed, err := cs.Store.Secrets(ctx, c.ID)
	if err != nil || len(sealed) == 0 && !c.Kind.Person() {
		return opened, err
	}
	v, err := cs.Vault.Open(ctx) // for a person before somebody signs in for nothing
	if err != nil {
		return opened, err
	}
	for field, bytes := range sealed {
		if strings.HasPrefix(field, entra.FieldAccount) {
			continue // read when it is needed
		}
		secret, err := v.Open(bytes, binding(p.ID, c.ID, field))
		if err != nil {
			return opened, &entra.Error{Code: entra.CodeVaultLocked, What: "the credential can't be opened", Why: say.Because(err),
				Remedy: say.With("remove it from the profile %s and add it again", p.Name), Err: err}
		}
		switch field {
		case entra.FieldSecret:
			opened.Secret = secret.Reveal()
		case entra.FieldCertificate:
			opened.Certificate = secret.Reveal()
		}
	}
	return opened, nil
}
