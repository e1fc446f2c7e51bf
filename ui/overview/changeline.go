package overview

import (
	"image/color"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// changeLine is one change in words, in which tenant, when.
type changeLine struct {
	widget.BaseWidget
	host             *host.Host
	change           store.RecentChange
	said             string // what it did
	tenant           tenantName
	ground           *canvas.Rectangle
	sign             *widget.Icon
	text, of, when   *canvas.Text // what happened, in which tenant, when
	hovered, focused bool
	timeRoom         float32 // as wide as the widest time of all lines, so that they stand in columns
}

var (
	_ fyne.Tappable     = (*changeLine)(nil)
	_ desktop.Hoverable = (*changeLine)(nil)
)

func newChangeLine(h *host.Host) *changeLine {
	text := func() *canvas.Text { return canvas.NewText("", color.Transparent) }
	l := &changeLine{host: h, ground: kit.NewMark(), sign: widget.NewIcon(nil), text: text(), of: text(), when: text()}
	l.ExtendBaseWidget(l)
	return l
}

// show takes over another change, and what it did in words; its time gets older by itself.
func (l *changeLine) show(c store.RecentChange, tenant tenantName, said string) {
	when := age(c.Time, l.host.Now())
	if c.Key == l.change.Key && when == l.when.Text && said == l.said {
		return
	}
	l.change, l.said, l.tenant, l.when.Text = c, said, tenant, when
	if sign := labels.ChangeSign(c.Kind); l.sign.Resource != sign {
		l.sign.SetResource(sign)
	}
	l.Refresh()
}

// age is how long ago a change was, and the day alone once that is another: the
// line's room is for what changed. Its tip has the time.
func age(t, now time.Time) string {
	if now.Sub(t) < 24*time.Hour {
		return phrase.Ago(t, now)
	}
	return phrase.ShortDay(t.Local())
}

// Tapped goes to the object.
func (l *changeLine) Tapped(*fyne.PointEvent) {
	l.host.Open(host.ToObject(l.change.Tenant, l.change.Class, l.change.ID))
}

// MouseIn marks the line under the pointer.
func (l *changeLine) MouseIn(*desktop.MouseEvent) { l.hovered = true; l.Refresh(); l.tell() }

// tell says the line in full, by and by.
func (l *changeLine) tell() {
	parts := []string{l.said}
	if l.tenant.whole != "" {
		parts = append(parts, l.tenant.whole)
	}
	l.host.Tips.Wait(l, strings.Join(append(parts, phrase.Stamp(l.change.Time, l.host.Now())), " · "))
}

// MouseMoved is needed to be told of MouseIn.
func (l *changeLine) MouseMoved(*desktop.MouseEvent) {}

// MouseOut unmarks it.
func (l *changeLine) MouseOut() { l.hovered = false; l.host.Tips.Hide(); l.Refresh() }

// CreateRenderer draws the line.
func (l *changeLine) CreateRenderer() fyne.WidgetRenderer { return &changeLineRenderer{l} }

type changeLineRenderer struct{ line *changeLine }

func (r *changeLineRenderer) Destroy()           {}
func (r *changeLineRenderer) MinSize() fyne.Size { return fyne.NewSize(160, barLine()) }
func (r *changeLineRenderer) Refresh()           { r.Layout(r.line.Size()); canvas.Refresh(r.line) }

func (r *changeLineRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.line.ground, r.line.sign, r.line.text, r.line.of, r.line.when}
}

// Layout gives the time its room first, then the tenant where there are several, and what
// happened the rest.
func (r *changeLineRenderer) Layout(size fyne.Size) {
	l, pad, side := r.line, theme.InnerPadding(), theme.IconInlineSize()*0.85
	kit.PaintMark(l.ground, l.hovered, l.focused)
	l.ground.Resize(size)
	l.sign.Resize(fyne.NewSquareSize(side))
	l.sign.Move(fyne.NewPos(pad, (size.Height-side)/2))
	for _, t := range []*canvas.Text{l.text, l.of, l.when} {
		t.Color, t.TextSize = theme.Color(theme.ColorNamePlaceHolder), theme.TextSize()
	}
	l.text.Color = theme.Color(theme.ColorNameForeground)
	left, right := 2*pad+side, size.Width-pad-max(l.timeRoom, l.when.MinSize().Width)-12
	put := func(t *canvas.Text, x float32) {
		t.Resize(t.MinSize())
		t.Move(fyne.NewPos(x, (size.Height-t.MinSize().Height)/2))
	}
	put(l.when, size.Width-pad-l.when.MinSize().Width)
	l.of.Text = ""
	if l.tenant.short != "" {
		room := min(tenantRoom*theme.TextSize()/13, (right-left)/4)
		l.of.Text = phrase.Legible(table.Cut(l.tenant.short, room, theme.TextSize(), fyne.TextStyle{}))
		right -= room + 12
		put(l.of, right+12)
	}
	l.text.Text = phrase.Legible(table.Cut(l.said, right-left, theme.TextSize(), fyne.TextStyle{}))
	put(l.text, left)
}

// tenantRoom is how wide a tenant's name may be at 100% zoom.
const tenantRoom = 90
