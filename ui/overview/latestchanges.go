package overview

import (
	"image/color"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/tell"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
)

// latestChanges tells the newest changes of all tenants, as many as there is room for. A
// click on a line, or Enter, goes to the object. All lines together take the
// focus once; the arrow keys go from line to line.
type latestChanges struct {
	widget.BaseWidget
	host    *host.Host
	lines   [newest]*changeLine
	none    *canvas.Text // instead of lines
	focused bool
	at      int // the line that the keys are at
}

var _ fyne.Focusable = (*latestChanges)(nil)

func newLatestChanges(h *host.Host) *latestChanges {
	f := &latestChanges{host: h, none: canvas.NewText(lang.L("None since the first sync"), color.Transparent)}
	for i := range f.lines {
		f.lines[i] = newChangeLine(h)
	}
	f.ExtendBaseWidget(f)
	return f
}

// show takes the newest changes of the tenants that there are.
func (f *latestChanges) show(s data) {
	names := tenantNames(s.rows)
	n, was := 0, f.lines[f.at].change.Key
	for _, c := range s.recent {
		said := labels.ChangeText(c.Change, f.host.Now())
		if name, ok := names[c.Tenant]; ok && n < len(f.lines) && !f.told(f.lines[:n], c, said) {
			f.lines[n].show(c, name, said)
			n++
		}
	}
	for _, l := range f.lines[n:] {
		l.show(store.RecentChange{}, tenantName{}, "")
	}
	for i, l := range f.lines {
		if was != 0 && l.change.Key == was {
			f.at = i // newer changes move it down
		}
	}
	f.Refresh()
	f.mark()
}

// tenantName is a tenant's domain, and as much of it as a line shows.
type tenantName struct{ whole, short string }

// tenantNames shorten the tenants' domains to their first dot, where that tells one from the others.
// Of one alone nothing need be told.
func tenantNames(rows []row) map[int64]tenantName {
	names, like := map[int64]tenantName{}, map[string]int{}
	for _, g := range rows {
		first, _, _ := strings.Cut(g.tenant.Name, ".")
		like[first]++
		names[g.tenant.Key] = tenantName{g.tenant.Name, first}
	}
	for key, name := range names {
		switch {
		case len(rows) == 1:
			names[key] = tenantName{}
		case like[name.short] > 1:
			names[key] = tenantName{name.whole, name.whole}
		}
	}
	return names
}

// sameMoment is how far apart the classes of one sync may record what happened at once.
const sameMoment = time.Minute

// told tells whether lines say of the same person in the same words what happened at the same
// moment: Graph gives a role by a row of its own, and by a membership.
func (f *latestChanges) told(lines []*changeLine, c store.RecentChange, said string) bool {
	whom := tell.Whom(c.Change)
	return whom != "" && slices.ContainsFunc(lines, func(l *changeLine) bool {
		return l.said == said && l.change.Tenant == c.Tenant && l.change.Time.Sub(c.Time).Abs() < sameMoment && tell.Whom(l.change.Change) == whom
	})
}

// room is how many lines are in sight.
func (f *latestChanges) room() (n int) {
	for n < len(f.lines) && f.lines[n].change.Key != 0 && f.lines[n].Visible() {
		n++
	}
	return n
}

// step goes to the line nearest to a place.
func (f *latestChanges) step(at int) {
	f.at = max(min(at, f.room()-1), 0)
	f.mark()
	if f.focused && f.room() > 0 {
		f.lines[f.at].tell()
	}
}

// mark shows which line the keys are at.
func (f *latestChanges) mark() {
	f.at = max(min(f.at, f.room()-1), 0)
	for i, l := range f.lines {
		if on := f.focused && i == f.at; on != l.focused {
			l.focused = on
			l.Refresh()
		}
	}
}

// FocusGained shows where the keys are.
func (f *latestChanges) FocusGained() { f.focused = true; f.step(f.at) }

// FocusLost shows that they are elsewhere.
func (f *latestChanges) FocusLost() { f.focused = false; f.host.Tips.Hide(); f.mark() }

// TypedRune passes what is typed on.
func (f *latestChanges) TypedRune(r rune) { kit.PassRune(f, r) }

// TypedKey goes from line to line and opens the object of one.
func (f *latestChanges) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp:
		f.step(f.at - 1)
	case fyne.KeyDown:
		f.step(f.at + 1)
	case fyne.KeyHome:
		f.step(0)
	case fyne.KeyEnd:
		f.step(len(f.lines))
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if f.room() > 0 {
			f.lines[f.at].Tapped(nil)
		}
	default:
		kit.PassKey(f, e)
	}
}

// CreateRenderer lays the lines out.
func (f *latestChanges) CreateRenderer() fyne.WidgetRenderer { return &latestChangesRenderer{f} }

type latestChangesRenderer struct{ list *latestChanges }

func (r *latestChangesRenderer) Destroy() {}

// whole is as high as all lines are.
func (f *latestChanges) whole() float32 {
	n := 0
	for _, l := range f.lines {
		if l.change.Key != 0 {
			n++
		}
	}
	return float32(max(n, 2)) * barLine()
}

func (r *latestChangesRenderer) MinSize() fyne.Size { return fyne.NewSize(180, 2*barLine()) }
func (r *latestChangesRenderer) Refresh()           { r.Layout(r.list.Size()); canvas.Refresh(r.list) }

func (r *latestChangesRenderer) Layout(size fyne.Size) {
	none := r.list.none
	none.Color, none.TextSize = theme.Color(theme.ColorNamePlaceHolder), theme.CaptionTextSize()
	none.Hidden = r.list.lines[0].change.Key != 0
	none.Resize(none.MinSize())
	none.Move(fyne.NewPos(theme.InnerPadding(), theme.InnerPadding()))
	times := r.times()
	for i, l := range r.list.lines {
		y := float32(i) * barLine()
		if l.timeRoom != times {
			l.timeRoom = times
			l.Refresh()
		}
		l.Move(fyne.NewPos(0, y))
		l.Resize(fyne.NewSize(size.Width, barLine()))
		if l.change.Key == 0 || y+barLine() > size.Height {
			l.Hide()
		} else {
			l.Show()
		}
	}
}

// times is the width of the widest time.
func (r *latestChangesRenderer) times() (wide float32) {
	for _, l := range r.list.lines {
		if l.change.Key != 0 {
			wide = max(wide, fyne.MeasureText(l.when.Text, theme.TextSize(), fyne.TextStyle{}).Width)
		}
	}
	return wide
}

func (r *latestChangesRenderer) Objects() (out []fyne.CanvasObject) {
	for _, l := range r.list.lines {
		out = append(out, l)
	}
	return append(out, r.list.none)
}
