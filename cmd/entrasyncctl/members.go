package main

import (
	"context"
	"iter"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) membersCommand() *cobra.Command {
	var of string
	var at moment
	cmd := listCommand(a, call{"members TENANT [GROUP]", "List the members of a group, or of every group", cobra.RangeArgs(1, 2)}, func(ctx context.Context, args []string) (list[entra.StoredLink], error) {
		if of != "" && len(args) == 2 {
			return list[entra.StoredLink]{}, entra.Invalid("the command can't be run", "both a group and --of are given", "give one of them")
		}
		q := store.LinkQuery{Relation: entra.Members, Class: "groups", Target: of, At: at.Time}
		st, t, err := a.tenant(ctx, args[0])
		if err == nil && len(args) == 2 {
			q.Source, err = st.GroupNamed(ctx, t.Key, args[1], q.At)
		}
		if err == nil {
			err = a.doubt(ctx, t, store.DoubtQuery{Classes: []string{"groups"}}, q.At)
		}
		return list[entra.StoredLink]{export.MemberColumns(), nil, linksOf(ctx, st, t, q)}, err
	})
	cmd.Flags().StringVar(&of, "of", "", "the other way round: the groups that the object with this `id` is in")
	asOfFlag(cmd, &at)
	return cmd
}

func linksOf(ctx context.Context, st *store.Store, t entra.Tenant, q store.LinkQuery) func(store.Range) iter.Seq2[entra.StoredLink, error] {
	return func(r store.Range) iter.Seq2[entra.StoredLink, error] {
		q.Range = r
		return st.Links(ctx, t.Key, q)
	}
}
