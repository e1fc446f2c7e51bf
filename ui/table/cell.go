package table

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

// gap is the room left and right of what a cell shows.
const gap = 8

// cell draws one text, cut with an ellipsis where it is too long, and perhaps
// an icon before it.
type cell struct {
	text  *canvas.Text
	icon  *canvas.Image // nil until the first icon
	full  string        // what text would show if there were room
	short []string      // what it shows instead where there is none, the first that fits; none: what full begins with
	ends  bool          // full is cut in its middle
	tag   *tag          // nil until the first one
	quiet bool          // the text is of lower rank
	link  bool          // the text leads somewhere
	drawn fyne.Size
}

func newCell() *cell { return &cell{text: canvas.NewText("", color.Transparent)} }

// tag is a word in a frame, behind the text.
type tag struct {
	text  *canvas.Text
	frame *canvas.Rectangle
}

// tagSize is the size of a tag's text, of that of the others.
const tagSize = 0.85

func (t *tag) paint() {
	t.text.Color, t.text.TextSize = theme.Color(theme.ColorNamePlaceHolder), theme.TextSize()*tagSize
	t.frame.StrokeColor, t.frame.StrokeWidth, t.frame.CornerRadius = theme.Color(theme.ColorNameSeparator), 1, 4
}

// width is what the tag takes with its frame; 0: there is none.
func (t *tag) width() float32 {
	if t == nil || t.text.Text == "" {
		return 0
	}
	return Width(t.text.Text, t.text.TextSize, t.text.TextStyle) + gap
}

func (t *tag) place(x, height float32) {
	fit(t.text)
	size := t.text.Size()
	t.text.Move(fyne.NewPos(whole(x+gap/2), whole((height-size.Height)/2)))
	t.frame.Resize(size.AddWidthHeight(gap, 2))
	t.frame.Move(fyne.NewPos(whole(x), whole((height-size.Height)/2)-1))
}

// objects are what there is to draw.
func (c *cell) objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{c.text}
	if c.icon != nil {
		out = append(out, c.icon)
	}
	if c.tag != nil {
		out = append(out, c.tag.frame, c.tag.text)
	}
	return out
}

// label tells whether it changed the cell's tag.
func (c *cell) label(text string) bool {
	switch {
	case c.tag == nil && text == "":
		return false
	case c.tag == nil:
		c.tag = &tag{text: canvas.NewText("", color.Transparent), frame: canvas.NewRectangle(color.Transparent)}
		c.tag.paint()
	case c.tag.text.Text == text:
		return false
	}
	c.tag.text.Text, c.drawn = text, fyne.Size{}
	c.tag.text.Hidden, c.tag.frame.Hidden = text == "", text == ""
	return true
}

// set tells whether anything changed.
func (c *cell) set(text string, icon fyne.Resource) bool {
	text = phrase.OneLine(text)
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

// shorten tells whether it changed what stands where there is no room for the whole text.
func (c *cell) shorten(short []string) bool {
	for i, text := range short {
		short[i] = phrase.OneLine(text)
	}
	changed := !slices.Equal(c.short, short)
	if c.short = short; changed {
		c.drawn = fyne.Size{}
	}
	return changed
}

// within is the text as there is room for it.
func (c *cell) within(room float32) string {
	size, style := c.text.TextSize, c.text.TextStyle
	if c.ends {
		return CutMiddle(c.full, room, size, style)
	}
	text := c.full
	for _, shorter := range c.short {
		if Width(text, size, style) <= room {
			break
		}
		text = shorter
	}
	return Cut(text, room, size, style)
}

// rank tells whether it changed the text's rank: a link, of lower rank, or neither.
func (c *cell) rank(link, quiet bool) bool {
	changed := c.quiet != quiet || c.link != link
	if c.quiet, c.link = quiet, link; changed {
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
	switch {
	case c.link:
		return theme.ColorNameHyperlink
	case c.quiet:
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
	if c.tag != nil {
		c.tag.paint()
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
	if taken := c.tag.width(); taken > 0 {
		room -= taken + gap
	}
	if size := fyne.NewSize(room, height); c.drawn != size {
		c.drawn = size
		c.text.Text = phrase.Legible(c.within(room))
		fit(c.text)
		c.text.Refresh()
	}
	if align == fyne.TextAlignTrailing {
		left += room - c.text.Size().Width
	}
	if c.tag.width() > 0 {
		c.tag.place(left+c.text.Size().Width+gap, height)
	}
	// On whole pixels: between them, figures under each other look uneven.
	c.text.Move(fyne.NewPos(whole(left), whole((height-c.text.Size().Height)/2)))
}

func whole(v float32) float32 { return float32(int(v + 0.5)) }
