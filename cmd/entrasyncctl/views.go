package main

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
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
	var asOf moment
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
		q := views.Question{Ctx: ctx, Store: st, Tenant: t, Now: time.Now(), At: asOf.Time}
		if err := a.tellMissing(v, q); err != nil {
			return none, err
		}
		a.none = func() (say.Sentence, error) {
			return say.With("there are none in %s now or then: %s", t.Name, v.Meaning), nil
		}
		return list[views.Row]{viewColumns(v), viewTable(v, &names{ctx: ctx, store: st, tenant: t.Key}), windowOf(v.Rows(q))}, nil
	})
	asOfFlag(cmd, &asOf)
	return cmd
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

// viewColumns are the columns of a view: the object, and what the view shows of it.
func viewColumns(v views.View) []export.Column[views.Row] {
	out := []export.Column[views.Row]{
		{Key: "class", Value: func(r views.Row) any { return r.Class }},
		{Key: "id", Value: func(r views.Row) any { return r.ID }},
		{Key: "display_name", Value: func(r views.Row) any { return export.Text(r.Name) }},
	}
	for i, name := range v.Columns {
		out = append(out, export.Column[views.Row]{Key: name, Value: func(r views.Row) any { return r.Values[i] }})
	}
	return out
}

// viewTable shows names in place of ids, and lists without their brackets.
func viewTable(v views.View, n *names) []export.Column[views.Row] {
	out := viewColumns(v)[2:]
	out[0].Value = func(r views.Row) any { return cmp.Or(r.Name, r.ID) }
	for i, name := range v.Columns {
		of := out[i+1].Value
		out[i+1].Value = func(r views.Row) any {
			if raw, is := of(r).(json.RawMessage); is {
				return n.text(name, []byte(raw))
			}
			return of(r)
		}
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
