package changes

import (
	"context"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/tell"
	"github.com/entraidsync/entraidsync/core/watch"
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

// Changes shows what happened in a tenant's directory.
type Changes struct {
	host   *host.Host
	tenant int64
	name   string // of the tenant
	of     entra.Tenant
	filter filter

	class, kind, period *kit.SelectField
	property, actor     *kit.TextField
	typed               func() // stops the wait for the end of typing a property; nil: none runs
	setting             bool   // the fields follow the filter, not the other way round

	recorded recorded
	looking  tasks.Latest
	unknown  *widget.Label // what can't be known of the time that is asked for

	chart    *daychart.Chart
	drawn    picture // what the chart shows
	sought   string  // what was searched for when it was asked for
	counting tasks.Latest
	pace     lists.Pace // of counting for the chart
	later    func()     // stops the wait until it may be counted again; nil: none runs
	list     *lists.Paged[line]
	detail   *lists.Detail[entra.Change]
	compare  *comparison
	room     *fyne.Container // the timeline or the comparison
	left     bool            // out of sight for good
}

// whatWide is what the words for what happened take, with their sign.
const whatWide = 172

// line is a change, and whether it is the first of its day on the page.
type line struct {
	entra.Change
	first bool
}

// New makes the tab as it is to stand. stands is told when it stands in another way.
func New(h *host.Host, t entra.Tenant, stand host.Stand, stands func()) *Changes {
	c := &Changes{host: h, tenant: t.Key, name: t.Name, of: t, filter: parseFilter(stand.Filter), chart: daychart.New(chartDays), room: container.NewStack()}
	if stand.Tab != host.ChangesTab {
		stand, c.filter = host.Stand{Tab: host.ChangesTab}, filter{}
	}
	c.detail = lists.NewChangeDetail(h, func(x entra.Change) { h.Open(host.ToObject(t.Key, x.Class, x.ID)) })
	c.chart.OnDay = c.openDay
	c.unknown = kit.Muted("")
	c.unknown.Wrapping = fyne.TextWrapWord
	c.unknown.Hide()
	c.makeFields(stand.Class)
	c.list = c.newList(stand, stands)
	c.compare = newComparison(h, t, c.showTimeline)
	return c
}

// makeFields makes what the changes are filtered by.
func (c *Changes) makeFields(class string) {
	c.class = newClassField(class, c.choose)
	c.kind = newKindField(c.filter.kind, c.choose)
	c.period = kit.NewSelectField(nil, 0, c.choose)
	c.property = kit.NewTextField(c.filter.property, lang.L("Property"))
	c.actor = kit.NewTextField(c.filter.actor, lang.L("Made by"))
	c.property.OnChanged = func(string) {
		if c.typed != nil {
			c.typed()
		}
		c.typed = c.host.After(kit.TypingRest, func() { c.typed = nil; c.choose() })
	}
	c.actor.OnChanged = c.property.OnChanged
	c.showPeriod()
}

// showPeriod offers the last days, and the day or the sync that is held to.
func (c *Changes) showPeriod() {
	c.setting = true
	defer func() { c.setting = false }()
	names, at := append(periodNames(), lang.L("A period…")), 0
	for i, days := range periods {
		if days == c.filter.days {
			at = i
		}
	}
	if c.filter.between() {
		at, names = len(names), append(names, c.filter.periodText(c.host.Now()))
	}
	c.period.SetOptions(names)
	c.period.SetSelectedIndex(at)
}

// newList makes the table.
func (c *Changes) newList(stand host.Stand, stands func()) *lists.Paged[line] {
	now := c.host.Now
	columns := []table.Column[line]{
		{Key: "day", Title: lang.L("Day"), Width: 84, Firm: true, Style: func(line) fyne.TextStyle { return fyne.TextStyle{Bold: true} }, Text: func(x line) string {
			if !x.first {
				return ""
			}
			return dayName(x.Time, now())
		}},
		{Key: "time", Title: lang.L("Time"), Width: 72, Firm: true, Text: func(x line) string { return x.Time.Local().Format(time.TimeOnly) }},
		{Key: "kind", Title: lang.L("What"), Width: whatWide, Firm: true, Text: func(x line) string { return labels.Change(x.Kind) },
			Icon: func(x line) fyne.Resource { return labels.ChangeSign(x.Kind) }},
		{Key: "class", Title: lang.L("Type"), Width: 110, Ends: true, Fit: true, Text: func(x line) string { return labels.Class(x.Class) }},
		{Key: "name", Keep: true, Title: lang.L("Object"), Width: 130, Grow: true, Text: func(x line) string { return labels.NameOf(x.Change) }},
		{Key: "text", Keep: true, Title: lang.L("What happened"), Width: 390, Grow: true, Fit: true, Text: func(x line) string { return labels.ChangeText(x.Change, now()) }},
	}
	if c.of.Audited() {
		columns = append(columns, table.Column[line]{Key: "by", Title: lang.L("Made by"), Width: 170, Text: func(x line) string { return tell.Actors(x.Change) }})
	}
	grid := table.New(func(x line) string { return strconv.FormatInt(x.Key, 10) }, columns...)
	compare := kit.NewButton(lang.L("Compare two moments"), c.showComparison)
	compare.Icon = theme.HistoryIcon()
	l := &lists.Paged[line]{Host: c.host, Grid: grid, Stand: stand, OnStand: func() { stands(); c.search() }, Fetch: c.fetch, Count: c.count,
		Export: c.exportCSV, Lines: c.exportLines, Named: c.fileName, Empty: c.empty(), Late: c.late, Tools: []fyne.CanvasObject{compare, lists.NewWatchButton(c.host, c.watched)}}
	lists.RememberColumns(c.host, "changes", grid)
	grid.OnOpen = func(x line) { c.detail.Open(x.Change) }
	grid.OnSelect = func(x line) {
		l.Stand.Row = strconv.FormatInt(x.Key, 10)
		stands()
		c.detail.Follow(x.Change)
	}
	return l
}

// watched is a watch of what the filter lets through, at whatever time.
func (c *Changes) watched() watch.Watch {
	q, words := c.query(c.list.Stand), []string{}
	if q.Class != "" {
		words = append(words, labels.Class(q.Class))
	}
	if text := (filter{kind: c.filter.kind, property: q.Property}).words(c.host.Now()); text != "" {
		words = append(words, text)
	}
	if q.Search != "" {
		words = append(words, phrase.Quoted(q.Search))
	}
	if len(words) == 0 {
		words = append(words, lang.L("All changes"))
	}
	return watch.Watch{Name: strings.Join(append(words, c.name), " · "), Tenant: c.tenant, Filter: watch.Filter{Class: q.Class, Kinds: q.Kinds, Property: q.Property, Search: q.Search}}
}

// dayName names a day as one who looks back does.
func dayName(t, now time.Time) string {
	switch day := startOfDay(t); {
	case day.Equal(startOfDay(now)):
		return lang.L("Today")
	case day.Equal(startOfDay(now).AddDate(0, 0, -1)):
		return lang.L("Yesterday")
	case t.Local().Year() == now.Local().Year():
		return phrase.ShortDay(t.Local())
	}
	return phrase.Day(t.Local())
}

// empty says why there is nothing.
func (c *Changes) empty() table.State {
	if until := c.filter.until; !c.recorded.since.IsZero() && (c.recorded.pruned && c.filter == (filter{}) || !until.IsZero() && until.Before(c.recorded.since)) {
		return table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("No change is known"), Text: c.unrecorded()}
	}
	if c.filter != (filter{}) || c.class.SelectedIndex() > 0 {
		return table.State{Icon: apptheme.Signs().Good, Title: lang.L("No change matches"), Text: lang.L("Nothing that is recorded fits these filters."),
			Action: lang.L("Show all changes"), Do: c.showAll}
	}
	return table.State{Icon: apptheme.Signs().Good, Title: lang.L("No change is recorded"),
		Text: lang.L("Changes are recorded from the first complete sync of a class on.")}
}

