package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// Within lets content scroll in a window that has no room for it, so that content
// never makes a window larger than its screen.
func Within(content fyne.CanvasObject) fyne.CanvasObject {
	scroll := container.NewScroll(nil)
	scroll.Content = container.New(asideOfBar{scroll}, content)
	scroll.SetMinSize(fyne.NewSize(280, 180))
	return scroll
}

// asideOfBar keeps content that scrolls clear of the scroll bar, which Fyne lays over it.
type asideOfBar struct{ scroll *container.Scroll }

// bar is what the scroll bar takes of the width; 0: there is none.
func (a asideOfBar) bar(content fyne.CanvasObject) float32 {
	if high := a.scroll.Size().Height; high == 0 || content.MinSize().Height <= high {
		return 0
	}
	return theme.ScrollBarSize()
}

func (a asideOfBar) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(a.bar(objects[0]), 0)
}

func (a asideOfBar) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size.SubtractWidthHeight(a.bar(objects[0]), 0))
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
