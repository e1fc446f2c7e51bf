package overview

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
)

const (
	activityDays = 14 // how far back the picture of changes reaches
	newest       = 24 // how many of the newest changes are told
)

// data is all that the overview shows.
type data struct {
	rows        []row // failing tenants first
	classes     []classCount
	days        []store.DayChanges
	pace        lists.Pace // of reading days
	behind      bool       // days are not as new as the rest: it was too soon to count them again
	recent      []store.RecentChange
	hasProfiles bool
}

// classCount is how many objects of a class all tenants have.
type classCount struct {
	class string
	n     int64
}

// row is one tenant on the overview.
type row struct {
	tenant   entra.Tenant
	lastGood time.Time
	objects  int64
	classes  map[string]int64
	text     string // what the loop does, or what went wrong
	icon     fyne.Resource
	causes   []labels.Cause // why it needs attention, each class's own; nil: it does not
	held     bool           // the loss guard holds deletions
}

// failed tells whether more than a warning stands against the tenant.
func (g row) failed() bool {
	return slices.ContainsFunc(g.causes, func(c labels.Cause) bool { return c.Failed })
}

// rank puts what failed before what only warns.
func (g row) rank() int {
	switch {
	case g.failed():
		return labels.RankFailed
	case len(g.causes) > 0:
		return labels.RankWarning
	}
	return labels.Rank(g.tenant)
}

// readData reads what the overview shows. last is what it showed before.
func readData(ctx context.Context, h *host.Host, last data) (data, error) {
	l, err := h.Lists(ctx)
	if err != nil {
		return data{}, err
	}
	s := data{hasProfiles: slices.ContainsFunc(l.Profiles, func(p entra.Profile) bool { return len(p.Credentials) > 0 }), days: last.days, pace: last.pace}
	for _, t := range l.Tenants {
		g, err := readRow(ctx, h, t)
		if err != nil {
			return s, err
		}
		s.rows = append(s.rows, g)
	}
	slices.SortStableFunc(s.rows, func(a, b row) int { return cmp.Compare(a.rank(), b.rank()) })
	s.classes = s.byClass()
	if s.recent, err = h.Store.RecentChanges(ctx, newest); err != nil {
		return s, err
	}
	if s.behind = s.pace.Soon(h.Now()); s.behind {
		return s, nil // with a million of them counting takes a while
	}
	began := time.Now()
	s.days, err = h.Store.Activity(ctx, h.Now().AddDate(0, 0, 1-activityDays))
	s.pace = lists.Pace{Ended: h.Now(), Took: time.Since(began)}
	return s, err
}

// readRow reads the newest history row of each class of a tenant.
func readRow(ctx context.Context, h *host.Host, t entra.Tenant) (row, error) {
	a := h.Engine.Activity(t.Key)
	g := row{tenant: t, text: labels.Activity(a, h.Now()), icon: labels.TenantSign(t, a), classes: map[string]int64{}}
	var err error
	if g.lastGood, err = h.Store.LastGood(ctx, t.Key); err != nil {
		return g, err
	}
	newest, err := access.Newest(ctx, h, t.Key)
	for _, r := range newest {
		if r = labels.Now(r, a); r.Total > 0 || !g.lastGood.IsZero() && !unread(r) { // else nobody knows how many there are
			g.add(r)
		}
	}
	g.causes = access.Causes(h, t, newest)
	switch {
	case !t.Enabled:
		g.text = lang.L("disabled")
	case len(g.causes) > 0 && !labels.Running(a):
		g.text = labels.Reasons(g.causes)
	}
	return g, err
}

// unread tells whether a class can't be read for want of what its tenant or its app has not.
func unread(r entra.ClassRun) bool {
	switch r.Code {
	case entra.CodePermission, entra.CodeLicence, entra.CodeNotOffered:
		return r.Status != entra.Succeeded
	}
	return false
}

// add takes a class's newest row in.
func (g *row) add(r entra.ClassRun) {
	if r.Relation == "" {
		g.classes[r.Class] = r.Total
		g.objects += r.Total
	}
	g.held = g.held || r.Code == entra.CodeHeld
}

// byClass adds the tenants' objects up, in the order that classes have.
func (s data) byClass() (out []classCount) {
	sums := map[string]int64{}
	for _, g := range s.rows {
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
func (s data) totals(now time.Time) [4]int64 {
	var failing, objects, changes int64
	for _, g := range s.rows {
		objects += g.objects
		if len(g.causes) > 0 {
			failing++
		}
	}
	for _, d := range lastDays(s.days, now) { // none of days to come, where the clock was set back
		changes += d.Added + d.Updated + d.Deleted
	}
	return [4]int64{int64(len(s.rows)), failing, objects, changes}
}

// lastDays are the days of the chart, those without changes, too; the last one is now's.
func lastDays(changed []store.DayChanges, now time.Time) []store.DayChanges {
	days := make([]store.DayChanges, activityDays)
	for i := range days {
		days[i].Day = now.UTC().Truncate(24*time.Hour).AddDate(0, 0, i+1-activityDays)
		for _, d := range changed {
			if d.Day.Equal(days[i].Day) {
				days[i] = d
			}
		}
	}
	return days
}

// tenants are those that are shown.
func (s data) tenants() (out []entra.Tenant) {
	for _, r := range s.rows {
		out = append(out, r.tenant)
	}
	return out
}

// worst is the rank of the tenant that needs attention most.
func (s data) worst() int {
	worst := labels.RankGood
	for _, g := range s.rows {
		worst = min(worst, g.rank())
	}
	return worst
}
