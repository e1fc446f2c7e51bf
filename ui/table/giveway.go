package table

import (
	"slices"

	"fyne.io/fyne/v2/theme"
)

// out tells whether a column is out of sight: hidden, or there is no room for it.
func (g *Grid[T]) out(key string) bool { return g.hidden[key] || g.gaveWay[key] }

// squeeze finds the columns that there is no room for, those that yield before the others and
// each from the last on, so that a table does not scroll to the side. The first one stays, and those that are kept or that
// somebody asked for; a click on a row, or a wider window, shows the others.
func (g *Grid[T]) squeeze() {
	g.gaveWay = nil
	room := g.Size().Width
	if room <= 0 {
		return
	}
	zoom := theme.TextSize() / 13
	need := float32(0)
	for _, c := range g.columns {
		if !g.hidden[c.Key] {
			need += g.least(c, zoom)
		}
	}
	first := slices.IndexFunc(g.columns, func(c Column[T]) bool { return !g.hidden[c.Key] && c.Key != markKey })
	for _, yields := range []bool{true, false} {
		for i := len(g.columns) - 1; i > first && need > room; i-- {
			if c := g.columns[i]; c.Yield == yields && !g.hidden[c.Key] && !c.Keep && !g.asked[c.Key] && c.Key != markKey {
				if g.gaveWay == nil {
					g.gaveWay = map[string]bool{}
				}
				g.gaveWay[c.Key] = true
				need -= g.least(c, zoom)
			}
		}
	}
}

// least is what a column takes where room is short. One that was dragged wide pushes none
// out of sight: who drags sees where the others go.
func (g *Grid[T]) least(c Column[T], zoom float32) float32 {
	floor := c.floor(zoom)
	if w, dragged := g.dragged[c.Key]; dragged {
		return min(max(w, least), floor)
	}
	return floor
}

// Ask keeps columns in sight that somebody chose, even where that makes the table scroll
// to the side.
func (g *Grid[T]) Ask(keys ...string) {
	if g.asked == nil {
		g.asked = map[string]bool{}
	}
	for _, key := range keys {
		g.asked[key] = true
	}
}
