package toast

import (
	"image/color"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// width of a card at 100% zoom.
const width = 340

// card draws one toast. It takes clicks, so that none falls through it.
type card struct {
	widget.BaseWidget
	layer  *Layer
	toast  Toast
	ground *canvas.Rectangle
	bar    *canvas.Rectangle
	icon   *canvas.Image
	lines  []*canvas.Text // the first is the title
	close  *press
	action *press // nil: none
	stop   func() // ends the wait; nil: none runs
	fade   *fyne.Animation
	holds  int // what keeps it: the pointer, the keyboard
}

var (
	_ fyne.Tappable     = (*card)(nil)
	_ desktop.Hoverable = (*card)(nil)
)

func newCard(l *Layer, t Toast) *card {
	c := &card{layer: l, toast: t, ground: &canvas.Rectangle{StrokeWidth: 1, CornerRadius: 6}, bar: &canvas.Rectangle{CornerRadius: 2}}
	c.close = newPress(c, "", func() { l.remove(c) })
	c.close.Icon, c.close.Importance = theme.CancelIcon(), widget.LowImportance
	if t.Action != "" {
		c.action = newPress(c, t.Action, t.Do)
	}
	c.icon = canvas.NewImageFromResource(sign(t.Kind))
	c.icon.FillMode = canvas.ImageFillContain
	c.write()
	c.ExtendBaseWidget(c)
	c.paint(1)
	return c
}

// sign is what tells a toast's kind beside its colour.
func sign(k Kind) fyne.Resource {
	switch k {
	case Success:
		return theme.NewSuccessThemedResource(theme.ConfirmIcon())
	case Warning:
		return theme.NewWarningThemedResource(theme.WarningIcon())
	case working:
		return theme.NewPrimaryThemedResource(theme.HistoryIcon())
	}
	return theme.NewErrorThemedResource(theme.ErrorIcon())
}

var tones = map[Kind]fyne.ThemeColorName{
	Success: theme.ColorNameSuccess, Warning: theme.ColorNameWarning, Trouble: theme.ColorNameError,
	working: theme.ColorNamePrimary,
}

// room is how wide a line of text may be.
func room() float32 { return zoomed(width) - 5*theme.IconInlineSize() - 4*theme.Padding() }

func zoomed(size float32) float32 { return size * theme.TextSize() / 13 }

// write breaks the texts into lines.
func (c *card) write() {
	c.lines = nil
	add := func(text string, style fyne.TextStyle) {
		for _, line := range wrap(text, room(), theme.TextSize(), style) {
			c.lines = append(c.lines, &canvas.Text{Text: line, TextSize: theme.TextSize(), TextStyle: style})
		}
	}
	add(c.toast.Title, fyne.TextStyle{Bold: true})
	add(c.toast.Text, fyne.TextStyle{})
}

// wrap breaks a text between words into lines that fit; a word that is too
// long by itself stays whole.
func wrap(text string, room, size float32, style fyne.TextStyle) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && fyne.MeasureText(longer, size, style).Width > room {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// paint takes the theme's colours at a share of their opacity.
func (c *card) paint(opacity float32) {
	at := func(name fyne.ThemeColorName) color.Color {
		n := color.NRGBAModel.Convert(theme.Color(name)).(color.NRGBA)
		n.A = uint8(float32(n.A) * opacity)
		return n
	}
	c.ground.FillColor, c.ground.StrokeColor = at(theme.ColorNameOverlayBackground), at(theme.ColorNameInputBorder)
	c.bar.FillColor = at(tones[c.toast.Kind])
	c.icon.Translucency = float64(1 - opacity)
	for _, line := range c.lines {
		line.Color = at(theme.ColorNameForeground)
	}
}

// arm lets the toast go after a while, unless it is trouble or work.
func (c *card) arm() {
	if c.toast.Kind != Trouble && c.toast.Kind != working {
		c.stop = c.layer.after(stay, c.leave)
	}
}

// leave fades the toast out, then takes it away.
func (c *card) leave() {
	c.stop = nil
	c.close.Hide()
	if c.action != nil {
		c.action.Hide()
	}
	c.fade = fyne.NewAnimation(300*time.Millisecond, func(done float32) {
		c.paint(1 - done)
		canvas.Refresh(c)
		if done == 1 {
			c.layer.remove(c)
		}
	})
	c.fade.Start()
}

// hold keeps the toast until as many release it.
func (c *card) hold() {
	c.holds++
	if c.stop != nil {
		c.stop()
		c.stop = nil
	}
	if c.fade != nil {
		c.fade.Stop()
		c.fade = nil
		c.close.Show()
		if c.action != nil {
			c.action.Show()
		}
		c.paint(1)
		c.Refresh()
	}
}

// release lets it go again after a while.
func (c *card) release() {
	if c.holds--; c.holds == 0 {
		c.arm()
	}
}

// MouseIn keeps the toast for as long as the pointer rests on it.
func (c *card) MouseIn(*desktop.MouseEvent) { c.hold() }

// MouseMoved is needed to be told of MouseIn.
func (c *card) MouseMoved(*desktop.MouseEvent) {}

// MouseOut lets it go.
func (c *card) MouseOut() { c.release() }

// Tapped takes the click.
func (c *card) Tapped(*fyne.PointEvent) {}

// CreateRenderer draws the card.
func (c *card) CreateRenderer() fyne.WidgetRenderer { return &cardRenderer{c} }
