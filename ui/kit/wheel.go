package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// PageScroll scrolls a page of fields. Fyne's entries take the wheel, to move their line
// sideways, so that a page stopped wherever one came under the pointer.
func PageScroll(content fyne.CanvasObject) *container.Scroll {
	w := &wheel{}
	w.ExtendBaseWidget(w)
	w.page = container.NewVScroll(container.NewStack(content, w))
	return w.page
}

// wheel lies over all of a page and takes nothing but the wheel.
type wheel struct {
	widget.BaseWidget
	page *container.Scroll
}

var _ fyne.Scrollable = (*wheel)(nil)

// Scrolled scrolls the page.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) { w.page.Scrolled(e) }

// CreateRenderer draws nothing.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}
