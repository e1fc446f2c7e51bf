package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// still is a ground under a dialog or a form, on which a click leaves the focus where it
// is. The desktop's driver takes the focus away at each press on what can't have it, so the
// second press of a double click on a button left what it opened without. The driver only
// asks whether anything under the pointer could have it: this could, were it enabled.
type still struct {
	canvas.Rectangle
}

var (
	_ fyne.Focusable   = (*still)(nil)
	_ fyne.Disableable = (*still)(nil)
)

// farAway is further than any window reaches.
const farAway = 1 << 14

// KeepFocus puts such a ground under all that a container holds and around it, whatever its layout.
func KeepFocus(box *fyne.Container) *fyne.Container {
	box.Objects = append([]fyne.CanvasObject{&still{}}, box.Objects...)
	return box
}

// MinSize is none: it takes no room.
func (*still) MinSize() fyne.Size { return fyne.Size{} }

// Size reaches past the window on all sides, wherever its container stands.
func (*still) Size() fyne.Size { return fyne.NewSquareSize(2 * farAway) }

// Position is far to the upper left.
func (*still) Position() fyne.Position { return fyne.NewSquareOffsetPos(-farAway) }

// Move changes nothing.
func (*still) Move(fyne.Position) {}

// Resize changes nothing.
func (*still) Resize(fyne.Size) {}

// Disabled is always so: neither Tab nor a click gives it the focus.
func (*still) Disabled() bool { return true }

// Enable changes nothing.
func (*still) Enable() {}

// Disable changes nothing.
func (*still) Disable() {}

// FocusGained does not happen.
func (*still) FocusGained() {}

// FocusLost does not happen.
func (*still) FocusLost() {}

// TypedRune does not happen.
func (*still) TypedRune(rune) {}

// TypedKey does not happen.
func (*still) TypedKey(*fyne.KeyEvent) {}
