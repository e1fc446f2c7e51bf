// Package demo is Entra ID Sync on a simulated tenant inside the process, for
// the terminal and the window alike. It touches neither the OS keychain, nor a
// proxy, nor any data but its own.
package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// Options for [Start].
type Options struct {
	DataDir string // "": a temporary folder, removed by [Demo.Close]
	Users   int    // 0: 2,000; a quarter as many groups and devices come with them
	Without string // permissions that the demo's app lacks, a list with commas
}

// WithoutHelp is what the flag for [Options].Without does.
const WithoutHelp = "permissions that its app lacks, a `list` with commas, to see what is told of them; Directory.Read.All stands in for many others: name it, too"

// Demo is a running demo: everything is set up, nothing is synced yet.
type Demo struct {
	Store  *store.Store
	Engine *syncer.Engine
	Vault  *signin.VaultAccess
	Sim    *graphsim.Server
	Tenant entra.Tenant

	temp string // to remove at the end; "": nothing
}

// The names under which the demo is set up.
const (
	cloudName   = "demo"
	profileName = "Demo"
	domain      = "contoso.onmicrosoft.com"
)

const defaultUsers = 2000

// Classes are what the demo syncs: everything but what tells of people's sign-ins, and
// what Graph lets be read once a second only, for which who looks on would wait.
func Classes() (classes []entra.Class) {
	for _, c := range entra.Classes() {
		if !c.Optional && c.Quota == entra.DirectoryQuota {
			classes = append(classes, c)
		}
	}
	return classes
}

// granted are the permissions of the demo's app registration, and the classes it reads by them.
func granted() (roles, classes []string) {
	roles = []string{"Group.Read.All", "Member.Read.Hidden"}
	for _, c := range Classes() {
		roles, classes = append(roles, c.Permission), append(classes, c.Name)
	}
	return append(roles, entra.Audits.Permission), append(classes, entra.Audits.Name) // so that changes say who made them
}

// auditLag is how late entries of the demo's log of audits appear: who looks on would not wait for minutes.
const auditLag = 5 * time.Second

// Start starts the simulated tenant and sets it up in a data folder of its own.
// A folder that holds other tenants is refused; what an earlier demo left there
// is replaced.
func Start(ctx context.Context, o Options) (*Demo, error) {
	if o.Users == 0 {
		o.Users = defaultUsers
	}
	if o.Users < 1 {
		return nil, entra.Invalid("the demo can't start", "it needs at least one user", "give a number from 1")
	}
	d := &Demo{Vault: signin.MemoryVaultAccess()}
	if err := d.start(ctx, o); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Demo) start(ctx context.Context, o Options) (err error) {
	if o.DataDir == "" {
		if d.temp, err = os.MkdirTemp("", "entrasync-demo-"); err != nil {
			return err
		}
		o.DataDir = d.temp
	}
	if d.Store, err = store.Open(ctx, o.DataDir, store.Options{}); err != nil {
		return err
	}
	d.Engine = syncer.New(syncer.Options{Store: d.Store, Vault: d.Vault, Proxy: noProxy})
	if err := d.clear(ctx); err != nil {
		return err
	}
	roles, classes := granted()
	app, err := graphsim.App{ClientID: uuid.NewString(), Secret: rand.Text(), Roles: roles}.Without(o.Without)
	if err != nil {
		return entra.Invalid("the demo can't start", say.Because(err), "name permissions as Graph does, with commas between them")
	}
	d.Sim, err = graphsim.Start(graphsim.Config{AuditLag: auditLag, Tenants: []graphsim.TenantConfig{{
		Domain: domain, DisplayName: "Contoso (demo)", Seed: 1, Users: o.Users, Groups: o.Users / 4, Devices: o.Users / 4, Premium: true, Apps: []graphsim.App{app},
	}}})
	if err != nil {
		return err
	}
	return d.setUp(ctx, app, classes)
}

func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

// clear removes what an earlier demo left. Anything else is real data.
func (d *Demo) clear(ctx context.Context) error {
	tenants, err := d.Store.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		if t.Cloud != cloudName {
			return entra.Invalid("the demo can't start", "the data folder holds other tenants", "choose an empty folder")
		}
	}
	for _, t := range tenants {
		if err := d.Engine.RemoveTenant(ctx, t.Key); err != nil {
			return err
		}
	}
	return errors.Join(
		unlessMissing(d.Engine.RemoveProfile(ctx, profileName)),
		unlessMissing(d.Store.RemoveCloud(ctx, cloudName)))
}

func unlessMissing(err error) error {
	if entra.CodeOf(err) == entra.CodeNotFound {
		return nil
	}
	return err
}

func (d *Demo) setUp(ctx context.Context, app graphsim.App, classes []string) error {
	cloud := entra.Cloud{Name: cloudName, Label: "Demo", Authority: d.Sim.Authority(), Graph: d.Sim.Graph(), CA: d.Sim.CA()}
	if err := d.Store.AddCloud(ctx, cloud); err != nil {
		return err
	}
	secret := signin.Material{Kind: entra.ClientSecret, ClientID: app.ClientID, Secret: vault.NewSecret([]byte(app.Secret))}
	if err := d.Engine.AddProfileWith(ctx, profileName, "Signs in to the simulated tenant", secret); err != nil {
		return err
	}
	var err error
	d.Tenant, err = d.Engine.AddTenant(ctx, entra.Tenant{Name: domain, Cloud: cloudName, Profile: profileName, Enabled: true,
		Interval: entra.MinInterval, Classes: classes})
	return err
}

// Change makes n random changes in the simulated tenant.
func (d *Demo) Change(n int) { d.tenant().Mutate(random(), n) }

func (d *Demo) tenant() *graphsim.Tenant { return d.Sim.Tenant(domain) }

// Close ends the demo and removes its temporary folder. Syncs must have ended.
func (d *Demo) Close() error {
	var errs []error
	if d.Sim != nil {
		errs = append(errs, d.Sim.Close())
	}
	if d.Store != nil {
		errs = append(errs, d.Store.Close())
	}
	if d.temp != "" {
		errs = append(errs, os.RemoveAll(d.temp))
	}
	return errors.Join(errs...)
}
