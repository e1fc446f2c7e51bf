package views

import (
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
)

// Exported are a view's columns for machines: the object, and what the view shows of it.
func (v View) Exported() []export.Column[Row] {
	out := []export.Column[Row]{
		{Key: "class", Value: func(r Row) any { return r.Class }},
		{Key: "id", Value: func(r Row) any { return r.ID }},
		{Key: "display_name", Value: func(r Row) any { return export.Text(r.Name) }},
	}
	for i, name := range v.Columns {
		out = append(out, export.Column[Row]{Key: name, Value: func(r Row) any { return r.Values[i] }})
	}
	return out
}

// Shown are a view's own columns for people. What has an id or a name beside it (role and
// role_id, scope and scope_name) is one column, which shows the name where there is one.
func (v View) Shown() (out []export.Column[Row]) {
	for i, name := range v.Columns {
		base := strings.TrimSuffix(strings.TrimSuffix(name, "_name"), "_id")
		if base != name && slices.Contains(v.Columns, base) {
			continue
		}
		named := slices.Index(v.Columns, name+"_name")
		out = append(out, export.Column[Row]{Key: name, Value: func(r Row) any {
			if named >= 0 && r.Values[named] != nil {
				return r.Values[named]
			}
			return r.Values[i]
		}})
	}
	return out
}

// Mixed tells whether the view's rows may be of several classes.
func (v View) Mixed() bool { return len(v.Classes) > 1 }

// Asked are the names that conditions on the view's rows may use: its columns, and, where it
// is a list of objects, all that is known of their classes.
func (v View) Asked(q Question) (names []string, err error) {
	for _, c := range v.Exported() {
		names = append(names, c.Key)
	}
	for _, wanted := range v.Queries {
		known, err := q.Store.Properties(q.Ctx, q.Tenant.Key, wanted.Class)
		if err != nil {
			return nil, err
		}
		for _, k := range known {
			names = append(names, k.Name)
		}
	}
	return names, nil
}

// narrowed is a question about the view's objects, and what is left to be asked of its rows:
// the store finds objects by any of their properties, and by its search index.
func (v View) narrowed(q Question) (objects []store.ObjectQuery, rows Question) {
	rows = q
	if v.rows != nil {
		return nil, rows
	}
	ofRow := func(c entra.Condition) bool { return c.Property == "class" || c.Property == "display_name" }
	rows.Where = slices.DeleteFunc(slices.Clone(q.Where), func(c entra.Condition) bool { return !ofRow(c) })
	for _, wanted := range v.Queries {
		wanted.Filters = append(slices.Clone(wanted.Filters), slices.DeleteFunc(slices.Clone(q.Where), ofRow)...)
		if wanted.Search == "" {
			wanted.Search, rows.Search = q.Search, ""
		}
		objects = append(objects, wanted)
	}
	return objects, rows
}

// fits tells whether a row is wanted: by a text in any of its columns, and by conditions on
// them.
func (v View) fits(r Row, q Question) (bool, error) {
	text := entra.LowerASCII(strings.TrimSpace(q.Search))
	if text == "" && len(q.Where) == 0 {
		return true, nil
	}
	line, err := export.Object(v.Exported(), r)
	if err != nil {
		return false, err
	}
	props, err := entra.ParseProperties(line)
	if err != nil {
		return false, err
	}
	for _, c := range q.Where {
		if !c.Holds(entra.StoredObject{ID: r.ID, Class: r.Class, Properties: props}, q.when()) {
			return false, nil
		}
	}
	return slices.ContainsFunc(props, func(p entra.Property) bool {
		return strings.Contains(entra.LowerASCII(entra.ValueText(p.Value)), text)
	}), nil
}
