package object

import (
	"cmp"
	"context"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/views"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// holders is the part that tells who has a role or may activate it, and how; of somebody,
// which roles these are.
type holders struct {
	page *Page
	list *lists.Paged[entra.RoleHolder]
}

// holdersPart is its name among the parts.
const holdersPart = "holders"

// rolesTold are the classes that tell who has which role.
var rolesTold = []string{"roleAssignments", "roleAssignmentSchedules", "roleEligibilitySchedules", "directoryRoles"}

// isRole tells whether objects of a class are roles.
func isRole(class string) bool { return class == "roleDefinitions" || class == "directoryRoles" }

// rolesSynced are the other classes that tell who comes to a role, of those that are synced.
func (p *Page) rolesSynced() (out []string) {
	for _, class := range append([]string{"groups"}, rolesTold...) {
		if class != p.class.Name && slices.Contains(p.tenant.Classes, class) {
			out = append(out, class)
		}
	}
	return out
}

// holdersTitle is what the part is called on the page of an object; "": it has none.
func (p *Page) holdersTitle() string {
	synced := slices.ContainsFunc(rolesTold, func(class string) bool { return slices.Contains(p.tenant.Classes, class) })
	switch {
	case isRole(p.class.Name):
		return lang.L("Who can reach it")
	case synced && slices.Contains([]string{"users", "groups", "servicePrincipals"}, p.class.Name):
		return lang.L("Roles in reach")
	}
	return ""
}

func newHolders(p *Page) *holders {
	h := &holders{page: p}
	grid := table.New(func(r entra.RoleHolder) string {
		return strings.Join([]string{h.other(r).ID, string(r.Way), r.Scope, pathIDs(r)}, "\n")
	}, h.columns()...)
	grid.OnOpen = func(r entra.RoleHolder) { p.goToObject(h.other(r)) }
	h.list = &lists.Paged[entra.RoleHolder]{Host: p.host, Grid: grid, Stand: p.at.Stand, OnStand: p.stands, Fetch: lists.WalkOf(h.rows), Count: lists.CountOf(h.rows),
		Export: h.exportCSV, Lines: h.exportLines, Named: h.fileName, Empty: h.empty()}
	lists.RememberColumns(p.host, "holders", grid)
	return h
}

func pathIDs(r entra.RoleHolder) string {
	ids := make([]string, len(r.Path))
	for i, end := range r.Path {
		ids[i] = end.ID
	}
	return strings.Join(ids, " ")
}

// other is the end that the page is not about.
func (h *holders) other(r entra.RoleHolder) entra.LinkEnd {
	if isRole(h.page.class.Name) {
		return r.Holder
	}
	return r.Role
}

func (h *holders) columns() []table.Column[entra.RoleHolder] {
	now := h.page.host.Now
	name := func(end entra.LinkEnd) string { return cmp.Or(end.Name, end.ID) }
	quiet := func(entra.RoleHolder) bool { return true }
	out := []table.Column[entra.RoleHolder]{{Key: "name", Keep: true, Title: lang.L("Name"), Width: 190, Grow: true, Text: func(r entra.RoleHolder) string { return name(h.other(r)) },
		Icon: func(entra.RoleHolder) fyne.Resource { return apptheme.Signs().Link }}}
	if isRole(h.page.class.Name) {
		out = append(out, table.Column[entra.RoleHolder]{Key: "kind", Title: lang.L("Kind"), Width: 100, Text: func(r entra.RoleHolder) string { return labels.Class(r.Holder.Class) }, Quiet: quiet},
			table.Column[entra.RoleHolder]{Key: "account", Title: labels.ViewColumn("users", "userPrincipalName"), Width: 190, Text: func(r entra.RoleHolder) string { return r.Holder.Account }, Quiet: quiet})
	}
	return append(out,
		table.Column[entra.RoleHolder]{Key: "way", Title: labels.ViewColumn("", "way"), Width: 90, Firm: true, Text: func(r entra.RoleHolder) string { return labels.ViewWord("way", string(r.Way)) }},
		table.Column[entra.RoleHolder]{Key: "through", Title: labels.ViewColumn("", "through"), Width: 200, Grow: true,
			Text: func(r entra.RoleHolder) string { return via(other{via: r.Path}) }, Quiet: func(r entra.RoleHolder) bool { return len(r.Path) == 0 }},
		table.Column[entra.RoleHolder]{Key: "scope", Title: labels.ViewColumn("", "scope"), Width: 120, Text: func(r entra.RoleHolder) string { return cmp.Or(r.Unit.Name, labels.ViewWord("scope", r.Scope)) }},
		table.Column[entra.RoleHolder]{Key: "from", Title: labels.ViewColumn("", "from"), Width: 130, Text: func(r entra.RoleHolder) string { return name(r.From) }},
		table.Column[entra.RoleHolder]{Key: "until", Title: labels.ViewColumn("", "until"), Width: 120, Text: func(r entra.RoleHolder) string { return phrase.Stamp(r.End, now()) }})
}

func (h *holders) empty() table.State {
	if h.page.holdersTitle() == "" || !slices.ContainsFunc(rolesTold, func(class string) bool { return slices.Contains(h.page.tenant.Classes, class) }) {
		return table.State{Icon: apptheme.Signs().Off, Title: lang.L("Not synced"),
			Text: lang.L("This relation comes with {{.Class}}, which this tenant does not sync.", map[string]any{"Class": labels.Class(rolesTold[0])})}
	}
	if !h.page.at.Moment().IsZero() {
		return table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("There were none then"), Text: lang.L("As far as the copy knows; what it can't know is said above.")}
	}
	return table.State{Icon: apptheme.Signs().Good, Title: lang.L("There are none")}
}

