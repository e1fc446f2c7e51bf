package directory

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/lists"
)

// deletedColumn tells who is deleted.
var deletedColumn = export.Column[row]{Key: "deleted", Value: func(r row) any { return r.State == entra.Deleted }}

// shown are the columns of what is shown, as Graph calls them: a program reads the
// file, and looks for its names.
func (d *Directory) shown() []export.Column[row] {
	class, hidden := d.class(), d.list.Grid.Hidden()
	columns := []export.Column[row]{{Key: idColumn, Value: func(r row) any { return r.ID }}}
	for _, c := range d.list.Grid.Columns() {
		if slices.Contains(hidden, c.Key) {
			continue
		}
		switch c.Key {
		case idColumn:
		case stateColumn:
			columns = append(columns, deletedColumn)
		case seenColumn:
			columns = append(columns, export.Column[row]{Key: "first_seen", Value: func(r row) any { return r.FirstSeen }})
		case changedColumn:
			columns = append(columns, export.Column[row]{Key: "last_changed", Value: func(r row) any { return r.LastChanged }})
		default:
			columns = append(columns, property(c.Key))
			if names := entra.LicenceNames(c.Key); names != "" {
				columns = append(columns, export.Column[row]{Key: names, Value: func(r row) any {
					if v := r.Properties.Value(c.Key); v.Kind() == '[' {
						return json.RawMessage(entra.NameLicences(c.Key, v, r.licences))
					}
					return nil
				}})
			}
			if relation := referenceOf(class, c.Key); relation != "" {
				columns = append(columns, export.Column[row]{Key: relation, Value: func(r row) any { return export.Text(r.ends[relation].Name) }})
			}
		}
	}
	if d.list.Stand.Deleted && !slices.ContainsFunc(columns, func(c export.Column[row]) bool { return c.Key == deletedColumn.Key }) {
		columns = slices.Insert(columns, 1, deletedColumn) // the name has a sign for it
	}
	if class.Gives != "" {
		columns = append(columns, export.Column[row]{Key: class.GivenName(), Value: func(r row) any { return export.Text(r.Given) }})
	}
	return columns
}

// property is a column of a property's values: texts bare, all else as it is in Graph.
func property(name string) export.Column[row] {
	return export.Column[row]{Key: name, Value: func(r row) any {
		switch v := r.Properties.Value(name); v.Kind() {
		case 0:
			return nil
		case '"':
			return r.Properties.Text(name)
		default:
			return json.RawMessage(v)
		}
	}}
}

// referenceOf is the relation that a property is the id of; "": none.
func referenceOf(c entra.Class, property string) string {
	for _, r := range c.References {
		if r.Property == property {
			return r.Relation
		}
	}
	return ""
}

func (d *Directory) exportCSV(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.CSV(w, d.shown(), d.rows(ctx, q))
}

func (d *Directory) exportLines(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.JSONLines(w, d.shown(), d.rows(ctx, q))
}

// fileName says whose objects a file holds, which of them, and of which moment.
func (d *Directory) fileName(s host.Stand) string {
	parts := []string{d.tenant().Name, s.Class}
	if s.Search != "" {
		parts = append(parts, "search "+s.Search)
	}
	for _, c := range conditions(s) {
		parts = append(parts, strings.ReplaceAll(c.Written(), `"`, ""))
	}
	if s.Deleted {
		parts = append(parts, "with deleted")
	}
	if at := s.Moment(); !at.IsZero() {
		parts = append(parts, "as of "+at.Local().Format("2006-01-02 1504"))
	}
	return strings.Join(parts, " ")
}
