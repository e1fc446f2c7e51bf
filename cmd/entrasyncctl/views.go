package main

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/lookup"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/views"
)

func (a *app) viewsCommand() *cobra.Command {
	return listCommand(a, call{"views", "List the views: questions about a tenant that are often asked, and your own", cobra.NoArgs}, func(ctx context.Context, _ []string) (list[views.View], error) {
		own, err := a.ownViews(ctx)
		columns := []export.Column[views.View]{
			{Key: "name", Value: func(v views.View) any { return v.Name }},
			{Key: "meaning", Value: func(v views.View) any { return v.Meaning.String() }},
			{Key: "classes", Value: func(v views.View) any { return v.Classes }},
		}
		return list[views.View]{columns, columns[:2], rowsOf(append(views.All(), own...))}, err
	})
}

// ownViews are those that were kept in the window. Where there is no database there are
// none, and none is made.
func (a *app) ownViews(ctx context.Context) (out []views.View, err error) {
	dir, err := a.dir()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(dir, store.FileName)); err != nil {
		return nil, nil
	}
	st, err := a.store(ctx)
	if err != nil {
		return nil, err
	}
	owns, err := views.Owns(ctx, st)
	for _, o := range owns {
		out = append(out, o.View())
	}
	return out, err
}

func (a *app) viewCommand() *cobra.Command {
	var asked viewing
	cmd := listCommand(a, call{"view TENANT NAME", "Answer a view of a tenant; see views", cobra.ExactArgs(2)}, func(ctx context.Context, args []string) (none list[views.Row], err error) {
		st, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return none, err
		}
		v, found, err := views.Find(ctx, st, t.Key, args[1])
		if err != nil {
			return none, err
		}
		if !found {
			return none, entra.Invalid("the view can't be shown", say.With("there is no view %s", args[1]), "see `entrasyncctl views`")
		}
		q := asked.question(ctx, st, t)
		if err := a.tellMissing(v, q); err != nil {
			return none, err
		}
		return asked.answer(a, v, q)
	})
	asked.flags(cmd)
	return cmd
}

func (a *app) rolesCommand() *cobra.Command {
	var asked viewing
	var of string
	cmd := listCommand(a, call{"roles TENANT [ROLE]", "List who can reach a role, and how: directly, by groups, eligible or activated; or somebody's roles", cobra.RangeArgs(1, 2)}, func(ctx context.Context, args []string) (none list[views.Row], err error) {
		var wanted store.RoleQuery
		st, t, err := a.tenant(ctx, args[0])
		if err != nil {
			return none, err
		}
		q := asked.question(ctx, st, t)
		if err := a.tellMissing(views.Reach(wanted), q); err != nil { // before names are looked for: it may be why one is not found
			return none, err
		}
		if len(args) == 2 {
			role, err := lookup.Role(args[1], lookup.Query{Ctx: ctx, Store: st, Tenant: t.Key, At: q.At})
			if err != nil {
				return none, err
			}
			wanted.Role = role.ID
		}
		if wanted.Holder, err = a.object(ctx, t, of, q.At); err != nil {
			return none, err
		}
		return asked.answer(a, views.Reach(wanted), q)
	})
	cmd.Flags().StringVar(&of, "of", "", "the other way round: the roles in reach of this `object`, a person, a group or an app: "+objectNamed)
	asked.flags(cmd)
	return cmd
}

// viewing is how an answer is wanted.
type viewing struct {
	at     moment
	search string
	where  []string
}

func (w *viewing) flags(cmd *cobra.Command) {
	searchFlag(cmd, &w.search)
	whereFlag(cmd, &w.where, "'way = eligible', 'userPrincipalName contains miller', 'until before +7d'")
	asOfFlag(cmd, &w.at)
}

func (w *viewing) question(ctx context.Context, st *store.Store, t entra.Tenant) views.Question {
	return views.Question{Ctx: ctx, Store: st, Tenant: t, Now: time.Now(), At: w.at.Time, Search: w.search}
}

// answer is the answer to a view.
func (w *viewing) answer(a *app, v views.View, q views.Question) (none list[views.Row], err error) {
	known, err := v.Asked(q)
	if err != nil {
		return none, err
	}
	if q.Where, err = conditions("", w.where, known, say.With("name one of %s", strings.Join(known[:min(len(known), 15)], ", "))); err != nil {
		return none, err
	}
	a.none = func() (say.Sentence, error) {
		if looked := sought("--search", w.search, "--where", strings.Join(w.where, " and ")); looked != "" {
			return say.With("no row fits: %s; leave something out", looked), nil
		}
		told, _, err := v.Missing(q)
		if len(told) > 0 || !q.At.IsZero() {
			return say.With("as far as the copy knows, there are none in %s: %s", q.Tenant.Name, v.Meaning), err
		}
		return say.With("there are none in %s: %s", q.Tenant.Name, v.Meaning), err
	}
	return list[views.Row]{v.Exported(), viewTable(v, &names{ctx: q.Ctx, store: q.Store, tenant: q.Tenant.Key}), windowOf(v.Rows(q))}, nil
}

// tellMissing says on stderr what an answer may lack, and fails where there is none.
func (a *app) tellMissing(v views.View, q views.Question) error {
	told, nothing, err := v.Missing(q)
	if err != nil {
		return err
	}
	if nothing {
		remedy := say.Sentence("switch the classes on with `entrasyncctl tenant set`, grant what is missing, and sync")
		if !q.At.IsZero() {
			remedy = "name a later moment; switch on what is not synced at all"
		}
		return &entra.Error{Code: "not_held", What: say.With("the view %s can't be answered", v.Name), Why: say.Join("; ", told...), Remedy: remedy}
	}
	for _, s := range told {
		a.tell("note: " + s.String())
	}
	doubts, err := v.Doubts(q)
	for _, d := range doubts {
		a.tell("note: " + d.Sentence())
	}
	return err
}

// viewTable shows names in place of ids, and lists without their brackets.
func viewTable(v views.View, n *names) []export.Column[views.Row] {
	out := []export.Column[views.Row]{{Key: "display_name", Value: func(r views.Row) any { return cmp.Or(r.Name, r.ID) }}}
	if v.Mixed() {
		out = append(out, export.Column[views.Row]{Key: "class", Value: func(r views.Row) any { return r.Class }})
	}
	for _, c := range v.Shown() {
		out = append(out, export.Column[views.Row]{Key: c.Key, Value: func(r views.Row) any {
			if raw, is := c.Value(r).(json.RawMessage); is {
				return n.text(c.Key, []byte(raw))
			}
			return c.Value(r)
		}})
	}
	return out
}

// windowOf gives windows of rows that come one by one.
func windowOf[T any](all iter.Seq2[T, error]) func(store.Range) iter.Seq2[T, error] {
	return func(r store.Range) iter.Seq2[T, error] {
		return func(yield func(T, error) bool) {
			skip, left := r.Offset, r.Limit
			for row, err := range all {
				if skip > 0 && err == nil {
					skip--
					continue
				}
				left--
				if !yield(row, err) || left == 0 {
					return
				}
			}
		}
	}
}
