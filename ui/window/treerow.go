package window

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/table"
)

// treeRow is one row of the tree: a sign and a name. A name that is cut is
// said in full while the pointer rests on it.
type treeRow struct {
	widget.BaseWidget
	tree  *tree
	tips  *kit.Tips
	sign  *widget.Icon
	text  *canvas.Text
	name  string
	hover *canvas.Rectangle
	here  *canvas.Rectangle // what is in front belongs to this line
}

var _ desktop.Hoverable = (*treeRow)(nil)

func newTreeRow(t *tree, tips *kit.Tips) *treeRow {
	l := &treeRow{tree: t, tips: tips, sign: widget.NewIcon(nil), text: canvas.NewText("", color.Transparent), hover: canvas.NewRectangle(color.Transparent), here: canvas.NewRectangle(color.Transparent)}
	l.hover.Hide()
	l.here.Hide()
	l.ExtendBaseWidget(l)
	return l
}

// show takes over another node.
func (l *treeRow) show(sign fyne.Resource, name string) {
	if l.sign.Resource != sign {
		l.sign.SetResource(sign)
	}
	if l.name != name {
		l.name = name
		l.Refresh()
	}
}

// mark shows whether what is in front belongs to the line.
func (l *treeRow) mark(here bool) {
	if here != l.here.Visible() {
		kit.Reveal(here, l.here)
		l.Refresh()
	}
}

// common is the domain that most tenants have in common.
const common = ".onmicrosoft.com"

// shortened fits a name into the room there is. The common domain is the first to go.
func shortened(name string, room float32) string {
	if short := table.Cut(name, room, theme.TextSize(), fyne.TextStyle{}); short == name {
		return name
	}
	return table.Cut(strings.TrimSuffix(name, common), room, theme.TextSize(), fyne.TextStyle{})
}

// fitted is the name as it stands in the tree: where one name there has no room for the
// common domain, none has it, or some would look like another kind of name.
func (l *treeRow) fitted(room float32) string {
	name := l.name
	if l.tree.widest() > room {
		name = strings.TrimSuffix(name, common)
	}
	return shortened(name, room)
}

// MouseIn marks the whole line under the pointer: Fyne's own mark does not see
// the pointer any more.
func (l *treeRow) MouseIn(*desktop.MouseEvent) {
	driver := fyne.CurrentApp().Driver()
	left := driver.AbsolutePositionForObject(l).X - driver.AbsolutePositionForObject(l.tree).X
	l.hover.Move(fyne.NewPos(-left, 0))
	l.hover.Resize(fyne.NewSize(l.tree.Size().Width, l.Size().Height))
	l.hover.Show()
	l.Refresh()
	if l.text.Text != l.name {
		l.tips.Wait(l, l.name)
	}
}

// MouseMoved is needed to be told of MouseIn.
func (l *treeRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut unmarks it.
func (l *treeRow) MouseOut() {
	l.tips.Hide()
	l.hover.Hide()
	l.Refresh()
}

// CreateRenderer draws the line.
func (l *treeRow) CreateRenderer() fyne.WidgetRenderer { return &treeRowRenderer{l} }

type treeRowRenderer struct{ line *treeRow }

func (r *treeRowRenderer) Destroy() {}

func (r *treeRowRenderer) MinSize() fyne.Size {
	side := theme.IconInlineSize()
	height := fyne.MeasureText("Ag", theme.TextSize(), fyne.TextStyle{}).Height
	return fyne.NewSize(3*side, max(height, side)+2*theme.InnerPadding())
}

func (r *treeRowRenderer) Layout(size fyne.Size) {
	l, side := r.line, theme.IconInlineSize()
	l.sign.Resize(fyne.NewSquareSize(side))
	l.sign.Move(fyne.NewPos(0, (size.Height-side)/2))
	left := side + 2*theme.Padding()
	l.text.Text, l.text.TextSize, l.text.Color = l.fitted(size.Width-left-theme.Padding()), theme.TextSize(), theme.Color(theme.ColorNameForeground)
	l.text.Resize(l.text.MinSize())
	l.text.Move(fyne.NewPos(left, (size.Height-l.text.Size().Height)/2))
	l.here.Resize(size)
	l.here.FillColor, l.here.CornerRadius = theme.Color(theme.ColorNameSelection), theme.SelectionRadiusSize()
	l.hover.FillColor, l.hover.CornerRadius = theme.Color(theme.ColorNameHover), theme.SelectionRadiusSize()
}

func (r *treeRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.line.here, r.line.hover, r.line.sign, r.line.text}
}

func (r *treeRowRenderer) Refresh() {
	r.Layout(r.line.Size())
	canvas.Refresh(r.line)
}
