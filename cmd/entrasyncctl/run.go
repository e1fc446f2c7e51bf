package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/cmd/entrasyncctl/terminal"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/syncer"
)

func (a *app) runCommand() *cobra.Command {
	return a.command("run", "Sync all enabled tenants, each at its interval, until stopped", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		tenants, err := a.wanted(ctx, nil)
		if err != nil {
			return err
		}
		if err := a.opened.Writable(); err != nil {
			return err
		}
		if err := a.checkPassphrase(ctx); err != nil {
			return err
		}
		e, err := a.newEngine(ctx) // its loop ends what was interrupted
		if err != nil {
			return err
		}
		defer terminal.Progress(a.progress(), e, tenants)()
		defer a.tellExpiring(ctx, e)()
		stop, err := a.watches(ctx)
		if err != nil {
			return err
		}
		defer stop()
		return e.Loop(ctx)
	})
}

// checkPassphrase fails where a passphrase was given that can't be read or does not
// open the vault: nobody sits beside a service to see every sync wait for it.
func (a *app) checkPassphrase(ctx context.Context) error {
	given, err := a.givenPassphrase()
	if err != nil || given.Empty() {
		return err
	}
	defer given.Clear()
	if record, err := a.opened.Vault(ctx); err != nil || record == nil {
		return err // there is nothing to open yet
	}
	k, err := a.vaultAccess(ctx)
	if err == nil {
		_, err = k.Open(ctx)
	}
	return err
}

// tellExpiring tells on stderr which credentials end soon, each threshold once,
// until stop is called. It leaves the window its own warning.
func (a *app) tellExpiring(ctx context.Context, e *syncer.Engine) (stop func()) {
	told := map[string]bool{}
	return e.Follow(func(event syncer.Event) {
		if event.Kind != syncer.Expiring {
			return
		}
		near, err := e.Expiring(ctx)
		if err != nil {
			return // the next hour asks again
		}
		for _, x := range near {
			if line := expiryLine(x); !told[line] {
				told[line] = true
				a.tell(line)
			}
		}
	})
}

func expiryLine(x signin.Expiry) string {
	verb := "expires"
	if x.Days == 0 {
		verb = "has expired"
	}
	return fmt.Sprintf("warning: credential %d (%s) of %s %s on %s; add its successor to the profile",
		x.Credential.Index, x.Credential.Kind, x.Profile.Name, verb, x.Credential.Expires.Local().Format(time.DateOnly))
}
