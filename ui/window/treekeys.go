package window

import (
	"slices"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// lines are all lines that are not folded away, in their order.
func (t *tree) lines() (out []host.Route) {
	for _, b := range t.branches {
		out = append(out, b.head.route)
		if !b.closed {
			out = append(out, b.routes...)
		}
	}
	for _, row := range t.last {
		out = append(out, row.route)
	}
	return out
}

// FocusGained shows where the keys are.
func (t *tree) FocusGained() {
	t.focused = true
	if !slices.Contains(t.lines(), t.cursor) {
		t.cursor = t.branches[0].head.route
	}
	t.Refresh()
}

// FocusLost shows that they are elsewhere.
func (t *tree) FocusLost() { t.focused = false; t.Refresh() }

// TypedRune passes what is typed on.
func (t *tree) TypedRune(r rune) { kit.PassRune(t, r) }

// TypedKey goes from line to line, folds, and opens.
func (t *tree) TypedKey(e *fyne.KeyEvent) {
	lines := t.lines()
	at := slices.Index(lines, t.cursor)
	page := max(int(t.branches[0].scroll.Size().Height/lineHigh())-1, 1)
	switch e.Name {
	case fyne.KeyUp:
		t.step(lines, at-1)
	case fyne.KeyDown:
		t.step(lines, at+1)
	case fyne.KeyPageUp:
		t.step(lines, at-page)
	case fyne.KeyPageDown:
		t.step(lines, at+page)
	case fyne.KeyHome:
		t.step(lines, 0)
	case fyne.KeyEnd:
		t.step(lines, len(lines)-1)
	case fyne.KeyLeft:
		t.sideways(true)
	case fyne.KeyRight:
		t.sideways(false)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if at >= 0 {
			t.choose(t.cursor)
		}
	default:
		kit.PassKey(t, e)
	}
}

// TypedShortcut leaves the window its own shortcuts.
func (t *tree) TypedShortcut(s fyne.Shortcut) {
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(t).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

func (t *tree) step(lines []host.Route, to int) {
	t.cursor = lines[min(max(to, 0), len(lines)-1)]
	t.reveal(t.cursor)
	t.Refresh()
}

// sideways folds the branch that the keys are at, or goes to its head from a line
// under it; the other way unfolds.
func (t *tree) sideways(closed bool) {
	for _, b := range t.branches {
		switch {
		case b.head.route == t.cursor:
			b.fold(closed)
		case closed && slices.Contains(b.routes, t.cursor):
			t.cursor = b.head.route
			t.Refresh()
			return
		}
	}
}

// reveal scrolls as far as it takes to see a line.
func (t *tree) reveal(r host.Route) {
	for _, b := range t.branches {
		i := slices.Index(b.routes, r)
		if i < 0 {
			continue
		}
		b.closed = false
		top, offset, room := float32(i)*lineHigh(), b.scroll.Offset.Y, b.scroll.Size().Height
		switch {
		case top < offset:
			offset = top
		case top+lineHigh() > offset+room:
			offset = top + lineHigh() - room
		}
		if offset != b.scroll.Offset.Y {
			b.scroll.ScrollToOffset(fyne.NewPos(0, offset)) // does not call OnScrolled
			b.place()
		}
	}
}

// enter hands the keys to the first of the tenants, if there is one.
func (t *tree) enter() {
	if tenants := t.branches[0].routes; len(tenants) > 0 {
		t.cursor = tenants[0]
		t.reveal(t.cursor)
		if c := fyne.CurrentApp().Driver().CanvasForObject(t); c != nil {
			c.Focus(t)
		}
		t.Refresh()
	}
}
