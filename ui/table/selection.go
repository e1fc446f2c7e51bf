package table

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Selected is the row that the keys are at, if they are at one.
func (g *Grid[T]) Selected() (T, bool) {
	if g.selected < 0 || g.selected >= len(g.rows) {
		var none T
		return none, false
	}
	return g.rows[g.selected], true
}

// SelectedRows are all selected rows of the page, in its order.
func (g *Grid[T]) SelectedRows() []T {
	if g.marks != nil && len(g.marks.on) > 0 {
		return g.Marked()
	}
	var out []T
	for i, row := range g.rows {
		if g.isSelected(i) {
			out = append(out, row)
		}
	}
	return out
}

func (g *Grid[T]) isSelected(index int) bool {
	if g.marks != nil && index >= 0 && index < len(g.rows) && g.marks.on[g.key(g.rows[index])] {
		return true
	}
	if g.picked == nil || index < 0 || index >= len(g.rows) { // a spare row shows one that is gone
		return index == g.selected
	}
	return g.picked[g.key(g.rows[index])]
}

// Select selects one row of the page, by its place, and scrolls to it. A place
// outside takes the nearest row; without rows nothing happens.
func (g *Grid[T]) Select(index int) {
	g.picked = nil
	if g.marks != nil {
		g.marks.base = nil
	}
	g.move(index)
	g.anchor = g.selected
}

// Await selects the row of a key once rows come that have it; "": none.
func (g *Grid[T]) Await(key string) { g.awaited = key }

// Unselect leaves no row selected.
func (g *Grid[T]) Unselect() {
	g.selected, g.picked = -1, nil
	g.tint()
}

// modifiers are the keys that are held down now.
func modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// step goes to a row; with Shift all rows from where that began are selected.
func (g *Grid[T]) step(index int) {
	if g.held()&fyne.KeyModifierShift != 0 {
		g.extend(index)
	} else {
		g.Select(index)
	}
}

// extend selects all rows from the anchor to a row.
func (g *Grid[T]) extend(index int) {
	if len(g.rows) == 0 {
		return
	}
	if g.selected < 0 {
		g.Select(index)
		return
	}
	if g.marks != nil {
		g.markTo(index)
		return
	}
	index = min(max(index, 0), len(g.rows)-1)
	g.picked = map[string]bool{}
	for i := min(g.anchor, index); i <= max(g.anchor, index); i++ {
		g.picked[g.key(g.rows[i])] = true
	}
	g.move(index)
}

// toggle selects one row more, or one less.
func (g *Grid[T]) toggle(index int) {
	if g.marks != nil {
		g.mark(index)
		return
	}
	if g.picked == nil {
		g.picked = map[string]bool{}
		if row, ok := g.Selected(); ok {
			g.picked[g.key(row)] = true
		}
	}
	key := g.key(g.rows[index])
	g.picked[key] = !g.picked[key]
	g.anchor = index
	g.move(index)
}

func (g *Grid[T]) selectAll() {
	if g.marks != nil {
		g.MarkAll(true)
		return
	}
	g.picked = map[string]bool{}
	for _, row := range g.rows {
		g.picked[g.key(row)] = true
	}
	g.tint()
}

// move goes to the row nearest to a place and shows what is selected.
func (g *Grid[T]) move(index int) {
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
