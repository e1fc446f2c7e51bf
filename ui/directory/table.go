package directory

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// row is an object, and what the ids among its properties lead to.
type row struct {
	entra.StoredObject
	ends     map[string]entra.LinkEnd // by relation
	licences map[string]entra.LinkEnd // by skuId
}

// Columns that are no properties.
const (
	idColumn      = "id"
	stateColumn   = "(state)"
	seenColumn    = "first_seen"
	changedColumn = "last_changed"
)

// newList makes the table of the class in front.
func (d *Directory) newList() *lists.Paged[row] {
	class := d.class()
	grid := table.New(func(r row) string { return r.ID }, d.columns(class)...)
	grid.Twice = true
	grid.OnOpen = func(r row) {
		d.host.Open(host.ToObject(d.tenant().Key, class.Name, r.ID).AsOf(d.Stand().Moment()))
	}
	shown := map[string]bool{}
	for _, name := range class.Columns {
		shown[name] = true
	}
	lists.RememberChosen(d.host, "directory "+class.Name, grid, shown)
	d.filters = newFilterBar(d)
	l := &lists.Paged[row]{Host: d.host, Grid: grid, Stand: d.stand, OnStand: d.onStand, Fetch: lists.FetchOf(d.rows), Count: d.countRows, Late: d.late,
		Export: d.exportCSV, Lines: d.exportLines, Named: d.fileName, Empty: d.empty(), Tools: []fyne.CanvasObject{d.filters.button, d.deleted, d.moment.Button}, Under: d.filters.row}
	grid.OnSelect = func(r row) {
		l.Stand.Row = r.ID
		d.onStand()
	}
	return l
}

func (d *Directory) class() entra.Class {
	c, _ := entra.ClassNamed(d.stand.Class)
	return c
}

// columns are all that a table of the class can show.
func (d *Directory) columns(c entra.Class) []table.Column[row] {
	var out []table.Column[row]
	for i, name := range labels.TableColumns(c) {
		column := table.Column[row]{Key: name, Title: labels.Property(c.Name, name), Width: width(c, name), Grow: !short(name), Firm: short(name), Text: d.text(c, name), Sort: true,
			Quiet: func(r row) bool { return r.State != entra.Live }}
		if i == 0 {
			column.Icon = func(r row) fyne.Resource {
				if r.State == entra.Deleted {
					return apptheme.Signs().Removed
				}
				return nil
			}
		}
		out = append(out, column)
	}
	stamp := func(key, title string, text func(row) string) table.Column[row] {
		return table.Column[row]{Key: key, Title: title, Width: 130, Text: text, Sort: key != stateColumn, Quiet: func(row) bool { return true }}
	}
	return append(out,
		table.Column[row]{Key: idColumn, Title: lang.L("Object ID"), Width: 250, Sort: true, Text: func(r row) string { return r.ID }},
		stamp(stateColumn, lang.L("In the copy"), func(r row) string { return labels.ObjectState(r.State) }),
		stamp(seenColumn, lang.L("First seen"), func(r row) string { return phrase.Stamp(r.FirstSeen, d.host.Now()) }),
		stamp(changedColumn, lang.L("Last changed"), func(r row) string { return phrase.Stamp(r.LastChanged, d.host.Now()) }))
}

// text gives a column its cells.
func (d *Directory) text(c entra.Class, name string) func(row) string {
	relation := referenceOf(c, name)
	return func(r row) string {
		if end, ok := r.ends[relation]; ok && end.Name != "" {
			return end.Name
		}
		if name == c.Gives && r.Given != "" {
			return r.Given
		}
		if _, _, copied := c.Copied(name); copied {
			return r.Text(name)
		}
		return labels.Value(name, entra.NameLicences(name, r.Properties.Value(name), r.licences), d.host.Now())
	}
}

// width is what a column takes at 100% zoom: a name more than a flag.
func width(c entra.Class, name string) float32 {
	switch {
	case name == "userPrincipalName" || name == "mail" || name == "description" || strings.HasSuffix(name, "Id"):
		return 210
	case name == c.Columns[0]:
		return 200
	case strings.HasSuffix(name, "DateTime"), name == "groupTypes":
		return 130
	case short(name):
		return 76
	case strings.HasSuffix(name, "Type"):
		return 96
	}
	return 130
}

// short tells whether a property's values are a word of a few: cut, they would tell nothing.
func short(name string) bool {
	return strings.HasPrefix(name, "is") || strings.HasSuffix(name, "Enabled") || name == "userType"
}

// query is what is asked of the store.
func (d *Directory) query(w lists.Wanted) store.ObjectQuery {
	return store.ObjectQuery{Class: w.Class, Search: w.Search, Filters: conditions(w.Stand), Sort: sortedBy(w), Descending: w.Descending, Deleted: w.Deleted, At: w.Moment(), Range: store.Range{Offset: w.Offset, Limit: w.Limit}}
}

