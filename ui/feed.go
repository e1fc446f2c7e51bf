package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/store"
)

// feed tells the newest changes of all tenants, as many as there is room for. A
// click on a line, or Enter, goes to the tenant. All lines together take the
// focus once; the arrow keys go from line to line.
type feed struct {
	widget.BaseWidget
	desk    *desk
	lines   [newest]*feedLine
	none    *canvas.Text // instead of lines
	focused bool
	at      int // the line that the keys are at
}

var _ fyne.Focusable = (*feed)(nil)

func newFeed(d *desk) *feed {
	f := &feed{desk: d, none: canvas.NewText(lang.L("None since the first sync"), color.Transparent)}
	for i := range f.lines {
		f.lines[i] = newFeedLine(d)
	}
	f.ExtendBaseWidget(f)
	return f
}

// show takes the newest changes of the tenants that there are.
func (f *feed) show(s survey) {
	names := map[int64]string{}
	for _, g := range s.glances {
		names[g.tenant.Key] = g.tenant.Name
		if len(s.glances) == 1 {
			names[g.tenant.Key] = "" // there is no other
		}
	}
	n, was := 0, f.lines[f.at].change.Key
	for _, c := range s.recent {
		if name, ok := names[c.Tenant]; ok && n < len(f.lines) {
			f.lines[n].show(c, name)
			n++
		}
	}
	for _, l := range f.lines[n:] {
		l.show(store.RecentChange{}, "")
	}
	for i, l := range f.lines {
		if was != 0 && l.change.Key == was {
			f.at = i // newer changes move it down
		}
	}
	f.Refresh()
	f.mark()
}

// room is how many lines are in sight.
func (f *feed) room() (n int) {
	for n < len(f.lines) && f.lines[n].change.Key != 0 && f.lines[n].Visible() {
		n++
	}
	return n
}

// step goes to the line nearest to a place.
func (f *feed) step(at int) {
	f.at = max(min(at, f.room()-1), 0)
	f.mark()
	if f.focused && f.room() > 0 {
		f.lines[f.at].tell()
	}
}

// mark shows which line the keys are at.
func (f *feed) mark() {
	f.at = max(min(f.at, f.room()-1), 0)
	for i, l := range f.lines {
		if on := f.focused && i == f.at; on != l.focused {
			l.focused = on
			l.Refresh()
		}
	}
}

// FocusGained shows where the keys are.
func (f *feed) FocusGained() { f.focused = true; f.step(f.at) }

// FocusLost shows that they are elsewhere.
func (f *feed) FocusLost() { f.focused = false; f.desk.tips.hide(); f.mark() }

// TypedRune is part of taking keys.
func (f *feed) TypedRune(rune) {}

// TypedKey goes from line to line and opens the tenant of one.
func (f *feed) TypedKey(e *fyne.KeyEvent) {
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
		passKey(f, e)
	}
}

// CreateRenderer lays the lines out.
func (f *feed) CreateRenderer() fyne.WidgetRenderer { return &feedRenderer{f} }

type feedRenderer struct{ feed *feed }

func (r *feedRenderer) Destroy()           {}
func (r *feedRenderer) MinSize() fyne.Size { return fyne.NewSize(180, 2*barLine()) }
func (r *feedRenderer) Refresh()           { r.Layout(r.feed.Size()); canvas.Refresh(r.feed) }

func (r *feedRenderer) Layout(size fyne.Size) {
	none := r.feed.none
	none.Color, none.TextSize = theme.Color(theme.ColorNamePlaceHolder), theme.CaptionTextSize()
	none.Hidden = r.feed.lines[0].change.Key != 0
	none.Resize(none.MinSize())
	none.Move(fyne.NewPos(theme.InnerPadding(), theme.InnerPadding()))
	times := r.times()
	for i, l := range r.feed.lines {
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
func (r *feedRenderer) times() (wide float32) {
	for _, l := range r.feed.lines {
		if l.change.Key != 0 {
			wide = max(wide, fyne.MeasureText(l.when.Text, theme.TextSize(), fyne.TextStyle{}).Width)
		}
	}
	return wide
}

func (r *feedRenderer) Objects() (out []fyne.CanvasObject) {
	for _, l := range r.feed.lines {
		out = append(out, l)
	}
	return append(out, r.feed.none)
}
