package toast

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// press is a button of a toast. Its toast stays while the button has the
// keyboard or the pointer; Enter presses it as Space does.
type press struct {
	widget.Button
	card *card
}

func newPress(c *card, text string, tapped func()) *press {
	b := &press{card: c}
	b.Text, b.OnTapped = text, tapped
	b.ExtendBaseWidget(b)
	return b
}

// TypedKey presses the button on Enter, too, and closes the toast on Escape.
func (b *press) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		if c := fyne.CurrentApp().Driver().CanvasForObject(b); c != nil {
			c.Unfocus()
		}
		b.card.layer.drop(b.card)
		return
	}
	if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		e = &fyne.KeyEvent{Name: fyne.KeySpace}
	}
	b.Button.TypedKey(e)
}

// FocusGained keeps the toast.
func (b *press) FocusGained() { b.card.hold(); b.Button.FocusGained() }

// FocusLost lets it go.
func (b *press) FocusLost() { b.card.release(); b.Button.FocusLost() }

// MouseIn keeps the toast: the pointer has left the rest of it.
func (b *press) MouseIn(e *desktop.MouseEvent) { b.card.hold(); b.Button.MouseIn(e) }

// MouseOut lets it go.
func (b *press) MouseOut() { b.card.release(); b.Button.MouseOut() }