// sortedBy is what a column's rows are sorted by: an id that is shown by a name, by that.
func sortedBy(w lists.Wanted) string {
	c, _ := entra.ClassNamed(w.Class)
	if relation := referenceOf(c, w.Sort); relation != "" {
		return entra.NameKey(relation)
	}
	if w.Sort != "" && w.Sort == c.Gives {
		return c.GivenName()
	}
	return w.Sort
}

// rows gives objects with what their ids lead to.
func (d *Directory) rows(ctx context.Context, w lists.Wanted) iter.Seq2[row, error] {
	class, _ := entra.ClassNamed(w.Class)
	return func(yield func(row, error) bool) {
		ends, err := d.prepare(ctx, w)
		if ends != nil {
			defer ends()
		}
		if err != nil {
			yield(row{}, err)
			return
		}
		objects := d.objects(ctx, w)
		if len(class.References) > 0 || slices.ContainsFunc(class.Select, entra.HoldsLicences) {
			objects = export.InBatches(objects, func(rows []row) error { return d.lead(ctx, w, rows) })
		}
		objects(yield)
	}
}

// deep is how many rows are passed over at most without an index: SQLite keeps them all, to sort them.
const deep = 5000

// prepare sees to it that rows in an order that has no index come at once the next time, or
// with a flag that few have. First rows come by looking through all there is, which takes a
// fraction of what the index does, and then that is made on the side; an export and pages far
// behind wait for it.
func (d *Directory) prepare(ctx context.Context, w lists.Wanted) (ends func(), err error) {
	due, property := false, flagOf(w.Stand)
	if w.Sort != "" && w.At == 0 {
		if due, err = d.host.Store.OrderDue(ctx, d.tenant().Key, w.Class, sortedBy(w)); err != nil {
			return nil, err
		}
	}
	done := func() {}
	if due {
		property = sortedBy(w)
		d.preparing.Add(1)
		done = func() { d.preparing.Add(-1) }
		if w.Limit == 0 || w.Offset > deep {
			return done, d.host.Store.IndexOrder(ctx, d.tenant().Key, w.Class, property)
		}
	}
	began := time.Now()
	return func() {
		done()
		if time.Since(began) >= d.slow && w.Limit > 0 && w.At == 0 && (due || strings.TrimSpace(w.Search) == "") && ctx.Err() == nil {
			d.hasten(w.Class, property)
		}
	}, nil
}

// hasten makes an index on the side, one at a time, in which syncs wait. Without it all works, only slower.
func (d *Directory) hasten(class, property string) {
	if property == "" || !d.making.CompareAndSwap(false, true) {
		return
	}
	d.host.Start(func() {
		defer d.making.Store(false)
		_ = d.host.Store.IndexOrder(d.host.Context, d.tenant().Key, class, property)
	})
}

// late says what rows wait for, where that happens once.
func (d *Directory) late() (title, text string) {
	again := lang.L("With so many objects this takes a while. Next time it comes at once.")
	switch {
	case d.preparing.Load() > 0:
		return lang.L("Preparing this order once…"), again
	case flagOf(d.Stand()) != "":
		return lang.L("Looking through everything there is…"), again
	case d.byName():
		return lang.L("Looking through everything there is…"), lang.L("An order by the names of others is made each time.")
	}
	return "", ""
}

// byName tells whether rows are sorted by names in the place of ids: no index holds the names of others.
func (d *Directory) byName() bool {
	sort := d.Stand().Sort
	return sort != "" && (sort == d.class().Gives || referenceOf(d.class(), sort) != "")
}

// flagOf is the first flag that is asked for; "": none is.
func flagOf(stand host.Stand) string {
	for _, c := range conditions(stand) {
		if c.Op == entra.OpEquals && (strings.EqualFold(c.Value, "true") || strings.EqualFold(c.Value, "false")) {
			property, _ := c.Parts()
			return property
		}
	}
	return ""
}

func (d *Directory) objects(ctx context.Context, w lists.Wanted) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for o, err := range d.host.Store.Objects(ctx, d.tenant().Key, d.query(w)) {
			if !yield(row{StoredObject: o}, err) {
				return
			}
		}
	}
}

// lead reads what the ids among the objects' properties lead to.
func (d *Directory) lead(ctx context.Context, w lists.Wanted, rows []row) error {
	class, _ := entra.ClassNamed(w.Class)
	if slices.ContainsFunc(class.Select, entra.HoldsLicences) {
		licences, err := d.host.Store.Licences(ctx, d.tenant().Key, w.Moment())
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].licences = licences
		}
	}
	if len(class.References) == 0 {
		return nil
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	ends, err := d.host.Store.Ends(ctx, d.tenant().Key, w.Class, ids, w.Moment())
	for i := range rows {
		rows[i].ends = ends[rows[i].ID]
	}
	return err
}

// countRows counts what a list holds in all. The past has to be gone through.
func (d *Directory) countRows(ctx context.Context, w lists.Wanted) (int, error) {
	q := d.query(w)
	q.Range = store.Range{}
	if q.At.IsZero() {
		return d.host.Store.ObjectCount(ctx, d.tenant().Key, q)
	}
	n := 0
	for _, err := range d.host.Store.Objects(ctx, d.tenant().Key, q) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
