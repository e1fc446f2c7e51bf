package object

import (
	"cmp"
	"context"
	"io"
	"iter"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// related is the part that lists the objects at the other end of a relation.
type related struct {
	page   *Page
	key    relationKey
	source entra.Class // the class that has the relation
	list   *lists.Paged[other]
	nested *kit.CheckField
}

// other is an object at the other end of a link, and how one gets there.
type other struct {
	entra.StoredLink
	end  entra.LinkEnd
	via  []entra.LinkEnd          // the groups in between, from this object on
	ends map[string]entra.LinkEnd // what the end itself leads to, where it is a link in its own right, such as a role assignment
}

func newRelated(p *Page, key relationKey) *related {
	r := &related{page: p, key: key}
	r.source, _ = entra.ClassNamed(key.class)
	grid := table.New(func(o other) string { return o.Source.ID + o.Target.ID }, r.columns()...)
	grid.OnOpen = func(o other) { p.goToObject(o.end) }
	r.list = &lists.Paged[other]{Host: p.host, Grid: grid, Stand: p.at.Stand, OnStand: p.stands, Fetch: r.fetch, Count: r.count,
		Export: r.exportCSV, Lines: r.exportLines, Named: r.fileName, Empty: r.empty()}
	grid.OnSelect = func(o other) {
		r.list.Stand.Row = o.Source.ID + o.Target.ID
		p.stands()
	}
	lists.RememberChosen(p.host, "links "+key.String(), grid, r.shown(p.at.Nested))
	if r.canNest() {
		r.nested = kit.NewCheckField(lang.L("Through nested groups, too"), p.at.Nested, func(on bool) {
			r.list.Stand.Nested = on
			grid.Reveal("via", on)
			r.list.Rewind()
		})
		r.list.Tools = []fyne.CanvasObject{r.nested}
	}
	return r
}

// shown are the columns that the table begins with.
func (r *related) shown(nested bool) map[string]bool {
	shown := map[string]bool{"name": true, "kind": true, "since": true, "via": nested}
	for _, c := range r.source.References {
		shown[c.Property] = true
	}
	if r.source.Gives != "" {
		shown[r.source.Gives] = true
	}
	return shown
}

// canNest tells whether groups may stand between the object and the others.
func (r *related) canNest() bool {
	if r.key.in {
		return r.key.relation == entra.Members && r.key.class != "administrativeUnits" || r.key.relation == "principal" || r.key.relation == "appRoleAssignedTo"
	}
	return r.key.relation == entra.Members
}

// isLink tells whether the other ends are links in their own right: they have no name
// but what they lead to.
func (r *related) isLink() bool {
	return r.key.in && slices.ContainsFunc(r.source.References, func(ref entra.Reference) bool { return !ref.Nested() })
}

func (r *related) columns() []table.Column[other] {
	now := r.page.host.Now
	var out []table.Column[other]
	if r.isLink() {
		if r.source.Gives != "" {
			out = append(out, table.Column[other]{Key: r.source.Gives, Title: labels.Property(r.source.Name, r.source.Gives), Width: 180, Grow: true,
				Text: func(o other) string { return o.end.Name }})
		}
		for _, ref := range r.source.References {
			if ref.Relation == r.key.relation {
				continue
			}
			out = append(out, table.Column[other]{Key: ref.Property, Title: labels.Property(r.source.Name, ref.Property), Width: 180, Grow: true,
				Text: func(o other) string { return endName(o.ends[ref.Relation], ref) }})
		}
	} else {
		out = append(out, table.Column[other]{Key: "name", Title: lang.L("Name"), Width: 220, Grow: true, Text: func(o other) string { return cmp.Or(o.end.Name, o.end.ID) },
			Icon: func(other) fyne.Resource { return apptheme.Signs().Link }})
	}
	return append(out,
		table.Column[other]{Key: "via", Title: lang.L("By way of"), Width: 200, Grow: true, Text: via, Quiet: func(o other) bool { return len(o.via) == 0 }},
		table.Column[other]{Key: "kind", Title: lang.L("Kind"), Width: 130, Text: func(o other) string { return labels.Class(o.end.Class) }, Quiet: func(other) bool { return true }},
		table.Column[other]{Key: "since", Title: lang.L("Since"), Width: 130, Firm: true, Text: func(o other) string { return phrase.Stamp(o.Since, now()) }},
		table.Column[other]{Key: "id", Title: lang.L("Object ID"), Width: 250, Text: func(o other) string { return o.end.ID }})
}

// endName is what a link in its own right leads to; a scope that is no object is the
// whole directory.
func endName(end entra.LinkEnd, ref entra.Reference) string {
	if end.ID == "" && ref.Relation == "scope" {
		return lang.L("Whole directory")
	}
	return cmp.Or(end.Name, end.ID)
}

// via is the way through groups, in words.
func via(o other) string {
	if len(o.via) == 0 {
		return lang.L("direct")
	}
	names := make([]string, len(o.via))
	for i, end := range o.via {
		names[i] = cmp.Or(end.Name, end.ID)
	}
	return strings.Join(names, " → ")
}

func (r *related) content() fyne.CanvasObject {
	content := r.list.Build()
	r.list.Reload()
	return content
}

func (r *related) show(found) {}
func (r *related) refresh()   { r.list.Refresh() }
func (r *related) leave()     { r.list.Leave() }
func (r *related) escape()    {}

func (r *related) search() fyne.Focusable { return r.list.Search }
func (r *related) stand() host.Stand      { return r.list.Stand }

func (r *related) empty() table.State {
	if !r.page.at.Moment().IsZero() {
		return table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("There were none then"), Text: lang.L("As far as the copy knows; what it can't know is said above.")}
	}
	if !slices.Contains(r.page.tenant.Classes, r.key.class) {
		return table.State{Icon: apptheme.Signs().Off, Title: lang.L("Not synced"),
			Text: lang.L("This relation comes with {{.Class}}, which this tenant does not sync.", map[string]any{"Class": labels.Class(r.key.class)})}
	}
	return table.State{Icon: apptheme.Signs().Good, Title: lang.L("There are none")}
}

