// Package table shows rows of any type as a grid: a sticky header that sorts
// and resizes, dense rows that are selected as a whole, all of it by mouse and
// by keyboard.
//
// A grid holds one page of rows, never a whole table; whoever fetches the page
// does so off the UI thread and hands it to [Grid.SetRows]. All methods belong to
// the UI thread.
package table

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Grid shows rows of T.
type Grid[T any] struct {
	widget.BaseWidget

	OnOpen   func(T)                         // Enter, or a click
	Text     bool                            // its rows are the lines of a text, and copied as such
	Twice    bool                            // a click only selects; the second one opens
	OnSelect func(T)                         // the selection moved
	OnSort   func(Sorting)                   // a click on a header
	OnResize func(key string, width float32) // a header's edge was dragged
	OnHide   func(keys []string)             // these columns are hidden now

	columns []Column[T]
	key     func(T) string
	rows    []T
	state   *State

	selected int             // where the keys are; -1: nowhere
	anchor   int             // where a range began
	awaited  string          // the key of the row to select when it comes; "": none
	clicked  click           // the last one
	picked   map[string]bool // by key, all selected rows; nil: selected alone
	marks    *marks          // nil: rows have no check boxes
	held     func() fyne.KeyModifier
	focused  bool
	sorting  Sorting
	widths   []float32
	dragged  map[string]float32
	hidden   map[string]bool
	gaveWay  map[string]bool // columns that there is no room for
	asked    map[string]bool // columns that somebody chose to see

	titles  []*title[T]
	edges   []*edge[T]
	header  *fyne.Container
	clip    *container.Clip
	visible map[int]*row[T]
	spare   []*row[T]
	content *fyne.Container
	scroll  *container.Scroll
	message *fyne.Container
	hint    *hint
	line    *canvas.Rectangle
}

// New makes a grid. key names a row for as long as it lives, so that the
// selection stays on it when the rows are fetched again.
func New[T any](key func(T) string, columns ...Column[T]) *Grid[T] {
	g := &Grid[T]{columns: columns, key: key, selected: -1, held: modifiers, dragged: map[string]float32{}, visible: map[int]*row[T]{}, hint: newHint()}
	g.header = container.New(&headerLayout[T]{g})
	g.clip = container.NewClip(container.NewWithoutLayout(g.header))
	for i := range columns {
		g.titles = append(g.titles, newTitle(g, i))
		g.header.Add(g.titles[i])
	}
	for i := range columns {
		g.edges = append(g.edges, newEdge(g, i))
		g.header.Add(g.edges[i])
	}
	g.content = container.New(&bodyLayout[T]{g})
	g.scroll = container.NewScroll(g.content)
	g.scroll.OnScrolled = func(offset fyne.Position) {
		g.header.Move(fyne.NewPos(-offset.X, 0))
		g.hint.box.Hide()
		g.place()
	}
	g.line = canvas.NewRectangle(theme.Color(theme.ColorNameSeparator))
	g.message = container.New(amidst{})
	g.ExtendBaseWidget(g)
	return g
}

// rowHeight is the height of a row: dense, about 28 at 100% zoom.
func rowHeight() float32 { return float32(int(theme.TextSize()*28/13 + 0.5)) }

// SetRows puts a page of rows on screen in place of the last one. The selection
// and the scroll offset stay where they were as far as there are rows.
func (g *Grid[T]) SetRows(rows []T) {
	was := g.awaited
	if s, ok := g.Selected(); ok {
		was = g.key(s)
	}
	found := false
	g.rows, g.selected, g.state = rows, -1, nil
	for i := range rows {
		if was != "" && g.key(rows[i]) == was {
			g.selected, g.anchor, found = i, i, g.awaited != ""
		}
	}
	g.awaited = ""
	if len(g.SelectedRows()) == 0 {
		g.picked = nil
	}
	g.keepMarks()
	g.message.Hide()
	g.scroll.Show()
	if slices.Equal(g.widths, g.spread()) {
		g.scroll.Refresh() // as long as the rows are now
		g.place()
	} else {
		g.relayout()
	}
	if found {
		g.reveal()
	}
}

