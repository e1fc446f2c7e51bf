package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Button is a button that Enter presses, too, and that passes Escape on.
type Button struct {
	widget.Button
	OnEscape func()
	Tip      string // says what a sign without text means; "": none
	Tips     *Tips
}

// NewButton makes a button.
func NewButton(text string, tapped func()) *Button {
	b := &Button{}
	b.Text, b.OnTapped = text, tapped
	b.ExtendBaseWidget(b)
	return b
}

// TypedRune passes what is typed on.
func (b *Button) TypedRune(r rune) { PassRune(b, r) }

// TypedKey presses on Enter and leaves on Escape.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if !b.Disabled() {
			b.OnTapped()
		}
	case fyne.KeyEscape:
		if b.OnEscape != nil {
			b.OnEscape()
			return
		}
		PassKey(b, e)
	default:
		b.Button.TypedKey(e)
		PassKey(b, e)
	}
}

// MouseIn says what the button means, if it has no text for it.
func (b *Button) MouseIn(e *desktop.MouseEvent) {
	b.Button.MouseIn(e)
	if b.Tip != "" {
		b.Tips.Wait(b, b.Tip)
	}
}

// MouseOut ends that.
func (b *Button) MouseOut() {
	b.Button.MouseOut()
	if b.Tip != "" {
		b.Tips.Hide()
	}
}

// Tapped presses it; what it meant is clear then.
func (b *Button) Tapped(e *fyne.PointEvent) {
	if b.Tip != "" {
		b.Tips.Hide()
	}
	b.Button.Tapped(e)
}

// Important gives a button its rank.
func (b *Button) Important(rank widget.Importance) *Button {
	b.Importance = rank
	return b
}

// Enable enables or disables, only where that changes something.
func Enable(on bool, what fyne.Disableable) {
	if on == !what.Disabled() {
		return
	}
	if on {
		what.Enable()
	} else {
		what.Disable()
	}
}
