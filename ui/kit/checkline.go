package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// checkLine is a check box; where there is little room its text wraps beside it, which
// Fyne's own does not.
type checkLine struct {
	check *CheckField
	text  string
	label *widget.Label
}

// CheckLine lets the text of a check box wrap where there is little room.
func CheckLine(check *CheckField) fyne.CanvasObject {
	label := widget.NewLabel(check.Text)
	label.Wrapping = fyne.TextWrapWord
	label.Hide()
	return container.New(&checkLine{check, check.Text, label}, check, label)
}

// fold puts the text where it belongs.
func (l *checkLine) fold() {
	text := l.text
	if Cramped() {
		text = ""
	}
	if l.check.Text != text {
		l.check.Text = text
		Reveal(text == "", l.label)
		l.check.Refresh()
	}
}

func (l *checkLine) MinSize([]fyne.CanvasObject) fyne.Size {
	l.fold()
	min := l.check.MinSize()
	if l.label.Visible() {
		return fyne.NewSize(min.Width+l.label.MinSize().Width, max(min.Height, l.label.MinSize().Height))
	}
	return min
}

func (l *checkLine) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	l.fold()
	if !l.label.Visible() {
		l.check.Resize(size)
		return
	}
	side := l.check.MinSize()
	l.check.Resize(side)
	l.label.Move(fyne.NewPos(side.Width-theme.InnerPadding(), 0))
	l.label.Resize(fyne.NewSize(size.Width-side.Width+theme.InnerPadding(), size.Height))
}