// Again draws the rows on screen anew: what their columns say of them has changed.
func (g *Grid[T]) Again() {
	if g.state == nil {
		g.place()
	}
}

// SetState puts a state in place of the rows: loading, empty, or trouble.
func (g *Grid[T]) SetState(s State) {
	g.rows, g.selected, g.picked, g.state = nil, -1, nil, &s
	g.keepMarks()
	g.message.Objects = []fyne.CanvasObject{s.view()}
	g.message.Show()
	g.message.Refresh()
	g.scroll.Hide()
	g.relayout()
}

// Rows is the page on screen.
func (g *Grid[T]) Rows() []T { return g.rows }

// State is the state shown in place of rows; nil while there are rows.
func (g *Grid[T]) State() *State { return g.state }

// SetSorting marks the header that the rows are sorted by.
func (g *Grid[T]) SetSorting(s Sorting) {
	g.sorting = s
	for _, t := range g.titles {
		t.show()
	}
}

// SetWidth sets a column's width, as remembered from OnResize.
func (g *Grid[T]) SetWidth(key string, width float32) {
	g.dragged[key] = width
	g.relayout()
}

// ScrollToTop shows the first row, as a new page begins.
func (g *Grid[T]) ScrollToTop() {
	g.scroll.ScrollToOffset(fyne.NewPos(g.scroll.Offset.X, 0))
	g.place()
}

// relayout gives columns their widths and rows their places.
func (g *Grid[T]) relayout() {
	g.widths = g.spread()
	if g.Size().IsZero() {
		return // it is laid out when it gets its place
	}
	g.hint.box.Hide()
	g.arrange()
	g.header.Refresh()
	g.content.Refresh()
	g.scroll.Refresh()
	g.place()
	for _, r := range g.visible {
		r.Resize(fyne.NewSize(g.total(), rowHeight()))
		r.Refresh()
	}
}

// spread gives the columns that are shown their widths, the others none.
func (g *Grid[T]) spread() []float32 {
	var shown []Column[T]
	g.squeeze()
	for _, c := range g.columns {
		if !g.out(c.Key) {
			shown = append(shown, c)
		}
	}
	widths := spread(shown, g.dragged, g.Size().Width, theme.TextSize()/13)
	if len(g.dragged) == 0 {
		lend(shown, g.rows, widths)
	}
	all := make([]float32, len(g.columns))
	for i, c := range g.columns {
		if !g.out(c.Key) {
			all[i], widths = widths[0], widths[1:]
		}
	}
	return all
}

func (g *Grid[T]) total() float32 {
	var sum float32
	for _, w := range g.widths {
		sum += w
	}
	if room := g.Size().Width; sum > room && sum < room+1 {
		return room // shares of the room that were rounded are nothing to scroll for
	}
	return sum
}

// place puts row widgets where the scroll offset looks, taking those that are
// out of sight.
func (g *Grid[T]) place() {
	height := rowHeight()
	first := max(int(g.scroll.Offset.Y/height), 0)
	last := min(int((g.scroll.Offset.Y+g.scroll.Size().Height)/height), len(g.rows)-1)
	for i, r := range g.visible {
		if i < first || i > last {
			delete(g.visible, i)
			g.spare = append(g.spare, r)
		}
	}
	objects := make([]fyne.CanvasObject, 0, last-first+1)
	for i := first; i <= last; i++ {
		r := g.visible[i]
		if r == nil {
			r = g.take()
			g.visible[i] = r
		}
		r.Move(fyne.NewPos(0, float32(i)*height))
		r.Resize(fyne.NewSize(g.total(), height))
		r.show(i)
		objects = append(objects, r)
	}
	g.content.Objects = objects
	canvas.Refresh(g.content)
}

func (g *Grid[T]) take() *row[T] {
	if n := len(g.spare); n > 0 {
		r := g.spare[n-1]
		g.spare, r.hovered = g.spare[:n-1], false
		return r
	}
	return newRow(g)
}
