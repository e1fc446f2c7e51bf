package ui

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

const (
	activityDays = 14 // how far back the picture of changes reaches
	newest       = 12 // how many of the newest changes are told
)

// survey is all that the overview shows.
type survey struct {
	glances     []glance // failing tenants first
	classes     []classCount
	days        []store.DayChanges
	counted     time.Time // when days was read
	recent      []store.RecentChange
	hasProfiles bool
}

// classCount is how many objects of a class all tenants have.
type classCount struct {
	class string
	n     int64
}

// glance is one tenant on the overview.
type glance struct {
	tenant   entra.Tenant
	lastGood time.Time
	objects  int64
	classes  map[string]int64
	text     string // what the loop does, or what went wrong
	icon     fyne.Resource
	failing  map[string]bool // classes whose last sync failed or warned
	trouble  *entra.Error    // of the first of them; nil: none
}

// recount is how often the changes of all days are counted while they grow:
// with a million of them that takes a while.
const recount = 5 * time.Second

// survey reads what the overview shows. last is what it showed before.
func (d *desk) survey(ctx context.Context, last survey) (survey, error) {
	l, err := d.listTenants(ctx)
	if err != nil {
		return survey{}, err
	}
	s := survey{hasProfiles: len(l.profiles) > 0, days: last.days, counted: last.counted}
	for _, t := range l.tenants {
		g, err := d.glance(ctx, t)
		if err != nil {
			return s, err
		}
		s.glances = append(s.glances, g)
	}
	slices.SortStableFunc(s.glances, func(a, b glance) int { return cmp.Compare(rank(a.tenant), rank(b.tenant)) })
	s.classes = s.byClass()
	if s.recent, err = d.store.RecentChanges(ctx, newest); err != nil {
		return s, err
	}
	if now := d.now(); now.Sub(s.counted) > recount {
		s.counted = now
		s.days, err = d.store.Activity(ctx, now.AddDate(0, 0, 1-activityDays))
	}
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

// glance reads the newest history row of each class of a tenant.
func (d *desk) glance(ctx context.Context, t entra.Tenant) (glance, error) {
	a := d.engine.Activity(t.Key)
	g := glance{tenant: t, text: activityText(a, d.now()), icon: tenantSign(t, a), classes: map[string]int64{}, failing: map[string]bool{}}
	var err error
	if g.lastGood, err = d.store.LastGood(ctx, t.Key); err != nil {
		return g, err
	}
	for r, err := range d.store.History(ctx, t.Key, store.HistoryQuery{Range: store.Range{Limit: 2 * len(entra.Classes())}}) {
		if err != nil {
			return g, err
		}
		if _, seen := g.classes[r.Class]; !seen {
			g.add(r)
		}
	}
	if a.Trouble != nil {
		g.trouble = a.Trouble
	}
	g.settle(running(a))
	return g, nil
}

// settle decides whether the tenant is in trouble: a class that is no longer
// synced may have failed last.
func (g *glance) settle(running bool) {
	switch {
	case !g.tenant.Enabled:
		g.text, g.trouble = lang.L("disabled"), nil
	case g.tenant.LastSyncStatus == entra.Succeeded:
		g.trouble = nil
	case rank(g.tenant) == 0 && g.trouble == nil:
		g.trouble = &entra.Error{What: statusWord(g.tenant.LastSyncStatus)}
	}
	if g.trouble != nil && !running {
		g.text = g.reason()
	}
}

// add takes a class's newest row in.
func (g *glance) add(r entra.ClassRun) {
	g.classes[r.Class] = r.Total
	g.objects += r.Total
	if r.Status != entra.Failed && r.Status != entra.Warning {
		return
	}
	g.failing[r.Class] = true
	if g.trouble == nil {
		g.trouble = cmp.Or(r.Trouble(), &entra.Error{What: statusWord(r.Status)})
	}
}

// byClass adds the tenants' objects up, in the order that classes have.
func (s survey) byClass() (out []classCount) {
	sums := map[string]int64{}
	for _, g := range s.glances {
		for class, n := range g.classes {
			sums[class] += n
		}
	}
	for _, c := range entra.Classes() {
		if n, ok := sums[c.Name]; ok {
			out = append(out, classCount{c.Name, n})
		}
	}
	return out
}

// totals are the figures over all tenants.
func (s survey) totals() [4]int64 {
	var failing, objects, changes int64
	for _, g := range s.glances {
		objects += g.objects
		if g.trouble != nil {
			failing++
		}
	}
	for _, d := range s.days {
		changes += d.Added + d.Updated + d.Deleted
	}
	return [4]int64{int64(len(s.glances)), failing, objects, changes}
}
