package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
)

// formDialog is a small form over the window. It closes once its work is done;
// where that fails it stays, with what was typed, and says why.
type formDialog struct {
	title  string
	fields fyne.CanvasObject
	submit string
	valid  func() bool
	work   func(context.Context) error
	done   func()

	dialog *dialog.CustomDialog
	button *button
	wrong  *widget.Label
}

// open shows the form.
func (f *formDialog) open(d *desk) {
	f.wrong = newComplaint()
	f.button = newButton(f.submit, func() { f.press(d) }).important(widget.HighImportance)
	cancel := newButton(lang.L("Cancel"), f.close)
	f.button.onEscape, cancel.onEscape = f.close, f.close
	f.dialog = dialog.NewCustomWithoutButtons(f.title, container.New(widthLayout(520), container.NewVBox(f.fields, f.wrong)), d.window)
	f.dialog.SetButtons([]fyne.CanvasObject{f.button, cancel})
	f.dialog.Show()
	f.check()
	d.window.Canvas().Focus(cancel)
	d.window.Canvas().FocusNext() // the first field
}

func (f *formDialog) close() { f.dialog.Hide() }

// check lets the form be submitted while its fields are valid.
func (f *formDialog) check() {
	if f.button != nil {
		enable(f.valid(), f.button)
	}
}

func (f *formDialog) press(d *desk) {
	if !f.valid() {
		return
	}
	enable(false, f.button)
	d.act(f.work, func(err error) {
		if err != nil {
			e := entra.AsError(err)
			complain(f.wrong, sentences(strings.TrimSuffix(e.What+": "+e.Why, ": "), e.Remedy))
			f.check()
			return
		}
		f.close()
		f.done()
	})
}

// newComplaint says what is wrong with a field, under it; while nothing is it
// takes no room.
func newComplaint() *widget.Label {
	label := widget.NewLabel("")
	label.Importance, label.Wrapping = widget.DangerImportance, fyne.TextWrapWord
	label.Hide()
	return label
}

func complain(label *widget.Label, text string) {
	setText(label, text)
	if text == "" {
		label.Hide()
	} else {
		label.Show()
	}
}

// fields lays names and their fields out in two columns.
func fields(pairs ...any) *fyne.Container {
	form := container.New(layout.NewFormLayout())
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(fieldName(pairs[i].(string)))
		form.Add(pairs[i+1].(fyne.CanvasObject))
	}
	return form
}
