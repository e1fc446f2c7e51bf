package table

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// row is one line on screen. It shows one of the grid's rows after the other,
// as the grid scrolls.
type row[T any] struct {
	widget.BaseWidget
	grid    *Grid[T]
	index   int
	ground  *canvas.Rectangle
	cells   []*cell // nil where the column was never shown
	hovered bool
	pointer bool // the mouse is over a link
}

var (
	_ fyne.Tappable          = (*row[int])(nil)
	_ fyne.SecondaryTappable = (*row[int])(nil)
	_ desktop.Hoverable      = (*row[int])(nil)
	_ desktop.Cursorable     = (*row[int])(nil)
)

func newRow[T any](g *Grid[T]) *row[T] {
	r := &row[T]{grid: g, index: -1, ground: canvas.NewRectangle(color.Transparent)}
	r.cells = make([]*cell, len(g.columns))
	r.ExtendBaseWidget(r)
	r.paint()
	return r
}

// Tapped selects the row and opens it. With Ctrl or Cmd held it is added to the
// selection or taken out of it, with Shift all rows up to it are selected.
func (r *row[T]) Tapped(e *fyne.PointEvent) {
	r.grid.focus()
	if r.grid.marks != nil && r.grid.held()&fyne.KeyModifierShift == 0 && r.grid.columns[r.columnAt(e.Position.X)].Key == markKey {
		r.grid.mark(r.index)
		return
	}
	switch held := r.grid.held(); {
	case held&fyne.KeyModifierShift != 0:
		r.grid.extend(r.index)
	case held&fyne.KeyModifierShortcutDefault != 0:
		r.grid.toggle(r.index)
	default:
		r.grid.Select(r.index)
		if follow := r.link(r.columnAt(e.Position.X)); follow != nil {
			follow()
			return
		}
		if !r.grid.Twice || r.grid.second(r.index) {
			r.grid.open()
		}
	}
}

// link is where a click on a column leads; nil: it opens the row.
func (r *row[T]) link(column int) func() {
	if of := r.grid.columns[column].Link; of != nil && r.index >= 0 && r.index < len(r.grid.rows) {
		return of(r.grid.rows[r.index])
	}
	return nil
}

// click is a click on a row.
type click struct {
	key  string
	when time.Time
}

// between is how long after the first click of two the second one comes at most.
const between = 500 * time.Millisecond

// second tells whether this is the second click of two on a row. Fyne's own double
// click would make every single one wait for it.
func (g *Grid[T]) second(index int) bool {
	last := g.clicked
	g.clicked = click{g.key(g.rows[index]), time.Now()}
	if last.key != g.clicked.key || g.clicked.when.Sub(last.when) > between {
		return false
	}
	g.clicked = click{}
	return true
}

// TappedSecondary offers what can be done with the row, or with all selected
// ones where it is among them.
func (r *row[T]) TappedSecondary(e *fyne.PointEvent) {
	r.grid.focus()
	if r.grid.isSelected(r.index) {
		r.grid.move(r.index)
	} else {
		r.grid.Select(r.index)
	}
	r.grid.menu(r.columnAt(e.Position.X), e.AbsolutePosition)
}

func (r *row[T]) columnAt(x float32) int {
	for i, w := range r.grid.widths {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(r.grid.widths) - 1
}

// MouseIn marks the row under the pointer.
func (r *row[T]) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.tint() }

// MouseMoved shows the whole text of a cell that is cut, and a hand over a link.
func (r *row[T]) MouseMoved(e *desktop.MouseEvent) {
	r.pointer = r.link(r.columnAt(e.Position.X)) != nil
	r.grid.hintAt(r, e.Position.X)
}

// Cursor is the mouse's sign over the row.
func (r *row[T]) Cursor() desktop.Cursor {
	if r.pointer {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// MouseOut unmarks it.
func (r *row[T]) MouseOut() { r.hovered = false; r.grid.hint.box.Hide(); r.tint() }

// show takes over one of the grid's rows.
func (r *row[T]) show(index int) {
	r.index = index
	changed := false
	for i, c := range r.grid.columns {
		if r.grid.out(c.Key) {
			continue
		}
		if r.cells[i] == nil {
			r.cells[i], changed = newCell(), true
			r.cells[i].ends = c.Ends
			r.cells[i].paint(theme.ColorNameForeground, fyne.TextStyle{})
		}
		var icon fyne.Resource
		if c.Icon != nil {
			icon = c.Icon(r.grid.rows[index])
		}
		changed = r.cells[i].set(c.Text(r.grid.rows[index]), icon) || changed
		if c.Short != nil {
			changed = r.cells[i].shorten(c.Short(r.grid.rows[index])) || changed
		}
		if c.Tag != nil {
			changed = r.cells[i].label(c.Tag(r.grid.rows[index])) || changed
		}
		if c.Style != nil {
			changed = r.cells[i].dress(c.Style(r.grid.rows[index])) || changed
		}
		changed = r.cells[i].rank(r.link(i) != nil, c.Quiet != nil && c.Quiet(r.grid.rows[index])) || changed
	}
	r.tint()
	if changed {
		r.Refresh()
	}
}

// tint gives the row its ground: selected, under the pointer, or striped.
func (r *row[T]) tint() {
	var fill color.Color = color.Transparent
	switch {
	case r.grid.isSelected(r.index) && r.grid.focused:
		fill = theme.Color(theme.ColorNameSelection)
	case r.grid.isSelected(r.index):
		fill = faded(theme.Color(theme.ColorNameSelection), 0.7)
	case r.hovered:
		fill = theme.Color(theme.ColorNameHover)
	case r.index%2 == 1:
		fill = faded(theme.Color(theme.ColorNameHover), 0.45)
	}
	if r.ground.FillColor != fill {
		r.ground.FillColor = fill
		r.ground.Refresh()
	}
}

// faded takes a share of a colour's opacity.
func faded(c color.Color, share float32) color.Color {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = uint8(float32(n.A) * share)
	return n
}

func (r *row[T]) paint() {
	for _, c := range r.cells {
		if c != nil {
			c.paint(theme.ColorNameForeground, c.text.TextStyle)
		}
	}
}

// CreateRenderer draws the row.
func (r *row[T]) CreateRenderer() fyne.WidgetRenderer { return &rowRenderer[T]{r} }

type rowRenderer[T any] struct{ row *row[T] }

func (r *rowRenderer[T]) Destroy()           {}
func (r *rowRenderer[T]) MinSize() fyne.Size { return fyne.NewSize(0, rowHeight()) }

func (r *rowRenderer[T]) Layout(size fyne.Size) {
	r.row.ground.Resize(size)
	x := float32(0)
	for i, w := range r.row.grid.widths {
		if w == 0 || r.row.cells[i] == nil {
			continue
		}
		r.row.cells[i].place(x, w, size.Height, r.row.grid.columns[i].Align)
		x += w
	}
}

func (r *rowRenderer[T]) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{r.row.ground}
	for i, c := range r.row.cells {
		if c != nil && !r.row.grid.out(r.row.grid.columns[i].Key) {
			out = append(out, c.objects()...)
		}
	}
	return out
}

func (r *rowRenderer[T]) Refresh() {
	r.Layout(r.row.Size())
	canvas.Refresh(r.row)
}
