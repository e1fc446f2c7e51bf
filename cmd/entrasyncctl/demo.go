package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/cmd/internal/demo"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// demoChanges is how much happens in the demo tenant between its two syncs.
const demoChanges = 25

func (a *app) demoCommand() *cobra.Command {
	var keep bool
	var users count
	var without string
	cmd := a.command("demo", "See it work on a simulated tenant, without an account", cobra.NoArgs, func(ctx context.Context, _ []string) (err error) {
		options := demo.Options{Users: int(users), Without: without}
		if a.dataDir != "" || a.env[dataDirVariable] != "" {
			if options.DataDir, err = a.dir(); err != nil {
				return err
			}
		}
		d, err := demo.Start(ctx, options)
		if err != nil {
			return err
		}
		err = a.showDemo(ctx, d)
		if err == nil && keep {
			a.tell("the tenant goes on changing and syncing; Ctrl-C ends it. Its data folder: " + d.Store.Dir())
			err = d.Live(ctx)
		}
		return errors.Join(err, d.Close())
	})
	cmd.Flags().BoolVar(&keep, "keep", false, "go on changing and syncing until interrupted")
	cmd.Flags().Var(&users, "users", "how many users the tenant has (default 2000)")
	cmd.Flags().StringVar(&without, "without", "", demo.WithoutHelp)
	return cmd
}

// showDemo shows the point: a full scan, then a delta sync that tells what
// changed in between.
func (a *app) showDemo(ctx context.Context, d *demo.Demo) error {
	if err := a.say("A simulated tenant, %s. First everything is read:", d.Tenant.Name); err != nil {
		return err
	}
	if err := a.demoSync(ctx, d); err != nil {
		return err
	}
	if err := a.say("Then %d things happen in the tenant, and the next sync reads only those:", demoChanges); err != nil {
		return err
	}
	d.Change(demoChanges)
	if err := a.demoSync(ctx, d); err != nil {
		return err
	}
	if err := a.say("This is what changed:"); err != nil {
		return err
	}
	changes := named(ctx, d.Store, d.Tenant, d.Store.Changes(ctx, d.Tenant.Key, store.ChangeQuery{Range: store.Range{Limit: tableRows}}))
	if err := a.write("", func(w io.Writer) error {
		return errors.Join(terminal.Table(w, changeTable(d.Tenant)[1:], changes), lines(w, ""))
	}); err != nil {
		return err
	}
	return a.say("To sync your own tenant: entrasyncctl profile add, profile add-credential, tenant add, sync (each with --help).")
}

// demoSync syncs and prints the history rows of that sync.
func (a *app) demoSync(ctx context.Context, d *demo.Demo) error {
	stop := terminal.Progress(a.progress(), d.Engine, []entra.Tenant{d.Tenant})
	began := time.Now()
	result, err := d.Engine.Sync(ctx, d.Tenant.Key, syncer.SyncOptions{})
	stop()
	if err != nil {
		return err
	}
	return a.write("", func(w io.Writer) error {
		if err := terminal.Table(w, historyTable()[2:], rowsOf(result.Classes)(everything)); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "in %s\n\n", time.Since(began).Round(time.Millisecond))
		return err
	})
}
