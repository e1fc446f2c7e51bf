package table

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Focusable    = (*Grid[int])(nil)
	_ fyne.Shortcutable = (*Grid[int])(nil)
)

// Selected is the selected row, if one is.
func (g *Grid[T]) Selected() (T, bool) {
	if g.selected < 0 || g.selected >= len(g.rows) {
		var none T
		return none, false
	}
	return g.rows[g.selected], true
}

// Select selects a row of the page, by its place, and scrolls to it. A place
// outside takes the nearest row; without rows nothing happens.
func (g *Grid[T]) Select(index int) {
	if len(g.rows) == 0 {
		return
	}
	index = min(max(index, 0), len(g.rows)-1)
	moved := index != g.selected
	g.selected = index
	g.reveal()
	g.tint()
	if moved && g.OnSelect != nil {
		g.OnSelect(g.rows[index])
	}
}

// Unselect leaves no row selected.
func (g *Grid[T]) Unselect() {
	g.selected = -1
	g.tint()
}

func (g *Grid[T]) tint() {
	for _, r := range g.visible {
		r.tint()
	}
}

// reveal scrolls as far as it takes to see the selected row whole.
func (g *Grid[T]) reveal() {
	top, room := float32(g.selected)*rowHeight(), g.scroll.Size().Height
	offset := g.scroll.Offset
	switch {
	case top < offset.Y:
		offset.Y = top
	case top+rowHeight() > offset.Y+room:
		offset.Y = top + rowHeight() - room
	default:
		return
	}
	g.scroll.ScrollToOffset(offset) // does not call OnScrolled
	g.place()
}

func (g *Grid[T]) open() {
	if row, ok := g.Selected(); ok && g.OnOpen != nil {
		g.OnOpen(row)
	}
}

func (g *Grid[T]) canvas() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(g) }

func (g *Grid[T]) focus() {
	if c := g.canvas(); c != nil && c.Focused() != fyne.Focusable(g) {
		c.Focus(g)
	}
}

// FocusGained shows the selection as the one that keys move.
func (g *Grid[T]) FocusGained() {
	g.focused = true
	if g.selected < 0 {
		g.Select(0)
	}
	g.tint()
}

// FocusLost fades the selection.
func (g *Grid[T]) FocusLost() { g.focused = false; g.tint() }

// TypedRune is part of taking keys; letters mean nothing here.
func (g *Grid[T]) TypedRune(rune) {}

// TypedKey moves the selection and opens the selected row.
func (g *Grid[T]) TypedKey(e *fyne.KeyEvent) {
	page := max(int(g.scroll.Size().Height/rowHeight())-1, 1)
	switch e.Name {
	case fyne.KeyUp:
		g.Select(g.selected - 1)
	case fyne.KeyDown:
		g.Select(g.selected + 1)
	case fyne.KeyPageUp:
		g.Select(g.selected - page)
	case fyne.KeyPageDown:
		g.Select(g.selected + page)
	case fyne.KeyHome:
		g.Select(0)
	case fyne.KeyEnd:
		g.Select(len(g.rows) - 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		g.open()
	default:
		if c := g.canvas(); c != nil && c.OnTypedKey() != nil {
			c.OnTypedKey()(e)
		}
	}
}

// TypedShortcut copies the selected row; the window gets other shortcuts.
func (g *Grid[T]) TypedShortcut(s fyne.Shortcut) {
	if c, ok := s.(*fyne.ShortcutCopy); ok {
		if row, selected := g.Selected(); selected {
			c.Clipboard.SetContent(g.tabbed(row))
		}
		return
	}
	if c, ok := g.canvas().(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// tabbed is a row as text, its cells apart by tabs.
func (g *Grid[T]) tabbed(row T) string {
	var texts []string
	for _, c := range g.columns {
		if !g.hidden[c.Key] {
			texts = append(texts, c.Text(row))
		}
	}
	return strings.Join(texts, "\t")
}

// menu offers to open the selected row and to copy from it.
func (g *Grid[T]) menu(column int, at fyne.Position) {
	row, ok := g.Selected()
	c := g.canvas()
	if !ok || c == nil {
		return
	}
	copyText := func(text string) func() {
		return func() { fyne.CurrentApp().Clipboard().SetContent(text) }
	}
	items := []*fyne.MenuItem{
		fyne.NewMenuItem(lang.L("Copy cell"), copyText(g.columns[column].Text(row))),
		fyne.NewMenuItem(lang.L("Copy row"), copyText(g.tabbed(row))),
	}
	if g.OnOpen != nil {
		items = append([]*fyne.MenuItem{fyne.NewMenuItem(lang.L("Open"), g.open), fyne.NewMenuItemSeparator()}, items...)
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), c, at)
}
