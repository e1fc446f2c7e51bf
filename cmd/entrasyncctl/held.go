package main

import (
	"context"
	"iter"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) tenantHeld() *cobra.Command {
	return listCommand(a, call{"held TENANT", "List the deletions that the loss guard holds", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (list[store.Held], error) {
		st, t, err := a.tenant(ctx, args[0])
		return list[store.Held]{heldColumns(), heldColumns(), func(r store.Range) iter.Seq2[store.Held, error] {
			return st.Held(ctx, t.Key, "", r)
		}}, err
	})
}

func heldColumns() []export.Column[store.Held] {
	return []export.Column[store.Held]{
		{Key: "class", Value: func(h store.Held) any { return h.Class }},
		{Key: "id", Value: func(h store.Held) any { return h.ID }},
		{Key: "display_name", Value: func(h store.Held) any { return h.DisplayName }},
		{Key: "since", Value: func(h store.Held) any { return h.Since }},
		{Key: "links", Value: func(h store.Held) any { return h.Links }},
	}
}

func (a *app) tenantConfirm() *cobra.Command {
	var yes bool
	var class string
	cmd := a.command("confirm-deletions TENANT", "Apply the deletions that the loss guard holds", cobra.ExactArgs(1), func(ctx context.Context, args []string) (err error) {
		var classes []string
		if class != "" {
			if class, err = className(class); err != nil {
				return err
			}
			classes = []string{class}
		}
		_, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return err
		}
		if !yes {
			return needsYes(say.With("the held deletions of %s are not applied", t.Name), "what `entrasyncctl tenant held` lists would be deleted from the copy")
		}
		e, err := a.engine(ctx)
		if err != nil {
			return err
		}
		n, err := e.ConfirmDeletions(ctx, t.Key, classes)
		if err != nil {
			return err
		}
		if n == 0 {
			return a.say("nothing of %s is held", t.Name)
		}
		return a.say("applied %d held {deletion|deletions} of %s", n, t.Name)
	})
	cmd.Flags().StringVar(&class, "class", "", "only of this object `class`, with the links of its objects")
	return yesFlag(cmd, &yes)
}
