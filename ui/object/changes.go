package object

import (
	"context"
	"io"
	"iter"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/tell"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// changes is the part that tells what happened to an object, newest first, up to the
// moment that is shown: to itself, and to what leads to it, such as the groups that a person joined.
type changes struct {
	page   *Page
	list   *lists.Paged[entra.Change]
	detail *lists.Detail[entra.Change]
}

func newChanges(p *Page) *changes {
	c := &changes{page: p, detail: lists.NewChangeDetail(p.host, nil)}
	now := p.host.Now
	columns := []table.Column[entra.Change]{
		{Key: "time", Title: lang.L("Time"), Width: 130, Firm: true, Text: func(x entra.Change) string { return phrase.Stamp(x.Time, now()) }},
		{Key: "kind", Title: lang.L("What"), Width: 140, Firm: true, Text: func(x entra.Change) string { return labels.Change(x.Kind) },
			Icon: func(x entra.Change) fyne.Resource { return labels.ChangeSign(x.Kind) }},
		{Key: "text", Keep: true, Title: lang.L("What happened"), Width: 360, Grow: true, Text: func(x entra.Change) string { return labels.ChangeText(x, now()) }},
	}
	if p.tenant.Audited() {
		columns = append(columns, table.Column[entra.Change]{Key: "by", Title: lang.L("Made by"), Width: 170, Text: tell.Actors})
	}
	grid := table.New(func(x entra.Change) string { return strconv.FormatInt(x.Key, 10) }, columns...)
	c.list = &lists.Paged[entra.Change]{Host: p.host, Grid: grid, Stand: p.at.Stand, OnStand: p.stands, Fetch: lists.FetchOf(c.named), Count: c.count, Export: c.exportCSV,
		Lines: c.exportLines, Named: c.fileName, Empty: table.State{Icon: apptheme.Signs().Good, Title: lang.L("No change is recorded"),
			Text: lang.L("Changes are recorded from the first complete sync of a class on.")}}
	lists.RememberColumns(p.host, "object changes", grid)
	grid.OnOpen = c.detail.Open
	grid.OnSelect = func(x entra.Change) {
		c.list.Stand.Row = strconv.FormatInt(x.Key, 10)
		p.stands()
		c.detail.Follow(x)
	}
	return c
}

func (c *changes) content() fyne.CanvasObject {
	content := c.detail.Under(c.list.Build())
	c.list.Reload()
	return content
}

func (c *changes) show(found)             {}
func (c *changes) refresh()               { c.list.Refresh() }
func (c *changes) leave()                 { c.list.Leave() }
func (c *changes) escape()                { c.detail.Close() }
func (c *changes) search() fyne.Focusable { return c.list.Search }
func (c *changes) stand() host.Stand      { return c.list.Stand }

func (c *changes) query(w lists.Wanted) store.ChangeQuery {
	return store.ChangeQuery{Of: c.page.class.Name, ID: c.page.at.Object.ID, Both: true, Search: w.Search, Until: w.Moment(), NewestFirst: true,
		Range: store.Range{Offset: w.Offset, Limit: w.Limit}}
}

func (c *changes) rows(ctx context.Context, w lists.Wanted) iter.Seq2[entra.Change, error] {
	return c.page.host.Store.Changes(ctx, c.page.tenant.Key, c.query(w))
}

// named are rows with the names of what they refer to.
func (c *changes) named(ctx context.Context, w lists.Wanted) iter.Seq2[entra.Change, error] {
	return export.InBatches(c.rows(ctx, w), func(some []entra.Change) error { return c.page.host.Store.NameEnds(ctx, c.page.tenant.Key, some) })
}

func (c *changes) count(ctx context.Context, w lists.Wanted) (int, error) {
	return c.page.host.Store.ChangeCount(ctx, c.page.tenant.Key, c.query(w))
}

func (c *changes) exportCSV(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.CSV(w, export.ChangesOf(c.page.tenant), c.rows(ctx, q))
}

func (c *changes) exportLines(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.JSONLines(w, export.ChangesOf(c.page.tenant), c.rows(ctx, q))
}

func (c *changes) fileName(s host.Stand) string {
	return strings.Join([]string{c.page.tenant.Name, c.page.found.name, "changes", s.Search}, " ")
}
