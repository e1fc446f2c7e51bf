package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

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

// Wide lets a text wrap at a width.
func Wide(label *widget.Label, width float32) fyne.CanvasObject {
	label.Wrapping = fyne.TextWrapWord
	label.Resize(fyne.NewSize(width, 0))
	return container.New(widthLayout(width), label)
}
