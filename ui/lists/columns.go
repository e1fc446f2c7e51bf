package lists

import (
	"slices"

	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/table"
)

// RememberColumns shows the columns of a table that were chosen, as wide as
// they were dragged, and remembers both from now on.
func RememberColumns[T any](h *host.Host, name string, g *table.Grid[T]) {
	zoom := func() float32 { return theme.TextSize() / 13 }
	for key, width := range h.Layout.Columns[name] {
		g.SetWidth(key, width*zoom())
	}
	g.SetHidden(h.Layout.Hidden[name])
	g.OnHide = func(keys []string) {
		h.Layout.Hidden[name] = keys
		h.Keep(host.LayoutSetting, h.Layout)
	}
	g.OnResize = func(key string, width float32) {
		if h.Layout.Columns[name] == nil {
			h.Layout.Columns[name] = map[string]float32{}
		}
		h.Layout.Columns[name][key] = width / zoom()
		h.Keep(host.LayoutSetting, h.Layout)
	}
}

// RememberChosen is RememberColumns for a table that has more columns than it shows
// by itself: what was chosen is remembered, so that a column that comes with a new
// version stays out of sight. shown are the keys of those that it begins with.
func RememberChosen[T any](h *host.Host, name string, g *table.Grid[T], shown map[string]bool) {
	RememberColumns(h, name, g)
	usual := shown
	if chosen, ok := h.Layout.Shown[name]; ok {
		shown = map[string]bool{}
		for _, key := range chosen {
			shown[key] = true
			if !usual[key] {
				g.Ask(key)
			}
		}
	}
	var hidden []string
	for _, c := range g.Columns() {
		if !shown[c.Key] {
			hidden = append(hidden, c.Key)
		}
	}
	g.SetHidden(hidden)
	g.OnHide = func(hidden []string) {
		keys := []string{}
		for _, c := range g.Columns() {
			if !slices.Contains(hidden, c.Key) {
				keys = append(keys, c.Key)
			}
		}
		h.Layout.Shown[name] = keys
		h.Keep(host.LayoutSetting, h.Layout)
	}
}
