package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// SearchEntry is a field to search by; Escape empties it, and so does the × at its end.
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
	empty := newClearSign(func() {
		e.SetText("")
		if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
			c.Focus(e)
		}
	})
	e.ActionItem = empty
	e.OnChanged = func(text string) {
		Reveal(text != "", empty)
		typed(text)
	}
	e.SetIcon(theme.SearchIcon())
	return e
}

// Begin puts a text into the field that nobody has typed.
func (e *SearchEntry) Begin(text string) {
	e.Text = text
	Reveal(text != "", e.ActionItem)
	e.Refresh()
}

// clearSign is the × in a search that holds a text. The keys have Escape for it.
type clearSign struct {
	widget.BaseWidget
	sign *widget.Icon
	do   func()
}

var (
	_ fyne.Tappable      = (*clearSign)(nil)
	_ desktop.Cursorable = (*clearSign)(nil)
)

func newClearSign(do func()) *clearSign {
	s := &clearSign{sign: widget.NewIcon(theme.CancelIcon()), do: do}
	s.ExtendBaseWidget(s)
	s.Hide()
	return s
}

// Tapped empties the search.
func (s *clearSign) Tapped(*fyne.PointEvent) { s.do() }

// Cursor is an arrow, as over what can be pressed.
func (s *clearSign) Cursor() desktop.Cursor { return desktop.DefaultCursor }

// CreateRenderer draws the ×.
func (s *clearSign) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.New(layout.NewCustomPaddedLayout(0, 0, 2, theme.InnerPadding()/2), s.sign))
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
