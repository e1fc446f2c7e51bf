package table

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// Columns are all columns, in their order.
func (g *Grid[T]) Columns() []Column[T] { return g.columns }

// Hidden are the keys of the columns that are not shown.
func (g *Grid[T]) Hidden() []string {
	hidden := []string{}
	for _, c := range g.columns {
		if g.hidden[c.Key] {
			hidden = append(hidden, c.Key)
		}
	}
	return hidden
}

// SetHidden hides columns, as remembered from OnHide, and shows all others.
// Where that would leave none, all are shown.
func (g *Grid[T]) SetHidden(keys []string) {
	g.hidden = map[string]bool{}
	for _, key := range keys {
		g.hidden[key] = true
	}
	if len(g.Hidden()) == len(g.columns) {
		g.hidden = nil
	}
	for i, r := range g.visible {
		r.show(i) // what was hidden holds the text of another row
	}
	g.relayout()
}

// Reveal shows a column or hides it, without telling.
func (g *Grid[T]) Reveal(key string, on bool) {
	hidden := slices.DeleteFunc(g.Hidden(), func(k string) bool { return k == key })
	if !on {
		hidden = append(hidden, key)
	}
	g.SetHidden(hidden)
}

// toggleColumn hides a column, or shows it again. Who asks for one that there was no room
// for sees it.
func (g *Grid[T]) toggleColumn(key string) {
	if g.gaveWay[key] && !g.hidden[key] {
		g.Ask(key)
		g.relayout()
		return
	}
	if g.hidden[key] {
		g.Ask(key)
	}
	keys := []string{}
	for _, c := range g.columns {
		if g.hidden[c.Key] != (c.Key == key) {
			keys = append(keys, c.Key)
		}
	}
	data := len(g.columns)
	if g.marks != nil {
		data--
	}
	if len(keys) == data {
		return // the last one stays
	}
	g.SetHidden(keys)
	if g.OnHide != nil {
		g.OnHide(keys)
	}
}

// chooser is the menu of the header: which columns are shown.
func (g *Grid[T]) chooser() *fyne.Menu {
	var items []*fyne.MenuItem
	for _, c := range g.columns {
		if c.Key == markKey {
			continue
		}
		title := c.Title
		if g.gaveWay[c.Key] && !g.hidden[c.Key] {
			title = lang.L("{{.Column}} (no room)", map[string]any{"Column": title})
		}
		item := fyne.NewMenuItem(title, func() { g.toggleColumn(c.Key) })
		item.Checked = !g.out(c.Key)
		items = append(items, item)
	}
	return fyne.NewMenu("", items...)
}

// ChooseColumns opens the menu of the columns under an object, such as the
// button that asks for it. Arrow keys and Enter choose.
func (g *Grid[T]) ChooseColumns(under fyne.CanvasObject) {
	if c := g.canvas(); c != nil {
		widget.ShowPopUpMenuAtRelativePosition(g.chooser(), c, fyne.NewPos(0, under.Size().Height), under)
	}
}

// TappedSecondary offers the columns to choose from.
func (t *title[T]) TappedSecondary(e *fyne.PointEvent) {
	if c := t.grid.canvas(); c != nil {
		widget.ShowPopUpMenuAtPosition(t.grid.chooser(), c, e.AbsolutePosition)
	}
}
