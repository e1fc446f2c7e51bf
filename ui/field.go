package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// The fields below are Fyne's, but for the window's keys (F5, F6, Escape, and Enter in
// a text): they reach the window from them, as they do from everywhere.

type selectField struct{ widget.Select }

// newSelectField offers options, the one at selected chosen.
func newSelectField(options []string, selected int, changed func()) *selectField {
	f := &selectField{}
	f.ExtendBaseWidget(f)
	f.SetOptions(options)
	f.SetSelectedIndex(max(selected, 0))
	f.OnChanged = func(string) { changed() }
	return f
}

// TypedKey passes the window's keys on.
func (f *selectField) TypedKey(e *fyne.KeyEvent) { f.Select.TypedKey(e); passOn(f, e) }

type checkField struct{ widget.Check }

func newCheckField(text string, on bool, changed func(bool)) *checkField {
	f := &checkField{}
	f.ExtendBaseWidget(f)
	f.Text, f.Checked, f.OnChanged = text, on, changed
	return f
}

// TypedKey passes the window's keys on.
func (f *checkField) TypedKey(e *fyne.KeyEvent) { f.Check.TypedKey(e); passOn(f, e) }

type textField struct{ widget.Entry }

func newTextField(text, hint string) *textField {
	f := &textField{}
	f.ExtendBaseWidget(f)
	f.Text, f.PlaceHolder = text, hint
	return f
}

// newPasswordField shows dots for what is typed.
func newPasswordField() *textField {
	f := newTextField("", "")
	f.Password = true
	return f
}

// TypedKey passes the window's keys on.
func (f *textField) TypedKey(e *fyne.KeyEvent) {
	f.Entry.TypedKey(e)
	if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		passKey(f, e)
	}
	passOn(f, e)
}

// TypedShortcut leaves the window its own shortcuts.
func (f *textField) TypedShortcut(s fyne.Shortcut) {
	if !passShortcut(f, s) {
		f.Entry.TypedShortcut(s)
	}
}

func passOn(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if e.Name == fyne.KeyF5 || e.Name == fyne.KeyF6 || e.Name == fyne.KeyEscape {
		passKey(o, e)
	}
}
