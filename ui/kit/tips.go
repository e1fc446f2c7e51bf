package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// rest is how long the pointer rests on something before its tip is shown, and
// lasting how long the tip stays at most: Fyne does not tell that the pointer
// has left the window.
const (
	rest    = 400 * time.Millisecond
	lasting = 10 * time.Second
)

// Tips says in words what a sign means, and in full what is cut, while the
// pointer rests on it. It lies over the window's content and takes no clicks.
type Tips struct {
	after  toast.After
	stop   func() // ends the wait; nil: none runs
	Layer  *fyne.Container
	ground *canvas.Rectangle
	text   *canvas.Text
}

// NewTips makes the tips of a window.
func NewTips(after toast.After) *Tips {
	t := &Tips{after: after, ground: &canvas.Rectangle{StrokeWidth: 1, CornerRadius: 4}, text: &canvas.Text{}}
	t.Layer = &fyne.Container{Objects: []fyne.CanvasObject{t.ground, t.text}}
	t.Hide()
	return t
}

// Wait shows a text beside an object if the pointer rests there.
func (t *Tips) Wait(at fyne.CanvasObject, text string) {
	t.Hide()
	t.stop = t.after(rest, func() {
		t.show(at, text)
		t.stop = t.after(lasting, t.Hide)
	})
}

// Hide takes the tip away, or ends the wait for it.
func (t *Tips) Hide() {
	if t.stop != nil {
		t.stop()
		t.stop = nil
	}
	t.ground.Hide()
	t.text.Hide()
}

// show puts the tip right of the object, or under it where there is no room.
func (t *Tips) show(at fyne.CanvasObject, text string) {
	const edge = 6
	t.ground.FillColor, t.ground.StrokeColor = theme.Color(theme.ColorNameOverlayBackground), theme.Color(theme.ColorNameInputBorder)
	t.text.Text, t.text.Color, t.text.TextSize = phrase.Legible(text), theme.Color(theme.ColorNameForeground), theme.TextSize()
	size := t.text.MinSize().AddWidthHeight(4*edge, 2*edge)
	driver := fyne.CurrentApp().Driver()
	place := driver.AbsolutePositionForObject(at).Subtract(driver.AbsolutePositionForObject(t.Layer))
	beside := fyne.NewPos(place.X+at.Size().Width+edge, place.Y+(at.Size().Height-size.Height)/2)
	if room := t.Layer.Size().Width; beside.X+size.Width > room-edge {
		beside = fyne.NewPos(max(min(place.X, room-size.Width-edge), edge), place.Y+at.Size().Height+edge)
	}
	t.ground.Move(beside)
	t.ground.Resize(size)
	t.text.Move(beside.AddXY(2*edge, edge))
	t.text.Resize(t.text.MinSize())
	t.ground.Show()
	t.text.Show()
	t.Layer.Refresh()
}
