package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// overviewPage shows all integrations at a glance: failing tenants first, with
// the reason and the way out, then all tenants, what they hold and what changes
// in them. Before the first tenant it says how to begin.
type overviewPage struct {
	desk     *desk
	shown    survey
	question latest

	begin     *firstSteps
	board     *fyne.Container
	syncAll   *button
	figures   [4]*figure
	attention *attention
	grid      *table.Grid[glance]
	chart     *chart
	classes   *classBars
	feed      *feed
}

func newOverviewPage(d *desk) *overviewPage {
	p := &overviewPage{desk: d, begin: newFirstSteps(d), figures: newFigures(), attention: newAttention(d), chart: newChart(), classes: newClassBars(), feed: newFeed(d)}
	p.grid = table.New(func(g glance) string { return string(tenantNode(g.tenant.Key)) }, p.columns()...)
	p.grid.OnOpen = func(g glance) { d.open(tenantNode(g.tenant.Key)) }
	rememberWidths(d, "overview", p.grid)
	p.grid.SetState(table.State{Title: lang.L("Loading…")})
	p.syncAll = newButton(lang.L("Sync all now"), p.sync)
	p.syncAll.Icon = apptheme.SyncIcon
	p.build()
	p.refresh()
	return p
}

func (p *overviewPage) build() {
	figures := container.New(evenly{})
	for _, f := range p.figures {
		figures.Add(f.content)
	}
	top := container.New(layout.NewCustomPaddedVBoxLayout(boardGap), pageTitle(lang.L("Integrations"), p.syncAll), figures, p.attention.box)
	p.board = container.New(boardLayout{p.grid}, top, p.grid,
		panel(lang.L("Changes, last 14 days"), p.chart), panel(lang.L("Objects by class"), p.classes), panel(lang.L("Latest changes"), p.feed))
}

func (p *overviewPage) content() fyne.CanvasObject {
	return container.NewStack(p.board, p.begin.content)
}

func (p *overviewPage) refresh() {
	last := p.shown
	keepUp(p.desk.crew, &p.question, func(ctx context.Context) (survey, error) { return p.desk.survey(ctx, last) }, p.show)
}

func (p *overviewPage) leave() { p.question.drop() }

// sync syncs all tenants that are enabled.
func (p *overviewPage) sync() {
	for _, g := range p.shown.glances {
		if g.tenant.Enabled {
			p.desk.engine.SyncNow(g.tenant.Key)
		}
	}
}

func (p *overviewPage) columns() []table.Column[glance] {
	of := func(class string) table.Column[glance] {
		return table.Column[glance]{Key: class, Title: classLabel(class), Width: 78, Align: fyne.TextAlignTrailing, Text: func(g glance) string {
			if n, synced := g.classes[class]; synced {
				return phrase.Number(n)
			}
			return "–"
		}}
	}
	return []table.Column[glance]{
		{Key: "name", Title: lang.L("Name"), Width: 200, Grow: true, Firm: true, Text: func(g glance) string { return g.tenant.Name },
			Icon: func(g glance) fyne.Resource { return g.icon }},
		of(entra.Classes()[0].Name), of(entra.Classes()[1].Name), of(entra.Classes()[2].Name),
		{Key: "good", Title: lang.L("Last good sync"), Width: 120, Firm: true, Text: func(g glance) string { return phrase.Ago(g.lastGood, p.desk.now()) }},
		{Key: "state", Title: lang.L("State"), Width: 240, Grow: true, Text: func(g glance) string { return g.text }},
	}
}

func (p *overviewPage) show(s survey, err error) {
	if err != nil {
		p.grid.SetState(troubleState(err, p.refresh))
		return
	}
	p.shown = s
	p.begin.show(len(s.glances) == 0, s.hasProfiles)
	reveal(len(s.glances) > 0, p.board)
	for i, n := range s.totals() {
		p.figures[i].show(n)
	}
	p.figures[attentionFigure].alarm(s.totals()[attentionFigure] > 0)
	p.attention.show(s.glances)
	p.chart.show(s.days, p.desk.now())
	p.classes.show(s.classes)
	p.feed.show(s)
	p.grid.SetRows(s.glances)
	p.board.Layout.Layout(p.board.Objects, p.board.Size())
}
