package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// SearchEntry is a field to search by; Escape empties it.
type SearchEntry struct {
	widget.Entry
	OnDown   func() // the arrow that goes to what was found; nil: nowhere
	OnEscape func() // Escape in an empty field; nil: nothing
}

// NewSearchEntry makes an empty field. typed is called when its text changes.
func NewSearchEntry(hint string, typed func(string)) *SearchEntry {
	e := &SearchEntry{}
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(hint)
	e.OnChanged = typed
	e.SetIcon(theme.SearchIcon())
	return e
}

// TypedKey empties the field on Escape, and goes on to what was found.
func (e *SearchEntry) TypedKey(key *fyne.KeyEvent) {
	switch {
	case key.Name == fyne.KeyEscape && e.Text == "" && e.OnEscape != nil:
		e.OnEscape()
		return
	case key.Name == fyne.KeyEscape:
		e.SetText("")
		return
	case key.Name == fyne.KeyDown && e.OnDown != nil:
		e.OnDown()
		return
	}
	e.Entry.TypedKey(key)
	if key.Name == fyne.KeyF5 || key.Name == fyne.KeyF6 {
		PassKey(e, key)
	}
}

// TypedShortcut leaves the window its own shortcuts.
func (e *SearchEntry) TypedShortcut(s fyne.Shortcut) {
	if !passShortcut(e, s) {
		e.Entry.TypedShortcut(s)
	}
}

// TypingRest is how long typing must rest before the search begins.
const TypingRest = 220 * time.Millisecond
