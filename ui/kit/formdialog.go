package kit

import (
	"context"
	"errors"
	"strings"

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
	Light  bool   // what is typed is soon typed again: it is left without a question

	window fyne.Window
	opened map[*TextField]string // what its fields held when it opened
	dialog *Dialog
	button *Button
	wrong  *widget.Label
}

// formWidth is how wide a form is, in sizes of its letters.
const formWidth = 40

// Open shows the form.
func (f *FormDialog) Open(w fyne.Window, group *tasks.Group) {
	f.window, f.opened, f.wrong = w, map[*TextField]string{}, NewComplaint()
	for _, field := range textFields(f.Fields) {
		f.opened[field] = field.Text
	}
	f.button = NewButton(f.Submit, func() { f.press(group) }).Important(widget.HighImportance)
	cancel := NewButton(lang.L("Cancel"), f.leave)
	f.button.OnEscape, cancel.OnEscape = f.leave, f.leave
	f.dialog = NewDialog(w, f.Title, container.New(&widthLayout{own: formWidth * theme.TextSize()}, container.NewVBox(f.Fields, f.wrong)), f.button, cancel)
	f.dialog.guard = f.guard
	f.dialog.Show()
	f.Check()
	w.Canvas().Focus(cancel)
	w.Canvas().FocusNext() // the first field
}

func (f *FormDialog) close() { f.dialog.Hide() }

func (f *FormDialog) leave() {
	f.guard(func() {
		f.close()
		if f.Left != nil {
			f.Left()
		}
	})
}

// guard asks whether what was typed shall be lost, then leaves.
func (f *FormDialog) guard(leave func()) {
	if f.Light || !f.touched() {
		leave()
		return
	}
	AskUser(f.window, f.Title, Question(lang.L("Discard what was typed?"), ""),
		Choice{Text: lang.L("Discard"), Do: leave},
		Choice{Text: lang.L("Stay"), Rank: widget.HighImportance})
}

// touched tells whether something has been typed that would be lost.
func (f *FormDialog) touched() bool {
	for _, field := range textFields(f.Fields) {
		if strings.TrimSpace(field.Text) != strings.TrimSpace(f.opened[field]) {
			return true
		}
	}
	return false
}

// textFields are the fields to type in that an object shows.
func textFields(o fyne.CanvasObject) (fields []*TextField) {
	for _, one := range Focusables(o) {
		if field, ok := one.(*TextField); ok {
			fields = append(fields, field)
		}
	}
	return fields
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
