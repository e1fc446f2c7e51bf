package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// button is a button that Enter presses, too, and that passes Escape on.
type button struct {
	widget.Button
	onEscape func()
}

func newButton(text string, tapped func()) *button {
	b := &button{}
	b.Text, b.OnTapped = text, tapped
	b.ExtendBaseWidget(b)
	return b
}

// TypedKey presses on Enter and leaves on Escape.
func (b *button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if !b.Disabled() {
			b.OnTapped()
		}
	case fyne.KeyEscape:
		if b.onEscape != nil {
			b.onEscape()
			return
		}
		passKey(b, e)
	default:
		b.Button.TypedKey(e)
		passKey(b, e)
	}
}

// important gives a button its rank.
func (b *button) important(rank widget.Importance) *button {
	b.Importance = rank
	return b
}

func enable(on bool, what fyne.Disableable) {
	if on == !what.Disabled() {
		return
	}
	if on {
		what.Enable()
	} else {
		what.Disable()
	}
}
