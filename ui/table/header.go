package table

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// title is the header of one column: a click sorts by it. Where the column is
// too narrow for its title, the title takes two lines.
type title[T any] struct {
	widget.BaseWidget
	grid    *Grid[T]
	index   int
	ground  *canvas.Rectangle
	lines   [2]*canvas.Text // the last one stands at the bottom
	arrow   *canvas.Text
	box     *widget.Icon // of all check boxes; nil: the column has none
	cut     bool         // the title does not fit even so
	hovered bool
}

var (
	_ fyne.Tappable     = (*title[int])(nil)
	_ desktop.Hoverable = (*title[int])(nil)
)

func newTitle[T any](g *Grid[T], index int) *title[T] {
	t := &title[T]{grid: g, index: index, ground: canvas.NewRectangle(color.Transparent), arrow: canvas.NewText("", color.Transparent)}
	for i := range t.lines {
		t.lines[i] = canvas.NewText("", color.Transparent)
	}
	if t.column().Key == markKey {
		t.box = widget.NewIcon(theme.CheckButtonIcon())
	}
	t.ExtendBaseWidget(t)
	t.show()
	return t
}

func (t *title[T]) column() Column[T] { return t.grid.columns[t.index] }

// Tapped sorts by the column.
func (t *title[T]) Tapped(*fyne.PointEvent) {
	if t.box != nil {
		t.grid.focus()
		t.grid.MarkAll(!t.grid.allMarked())
		return
	}
	if t.column().Sort && t.grid.OnSort != nil {
		t.grid.SetSorting(t.grid.sorting.next(t.column().Key))
		t.grid.OnSort(t.grid.sorting)
	}
}

// MouseIn marks a header that sorts, and says in full what is cut.
func (t *title[T]) MouseIn(*desktop.MouseEvent) {
	t.hovered = t.column().Sort
	t.show()
	if t.cut {
		t.grid.hintUnder(t.column().Title, fyne.NewPos(t.Position().X-t.grid.scroll.Offset.X, -rowHeight()))
	}
}

// MouseMoved is needed to be told of MouseIn.
func (t *title[T]) MouseMoved(*desktop.MouseEvent) {}

// MouseOut unmarks it.
func (t *title[T]) MouseOut() { t.hovered = false; t.grid.hint.box.Hide(); t.show() }

// show brings arrow and colours up to date.
func (t *title[T]) show() {
	t.arrow.Text = ""
	if s := t.grid.sorting; s.Key == t.column().Key {
		t.arrow.Text = "▲"
		if s.Descending {
			t.arrow.Text = "▼"
		}
	}
	if t.box != nil && t.grid.marks != nil {
		sign := theme.CheckButtonIcon()
		if t.grid.allMarked() {
			sign = theme.CheckButtonCheckedIcon()
		}
		t.box.SetResource(sign)
	}
	name := theme.ColorNamePlaceHolder
	if t.hovered {
		name = theme.ColorNameForeground
	}
	for _, line := range append(t.lines[:], t.arrow) {
		line.Color, line.TextSize, line.TextStyle = theme.Color(name), theme.TextSize(), fyne.TextStyle{Bold: true}
	}
	t.arrow.TextSize = theme.CaptionTextSize()
	t.ground.FillColor = theme.Color(theme.ColorNameHeaderBackground)
	t.Refresh()
}

// room is how wide a line of the title may be in a column of a width. It leaves
// room for the arrow before there is one, so that sorting moves no title.
func (t *title[T]) room(width float32) float32 {
	return width - 2*gap - t.column().arrow(theme.TextSize()/13)
}

// fits tells whether the title takes one line in a column of a width.
func (t *title[T]) fits(width float32) bool {
	return !strings.Contains(t.column().Title, " ") || t.measure(t.column().Title) <= t.room(width)
}

func (t *title[T]) measure(text string) float32 {
	return Width(text, theme.TextSize(), fyne.TextStyle{Bold: true})
}

// halves breaks a title where its two lines are most alike in width.
func halves(text string, measure func(string) float32) (first, second string) {
	best := measure(text)
	second = text
	for i, r := range text {
		if r != ' ' {
			continue
		}
		if wide := max(measure(text[:i]), measure(text[i+1:])); wide < best {
			best, first, second = wide, text[:i], text[i+1:]
		}
	}
	return first, second
}

// write fits the title into a column of a width.
func (t *title[T]) write(width float32) {
	first, second := "", t.column().Title
	if !t.fits(width) {
		first, second = halves(second, t.measure)
	}
	t.cut = false
	for i, text := range []string{first, second} {
		line := t.lines[i]
		line.Text = Cut(text, t.room(width), line.TextSize, line.TextStyle)
		fit(line)
		t.cut = t.cut || line.Text != text
	}
}

// CreateRenderer draws the header.
func (t *title[T]) CreateRenderer() fyne.WidgetRenderer { return &titleRenderer[T]{t} }

type titleRenderer[T any] struct{ title *title[T] }

func (r *titleRenderer[T]) Destroy()           {}
func (r *titleRenderer[T]) MinSize() fyne.Size { return fyne.NewSize(least, rowHeight()) }
func (r *titleRenderer[T]) Refresh()           { r.Layout(r.title.Size()); canvas.Refresh(r.title) }

// Layout lets the lines end at the bottom, and the arrow stand where it moves
// no title: right of it, or left of one that ends at the right.
func (r *titleRenderer[T]) Layout(size fyne.Size) {
	t := r.title
	t.ground.Resize(size)
	t.write(size.Width)
	y := size.Height - (rowHeight()+t.lines[1].Size().Height)/2
	trailing := t.column().Align == fyne.TextAlignTrailing
	wide := max(t.lines[0].Size().Width, t.lines[1].Size().Width)
	for i, line := range t.lines {
		left := float32(gap)
		if trailing {
			left = size.Width - gap - line.Size().Width
		}
		line.Move(fyne.NewPos(whole(left), whole(y-float32(1-i)*lineHeight())))
	}
	if side := theme.IconInlineSize(); t.box != nil {
		t.box.Resize(fyne.NewSquareSize(side))
		t.box.Move(fyne.NewPos(gap, whole((size.Height-side)/2)))
	}
	fit(t.arrow)
	left := gap + wide + 3
	if trailing {
		left = size.Width - gap - wide - 3 - t.arrow.Size().Width
	}
	t.arrow.Move(fyne.NewPos(whole(left), whole(y+(t.lines[1].Size().Height-t.arrow.Size().Height)/2)))
}

// lineHeight is how far apart the lines of a title are.
func lineHeight() float32 { return float32(int(theme.TextSize()*16/13 + 0.5)) }

func (r *titleRenderer[T]) Objects() []fyne.CanvasObject {
	if r.title.box != nil {
		return []fyne.CanvasObject{r.title.ground, r.title.box}
	}
	return []fyne.CanvasObject{r.title.ground, r.title.lines[0], r.title.lines[1], r.title.arrow}
}
