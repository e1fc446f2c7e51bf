package changes

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/daychart"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// How long a time is drawn by days, and by weeks, in days; and in how many parts at most.
const (
	chartDays  = 30 // that are drawn where no longer time is asked for
	mostByDay  = 45
	mostByWeek = 45 * 7
	mostParts  = 60
)

// picture is the time that is drawn over the table, part by part.
type picture struct {
	span         daychart.Span
	starts       []time.Time
	since, until time.Time // what is counted of it; until zero: all from then on
}

// pictureOf shares a period out. Of any time the last days are drawn; of one day, or less, that
// day among those around it, which are a click away.
func pictureOf(since, until, now time.Time) picture {
	p := picture{since: since, until: until}
	today := startOfDay(now)
	first, last := startOfDay(since), today
	if !until.IsZero() && until.Before(now) {
		last = startOfDay(until)
	}
	switch {
	case since.IsZero():
		first = last.AddDate(0, 0, 1-chartDays)
		p.since = first
	case !first.Before(last):
		p.span.Since, p.span.Until = first, first.AddDate(0, 0, 1)
		if last = first.AddDate(0, 0, chartDays/2); last.After(today) {
			last = today
		}
		first = last.AddDate(0, 0, 1-chartDays)
		p.since, p.until = first, time.Time{}
		if last.Before(today) {
			p.until = last.AddDate(0, 0, 1).Add(-time.Millisecond)
		}
	}
	p.span.Past = last.Before(today)
	switch days := math.Round(last.Sub(first).Hours()/24) + 1; {
	case days > mostByWeek:
		p.span.Unit = daychart.Months
		first = first.AddDate(0, 0, 1-first.Day())
	case days > mostByDay:
		p.span.Unit = daychart.Weeks
		first = first.AddDate(0, 0, -(int(first.Weekday())+6)%7) // a Monday
	}
	for start := first; !start.After(last); start = p.span.Unit.Next(start) {
		p.starts = append(p.starts, start)
	}
	p.starts = p.starts[max(len(p.starts)-mostParts, 0):]
	if p.since.Before(p.starts[0]) {
		p.since = p.starts[0]
	}
	return p
}

// draw counts the changes of the period that is asked for, as they are filtered. With many
// changes that takes a while: then it is done again later.
func (c *Changes) draw() {
	now := c.host.Now()
	if c.later != nil {
		c.later()
		c.later = nil
	}
	if c.pace.Soon(now) {
		c.later = c.host.After(c.pace.Wait(now), func() { c.later = nil; c.draw() })
		return
	}
	q := c.query(c.list.Stand)
	c.sought = q.Search
	var took time.Duration
	var p picture
	tasks.KeepUp(c.host.Group, &c.counting, func(ctx context.Context) (parts []store.DayChanges, err error) {
		began := time.Now()
		defer func() { took = time.Since(began) }()
		p, parts, err = c.parts(ctx, q, now)
		return parts, err
	}, func(parts []store.DayChanges, err error) {
		c.pace = lists.Pace{Ended: c.host.Now(), Took: took}
		if err == nil { // the list tells trouble
			c.drawn = p
			c.chart.TellSpan(p.span, parts)
		}
	})
}

// parts counts what is drawn. Where any time is asked for and the last days have nothing, all is
// drawn from the first change on: nothing is said to be missing over rows that are there.
func (c *Changes) parts(ctx context.Context, q store.ChangeQuery, now time.Time) (picture, []store.DayChanges, error) {
	count := func(p picture) (picture, []store.DayChanges, error) {
		q.Since, q.Until = p.since, p.until
		parts, err := c.host.Store.ChangesByDay(ctx, c.tenant, q, p.starts)
		return p, parts, err
	}
	anyTime := q.Since.IsZero() && q.Until.IsZero()
	p, parts, err := count(pictureOf(q.Since, q.Until, now))
	some := func(d store.DayChanges) bool { return d.Added+d.Updated+d.Deleted > 0 }
	if err != nil || !anyTime || slices.ContainsFunc(parts, some) {
		return p, parts, err
	}
	q.Since, q.Until = time.Time{}, time.Time{}
	q.NewestFirst, q.Range = false, store.Range{Limit: 1}
	for first, err := range c.host.Store.Changes(ctx, c.tenant, q) {
		if err != nil {
			return p, parts, err
		}
		all := pictureOf(first.Time, time.Time{}, now)
		all.since = all.starts[0]
		return count(all)
	}
	return p, parts, nil
}

// redraw draws anew what is asked for in another way, however soon.
func (c *Changes) redraw() {
	c.counting.Drop()
	c.pace = lists.Pace{}
	c.draw()
}

// search draws what is searched for, where that is another than what was drawn.
func (c *Changes) search() {
	if c.list.Stand.Search != c.sought {
		c.redraw()
	}
}

// openDay holds to a part of the picture, as far as that is asked for.
func (c *Changes) openDay(d store.DayChanges) {
	since, until := d.Day, c.drawn.span.Unit.Next(d.Day).Add(-time.Millisecond)
	if since.Before(c.drawn.since) {
		since = c.drawn.since
	}
	if end := c.drawn.until; !end.IsZero() && until.After(end) {
		until = end
	}
	c.filter.days, c.filter.since, c.filter.until = 0, since, until
	c.showPeriod()
	c.filtered()
}
