package signin

import (
	"context"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/vault"
)

// SignIn signs a person in for a tenant, whoever was signed in before, with one
// of its profile's credentials by its id; "": the first that takes a person.
func (cs *Connections) SignIn(ctx context.Context, t entra.Tenant, credential string) error {
	p, err := cs.Store.Profile(ctx, t.Profile)
	if err != nil {
		return err
	}
	cloud, err := cs.Store.Cloud(ctx, t.Cloud)
	if err != nil {
		return err
	}
	id, err := graph.Locate(ctx, cloud, t.Name, cs.Proxy)
	switch {
	case err != nil:
		return err
	case t.TenantID != "" && !strings.EqualFold(t.TenantID, id.TenantID):
		return mismatch(t, id.TenantID)
	}
	t.TenantID = id.TenantID
	for _, c := range p.Credentials {
		if c.Kind.Person() && (credential == "" || c.ID == credential) {
			return cs.signIn(ctx, sought{t, p, cloud}, c)
		}
	}
	return entra.Invalid("nobody can sign in", say.With("the credential profile %s has no such credential that takes a person", p.Name), "add a device code or a browser sign-in to it")
}

func (cs *Connections) signIn(ctx context.Context, s sought, c entra.Credential) error {
	account := cs.account(s.profile, c, s.tenant.TenantID)
	account.Load = func(context.Context) ([]byte, error) { return nil, nil }
	if _, err := cs.Vault.Open(ctx); err != nil { // before somebody signs in for nothing
		return err
	}
	client, err := cs.client(s, graph.Credential{Kind: c.Kind, ClientID: c.ClientID}, account)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.SignIn(ctx); err != nil {
		return byName(s.tenant, err)
	}
	cs.signedIn(ctx, c)
	return nil
}

// account keeps the sign-in of a person with a credential in a tenant, sealed.
// Each tenant has its own, so that whoever holds the tenant's lock is the only
// one to renew it.
func (cs *Connections) account(p entra.Profile, c entra.Credential, tenantID string) graph.Account {
	field := entra.FieldAccount + strings.ToLower(tenantID)
	return graph.Account{
		Load: func(ctx context.Context) ([]byte, error) { return cs.load(ctx, Place{p.ID, c.ID}, field) },
		Save: func(ctx context.Context, data []byte) error {
			secret := vault.NewSecret(data)
			defer secret.Clear()
			v, err := cs.Vault.Open(ctx)
			if err != nil {
				return err
			}
			sealed, err := v.Seal(secret, binding(p.ID, c.ID, field))
			if err != nil {
				return err
			}
			return cs.Store.SetSecret(ctx, c.ID, field, sealed)
		},
	}
}

// load opens the sign-in that is kept for a tenant. Where nobody signed in yet
// it begins with that at another: the same person may be let in. What can't be
// opened is as good as none, because somebody can sign in again.
func (cs *Connections) load(ctx context.Context, at Place, field string) ([]byte, error) {
	sealed, err := cs.Store.Secrets(ctx, at.Credential)
	if err != nil {
		return nil, err
	}
	for other := range sealed {
		if sealed[field] == nil && strings.HasPrefix(other, entra.FieldAccount) {
			field = other
		}
	}
	if sealed[field] == nil {
		return nil, nil
	}
	v, err := cs.Vault.Open(ctx)
	if err != nil {
		return nil, err
	}
	opened, err := v.Open(sealed[field], binding(at.Profile, at.Credential, field))
	if err != nil {
		cs.log.Warn("the kept sign-in can't be opened", "err", err)
	}
	return opened.Reveal(), nil
}
