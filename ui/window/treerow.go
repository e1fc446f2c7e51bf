package window

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// treeRow is one line of the tree: a sign and a name; a head has an arrow before them.
// A name that is cut is said in full while the pointer rests on it.
type treeRow struct {
	widget.BaseWidget
	Text    string // the name, for who looks for the line
	tree    *tree
	tips    *kit.Tips
	route   host.Route
	branch  *branch // whose head it is; nil: of none
	depth   int
	hovered bool
	ground  *canvas.Rectangle
	arrow   *widget.Icon
	sign    *widget.Icon
	text    *canvas.Text
	drawn   rowLook
}

// rowLook is what a line looks like beside its size: a repaint is spared where it is
// the same.
type rowLook struct {
	name                               string
	sign                               fyne.Resource
	chosen, focused, hovered, unfolded bool
	size                               float32
	ink                                color.Color
}

var (
	_ fyne.Tappable     = (*treeRow)(nil)
	_ desktop.Hoverable = (*treeRow)(nil)
)

func newTreeRow(t *tree, tips *kit.Tips) *treeRow {
	l := &treeRow{tree: t, tips: tips, ground: kit.NewMark(), arrow: widget.NewIcon(nil), sign: widget.NewIcon(nil), text: canvas.NewText("", color.Transparent)}
	l.ExtendBaseWidget(l)
	return l
}

// show takes over another line.
func (l *treeRow) show(sign fyne.Resource, name string) {
	if l.sign.Resource != sign {
		l.sign.SetResource(sign)
	}
	l.Text = name
	if l.drawn != l.look() {
		l.Refresh()
	}
}

// look is what the line should look like now.
func (l *treeRow) look() rowLook {
	t := l.tree
	return rowLook{name: l.Text, sign: l.sign.Resource, chosen: l.route.Place != "" && l.route == t.selected, focused: t.focused && l.route == t.cursor,
		hovered: l.hovered, unfolded: l.branch != nil && !l.branch.closed, size: theme.TextSize(), ink: theme.Color(theme.ColorNameForeground)}
}

// Tapped opens the line's page; on the arrow, it folds.
func (l *treeRow) Tapped(e *fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(l.tree); c != nil {
		c.Focus(l.tree)
	}
	if l.branch != nil && e.Position.X < l.left() {
		l.tree.cursor = l.route
		l.branch.fold(!l.branch.closed)
		return
	}
	l.tree.choose(l.route)
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
	name := l.Text
	if l.tree.widest() > room {
		name = strings.TrimSuffix(name, common)
	}
	return shortened(name, room)
}

// MouseIn marks the line under the pointer, and says its name in full where it is cut.
func (l *treeRow) MouseIn(*desktop.MouseEvent) {
	l.hovered = true
	l.Refresh()
	if l.text.Text != phrase.Legible(l.Text) {
		l.tips.Wait(l, l.Text)
	}
}

// MouseMoved is needed to be told of MouseIn.
func (l *treeRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut unmarks it.
func (l *treeRow) MouseOut() {
	l.tips.Hide()
	l.hovered = false
	l.Refresh()
}

// left is where the sign begins: lines under a head are set in.
func (l *treeRow) left() float32 {
	return float32(1+l.depth) * (theme.IconInlineSize() + theme.Padding())
}

// CreateRenderer draws the line.
func (l *treeRow) CreateRenderer() fyne.WidgetRenderer { return &treeRowRenderer{l} }

type treeRowRenderer struct{ line *treeRow }

func (r *treeRowRenderer) Destroy() {}

func (r *treeRowRenderer) MinSize() fyne.Size {
	return fyne.NewSize(3*theme.IconInlineSize(), lineHigh())
}

func (r *treeRowRenderer) Layout(size fyne.Size) {
	l, side := r.line, theme.IconInlineSize()
	look := l.look()
	l.drawn = look
	kit.PaintMark(l.ground, look.hovered || look.chosen, look.focused)
	if look.chosen {
		l.ground.FillColor = theme.Color(theme.ColorNameSelection)
	}
	l.ground.Resize(size)
	for _, icon := range []*widget.Icon{l.arrow, l.sign} {
		icon.Resize(fyne.NewSquareSize(side))
	}
	if l.branch != nil {
		way := theme.MoveDownIcon()
		if !look.unfolded {
			way = theme.NavigateNextIcon()
		}
		if l.arrow.Resource != way {
			l.arrow.SetResource(way)
		}
		l.arrow.Move(fyne.NewPos(theme.Padding()/2, (size.Height-side)/2))
	}
	left := l.left()
	l.sign.Move(fyne.NewPos(left, (size.Height-side)/2))
	left += side + 2*theme.Padding()
	l.text.Text, l.text.TextSize, l.text.Color = phrase.Legible(l.fitted(size.Width-left-theme.Padding())), theme.TextSize(), look.ink
	l.text.Resize(l.text.MinSize())
	l.text.Move(fyne.NewPos(left, (size.Height-l.text.Size().Height)/2))
}

func (r *treeRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.line.ground, r.line.arrow, r.line.sign, r.line.text}
}

func (r *treeRowRenderer) Refresh() {
	r.Layout(r.line.Size())
	canvas.Refresh(r.line)
}
