package signin

import (
	"context"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

// world is a simulated tenant, and a store that knows it with a profile.
type world struct {
	testing.TB
	server      *graphsim.Server
	sim         *graphsim.Tenant
	store       *store.Store
	connections *Connections
	tenant      entra.Tenant
}

const (
	clientID = "11111111-2222-3333-4444-555555555555"
	secret   = "marker~secret~value"
	day      = 24 * time.Hour
)

var (
	allRoles = []string{"User.Read.All", "Group.Read.All", "Device.Read.All", "Organization.Read.All", "Member.Read.Hidden", "Directory.Read.All"}
	small    = graphsim.TenantConfig{Users: 5, Groups: 1, Devices: 1}
)

func newWorld(t testing.TB, size graphsim.TenantConfig, more ...func(*graphsim.Config)) *world {
	t.Helper()
	size.Seed, size.Apps = 1, []graphsim.App{{ClientID: clientID, Secret: secret, Roles: allRoles}}
	cfg := graphsim.Config{Tenants: []graphsim.TenantConfig{size}}
	for _, m := range more {
		m(&cfg)
	}
	server, err := graphsim.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	w := &world{TB: t, server: server, sim: server.Tenant("contoso.onmicrosoft.com")}
	if w.store, err = store.Open(w.ctx(), t.TempDir(), store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.store.Close() })
	w.newProcess(MemoryVaultAccess())
	w.must(w.store.AddCloud(w.ctx(), entra.Cloud{Name: "sim", Authority: server.Authority(), Graph: server.Graph(), CA: server.CA()}))
	w.must(w.store.AddProfile(w.ctx(), "reader", ""))
	w.add(Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte(secret))})
	w.tenant, err = w.store.AddTenant(w.ctx(), entra.Tenant{Name: w.sim.Domain(), Cloud: "sim", Profile: "reader", Enabled: true, Classes: entra.DefaultClasses()})
	w.must(err)
	return w
}

// newProcess forgets the connections, as another process would begin.
func (w *world) newProcess(access *VaultAccess) {
	w.connections = New(Options{Store: w.store, Vault: access, Backoff: time.Millisecond})
}

func (w *world) ctx() context.Context {
	ctx := w.Context()
	return ctx
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) add(m Material) {
	w.Helper()
	w.must(AddCredential(w.ctx(), w.store, w.connections.Vault, "reader", m))
}

// signedIn connects, as a sync does, and tells with which credential.
func (w *world) signedIn() entra.SignedIn {
	w.Helper()
	t := w.tenant
	_, with, err := w.connections.Connect(w.ctx(), &t)
	w.must(err)
	return with
}

func passphrase(text string) func(context.Context) (vault.Secret, error) {
	return func(context.Context) (vault.Secret, error) { return vault.NewSecret([]byte(text)), nil }
}
