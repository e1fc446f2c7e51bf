package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Within lets content scroll in a window that has no room for it, so that content
// never makes a window larger than its screen.
func Within(content fyne.CanvasObject) fyne.CanvasObject {
	scroll := container.NewScroll(content)
	scroll.SetMinSize(fyne.NewSize(280, 180))
	return scroll
}

// Focusables are what takes keys in what an object shows, in the order of Tab.
func Focusables(o fyne.CanvasObject) (found []fyne.Focusable) {
	if o == nil || !o.Visible() {
		return nil
	}
	if f, ok := o.(fyne.Focusable); ok {
		return []fyne.Focusable{f}
	}
	for _, inner := range within(o) {
		found = append(found, Focusables(inner)...)
	}
	return found
}
