package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// choice is one way out of a dialog.
type choice struct {
	text string
	rank widget.Importance
	do   func() // nil: only closes
}

// askUser shows a dialog with choices; the last one is what Escape means, and
// has the focus.
func askUser(w fyne.Window, title string, content fyne.CanvasObject, choices ...choice) dialog.Dialog {
	d := dialog.NewCustomWithoutButtons(title, content, w)
	pick := func(c choice) func() {
		return func() {
			d.Hide()
			if c.do != nil {
				c.do()
			}
		}
	}
	escape := pick(choices[len(choices)-1])
	buttons := make([]fyne.CanvasObject, len(choices))
	var last *button
	for i, c := range choices {
		last = newButton(c.text, pick(c)).important(c.rank)
		last.onEscape = escape
		buttons[i] = last
	}
	d.SetButtons(buttons)
	d.Show()
	w.Canvas().Focus(last)
	return d
}

// paragraph is a text that wraps at a readable width.
func paragraph(text string) fyne.CanvasObject {
	return wide(widget.NewLabel(text), 34*theme.TextSize())
}

// widthLayout gives its objects a width of its own and the height they need.
type widthLayout float32

func (l widthLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(float32(l), 0)
	for _, o := range objects {
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return size
}

func (l widthLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects { // a box that is being filled is 0 wide: texts would forget their height
		o.Resize(fyne.NewSize(max(size.Width, float32(l)), size.Height))
	}
}
