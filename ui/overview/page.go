package overview

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/daychart"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Page shows all integrations at a glance: failing tenants first, with
// the reason and the way out, then all tenants, what they hold and what changes
// in them. Before the first tenant it says how to begin.
type Page struct {
	host.Plain
	host     *host.Host
	shown    data
	question tasks.Latest
	later    func() // stops the wait for when the days may be counted again; nil: none runs

	begin     *firstSteps
	board     *fyne.Container
	syncAll   *kit.Button
	figures   [4]*figure
	attention *attention
	grid      *table.Grid[row]
	chart     *daychart.Chart
	classes   *classBars
	recent    *latestChanges
	look      *worthALook
}

// New makes the page and begins to read what it shows.
func New(h *host.Host) *Page {
	p := &Page{host: h, begin: newFirstSteps(h), figures: newFigures(), attention: newAttention(h), chart: daychart.New(activityDays), classes: newClassBars(), recent: newLatestChanges(h), look: newWorthALook(h)}
	p.grid = table.New(func(g row) string { return host.ToTenant(g.tenant.Key).String() }, p.columns()...)
	p.grid.OnOpen = func(g row) { h.Open(host.ToTenant(g.tenant.Key)) }
	lists.RememberColumns(h, "overview", p.grid)
	p.grid.SetState(table.State{Title: lang.L("Loading…")})
	p.syncAll = kit.NewButton(lang.L("Sync all now"), h.SyncAll)
	p.syncAll.Icon = apptheme.SyncIcon
	p.build()
	p.Refresh()
	return p
}

func (p *Page) build() {
	figures := container.New(evenly{})
	for _, f := range p.figures {
		figures.Add(f.content)
	}
	top := container.New(layout.NewCustomPaddedVBoxLayout(boardGap), kit.PageTitle(lang.L("Integrations"), p.syncAll), figures, p.attention.box)
	p.board = container.New(boardLayout{p.grid, p.recent}, top, p.grid,
		panel(lang.L("Changes, last 14 days"), p.chart), panel(lang.L("Objects by class"), p.classes), panel(lang.L("Latest changes"), p.recent), p.look.room)
	p.look.resized = p.layBoard
}

// Content is the board, or the first steps.
func (p *Page) Content() fyne.CanvasObject {
	return container.NewStack(p.board, p.begin.content)
}

// Refresh reads everything anew.
func (p *Page) Refresh() {
	last := p.shown
	tasks.KeepUp(p.host.Group, &p.question, func(ctx context.Context) (data, error) { return readData(ctx, p.host, last) }, p.show)
}

// Leave forgets what is being asked.
func (p *Page) Leave() {
	p.question.Drop()
	p.look.leave()
	p.wait(false)
}

// wait asks again once the days may be counted anew, so that the picture does not stay behind the
// latest changes.
func (p *Page) wait(behind bool) {
	if p.later != nil {
		p.later()
		p.later = nil
	}
	if behind {
		p.later = p.host.After(p.shown.pace.Wait(p.host.Now()), func() { p.later = nil; p.Refresh() })
	}
}

// SyncNow syncs all tenants.
func (p *Page) SyncNow() { p.host.SyncAll() }

func (p *Page) columns() []table.Column[row] {
	of := func(class string) table.Column[row] {
		return table.Column[row]{Key: class, Title: labels.Class(class), Width: 78, Align: fyne.TextAlignTrailing, Text: func(g row) string {
			if n, synced := g.classes[class]; synced {
				return phrase.Number(n)
			}
			return "–"
		}}
	}
	return []table.Column[row]{
		{Key: "name", Title: lang.L("Name"), Width: 200, Grow: true, Firm: true, Text: func(g row) string { return g.tenant.Name },
			Icon: func(g row) fyne.Resource { return g.icon }},
		of(entra.Classes()[0].Name), of(entra.Classes()[1].Name), of(entra.Classes()[2].Name),
		{Key: "good", Title: lang.L("Last good sync"), Width: 120, Firm: true, Text: func(g row) string { return phrase.Ago(g.lastGood, p.host.Now()) }},
		{Key: "state", Keep: true, Title: lang.L("State"), Width: 240, Grow: true, Text: func(g row) string { return g.text }},
	}
}

func (p *Page) show(s data, err error) {
	if err != nil {
		p.grid.SetState(kit.TroubleState(err, p.Refresh))
		p.layBoard()
		return
	}
	p.shown = s
	p.begin.show(len(s.rows) == 0, s.hasProfiles)
	kit.Reveal(len(s.rows) > 0, p.board)
	for i, n := range s.totals(p.host.Now()) {
		p.figures[i].show(n)
	}
	p.figures[attentionFigure].alarm(s.worst())
	p.attention.show(s.rows)
	p.chart.Tell(lastDays(s.days, p.host.Now()))
	p.classes.show(s.classes)
	p.recent.show(s)
	p.look.look(s.tenants())
	p.wait(s.behind)
	p.grid.SetRows(s.rows)
	p.layBoard()
}

// layBoard lays the board out anew.
func (p *Page) layBoard() { p.board.Layout.Layout(p.board.Objects, p.board.Size()) }
