package table

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// gap is the room left and right of what a cell shows.
const gap = 8

// cell draws one text, cut with an ellipsis where it is too long, and perhaps
// an icon before it.
type cell struct {
	text  *canvas.Text
	icon  *canvas.Image // nil until the first icon
	full  string        // what text would show if there were room
	quiet bool          // the text is of lower rank
	drawn fyne.Size
}

func newCell() *cell { return &cell{text: canvas.NewText("", color.Transparent)} }

// objects are what there is to draw.
func (c *cell) objects() []fyne.CanvasObject {
	if c.icon == nil {
		return []fyne.CanvasObject{c.text}
	}
	return []fyne.CanvasObject{c.text, c.icon}
}

// set tells whether anything changed.
func (c *cell) set(text string, icon fyne.Resource) bool {
	changed := c.full != text
	c.full = text
	switch {
	case icon == nil && c.icon == nil:
	case icon == nil:
		changed = changed || c.icon.Visible()
		c.icon.Hide()
	case c.icon == nil:
		c.icon, changed = canvas.NewImageFromResource(icon), true
		c.icon.FillMode = canvas.ImageFillContain
	case c.icon.Resource != icon || !c.icon.Visible():
		c.icon.Resource, changed = icon, true
		c.icon.Show()
		c.icon.Refresh()
	}
	if changed {
		c.drawn = fyne.Size{}
	}
	return changed
}

// hush tells whether it changed the text's rank.
func (c *cell) hush(quiet bool) bool {
	changed := c.quiet != quiet
	if c.quiet = quiet; changed {
		c.text.Color = theme.Color(c.tone(theme.ColorNameForeground))
	}
	return changed
}

// dress tells whether it changed the text's style.
func (c *cell) dress(style fyne.TextStyle) bool {
	changed := c.text.TextStyle != style
	if c.text.TextStyle = style; changed {
		c.drawn = fyne.Size{}
	}
	return changed
}

func (c *cell) tone(name fyne.ThemeColorName) fyne.ThemeColorName {
	if c.quiet {
		return theme.ColorNamePlaceHolder
	}
	return name
}

// paint takes the theme's colours and sizes.
func (c *cell) paint(name fyne.ThemeColorName, style fyne.TextStyle) {
	c.text.Color, c.text.TextSize, c.text.TextStyle = theme.Color(c.tone(name)), theme.TextSize(), style
	c.drawn = fyne.Size{}
	if c.icon != nil {
		c.icon.Refresh()
	}
}

// place puts the cell at x into a row of a height.
func (c *cell) place(x, width, height float32, align fyne.TextAlign) {
	room, left := width-2*gap, x+gap
	if c.icon != nil && c.icon.Visible() {
		side := theme.IconInlineSize()
		c.icon.Resize(fyne.NewSquareSize(side))
		c.icon.Move(fyne.NewPos(left, (height-side)/2))
		room, left = room-side-gap*3/4, left+side+gap*3/4
	}
	if size := fyne.NewSize(room, height); c.drawn != size {
		c.drawn = size
		c.text.Text = Cut(c.full, room, c.text.TextSize, c.text.TextStyle)
		c.text.Resize(c.text.MinSize())
		c.text.Refresh()
	}
	if align == fyne.TextAlignTrailing {
		left += room - c.text.Size().Width
	}
	// On whole pixels: between them, figures under each other look uneven.
	c.text.Move(fyne.NewPos(whole(left), whole((height-c.text.Size().Height)/2)))
}

func whole(v float32) float32 { return float32(int(v + 0.5)) }

// Cut shortens a text to the room there is, with an ellipsis.
func Cut(text string, room, size float32, style fyne.TextStyle) string {
	if room <= 0 {
		return ""
	}
	fits := func(s string) bool { return fyne.MeasureText(s, size, style).Width <= room }
	if fits(text) {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes) // low fits, high does not
	for high-low > 1 {
		mid := (low + high) / 2
		if fits(string(runes[:mid]) + "…") {
			low = mid
		} else {
			high = mid
		}
	}
	if low == 0 && !fits("…") {
		return ""
	}
	return string(runes[:low]) + "…"
}
