package main

import (
	"context"

	"github.com/spf13/cobra"
)

func (a *app) runCommand() *cobra.Command {
	return a.command("run", "Sync all enabled tenants, each at its interval, until stopped", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		tenants, err := a.wanted(ctx, nil)
		if err != nil {
			return err
		}
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		defer a.showProgress(e, tenants)()
		defer a.tellExpiring(ctx, e)()
		return e.Loop(ctx)
	})
}