// late says what rows wait for, and what makes that shorter.
func (c *Changes) late() (title, text string) {
	if !c.query(c.list.Stand).Since.IsZero() {
		return "", ""
	}
	return lang.L("Looking through all changes…"), lang.L("With so many of them this takes a while. A period leaves fewer to look through.")
}

// showAll takes the filters off.
func (c *Changes) showAll() {
	c.setting = true
	c.class.SetSelectedIndex(0)
	c.kind.SetSelectedIndex(0)
	c.property.SetText("")
	c.actor.SetText("")
	c.setting = false
	c.filter = filter{}
	c.showPeriod()
	c.filtered()
}

// choose takes the filters as the fields have them.
func (c *Changes) choose() {
	if c.setting || c.list == nil {
		return
	}
	if c.period.SelectedIndex() == len(periods) {
		c.showPeriod() // what is shown stays until another one is named
		c.askPeriod()
		return
	}
	was := c.filter
	c.filter.kind, c.filter.property, c.filter.actor = kindOf(c.kind), strings.TrimSpace(c.property.Text), strings.TrimSpace(c.actor.Text)
	if at := c.period.SelectedIndex(); at >= 0 && at < len(periods) {
		c.filter.days, c.filter.since, c.filter.until = periods[at], time.Time{}, time.Time{}
	}
	if class := classOf(c.class); c.filter == was && class == c.list.Stand.Class {
		return
	}
	c.showPeriod()
	c.filtered()
}

