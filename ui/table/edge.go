package table

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

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
