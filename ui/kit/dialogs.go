package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Choice is one way out of a dialog.
type Choice struct {
	Text string
	Rank widget.Importance
	Do   func() // nil: only closes
}

// AskUser shows a dialog with choices; the last one is what Escape means, and
// has the focus.
func AskUser(w fyne.Window, title string, content fyne.CanvasObject, choices ...Choice) dialog.Dialog {
	d := dialog.NewCustomWithoutButtons(title, content, w)
	pick := func(c Choice) func() {
		return func() {
			d.Hide()
			if c.Do != nil {
				c.Do()
			}
		}
	}
	escape := pick(choices[len(choices)-1])
	buttons := make([]fyne.CanvasObject, len(choices))
	var last *Button
	for i, c := range choices {
		last = NewButton(c.Text, pick(c)).Important(c.Rank)
		last.OnEscape = escape
		buttons[i] = last
	}
	d.SetButtons(buttons)
	d.Show()
	w.Canvas().Focus(last)
	return d
}

// Paragraph is a text that wraps at a readable width.
func Paragraph(text string) fyne.CanvasObject {
	return Wide(widget.NewLabel(text), 34*theme.TextSize())
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

// Scrolled gives content the height it needs, as far as a dialog of the window
// has it.
func Scrolled(w fyne.Window, content fyne.CanvasObject) fyne.CanvasObject {
	scroll := container.NewVScroll(content)
	room := w.Canvas().Size().Height - 12*theme.TextSize()
	scroll.SetMinSize(fyne.NewSize(content.MinSize().Width, min(content.MinSize().Height, max(room, 8*theme.TextSize()))))
	return scroll
}

// Wide lets a text wrap at a width.
func Wide(label *widget.Label, width float32) fyne.CanvasObject {
	label.Wrapping = fyne.TextWrapWord

	label.Resize(fyne.NewSize(width, 0))
	return container.New(widthLayout(width), label)
}
