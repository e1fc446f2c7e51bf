package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
)

// measure keeps a form from growing wider than can be read well: however wide
// the page is, names stay beside their fields and buttons near what they do.
type measure struct{}

// widest is the width of a form at 100% zoom.
const widest = 820

// Bounded keeps a form from growing wider than can be read well.
func Bounded(content fyne.CanvasObject) fyne.CanvasObject {
	return container.New(measure{}, content)
}

// BesideBar keeps a form clear of the scroll bar, which Fyne lays over what it
// scrolls.
func BesideBar(form fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 0, 0, theme.ScrollBarSize()), form)
}

// MinSize is the content's.
func (measure) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// Layout puts the content at the left.
func (measure) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := max(min(size.Width, widest*theme.TextSize()/13), objects[0].MinSize().Width)
	objects[0].Resize(fyne.NewSize(width, size.Height))
}

// UnderHead keeps a part of a page apart from what stands over and under it, and lets it reach as
// far to the sides as the page's head does.
func UnderHead(content fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(theme.Padding(), theme.Padding(), 0, 0), content)
}
