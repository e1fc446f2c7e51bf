package lists

import (
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
