package kit

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
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
	Done   func()

	dialog *dialog.CustomDialog
	button *Button
	wrong  *widget.Label
}

// Open shows the form.
func (f *FormDialog) Open(w fyne.Window, group *tasks.Group) {
	f.wrong = NewComplaint()
	f.button = NewButton(f.Submit, func() { f.press(group) }).Important(widget.HighImportance)
	cancel := NewButton(lang.L("Cancel"), f.close)
	f.button.OnEscape, cancel.OnEscape = f.close, f.close
	f.dialog = dialog.NewCustomWithoutButtons(f.Title, container.New(widthLayout(520), container.NewVBox(f.Fields, f.wrong)), w)
	f.dialog.SetButtons([]fyne.CanvasObject{f.button, cancel})
	f.dialog.Show()
	f.Check()
	w.Canvas().Focus(cancel)
	w.Canvas().FocusNext() // the first field
}

func (f *FormDialog) close() { f.dialog.Hide() }

// Check lets the form be submitted while its fields are valid.
func (f *FormDialog) Check() {
	if f.button != nil {
		Enable(f.Valid(), f.button)
	}
}

func (f *FormDialog) press(group *tasks.Group) {
	if !f.Valid() {
		return
	}
	Enable(false, f.button)
	group.Act(f.Work, func(err error) {
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
