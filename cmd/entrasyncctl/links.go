package main

import (
	"context"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/lookup"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) linksCommand() *cobra.Command {
	q := store.LinkQuery{Names: true}
	var from, to string
	var at moment
	cmd := listCommand(a, call{"links TENANT", "List which objects are linked to which, of every relation", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (none list[entra.StoredLink], err error) {
		if q.Relation != "" {
			if q.Relation, err = relationName(q.Relation); err != nil {
				return none, err
			}
		}
		st, t, err := a.tenant(ctx, args[0])
		if q.At = at.Time; err == nil {
			err = a.doubt(ctx, t, store.DoubtQuery{Classes: linking(t, q.Relation, q.At)}, q.At)
		}
		if err == nil {
			q.Source, err = a.object(ctx, t, from, q.At)
		}
		if err == nil {
			q.Target, err = a.object(ctx, t, to, q.At)
		}
		a.none = a.noLinks(ctx, t, sought("--relation", q.Relation, "--from", from, "--to", to), q.At)
		return list[entra.StoredLink]{export.LinkColumns(), linkTable(), linksOf(ctx, st, t, q)}, err
	})
	cmd.Flags().StringVar(&q.Relation, "relation", "", "only of the relation of this `name`, such as members or owners")
	cmd.Flags().StringVar(&from, "from", "", "only from this `object`: "+objectNamed)
	cmd.Flags().StringVar(&to, "to", "", "only to this `object`: "+objectNamed)
	asOfFlag(cmd, &at)
	return cmd
}

// objectNamed is how an object is named wherever a command takes one.
const objectNamed = "an id, or a displayName, userPrincipalName or appId that only one has; groups/NAME names the class, too"

// relationName finds a relation that some class has, without regard to case.
func relationName(typed string) (string, error) {
	names := entra.RelationNames()
	for _, name := range names {
		if strings.EqualFold(name, strings.TrimSpace(typed)) {
			return name, nil
		}
	}
	return "", entra.Invalid("the relation can't be used", say.With("there is no relation %s", typed), say.With("name one of %s", strings.Join(names, ", ")))
}

// linkTable names both ends: by their names where they have some.
func linkTable() []export.Column[entra.StoredLink] {
	c := export.LinkColumns()
	end := func(key string, of func(entra.StoredLink) entra.LinkEnd) export.Column[entra.StoredLink] {
		return export.Column[entra.StoredLink]{Key: key, Value: func(l entra.StoredLink) any {
			if e := of(l); e.Name != "" {
				return e.Name
			}
			return of(l).ID
		}}
	}
	return []export.Column[entra.StoredLink]{c[1], end("source", func(l entra.StoredLink) entra.LinkEnd { return l.Source }), c[0], c[4],
		end("target", func(l entra.StoredLink) entra.LinkEnd { return l.Target }), c[7]}
}

func (a *app) membersCommand() *cobra.Command {
	var of string
	var at moment
	cmd := listCommand(a, call{"members TENANT [GROUP]", "List the members of a group, or of every group", cobra.RangeArgs(1, 2)}, func(ctx context.Context, args []string) (list[entra.StoredLink], error) {
		if of != "" && len(args) == 2 {
			return list[entra.StoredLink]{}, entra.Invalid("the command can't be run", "both a group and --of are given", "give one of them")
		}
		q := store.LinkQuery{Relation: entra.Members, Class: "groups", At: at.Time}
		st, t, err := a.tenant(ctx, args[0])
		if err == nil { // before the group is looked for: what is not known of then may be why it is not found
			err = a.doubt(ctx, t, store.DoubtQuery{Classes: []string{"groups"}}, q.At)
		}
		if err == nil && len(args) == 2 {
			var group entra.LinkEnd
			group, err = lookup.Object(args[1], lookup.Query{Ctx: ctx, Store: st, Tenant: t.Key, Classes: []string{"groups"}, At: q.At})
			q.Source, err = group.ID, a.unfound(ctx, t, []string{"groups"}, q.At, err)
		}
		if err == nil {
			q.Target, err = a.object(ctx, t, of, q.At)
		}
		a.none = a.noLinks(ctx, t, sought("members of", strings.Join(args[1:], " "), "--of", of), q.At)
		return list[entra.StoredLink]{export.MemberColumns(), export.MemberTable(), linksOf(ctx, st, t, q)}, err
	})
	cmd.Flags().StringVar(&of, "of", "", "the other way round: the groups that this `object` is in: "+objectNamed)
	asOfFlag(cmd, &at)
	return cmd
}

func linksOf(ctx context.Context, st *store.Store, t entra.Tenant, q store.LinkQuery) func(store.Range) iter.Seq2[entra.StoredLink, error] {
	return func(r store.Range) iter.Seq2[entra.StoredLink, error] {
		q.Range = r
		q.Names = q.Names || r.Limit > 0 // people read a page; machines read all, and the ends' names cost as much as the links
		return st.Links(ctx, t.Key, q)
	}
}
