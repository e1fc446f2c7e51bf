package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// widthLayout gives its objects a width of its own and the height they need. Where there
// is less room they get that.
type widthLayout struct{ own, most float32 } // most 0: nobody has told

func (l *widthLayout) width() float32 {
	if l.most > 0 {
		return min(l.own, l.most)
	}
	return l.own
}

func (l *widthLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(l.width(), 0)
	for _, o := range objects {
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return size
}

func (l *widthLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects { // a box that is being filled is 0 wide: texts would forget their height
		o.Resize(fyne.NewSize(max(size.Width, l.width()), size.Height))
	}
}

// Wide lets a text wrap at a width.
func Wide(label *widget.Label, width float32) fyne.CanvasObject {
	label.Wrapping = fyne.TextWrapWord
	label.Resize(fyne.NewSize(width, 0))
	return container.New(&widthLayout{own: width}, label)
}

// giveWay lets what has a width of its own in an object take no more than there is.
func giveWay(o fyne.CanvasObject, most float32) {
	c, ok := o.(*fyne.Container)
	if !ok {
		return
	}
	if l, ok := c.Layout.(*widthLayout); ok && l.most != most {
		l.most = most
		for _, inner := range c.Objects {
			inner.Resize(fyne.NewSize(l.width(), inner.Size().Height)) // its height goes by its width
		}
	}
	for _, inner := range c.Objects {
		giveWay(inner, most)
	}
}