// filtered asks anew by the filter.
func (c *Changes) filtered() {
	c.list.Stand.Class, c.list.Stand.Filter = classOf(c.class), c.filter.String()
	c.list.Empty = c.empty()
	c.detail.Close()
	c.list.Rewind()
	c.redraw() // by another filter
	c.lookBack()
}

// query is what is asked of the store.
func (c *Changes) query(s host.Stand) store.ChangeQuery {
	q := parseFilter(s.Filter).ask(c.host.Now())
	q.Class, q.Search, q.NewestFirst = s.Class, s.Search, true
	return q
}

func (c *Changes) rows(ctx context.Context, w lists.Wanted) iter.Seq2[entra.Change, error] {
	q := c.query(w.Stand)
	q.Range = store.Range{Offset: w.Offset, Limit: w.Limit}
	return c.host.Store.Changes(ctx, c.tenant, q)
}

func (c *Changes) fetch(ctx context.Context, w lists.Wanted) (lists.Batch[line], error) {
	var out lists.Batch[line]
	for x, err := range export.InBatches(c.rows(ctx, w), func(some []entra.Change) error { return c.host.Store.NameEnds(ctx, c.tenant, some) }) {
		if err != nil {
			return out, err
		}
		n := len(out.Rows)
		out.Rows = append(out.Rows, line{Change: x, first: n == 0 || !startOfDay(out.Rows[n-1].Time).Equal(startOfDay(x.Time))})
	}
	return out, nil
}

func (c *Changes) count(ctx context.Context, w lists.Wanted) (int, error) {
	return c.host.Store.ChangeCount(ctx, c.tenant, c.query(w.Stand))
}

func (c *Changes) exportCSV(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.CSV(w, export.ChangesOf(c.of), c.rows(ctx, q))
}

func (c *Changes) exportLines(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.JSONLines(w, export.ChangesOf(c.of), c.rows(ctx, q))
}

// fileName says whose changes a file holds, and which.
func (c *Changes) fileName(s host.Stand) string {
	return strings.Join([]string{c.name, "changes", s.Class, parseFilter(s.Filter).words(c.host.Now()), s.Search}, " ")
}
