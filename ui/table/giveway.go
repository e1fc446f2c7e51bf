package table

import (
	"slices"

	"fyne.io/fyne/v2/theme"
)

// givesWay tells whether columns give way to those before them where there is no room
// for all, so that a table does not scroll to the side.
var givesWay bool

// GiveWay says whether they do: in a window that has little room for its texts.
func GiveWay(on bool) { givesWay = on }

// out tells whether a column is out of sight: hidden, or there is no room for it.
func (g *Grid[T]) out(key string) bool { return g.hidden[key] || g.gaveWay[key] }

// squeeze finds the columns that there is no room for, from the last on. The first one
// and those that are kept stay; a click on a row, or a wider window, shows the others.
func (g *Grid[T]) squeeze() {
	g.gaveWay = nil
	room := g.Size().Width
	if !givesWay || room <= 0 {
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
	for i := len(g.columns) - 1; i > first && need > room; i-- {
		if c := g.columns[i]; !g.hidden[c.Key] && !c.Keep && c.Key != markKey {
			if g.gaveWay == nil {
				g.gaveWay = map[string]bool{}
			}
			g.gaveWay[c.Key] = true
			need -= g.least(c, zoom)
		}
	}
}

// least is what a column takes where room is short.
func (g *Grid[T]) least(c Column[T], zoom float32) float32 {
	if w, dragged := g.dragged[c.Key]; dragged {
		return max(w, least)
	}
	return c.floor(zoom)
}
