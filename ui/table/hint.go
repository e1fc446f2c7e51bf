package table

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

// hint shows the whole text of a cell that is cut, under its row, for as long
// as the pointer rests on it. It lies over the rows and takes no clicks.
type hint struct {
	box    *fyne.Container
	ground *canvas.Rectangle
	text   *widget.Label
}

func newHint() *hint {
	h := &hint{ground: &canvas.Rectangle{StrokeWidth: 1, CornerRadius: 4}, text: widget.NewLabel("")}
	h.text.Wrapping = fyne.TextWrapWord
	h.box = &fyne.Container{Objects: []fyne.CanvasObject{h.ground, h.text}}
	h.box.Hide()
	return h
}

// hintAt shows the hint of a row's cell at x, or none where nothing is cut.
func (g *Grid[T]) hintAt(r *row[T], x float32) {
	i := r.columnAt(x)
	c := r.cells[i]
	if g.widths[i] == 0 || c == nil || c.text.Text == phrase.Legible(c.full) {
		g.hint.box.Hide()
		return
	}
	if g.hint.box.Visible() && g.hint.text.Text == phrase.Legible(c.full) {
		return
	}
	var left float32
	for _, w := range g.widths[:i] {
		left += w
	}
	g.hintUnder(c.full, fyne.NewPos(left, r.Position().Y).Subtract(g.scroll.Offset))
}

// hintUnder shows a hint under what is one row high at a place of the body.
func (g *Grid[T]) hintUnder(text string, at fyne.Position) {
	g.hint.show(text, at, g.scroll)
}

// show puts the hint under the row at a place of the body, or over it where
// there is no room below.
func (h *hint) show(text string, at fyne.Position, body fyne.CanvasObject) {
	const edge = 8
	h.ground.FillColor, h.ground.StrokeColor = theme.Color(theme.ColorNameOverlayBackground), theme.Color(theme.ColorNameInputBorder)
	h.text.SetText(phrase.Legible(text))
	room, top := body.Size(), body.Position().Y
	width := Width(text, theme.TextSize(), fyne.TextStyle{}) + 4*theme.InnerPadding()
	width = min(width, max(room.Width-2*edge, 0))
	h.text.Resize(fyne.NewSize(width, 0))
	size := fyne.NewSize(width, h.text.MinSize().Height)
	y := top + at.Y + rowHeight()
	if y+size.Height > top+room.Height {
		y = max(top+at.Y-size.Height, 0)
	}
	h.box.Move(fyne.NewPos(max(min(at.X, room.Width-size.Width-edge), 0), y))
	h.box.Resize(size)
	h.ground.Resize(size)
	h.text.Resize(size)
	h.box.Show()
	h.box.Refresh()
}
