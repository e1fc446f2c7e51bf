package table

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// headerLayout puts the titles side by side and the edges between them.
type headerLayout[T any] struct{ grid *Grid[T] }

func (l *headerLayout[T]) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.grid.total(), l.grid.headerHeight())
}

func (l *headerLayout[T]) Layout([]fyne.CanvasObject, fyne.Size) {
	x, height := float32(0), l.grid.headerHeight()
	for i, w := range l.grid.widths {
		l.grid.titles[i].Move(fyne.NewPos(x, 0))
		l.grid.titles[i].Resize(fyne.NewSize(w, height))
		x += w
		l.grid.edges[i].Move(fyne.NewPos(x-edgeWidth/2-1, 0))
		l.grid.edges[i].Resize(fyne.NewSize(edgeWidth, height))
		l.grid.edges[i].Hidden = w == 0 || x >= l.grid.Size().Width // the right end of it all
		l.grid.titles[i].Hidden = w == 0
	}
}

// headerHeight is that of a row, and of a line more where a title needs two.
func (g *Grid[T]) headerHeight() float32 {
	for i, w := range g.widths {
		if w > 0 && !g.titles[i].fits(w) {
			return rowHeight() + lineHeight()
		}
	}
	return rowHeight()
}

// bodyLayout only says how large all rows together are; [Grid.place] places.
type bodyLayout[T any] struct{ grid *Grid[T] }

func (l *bodyLayout[T]) Layout([]fyne.CanvasObject, fyne.Size) {}

func (l *bodyLayout[T]) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.grid.total(), float32(len(l.grid.rows))*rowHeight())
}

// WholeHeight is the height at which all rows are in sight.
func (g *Grid[T]) WholeHeight() float32 {
	return g.headerHeight() + 1 + float32(len(g.rows))*rowHeight()
}

// CreateRenderer draws the grid: the header over the rows or over a state.
func (g *Grid[T]) CreateRenderer() fyne.WidgetRenderer { return &gridRenderer[T]{g} }

type gridRenderer[T any] struct{ grid *Grid[T] }

func (r *gridRenderer[T]) Destroy() {}

func (r *gridRenderer[T]) MinSize() fyne.Size { return fyne.NewSize(160, 4*rowHeight()) }

func (r *gridRenderer[T]) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.grid.scroll, r.grid.message, r.grid.clip, r.grid.line, r.grid.hint.box}
}

func (r *gridRenderer[T]) Layout(fyne.Size) { r.grid.relayout() }

// arrange puts the header over the body, as high as its titles make it.
func (g *Grid[T]) arrange() {
	size, top := g.Size(), g.headerHeight()+1
	g.clip.Resize(fyne.NewSize(size.Width, top))
	g.header.Resize(fyne.NewSize(max(size.Width, g.total()), top-1))
	g.line.Move(fyne.NewPos(0, top-1))
	g.line.Resize(fyne.NewSize(size.Width, 1))
	body := fyne.NewSize(size.Width, max(size.Height-top, 0))
	for _, o := range []fyne.CanvasObject{g.scroll, g.message} {
		o.Move(fyne.NewPos(0, top))
		o.Resize(body)
	}
}

// Refresh takes a new theme.
func (r *gridRenderer[T]) Refresh() {
	r.grid.line.FillColor = theme.Color(theme.ColorNameSeparator)
	r.grid.line.Refresh()
	for i := range r.grid.titles {
		r.grid.titles[i].show()
		r.grid.edges[i].Refresh()
	}
	for _, row := range r.grid.visible {
		row.paint()
	}
	r.grid.spare = nil
	r.Layout(r.grid.Size())
	canvas.Refresh(r.grid)
}
