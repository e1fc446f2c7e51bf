package changes

import (
	"context"
	"io"
	"iter"
	"slices"
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
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// comparison shows what differs between two moments: the net of it, one row an object or
// link, however often that changed in between.
type comparison struct {
	host     *host.Host
	tenant   int64
	name     string // of the tenant
	from, to *kit.Moment
	class    *kit.SelectField
	kind     *kit.SelectField
	doubts   *widget.Label
	back     func() // to the timeline
	list     *lists.Paged[entra.Change]
	detail   *lists.Detail[entra.Change]
	shown    bool
	doubting tasks.Latest
}

func newComparison(h *host.Host, t entra.Tenant, back func()) *comparison {
	c := &comparison{host: h, tenant: t.Key, name: t.Name, back: back, doubts: kit.Muted("")}
	c.doubts.Wrapping = fyne.TextWrapWord
	c.from = kit.NewMoment(h.Window, h.Group, h.Now, func(time.Time) { c.ask() })
	c.to = kit.NewMoment(h.Window, h.Group, h.Now, func(time.Time) { c.ask() })
	c.from.Set(h.Now().AddDate(0, 0, -7))
	c.class, c.kind = newClassField("", c.ask), newKindField("", c.ask)
	c.detail = lists.NewChangeDetail(h, func(x entra.Change) { h.Open(host.ToObject(t.Key, x.Class, x.ID)) })
	grid := table.New(diffKey,
		table.Column[entra.Change]{Key: "kind", Title: lang.L("What"), Width: whatWide, Firm: true, Text: func(x entra.Change) string { return labels.Change(x.Kind) },
			Icon: func(x entra.Change) fyne.Resource { return labels.ChangeSign(x.Kind) }},
		table.Column[entra.Change]{Key: "class", Title: lang.L("Type"), Width: 120, Ends: true, Fit: true, Text: func(x entra.Change) string { return labels.Class(x.Class) }},
		table.Column[entra.Change]{Key: "name", Keep: true, Title: lang.L("Object"), Width: 190, Grow: true, Text: labels.NameOf},
		table.Column[entra.Change]{Key: "text", Keep: true, Title: lang.L("Difference"), Width: 330, Grow: true, Fit: true, Text: func(x entra.Change) string { return labels.ChangeText(x, h.Now()) }},
		table.Column[entra.Change]{Key: "time", Title: lang.L("Last changed"), Width: 130, Firm: true, Text: func(x entra.Change) string { return phrase.Stamp(x.Time, h.Now()) }})
	c.list = &lists.Paged[entra.Change]{Host: h, Grid: grid, Fetch: c.fetch, Count: c.count, Export: c.exportCSV, Lines: c.exportLines, Named: c.fileName,
		Empty: c.same()}
	lists.RememberColumns(h, "comparison", grid)
	grid.OnOpen = c.detail.Open
	grid.OnSelect = c.detail.Follow
	return c
}

// diffKey tells the rows of a comparison apart.
func diffKey(x entra.Change) string {
	key := x.Class + " " + x.ID
	if x.Target != nil {
		key += " " + x.Relation + " " + x.Target.ID
	}
	return key
}

// content is the two moments over the table.
func (c *comparison) content() fyne.CanvasObject {
	back := kit.NewButton(lang.L("Back to the changes"), func() { c.leave(); c.back() })
	back.Icon = theme.NavigateBackIcon()
	what := kit.Flow(widget.NewLabel(lang.L("What differs between")), c.from.Button, widget.NewLabel(lang.L("and")), c.to.Button, narrow(150, c.class), narrow(170, c.kind))
	top := container.NewVBox(container.NewBorder(nil, nil, nil, container.NewVBox(back), what), c.doubts, kit.Gap(1))
	c.shown = true
	content := container.NewBorder(top, nil, nil, nil, c.detail.Under(c.list.Build()))
	c.ask()
	return content
}

// ask compares the moments as they are chosen now.
func (c *comparison) ask() {
	if !c.shown {
		return
	}
	c.detail.Close()
	if from, to := c.from.At(), c.to.At(); !to.IsZero() && (from.IsZero() || to.Before(from)) {
		c.from.Set(to) // the earlier one is told first: a difference goes from there
		c.to.Set(from)
	}
	q := c.between()
	c.list.Stand.Class, c.list.Stand.Filter = classOf(c.class), q.String()
	c.list.Rewind()
	var moments []time.Time // in the past: now is known
	for _, m := range []*kit.Moment{c.from, c.to} {
		if at := m.At(); !at.IsZero() {
			moments = append(moments, at)
		}
	}
	class := c.list.Stand.Class
	tasks.Ask(c.host.Group, &c.doubting, func(ctx context.Context) (out doubtful, err error) {
		t, err := c.host.Store.TenantByKey(ctx, c.tenant)
		if err != nil {
			return out, err
		}
		classes := wanted(t, class)
		out.known = len(classes)
		for _, at := range moments {
			doubts, err := c.host.Store.Doubts(ctx, t, at, store.DoubtQuery{Classes: classes, Values: true})
			if err != nil {
				return out, err
			}
			for _, d := range doubts {
				out.add(d)
			}
		}
		return out, nil
	}, func(out doubtful, err error) {
		if err != nil {
			return // the list tells trouble
		}
		kit.SetText(c.doubts, strings.Join(labels.Doubts(out.doubts, c.host.Now()), " "))
		kit.Reveal(len(out.doubts) > 0, c.doubts)
		c.list.Empty = c.same()
		if out.known == 0 {
			c.list.Empty = c.unknown(out.since)
		}
		if c.list.Grid.State() != nil {
			c.list.Refresh()
		}
	})
}

// doubtful is what can't be known of the moments.
type doubtful struct {
	doubts []entra.Doubt
	known  int       // how many classes are left of which something is known
	since  time.Time // from when on all are known that are known by now
}

func (o *doubtful) add(d entra.Doubt) {
	if slices.ContainsFunc(o.doubts, func(other entra.Doubt) bool { return other.Class == d.Class && other.Kind == d.Kind }) {
		return
	}
	o.doubts = append(o.doubts, d)
	if d.Kind != entra.NotHeldYet && d.Kind != entra.Pruned {
		return
	}
	o.known--
	if d.Until.After(o.since) {
		o.since = d.Until
	}
}

// same is said where nothing differs, or nothing of what is wanted.
func (c *comparison) same() table.State {
	if classOf(c.class) != "" || kindOf(c.kind) != "" {
		return table.State{Icon: apptheme.Signs().Good, Title: lang.L("No change matches"), Text: lang.L("Nothing that is recorded fits these filters.")}
	}
	return table.State{Icon: apptheme.Signs().Good, Title: lang.L("No difference"), Text: lang.L("As far as the copy knows, the directory was the same at both moments.")}
}

// unknown is said where nothing is known of the earlier moment, with the way to the first
// that is known.
func (c *comparison) unknown(since time.Time) table.State {
	s := table.State{Icon: apptheme.Signs().Fresh, Title: lang.L("There is nothing to compare with"), Text: lang.L("The copy knows nothing of the earlier moment.")}
	if !since.IsZero() {
		s.Action, s.Do = lang.L("Compare with {{.Time}}", map[string]any{"Time": phrase.Stamp(since, c.host.Now())}), func() {
			c.from.Set(since)
			c.ask()
		}
	}
	return s
}

// between are the two moments, and of what kind the differences are to be.
func (c *comparison) between() filter {
	from, to := c.from.At(), c.to.At()
	if from.IsZero() {
		from = c.host.Now()
	}
	if to.IsZero() {
		to = c.host.Now()
	}
	return filter{kind: kindOf(c.kind), since: from, until: to}
}

// wanted are the classes that are compared: all that the tenant has, or one.
func wanted(t entra.Tenant, class string) []string {
	if class != "" {
		return []string{class}
	}
	return t.ObjectClasses()
}

// rows gives the differences that a text is found in, whatever its case: they are made
// while they are read, so that the store can't look for it.
func (c *comparison) rows(ctx context.Context, w lists.Wanted) iter.Seq2[entra.Change, error] {
	return func(yield func(entra.Change, error) bool) {
		t, err := c.host.Store.TenantByKey(ctx, c.tenant)
		if err != nil {
			yield(entra.Change{}, err)
			return
		}
		between := parseFilter(w.Filter)
		q, kinds := store.DiffQuery{From: between.since, To: between.until, Classes: wanted(t, w.Class)}, between.ask(time.Time{}).Kinds
		skip, left := w.Offset, w.Limit
		for x, err := range export.InBatches(c.host.Store.Diff(ctx, t.Key, q), func(some []entra.Change) error {
			return c.host.Store.NameEnds(ctx, t.Key, some)
		}) {
			if err == nil && (len(kinds) > 0 && !slices.Contains(kinds, x.Kind) || w.Search != "" && !c.says(x, w.Search)) {
				continue
			}
			if err == nil && skip > 0 {
				skip--
				continue
			}
			if left--; !yield(x, err) || err != nil || left == 0 {
				return
			}
		}
	}
}

// says tells whether a text stands in what is shown of a difference.
func (c *comparison) says(x entra.Change, text string) bool {
	shown := strings.Join([]string{labels.NameOf(x), x.ID, labels.Class(x.Class), labels.Change(x.Kind), labels.ChangeText(x, c.host.Now())}, "\n")
	return strings.Contains(strings.ToLower(shown), strings.ToLower(text))
}

func (c *comparison) fetch(ctx context.Context, w lists.Wanted) (lists.Batch[entra.Change], error) {
	var out lists.Batch[entra.Change]
	for x, err := range c.rows(ctx, w) {
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, x)
	}
	return out, nil
}

func (c *comparison) count(ctx context.Context, w lists.Wanted) (n int, err error) {
	w.Offset, w.Limit = 0, 0
	for _, err := range c.rows(ctx, w) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (c *comparison) exportCSV(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.CSV(w, export.DiffColumns(), c.rows(ctx, q))
}

func (c *comparison) exportLines(ctx context.Context, w io.Writer, q lists.Wanted) error {
	return export.JSONLines(w, export.DiffColumns(), c.rows(ctx, q))
}

// fileName says which two moments a file compares.
func (c *comparison) fileName(s host.Stand) string {
	between := parseFilter(s.Filter)
	const layout = "2006-01-02 1504"
	return strings.Join([]string{c.name, "difference", between.since.Local().Format(layout), "to", between.until.Local().Format(layout),
		s.Class, filter{kind: between.kind}.words(c.host.Now()), s.Search}, " ")
}

// leave forgets what is being asked.
func (c *comparison) leave() {
	c.shown = false
	c.doubting.Drop()
	c.list.Leave()
}
