package main

import (
	"context"
	"iter"

	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) objectsCommand() *cobra.Command {
	var q store.ObjectQuery
	var at moment
	cmd := listCommand(a, call{"objects TENANT", "List a tenant's objects of one class", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (list[entra.StoredObject], error) {
		class, err := className(q.Class)
		if err != nil {
			return list[entra.StoredObject]{}, err
		}
		q.Class = class
		st, t, err := a.tenant(ctx, args[0])
		if q.At = at.Time; err == nil {
			err = a.doubt(ctx, t, store.DoubtQuery{Classes: []string{class}, Values: true}, q.At)
		}
		return list[entra.StoredObject]{export.ObjectColumns(), objectTable(q), func(r store.Range) iter.Seq2[entra.StoredObject, error] {
			q.Range = r
			return st.Objects(ctx, t.Key, q)
		}}, err
	})
	cmd.Flags().StringVar(&q.Class, "class", "", "the object `class`")
	cmd.Flags().BoolVar(&q.Deleted, "include-deleted", false, "deleted ones that can be restored, too")
	cmd.Flags().BoolVar(&q.Filtered, "include-filtered", false, "those that the filter leaves out, too: only their ids are kept")
	searchFlag(cmd, &q.Search)
	asOfFlag(cmd, &at)
	required(cmd, "class")
	return cmd
}

// objectTable shows the class's own columns instead of all properties.
func objectTable(q store.ObjectQuery) []export.Column[entra.StoredObject] {
	out := []export.Column[entra.StoredObject]{{Key: "id", Value: func(o entra.StoredObject) any { return o.ID }}}
	class, _ := entra.ClassNamed(q.Class)
	for _, name := range class.Columns {
		out = append(out, export.Column[entra.StoredObject]{Key: name, Value: func(o entra.StoredObject) any { return o.Properties.Text(name) }})
	}
	if q.Deleted || q.Filtered {
		out = append(out, export.Column[entra.StoredObject]{Key: "state", Value: func(o entra.StoredObject) any {
			return map[entra.State]string{entra.Deleted: "deleted", entra.Filtered: "filtered"}[o.State]
		}})
	}
	return out
}