// fetch reads a page of rows. Of those that are read directly the store skips what is before.
func (r *related) fetch(ctx context.Context, w lists.Wanted) (lists.Batch[other], error) {
	asked := w
	if r.direct(w) {
		w.Offset = 0
	}
	return lists.WalkOf(func(ctx context.Context, _ lists.Wanted) iter.Seq2[other, error] { return r.others(ctx, asked) })(ctx, w)
}

// count counts what the list holds in all.
func (r *related) count(ctx context.Context, w lists.Wanted) (int, error) {
	if r.direct(w) {
		q := r.key.query(r.page.at.Object.ID)
		q.Search, q.At, q.Names = w.Search, w.Moment(), true
		return r.page.host.Store.LinkCount(ctx, r.page.tenant.Key, q)
	}
	w.Offset, w.Limit = 0, 0
	return lists.CountOf(r.others)(ctx, w)
}

// holds tells whether a row matches what is searched for.
func (r *related) holds(o other, search string) bool {
	search = strings.ToLower(strings.TrimSpace(search))
	if search == "" {
		return true
	}
	texts := []string{o.end.Name, o.end.ID}
	for _, end := range o.via {
		texts = append(texts, end.Name)
	}
	for _, end := range o.ends {
		texts = append(texts, end.Name, end.ID)
	}
	return strings.Contains(strings.ToLower(strings.Join(texts, "\n")), search)
}

func (r *related) exportCSV(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.CSV(w, r.exported(), r.others(ctx, q))
}

func (r *related) exportLines(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.JSONLines(w, r.exported(), r.others(ctx, q))
}

// exported are the columns of an export: those of `links`, and the way.
func (r *related) exported() []export.Column[other] {
	var out []export.Column[other]
	for _, c := range export.LinkColumns() {
		out = append(out, export.Column[other]{Key: c.Key, Value: func(o other) any { return c.Value(o.StoredLink) }})
	}
	if r.isLink() {
		for _, ref := range r.source.References {
			out = append(out, export.Column[other]{Key: ref.Relation, Value: func(o other) any { return export.Text(o.ends[ref.Relation].Name) }})
		}
	}
	return append(out, export.Column[other]{Key: "via", Value: func(o other) any {
		if len(o.via) == 0 {
			return nil
		}
		return via(o)
	}})
}

// fileName says whose links a file holds, of what kind, and of when.
func (r *related) fileName(s host.Stand) string {
	parts := []string{r.page.tenant.Name, cmp.Or(r.page.found.name, r.page.at.Object.ID), r.key.title()}
	if s.Nested {
		parts = append(parts, "nested")
	}
	if s.Search != "" {
		parts = append(parts, "search "+s.Search)
	}
	if at := s.Moment(); !at.IsZero() {
		parts = append(parts, "as of "+at.Local().Format("2006-01-02 1504"))
	}
	return strings.Join(parts, " ")
}
