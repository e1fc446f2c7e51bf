package ui

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// activityDays is how far back the picture of changes reaches.
const activityDays = 14

// overviewPage shows all integrations at a glance, failing ones first.
type overviewPage struct {
	desk     *desk
	grid     *table.Grid[glance]
	chart    *chart
	totals   [4]*figure
	question latest
}

// glance is one tenant on the overview.
type glance struct {
	tenant   entra.Tenant
	lastGood time.Time
	objects  int64
	text     string // what the loop does, or what went wrong
	icon     fyne.Resource
}

// survey is all that the overview shows.
type survey struct {
	glances     []glance
	days        []store.DayChanges
	hasProfiles bool
}

func newOverviewPage(d *desk) *overviewPage {
	p := &overviewPage{desk: d, chart: newChart(), totals: newFigures()}
	p.grid = table.New(func(g glance) string { return string(tenantNode(g.tenant.Key)) }, p.columns()...)
	p.grid.OnOpen = func(g glance) { d.open(tenantNode(g.tenant.Key)) }
	rememberWidths(d, "overview", p.grid)
	p.grid.SetState(table.State{Title: lang.L("Loading…")})
	p.refresh()
	return p
}

func (p *overviewPage) content() fyne.CanvasObject {
	activity := container.NewBorder(subheading(lang.L("Changes, last 14 days")), nil, nil, nil, p.chart)
	totals := container.NewGridWithColumns(len(p.totals))
	for _, f := range p.totals {
		totals.Add(f.content)
	}
	return container.NewBorder(container.NewVBox(heading(lang.L("Integrations")), totals, gap(2)), activity, nil, nil, p.grid)
}

func (p *overviewPage) refresh() { keepUp(p.desk.crew, &p.question, p.desk.survey, p.show) }
func (p *overviewPage) leave()   { p.question.drop() }

func (p *overviewPage) columns() []table.Column[glance] {
	return []table.Column[glance]{
		{Key: "name", Title: lang.L("Name"), Width: 220, Grow: true, Text: func(g glance) string { return g.tenant.Name },
			Icon: func(g glance) fyne.Resource { return g.icon }},
		{Key: "objects", Title: lang.L("Objects"), Width: 90, Align: fyne.TextAlignTrailing, Text: func(g glance) string { return phrase.Number(g.objects) }},
		{Key: "good", Title: lang.L("Last good sync"), Width: 130, Text: func(g glance) string { return phrase.Ago(g.lastGood, p.desk.now()) }},
		{Key: "state", Title: lang.L("State"), Width: 320, Grow: true, Text: func(g glance) string { return g.text }},
	}
}

func (p *overviewPage) show(s survey, err error) {
	if err != nil {
		p.grid.SetState(troubleState(err, p.refresh))
		return
	}
	p.chart.show(s.days, p.desk.now())
	for i, n := range s.totals() {
		p.totals[i].show(n)
	}
	if len(s.glances) == 0 {
		p.grid.SetState(p.desk.firstStep(s.hasProfiles))
		return
	}
	p.grid.SetRows(s.glances)
}

// figure is one total: a number and what it counts.
type figure struct {
	content fyne.CanvasObject
	number  *widget.RichText
}

func newFigures() (out [4]*figure) {
	for i, of := range []string{lang.L("tenants"), lang.L("need attention"), lang.L("objects"), lang.L("changes in 14 days")} {
		number := heading("–")
		out[i] = &figure{card(container.NewVBox(number, muted(of))), number}
	}
	return out
}

func (f *figure) show(n int64) { setHeading(f.number, phrase.Number(n)) }

// totals are the figures over all tenants.
func (s survey) totals() [4]int64 {
	var failing, objects, changes int64
	for _, g := range s.glances {
		objects += g.objects
		if rank(g.tenant) == 0 {
			failing++
		}
	}
	for _, d := range s.days {
		changes += d.Added + d.Updated + d.Deleted
	}
	return [4]int64{int64(len(s.glances)), failing, objects, changes}
}

// survey reads what the overview shows.
func (d *desk) survey(ctx context.Context) (survey, error) {
	l, err := d.listTenants(ctx)
	if err != nil {
		return survey{}, err
	}
	s := survey{hasProfiles: len(l.profiles) > 0}
	for _, t := range l.tenants {
		g, err := d.glance(ctx, t)
		if err != nil {
			return s, err
		}
		s.glances = append(s.glances, g)
	}
	slices.SortStableFunc(s.glances, func(a, b glance) int { return cmp.Compare(rank(a.tenant), rank(b.tenant)) })
	s.days, err = d.store.Activity(ctx, d.now().AddDate(0, 0, 1-activityDays))
	return s, err
}

// rank puts failing tenants first and disabled ones last.
func rank(t entra.Tenant) int {
	switch {
	case !t.Enabled:
		return 2
	case t.LastSyncStatus == entra.Failed, t.LastSyncStatus == entra.Warning:
		return 0
	}
	return 1
}

func (d *desk) glance(ctx context.Context, t entra.Tenant) (glance, error) {
	a := d.engine.Activity(t.Key)
	g := glance{tenant: t, text: activityText(a, d.now()), icon: tenantSign(t, a)}
	var err error
	if g.lastGood, err = d.store.LastGood(ctx, t.Key); err != nil {
		return g, err
	}
	newest, trouble := map[string]bool{}, ""
	for r, err := range d.store.History(ctx, t.Key, store.HistoryQuery{Range: store.Range{Limit: 2 * len(entra.Classes())}}) {
		if err != nil {
			return g, err
		}
		if newest[r.Class] {
			continue
		}
		newest[r.Class] = true
		g.objects += r.Total
		if trouble == "" && (r.Status == entra.Failed || r.Status == entra.Warning) {
			trouble = classLabel(r.Class) + ": " + cmp.Or(r.Why, r.Error)
		}
	}
	switch {
	case !t.Enabled:
		g.text = lang.L("disabled")
	case trouble != "" && !running(a):
		g.text = trouble
	}
	return g, nil
}
