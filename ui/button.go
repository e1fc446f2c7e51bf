package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// button is a button that Enter presses, too, and that passes Escape on.
type button struct {
	widget.Button
	onEscape func()
	tip      string // says what a sign without text means; "": none
	tips     *tips
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

// MouseIn says what the button means, if it has no text for it.
func (b *button) MouseIn(e *desktop.MouseEvent) {
	b.Button.MouseIn(e)
	if b.tip != "" {
		b.tips.wait(b, b.tip)
	}
}

// MouseOut ends that.
func (b *button) MouseOut() {
	b.Button.MouseOut()
	if b.tip != "" {
		b.tips.hide()
	}
}

// Tapped presses it; what it meant is clear then.
func (b *button) Tapped(e *fyne.PointEvent) {
	if b.tip != "" {
		b.tips.hide()
	}
	b.Button.Tapped(e)
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
