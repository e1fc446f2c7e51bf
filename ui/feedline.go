package ui

import (
	"cmp"
	"image/color"
	"strings"
	"time"

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

// feedLine is one change: what happened, to what, in which tenant, when.
type feedLine struct {
	widget.BaseWidget
	desk             *desk
	change           store.RecentChange
	tenant           string
	ground           *canvas.Rectangle
	sign             *widget.Icon
	name, what, when *canvas.Text
	hovered, focused bool
	timeRoom         float32 // as wide as the widest time of all lines, so that they stand in columns
}

var (
	_ fyne.Tappable     = (*feedLine)(nil)
	_ desktop.Hoverable = (*feedLine)(nil)
)

func newFeedLine(d *desk) *feedLine {
	text := func() *canvas.Text { return canvas.NewText("", color.Transparent) }
	l := &feedLine{desk: d, ground: newMark(), sign: widget.NewIcon(nil), name: text(), what: text(), when: text()}
	l.ExtendBaseWidget(l)
	return l
}

// show takes over another change; its time gets older by itself.
func (l *feedLine) show(c store.RecentChange, tenant string) {
	when := age(c.Time, l.desk.now())
	if c.Key == l.change.Key && when == l.when.Text {
		return
	}
	l.change, l.tenant, l.when.Text = c, tenant, when
	if sign := changeSign(c.Kind); l.sign.Resource != sign {
		l.sign.SetResource(sign)
	}
	l.Refresh()
}

// age is how long ago a change was, and the day alone once that is another: the
// line's room is for what changed. Its tip has the time.
func age(t, now time.Time) string {
	if now.Sub(t) < day {
		return phrase.Ago(t, now)
	}
	return phrase.ShortDay(t.Local())
}

func changeSign(k entra.ChangeKind) fyne.Resource {
	switch k {
	case entra.Added, entra.Restored, entra.MemberAdded, entra.LinkAdded:
		return signs().added
	case entra.ChangeDeleted, entra.MemberRemoved, entra.LinkRemoved:
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
	case entra.LinkAdded:
		return lang.L("link added")
	case entra.LinkRemoved:
		return lang.L("link removed")
	}
	return lang.L("updated")
}

// Tapped goes to the tenant.
func (l *feedLine) Tapped(*fyne.PointEvent) { l.desk.open(tenantNode(l.change.Tenant)) }

// MouseIn marks the line under the pointer.
func (l *feedLine) MouseIn(*desktop.MouseEvent) { l.hovered = true; l.Refresh(); l.tell() }

// tell says the line in full, by and by.
func (l *feedLine) tell() {
	parts := []string{cmp.Or(l.change.DisplayName, l.change.ID), changeWord(l.change.Kind)}
	if l.tenant != "" {
		parts = append(parts, l.tenant)
	}
	l.desk.tips.wait(l, strings.Join(append(parts, phrase.Stamp(l.change.Time, l.desk.now())), " · "))
}

// MouseMoved is needed to be told of MouseIn.
func (l *feedLine) MouseMoved(*desktop.MouseEvent) {}

// MouseOut unmarks it.
func (l *feedLine) MouseOut() { l.hovered = false; l.desk.tips.hide(); l.Refresh() }

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
	paintMark(l.ground, l.hovered, l.focused)
	l.ground.Resize(size)
	l.sign.Resize(fyne.NewSquareSize(side))
	l.sign.Move(fyne.NewPos(pad, (size.Height-side)/2))
	for _, t := range []*canvas.Text{l.name, l.what, l.when} {
		t.Color, t.TextSize = theme.Color(theme.ColorNamePlaceHolder), theme.TextSize()
	}
	l.name.Color = theme.Color(theme.ColorNameForeground)
	left, right := 2*pad+side, size.Width-pad-max(l.timeRoom, l.when.MinSize().Width)
	put := func(t *canvas.Text, x float32) {
		t.Resize(t.MinSize())
		t.Move(fyne.NewPos(x, (size.Height-t.MinSize().Height)/2))
	}
	put(l.when, size.Width-pad-l.when.MinSize().Width)
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
