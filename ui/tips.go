package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/toast"
)

// rest is how long the pointer rests on something before its tip is shown, and
// lasting how long the tip stays at most: Fyne does not tell that the pointer
// has left the window.
const (
	rest    = 400 * time.Millisecond
	lasting = 10 * time.Second
)

// tips says in words what a sign means, and in full what is cut, while the
// pointer rests on it. It lies over the window's content and takes no clicks.
type tips struct {
	after  toast.After
	stop   func() // ends the wait; nil: none runs
	layer  *fyne.Container
	ground *canvas.Rectangle
	text   *canvas.Text
}

func newTips(after toast.After) *tips {
	t := &tips{after: after, ground: &canvas.Rectangle{StrokeWidth: 1, CornerRadius: 4}, text: &canvas.Text{}}
	t.layer = &fyne.Container{Objects: []fyne.CanvasObject{t.ground, t.text}}
	t.hide()
	return t
}

// wait shows a text beside an object if the pointer rests there.
func (t *tips) wait(at fyne.CanvasObject, text string) {
	t.hide()
	t.stop = t.after(rest, func() {
		t.show(at, text)
		t.stop = t.after(lasting, t.hide)
	})
}

func (t *tips) hide() {
	if t.stop != nil {
		t.stop()
		t.stop = nil
	}
	t.ground.Hide()
	t.text.Hide()
}

// show puts the tip right of the object, or under it where there is no room.
func (t *tips) show(at fyne.CanvasObject, text string) {
	const edge = 6
	t.ground.FillColor, t.ground.StrokeColor = theme.Color(theme.ColorNameOverlayBackground), theme.Color(theme.ColorNameInputBorder)
	t.text.Text, t.text.Color, t.text.TextSize = text, theme.Color(theme.ColorNameForeground), theme.TextSize()
	size := t.text.MinSize().AddWidthHeight(4*edge, 2*edge)
	driver := fyne.CurrentApp().Driver()
	place := driver.AbsolutePositionForObject(at).Subtract(driver.AbsolutePositionForObject(t.layer))
	beside := fyne.NewPos(place.X+at.Size().Width+edge, place.Y+(at.Size().Height-size.Height)/2)
	if room := t.layer.Size().Width; beside.X+size.Width > room-edge {
		beside = fyne.NewPos(max(min(place.X, room-size.Width-edge), edge), place.Y+at.Size().Height+edge)
	}
	t.ground.Move(beside)
	t.ground.Resize(size)
	t.text.Move(beside.AddXY(2*edge, edge))
	t.text.Resize(t.text.MinSize())
	t.ground.Show()
	t.text.Show()
	t.layer.Refresh()
}
