package kit

import (
	"image/color"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// NewMark is the ground of something that the pointer or the keys can be at.
func NewMark() *canvas.Rectangle {
	return &canvas.Rectangle{FillColor: color.Transparent, StrokeColor: color.Transparent, CornerRadius: 4}
}

// PaintMark fills the ground under the pointer, and frames it where the keys
// are: what has the focus is told by more than a shade.
func PaintMark(ground *canvas.Rectangle, hovered, focused bool) {
	ground.FillColor, ground.StrokeColor, ground.StrokeWidth = color.Transparent, color.Transparent, 0
	if hovered || focused {
		ground.FillColor = theme.Color(theme.ColorNameHover)
	}
	if focused {
		ground.StrokeColor, ground.StrokeWidth = theme.Color(theme.ColorNamePrimary), 2
	}
}
