package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// searchEntry is a field to search by; Escape empties it.
type searchEntry struct{ widget.Entry }

func newSearchEntry(hint string, typed func(string)) *searchEntry {
	e := &searchEntry{}
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(hint)
	e.OnChanged = typed
	e.SetIcon(theme.SearchIcon())
	return e
}

// TypedKey empties the field on Escape.
func (e *searchEntry) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		e.SetText("")
		return
	}
	e.Entry.TypedKey(key)
	if key.Name == fyne.KeyF5 || key.Name == fyne.KeyF6 {
		passKey(e, key)
	}
}

// TypedShortcut leaves the window its own shortcuts.
func (e *searchEntry) TypedShortcut(s fyne.Shortcut) {
	if !passShortcut(e, s) {
		e.Entry.TypedShortcut(s)
	}
}
