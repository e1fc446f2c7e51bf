package ui

import (
	"cmp"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// feed tells the newest changes of all tenants, as many as there is room for. A
// click goes to the tenant.
type feed struct {
	widget.BaseWidget
	desk  *desk
	lines [newest]*feedLine
	none  *canvas.Text // instead of lines
}

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
	n := 0
	for _, c := range s.recent {
		if name, ok := names[c.Tenant]; ok && n < len(f.lines) {
			f.lines[n].show(c, name)
			n++
		}
	}
	for _, l := range f.lines[n:] {
		l.show(store.RecentChange{}, "")
	}
	f.Refresh()
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
	for i, l := range r.feed.lines {
		y := float32(i) * barLine()
		l.Move(fyne.NewPos(0, y))
		l.Resize(fyne.NewSize(size.Width, barLine()))
		if l.change.Key == 0 || y+barLine() > size.Height {
			l.Hide()
		} else {
			l.Show()
		}
	}
}

func (r *feedRenderer) Objects() (out []fyne.CanvasObject) {
	for _, l := range r.feed.lines {
		out = append(out, l)
	}
	return append(out, r.feed.none)
}

// feedLine is one change: what happened, to what, in which tenant, when.
type feedLine struct {
	widget.BaseWidget
	desk             *desk
	change           store.RecentChange
	tenant           string
	ground           *canvas.Rectangle
	sign             *widget.Icon
	name, what, when *canvas.Text
}

var (
	_ fyne.Tappable     = (*feedLine)(nil)
	_ desktop.Hoverable = (*feedLine)(nil)
)

func newFeedLine(d *desk) *feedLine {
	text := func() *canvas.Text { return canvas.NewText("", color.Transparent) }
	l := &feedLine{desk: d, ground: &canvas.Rectangle{CornerRadius: 4}, sign: widget.NewIcon(nil), name: text(), what: text(), when: text()}
	l.ground.Hide()
	l.ExtendBaseWidget(l)
	return l
}

// show takes over another change; its time gets older by itself.
func (l *feedLine) show(c store.RecentChange, tenant string) {
	when := phrase.Ago(c.Time, l.desk.now())
	if c.Key == l.change.Key && when == l.when.Text {
		return
	}
	l.change, l.tenant, l.when.Text = c, tenant, when
	if sign := changeSign(c.Kind); l.sign.Resource != sign {
		l.sign.SetResource(sign)
	}
	l.Refresh()
}

func changeSign(k entra.ChangeKind) fyne.Resource {
	switch k {
	case entra.Added, entra.Restored, entra.MemberAdded:
		return signs().added
	case entra.ChangeDeleted, entra.MemberRemoved:
		return signs().removed
	}
	return signs().updated
}

// changeWord says what happened to an object.
func changeWord(k entra.ChangeKind) string {
	switch k {
	case entra.Added:
		return lang.L("added")
	case entra.ChangeDeleted:
		return lang.L("deleted")
	case entra.Restored:
		return lang.L("restored")
	case entra.MemberAdded:
		return lang.L("member added")
	case entra.MemberRemoved:
		return lang.L("member removed")
	}
	return lang.L("updated")
}

// Tapped goes to the tenant.
func (l *feedLine) Tapped(*fyne.PointEvent) { l.desk.open(tenantNode(l.change.Tenant)) }

// MouseIn marks the line under the pointer.
func (l *feedLine) MouseIn(*desktop.MouseEvent) {
	l.ground.Show()
	l.Refresh()
	l.desk.tips.wait(l, strings.TrimSuffix(cmp.Or(l.change.DisplayName, l.change.ID)+" · "+l.tenant, " · "))
}

// MouseMoved is needed to be told of MouseIn.
func (l *feedLine) MouseMoved(*desktop.MouseEvent) {}

// MouseOut unmarks it.
func (l *feedLine) MouseOut() { l.ground.Hide(); l.desk.tips.hide(); l.Refresh() }

// CreateRenderer draws the line.
func (l *feedLine) CreateRenderer() fyne.WidgetRenderer { return &feedLineRenderer{l} }

type feedLineRenderer struct{ line *feedLine }

func (r *feedLineRenderer) Destroy()           {}
func (r *feedLineRenderer) MinSize() fyne.Size { return fyne.NewSize(160, barLine()) }
func (r *feedLineRenderer) Refresh()           { r.Layout(r.line.Size()); canvas.Refresh(r.line) }

func (r *feedLineRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.line.ground, r.line.sign, r.line.name, r.line.what, r.line.when}
}

// Layout gives the time its room first, then name and what happened half each.
func (r *feedLineRenderer) Layout(size fyne.Size) {
	l, pad, side := r.line, theme.InnerPadding(), theme.IconInlineSize()*0.85
	l.ground.FillColor = theme.Color(theme.ColorNameHover)
	l.ground.Resize(size)
	l.sign.Resize(fyne.NewSquareSize(side))
	l.sign.Move(fyne.NewPos(pad, (size.Height-side)/2))
	for _, t := range []*canvas.Text{l.name, l.what, l.when} {
		t.Color, t.TextSize = theme.Color(theme.ColorNamePlaceHolder), theme.TextSize()
	}
	l.name.Color = theme.Color(theme.ColorNameForeground)
	left, right := 2*pad+side, size.Width-pad-l.when.MinSize().Width
	put := func(t *canvas.Text, x float32) {
		t.Resize(t.MinSize())
		t.Move(fyne.NewPos(x, (size.Height-t.MinSize().Height)/2))
	}
	put(l.when, right)
	room := right - left - 24
	what := changeWord(l.change.Kind)
	if first, _, _ := strings.Cut(l.tenant, "."); first != "" {
		what += " · " + first
	}
	l.name.Text = table.Cut(cmp.Or(l.change.DisplayName, l.change.ID), room*0.5, theme.TextSize(), fyne.TextStyle{})
	l.what.Text = table.Cut(what, room*0.5, theme.TextSize(), fyne.TextStyle{})
	put(l.name, left)
	put(l.what, left+room*0.5+12)
}
