// Command graphsim serves a simulated Entra ID tenant and its Microsoft Graph on loopback until it is interrupted.
//
// It prints what a client needs: authority, Graph root, tenant, client id, secret, and where the CA was written. The
// public id is an app's that people sign in with: by device code, or in a browser. How a terminal is connected to it
// stands in its help and in what it prints.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

// options are the command line.
type options struct {
	sim         graphsim.Config
	tenant      graphsim.TenantConfig
	changeEvery time.Duration
	changeFor   time.Duration
	caFile      string
	throttle    bool
	units       int
	everything  bool
	without     string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "graphsim:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	var o options
	f := flag.NewFlagSet("graphsim", flag.ContinueOnError)
	f.IntVar(&o.tenant.Users, "users", 1000, "users of the tenant")
	f.IntVar(&o.tenant.Groups, "groups", 200, "groups of the tenant")
	f.IntVar(&o.tenant.Devices, "devices", 300, "devices of the tenant")
	f.IntVar(&o.tenant.Links, "links", 0, "group memberships, about (default 12 a group)")
	f.Uint64Var(&o.tenant.Seed, "seed", 1, "the same seed makes the same tenant")
	f.StringVar(&o.tenant.Domain, "domain", "contoso.onmicrosoft.com", "default domain of the tenant")
	f.StringVar(&o.tenant.DisplayName, "display-name", "Contoso", "the tenant's name for people")
	f.BoolVar(&o.tenant.Premium, "premium", false, "the tenant holds an Entra ID P2 licence")
	f.StringVar(&o.sim.Addr, "addr", "127.0.0.1:0", "address of the sign-in host; Graph takes the port after it")
	f.DurationVar(&o.sim.Latency, "latency", 0, "added to every Graph answer")
	f.DurationVar(&o.sim.Lag, "lag", 0, "how long Graph takes to know of a change")
	f.DurationVar(&o.sim.AuditLag, "audit-lag", 0, "how long after a change the last entries of it appear in the log of audits (default 5m)")
	f.DurationVar(&o.changeEvery, "change-every", 0, "change the tenant a little, this often")
	f.DurationVar(&o.changeFor, "change-for", 0, "then leave it as it is (default: never)")
	f.BoolVar(&o.sim.FilterWalks, "filter-walks", false, "a delta query with a filter of ids walks over the whole class: most of its pages are empty")
	f.BoolVar(&o.sim.Cache, "cache", false, "keep answers while the tenant stands still: to measure clients by")
	f.BoolVar(&o.throttle, "throttle", false, "throttle as Graph does")
	f.IntVar(&o.units, "throttle-units", 0, "resource units per 10 s (default by the tenant's size)")
	f.BoolVar(&o.everything, "everything", false, "its app may read every class, not the usual ones alone")
	f.StringVar(&o.without, "without", "", "permissions that its app lacks, a `list` with commas: Graph refuses what needs them with 403. Directory.Read.All stands in for many others; name it, too")
	f.StringVar(&o.caFile, "ca-file", filepath.Join(os.TempDir(), "graphsim-ca.pem"), "where to write the CA certificate")
	f.Usage = func() {
		fmt.Fprint(f.Output(), "graphsim serves a simulated Entra ID tenant and its Microsoft Graph on loopback until it is interrupted.\n\n"+
			"These lines, which it prints with what it has in place of the capitals, connect a terminal to it and sync:\n  ",
			connecting(named{"AUTHORITY", "GRAPH", "CA-FILE", "TENANT", "CLIENT-ID", "SECRET"}, "\n  "), "\n\nFlags:\n")
		f.PrintDefaults()
	}
	err := f.Parse(args)
	return o, err
}

// named is what a client needs to know.
type named struct{ authority, graph, caFile, tenant, clientID, secret string }

// connecting are the two lines that make a terminal know the tenant and sync it.
func connecting(n named, between string) string {
	return "entrasyncctl cloud add sim --authority " + n.authority + " --graph " + n.graph + " --ca-file " + n.caFile + " && entrasyncctl profile add sim && echo " + n.secret +
		" | entrasyncctl profile add-credential sim --kind client-secret --client-id " + n.clientID + " --secret-stdin" + between +
		"entrasyncctl tenant add " + n.tenant + " --cloud sim --profile sim && entrasyncctl sync"
}

// permissions are what the app may read.
func (o options) permissions() []string {
	usual := []string{"User.Read.All", "Group.Read.All", "Device.Read.All",
		"Application.Read.All", "Organization.Read.All", "RoleManagement.Read.Directory", "Policy.Read.All",
		"AdministrativeUnit.Read.All", "OrgContact.Read.All", "Directory.Read.All", "AuditLog.Read.All"}
	if o.everything {
		usual = append(usual, "GroupMember.Read.All", "Member.Read.Hidden", "LicenseAssignment.Read.All", "Domain.Read.All", "GroupSettings.Read.All",
			"RoleEligibilitySchedule.Read.Directory", "RoleAssignmentSchedule.Read.Directory", "IdentityRiskyUser.Read.All",
			"IdentityRiskyServicePrincipal.Read.All", "Policy.Read.AuthenticationMethod", "CustomSecAttributeAssignment.Read.All")
	}
	return usual
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	app, err := graphsim.App{ClientID: uuid.NewString(), Secret: rand.Text(), Roles: o.permissions()}.Without(o.without)
	if err != nil {
		return err
	}
	people := graphsim.App{ClientID: uuid.NewString(), Public: true, Redirects: []string{"http://localhost"}, Roles: app.Roles}
	o.tenant.Apps = []graphsim.App{app, people}
	o.sim.Tenants = []graphsim.TenantConfig{o.tenant}
	if o.throttle {
		o.sim.Throttle = &graphsim.Throttle{Units: o.units}
	}
	s, err := graphsim.Start(o.sim)
	if err != nil {
		return err
	}
	defer s.Close()
	caFile, err := datafolder.OutputText(os.Getenv("ENTRASYNC_DATA_DIR"), o.caFile)
	if err != nil {
		return err
	}
	if err := os.WriteFile(caFile, s.CA(), 0o644); err != nil {
		return fmt.Errorf("write the CA: %w", err)
	}
	t := s.Tenant(o.tenant.Domain)
	fmt.Fprintf(out, "authority  %s\ngraph      %s\nca-file    %s\ntenant     %s\ntenant-id  %s\npublic-id  %s\nclient-id  %s\nconnect    %s\nsecret     %s\n",
		s.Authority(), s.Graph(), o.caFile, t.Domain(), t.ID(), people.ClientID, app.ClientID,
		connecting(named{s.Authority(), s.Graph(), o.caFile, t.Domain(), app.ClientID, app.Secret}, "\nsync       "), app.Secret)
	serve(ctx, t, o)
	return nil
}

// serve waits for the end, changing the tenant meanwhile if that is wanted.
func serve(ctx context.Context, t *graphsim.Tenant, o options) {
	var changing sync.WaitGroup
	changing.Go(func() { change(ctx, t, o) })
	<-ctx.Done()
	changing.Wait()
}

// change changes the tenant as the options say, until they or ctx end it.
func change(ctx context.Context, t *graphsim.Tenant, o options) {
	if o.changeEvery <= 0 {
		return
	}
	if o.changeFor > 0 {
		until, stop := context.WithTimeout(ctx, o.changeFor)
		defer stop()
		ctx = until
	}
	t.Run(ctx, o.changeEvery)
}
