package main

import (
	"context"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) membersCommand() *cobra.Command {
	var of string
	cmd := listCommand(a, call{"members TENANT [GROUP]", "List the members of a group, or of every group", cobra.RangeArgs(1, 2)}, func(ctx context.Context, args []string) (list[entra.Membership], error) {
		if of != "" && len(args) == 2 {
			return list[entra.Membership]{}, entra.Invalid("the command can't be run", "both a group and --of are given", "give one of them")
		}
		group := ""
		st, t, err := a.tenant(ctx, args[0])
		if err == nil && len(args) == 2 {
			group, err = st.GroupNamed(ctx, t.Key, args[1])
		}
		return list[entra.Membership]{export.MemberColumns(), nil, func(r store.Range) iter.Seq2[entra.Membership, error] {
			if of != "" {
				return st.MemberOf(ctx, t.Key, strings.ToLower(of), r)
			}
			return st.Members(ctx, t.Key, group, r)
		}}, err
	})
	cmd.Flags().StringVar(&of, "of", "", "the other way round: the groups that the object with this `id` is in")
	return cmd
}
