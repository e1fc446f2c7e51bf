package kit

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// FormDialog is a small form over the window. It closes once its work is done;
// where that fails it stays, with what was typed, and says why.
type FormDialog struct {
	Title  string
	Fields fyne.CanvasObject
	Submit string
	Valid  func() bool
	Work   func(context.Context) error
	Act    func(work func(context.Context) error, done func(error)) // does the work on the side; nil: as any
	Done   func()
	Left   func() // somebody left it undone; nil: nothing happens

	dialog *Dialog
	button *Button
	wrong  *widget.Label
}

// formWidth is how wide a form is, in sizes of its letters.
const formWidth = 40

// Open shows the form.
func (f *FormDialog) Open(w fyne.Window, group *tasks.Group) {
	f.wrong = NewComplaint()
	f.button = NewButton(f.Submit, func() { f.press(group) }).Important(widget.HighImportance)
	cancel := NewButton(lang.L("Cancel"), f.leave)
	f.button.OnEscape, cancel.OnEscape = f.leave, f.leave
	f.dialog = NewDialog(w, f.Title, container.New(widthLayout(formWidth*theme.TextSize()), container.NewVBox(f.Fields, f.wrong)), f.button, cancel)
	f.dialog.Show()
	f.Check()
	w.Canvas().Focus(cancel)
	w.Canvas().FocusNext() // the first field
}

func (f *FormDialog) close() { f.dialog.Hide() }

func (f *FormDialog) leave() {
	f.close()
	if f.Left != nil {
		f.Left()
	}
}

// Check lets the form be submitted while its fields are valid.
func (f *FormDialog) Check() {
	if f.button != nil {
		Enable(f.Valid(), f.button)
		f.dialog.Fit()
	}
}

func (f *FormDialog) press(group *tasks.Group) {
	if !f.Valid() {
		return
	}
	Enable(false, f.button)
	act := f.Act
	if act == nil {
		act = group.Act
	}
	act(f.Work, func(err error) {
		if errors.Is(err, context.Canceled) { // somebody declined what the work takes
			f.Check()
			return
		}
		if err != nil {
			e := entra.AsError(err)
			Complain(f.wrong, wording.Sentences(e.Message(), e.Remedy))
			f.Check()
			return
		}
		f.close()
		f.Done()
	})
}
