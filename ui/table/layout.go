package table

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// headerLayout puts the titles side by side and the edges between them.
type headerLayout[T any] struct{ grid *Grid[T] }

func (l *headerLayout[T]) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.grid.total(), rowHeight())
}

func (l *headerLayout[T]) Layout([]fyne.CanvasObject, fyne.Size) {
	x := float32(0)
	for i, w := range l.grid.widths {
		l.grid.titles[i].Move(fyne.NewPos(x, 0))
		l.grid.titles[i].Resize(fyne.NewSize(w, rowHeight()))
		x += w
		l.grid.edges[i].Move(fyne.NewPos(x-edgeWidth/2-1, 0))
		l.grid.edges[i].Resize(fyne.NewSize(edgeWidth, rowHeight()))
		l.grid.edges[i].Hidden = w == 0
		l.grid.titles[i].Hidden = w == 0
	}
}

// bodyLayout only says how large all rows together are; [Grid.place] places.
type bodyLayout[T any] struct{ grid *Grid[T] }

func (l *bodyLayout[T]) Layout([]fyne.CanvasObject, fyne.Size) {}

func (l *bodyLayout[T]) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.grid.total(), float32(len(l.grid.rows))*rowHeight())
}

// CreateRenderer draws the grid: the header over the rows or over a state.
func (g *Grid[T]) CreateRenderer() fyne.WidgetRenderer {
	clip := container.NewClip(container.NewWithoutLayout(g.header))
	return &gridRenderer[T]{g, clip}
}

type gridRenderer[T any] struct {
	grid *Grid[T]
	clip *container.Clip
}

func (r *gridRenderer[T]) Destroy() {}

func (r *gridRenderer[T]) MinSize() fyne.Size { return fyne.NewSize(160, 4*rowHeight()) }

func (r *gridRenderer[T]) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.grid.scroll, r.grid.message, r.clip, r.grid.line, r.grid.hint.box}
}

func (r *gridRenderer[T]) Layout(size fyne.Size) {
	top := rowHeight() + 1
	r.clip.Resize(fyne.NewSize(size.Width, top))
	r.grid.header.Resize(fyne.NewSize(max(size.Width, r.grid.total()), rowHeight()))
	r.grid.line.Move(fyne.NewPos(0, top-1))
	r.grid.line.Resize(fyne.NewSize(size.Width, 1))
	body := fyne.NewSize(size.Width, max(size.Height-top, 0))
	for _, o := range []fyne.CanvasObject{r.grid.scroll, r.grid.message} {
		o.Move(fyne.NewPos(0, top))
		o.Resize(body)
	}
	r.grid.relayout()
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
