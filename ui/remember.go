package ui

import (
	"context"
	"encoding/json"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/table"
)

// stored reads a setting that is kept as JSON. What can't be read was written
// by a version that is not ours: then fallback holds.
func stored[T any](ctx context.Context, st *store.Store, name string, fallback T) (T, error) {
	text, err := st.Setting(ctx, name)
	if err != nil || text == "" {
		return fallback, err
	}
	value := fallback
	if json.Unmarshal([]byte(text), &value) != nil {
		return fallback, nil
	}
	return value, nil
}

// keep stores a setting as JSON.
func keep(ctx context.Context, st *store.Store, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return st.SetSetting(ctx, name, string(text))
}

// keep stores a setting on the side; trouble is told by a toast.
func (d *desk) keep(name string, value any) {
	text, err := json.Marshal(value) // now: value may change before it is stored
	d.act(func(ctx context.Context) error {
		if err != nil {
			return err
		}
		return d.store.SetSetting(ctx, name, string(text))
	}, func(err error) {
		if err != nil {
			d.failed(err)
		}
	})
}

// layoutMemory is how the window was left. The data folder keeps it, so that
// each folder has its own and the demo leaves no trace.
type layoutMemory struct {
	Width, Height float32
	Split         float64
	Page          node
	Columns       map[string]map[string]float32 // by table and column, the width at 100% zoom
	Hidden        map[string][]string           // by table, the columns that are not shown
}

const layoutSetting = "layout"

// The size of a window that was never seen before, and the least of any.
var (
	firstSize = fyne.NewSize(1280, 800)
	leastSize = fyne.NewSize(640, 420)
)

func storedLayout(ctx context.Context, st *store.Store) (layoutMemory, error) {
	m, err := stored(ctx, st, layoutSetting, layoutMemory{Width: firstSize.Width, Height: firstSize.Height, Split: 0.19, Page: overviewNode})
	m.Width, m.Height = max(m.Width, leastSize.Width), max(m.Height, leastSize.Height)
	m.Split = min(max(m.Split, 0.05), 0.8)
	if m.Columns == nil {
		m.Columns = map[string]map[string]float32{}
	}
	if m.Hidden == nil {
		m.Hidden = map[string][]string{}
	}
	return m, err
}

// patience is how long the closing window waits for its layout to be stored.
const patience = 2 * time.Second

// rememberLayout stores how the window stands now, for its next start.
func (w *Window) rememberLayout(ctx context.Context) error {
	m := w.desk.layout
	size := w.desk.window.Canvas().Size()
	m.Width, m.Height, m.Split, m.Page = size.Width, size.Height, w.shell.offset(), w.at
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return keep(ctx, w.desk.store, layoutSetting, m)
}

// rememberWidths shows the columns of a table that were chosen, as wide as they
// were dragged, and remembers both from now on.
func rememberWidths[T any](d *desk, name string, g *table.Grid[T]) {
	zoom := func() float32 { return theme.TextSize() / 13 }
	for key, width := range d.layout.Columns[name] {
		g.SetWidth(key, width*zoom())
	}
	g.SetHidden(d.layout.Hidden[name])
	g.OnHide = func(keys []string) {
		d.layout.Hidden[name] = keys
		d.keep(layoutSetting, d.layout)
	}
	g.OnResize = func(key string, width float32) {
		if d.layout.Columns[name] == nil {
			d.layout.Columns[name] = map[string]float32{}
		}
		d.layout.Columns[name][key] = width / zoom()
		d.keep(layoutSetting, d.layout)
	}
}
