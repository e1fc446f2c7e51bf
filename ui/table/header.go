package table

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// title is the header of one column: a click sorts by it.
type title[T any] struct {
	widget.BaseWidget
	grid    *Grid[T]
	index   int
	ground  *canvas.Rectangle
	cell    *cell
	hovered bool
}

var (
	_ fyne.Tappable     = (*title[int])(nil)
	_ desktop.Hoverable = (*title[int])(nil)
)

func newTitle[T any](g *Grid[T], index int) *title[T] {
	t := &title[T]{grid: g, index: index, ground: canvas.NewRectangle(theme.Color(theme.ColorNameHeaderBackground)), cell: newCell()}
	t.ExtendBaseWidget(t)
	t.show()
	return t
}

func (t *title[T]) column() Column[T] { return t.grid.columns[t.index] }

// Tapped sorts by the column.
func (t *title[T]) Tapped(*fyne.PointEvent) {
	if t.column().Sort && t.grid.OnSort != nil {
		t.grid.SetSorting(t.grid.sorting.next(t.column().Key))
		t.grid.OnSort(t.grid.sorting)
	}
}

// MouseIn marks a header that sorts.
func (t *title[T]) MouseIn(*desktop.MouseEvent) { t.hovered = t.column().Sort; t.show() }

// MouseMoved is needed to be told of MouseIn.
func (t *title[T]) MouseMoved(*desktop.MouseEvent) {}

// MouseOut unmarks it.
func (t *title[T]) MouseOut() { t.hovered = false; t.show() }

// show brings text, arrow and colours up to date.
func (t *title[T]) show() {
	text := t.column().Title
	if s := t.grid.sorting; s.Key == t.column().Key {
		text += " ▲"
		if s.Descending {
			text = t.column().Title + " ▼"
		}
	}
	t.cell.set(text, nil)
	name := theme.ColorNamePlaceHolder
	if t.hovered {
		name = theme.ColorNameForeground
	}
	t.cell.paint(name, fyne.TextStyle{Bold: true})
	t.ground.FillColor = theme.Color(theme.ColorNameHeaderBackground)
	t.Refresh()
}

// CreateRenderer draws the header.
func (t *title[T]) CreateRenderer() fyne.WidgetRenderer { return &titleRenderer[T]{t} }

type titleRenderer[T any] struct{ title *title[T] }

func (r *titleRenderer[T]) Destroy()           {}
func (r *titleRenderer[T]) MinSize() fyne.Size { return fyne.NewSize(least, rowHeight()) }
func (r *titleRenderer[T]) Refresh()           { r.Layout(r.title.Size()); canvas.Refresh(r.title) }

func (r *titleRenderer[T]) Layout(size fyne.Size) {
	r.title.ground.Resize(size)
	r.title.cell.place(0, size.Width, size.Height, r.title.column().Align)
}

func (r *titleRenderer[T]) Objects() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{r.title.ground}, r.title.cell.objects()...)
}

// edge is the right edge of a column's header: dragging it sets the width.
type edge[T any] struct {
	widget.BaseWidget
	grid  *Grid[T]
	index int
	line  *canvas.Rectangle
}

// edgeWidth is how wide the part of the header is that can be dragged.
const edgeWidth = 7

var (
	_ fyne.Draggable     = (*edge[int])(nil)
	_ desktop.Cursorable = (*edge[int])(nil)
)

func newEdge[T any](g *Grid[T], index int) *edge[T] {
	e := &edge[T]{grid: g, index: index, line: canvas.NewRectangle(theme.Color(theme.ColorNameSeparator))}
	e.ExtendBaseWidget(e)
	return e
}

// Dragged moves the edge.
func (e *edge[T]) Dragged(d *fyne.DragEvent) {
	key := e.grid.columns[e.index].Key
	e.grid.dragged[key] = max(e.grid.widths[e.index]+d.Dragged.DX, least)
	e.grid.relayout()
}

// DragEnd tells the width to whoever remembers it.
func (e *edge[T]) DragEnd() {
	if e.grid.OnResize != nil {
		e.grid.OnResize(e.grid.columns[e.index].Key, e.grid.widths[e.index])
	}
}

// Cursor shows that the edge can be dragged.
func (e *edge[T]) Cursor() desktop.Cursor { return desktop.HResizeCursor }

// CreateRenderer draws a thin line in the middle of what can be dragged.
func (e *edge[T]) CreateRenderer() fyne.WidgetRenderer { return &edgeRenderer[T]{e} }

type edgeRenderer[T any] struct{ edge *edge[T] }

func (r *edgeRenderer[T]) Destroy()                     {}
func (r *edgeRenderer[T]) MinSize() fyne.Size           { return fyne.NewSize(edgeWidth, rowHeight()) }
func (r *edgeRenderer[T]) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.edge.line} }

func (r *edgeRenderer[T]) Layout(size fyne.Size) {
	r.edge.line.Resize(fyne.NewSize(1, size.Height/2))
	r.edge.line.Move(fyne.NewPos((size.Width-1)/2, size.Height/4))
}

func (r *edgeRenderer[T]) Refresh() {
	r.edge.line.FillColor = theme.Color(theme.ColorNameSeparator)
	r.edge.line.Refresh()
}
