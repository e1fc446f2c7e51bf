package toast

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

type cardRenderer struct{ card *card }

func (r *cardRenderer) Destroy() {}

func (r *cardRenderer) MinSize() fyne.Size {
	height := 6 * theme.Padding()
	for _, line := range r.card.lines {
		height += line.MinSize().Height
	}
	if r.card.action != nil {
		height += r.card.action.MinSize().Height + theme.Padding()
	}
	return fyne.NewSize(zoomed(width), max(height, r.card.close.MinSize().Height+2*theme.Padding()))
}

func (r *cardRenderer) Layout(size fyne.Size) {
	pad, side := theme.Padding(), theme.IconInlineSize()
	r.card.ground.Resize(size)
	r.card.bar.Resize(fyne.NewSize(4, size.Height))
	r.card.icon.Resize(fyne.NewSquareSize(side))
	r.card.icon.Move(fyne.NewPos(5*pad, 3*pad))
	left, y := 5*pad+side+3*pad, 3*pad
	for _, line := range r.card.lines {
		min := line.MinSize()
		line.Resize(min)
		line.Move(fyne.NewPos(left, y))
		y += min.Height
	}
	button := r.card.close.MinSize()
	r.card.close.Resize(button)
	r.card.close.Move(fyne.NewPos(size.Width-button.Width-pad, pad))
	if r.card.action != nil {
		r.card.action.Resize(r.card.action.MinSize())
		r.card.action.Move(fyne.NewPos(left, y+pad))
	}
}

func (r *cardRenderer) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{r.card.ground, r.card.bar, r.card.icon}
	for _, line := range r.card.lines {
		out = append(out, line)
	}
	if r.card.action != nil {
		out = append(out, r.card.action)
	}
	return append(out, r.card.close)
}

func (r *cardRenderer) Refresh() {
	if r.card.fade == nil { // a new theme
		r.card.write()
		r.card.paint(1)
	}
	r.Layout(r.card.Size())
	canvas.Refresh(r.card)
}