func (h *holders) content() fyne.CanvasObject {
	content := h.list.Build()
	h.list.Reload()
	return content
}

func (h *holders) show(found)             {}
func (h *holders) refresh()               { h.list.Refresh() }
func (h *holders) leave()                 { h.list.Leave() }
func (h *holders) escape()                {}
func (h *holders) search() fyne.Focusable { return h.list.Search }
func (h *holders) stand() host.Stand      { return h.list.Stand }

// query asks by the object.
func (h *holders) query(at time.Time) store.RoleQuery {
	if isRole(h.page.class.Name) {
		return store.RoleQuery{Role: h.page.at.Object.ID, At: at}
	}
	return store.RoleQuery{Holder: h.page.at.Object.ID, At: at}
}

// rows gives those that match the search.
func (h *holders) rows(ctx context.Context, w lists.Wanted) iter.Seq2[entra.RoleHolder, error] {
	search := strings.ToLower(strings.TrimSpace(w.Search))
	return func(yield func(entra.RoleHolder, error) bool) {
		for r, err := range h.page.host.Store.RoleHolders(ctx, h.page.tenant.Key, h.query(w.Moment())) {
			if err == nil && search != "" && !strings.Contains(h.text(r), search) {
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// text is what a row is sought by.
func (h *holders) text(r entra.RoleHolder) string { return lists.Sought(h.other(r).ID, r, h.list.Grid) }

func (h *holders) exportCSV(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.CSV(w, exported.Exported(), h.exportRows(ctx, q))
}

func (h *holders) exportLines(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.JSONLines(w, exported.Exported(), h.exportRows(ctx, q))
}

// exported has the columns of an export: those of `entrasyncctl roles`.
var exported = views.Reach(store.RoleQuery{})

func (h *holders) exportRows(ctx context.Context, w lists.Wanted) iter.Seq2[views.Row, error] {
	return func(yield func(views.Row, error) bool) {
		for r, err := range h.rows(ctx, w) {
			if !yield(views.HolderRow(r), err) {
				return
			}
		}
	}
}

func (h *holders) fileName(s host.Stand) string {
	parts := []string{h.page.tenant.Name, cmp.Or(h.page.found.name, h.page.at.Object.ID), "roles"}
	if s.Search != "" {
		parts = append(parts, "search "+s.Search)
	}
	if at := s.Moment(); !at.IsZero() {
		parts = append(parts, "as of "+at.Local().Format("2006-01-02 1504"))
	}
	return strings.Join(parts, " ")
}
