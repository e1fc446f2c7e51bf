package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// FormGroup is a part of a form under a title.
func FormGroup(title string, content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewVBox(Subheading(title), content, Gap(2))
}

// ButtonBar sets buttons side by side with room between them, as a dialog has them.
func ButtonBar(buttons ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{gap: 3 * theme.Padding()}, buttons...)
}

// Narrow keeps a field from growing with the window.
func Narrow(field fyne.CanvasObject) fyne.CanvasObject {
	return container.NewHBox(container.NewGridWrap(fyne.NewSize(260*theme.TextSize()/13, field.MinSize().Height), field))
}

// NewComplaint says what is wrong with a field, under it; while nothing is it
// takes no room.
func NewComplaint() *widget.Label {
	label := widget.NewLabel("")
	label.Importance, label.Wrapping = widget.DangerImportance, fyne.TextWrapWord
	label.Hide()
	return label
}

// Complain says what is wrong; "": nothing is.
func Complain(label *widget.Label, text string) {
	SetText(label, text)
	if text == "" {
		label.Hide()
	} else {
		label.Show()
	}
}

// Fields lays names and their fields out in two columns.
func Fields(pairs ...any) *fyne.Container {
	form := FormRows()
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(FieldName(pairs[i].(string)))
		form.Add(pairs[i+1].(fyne.CanvasObject))
	}
	return form
}
