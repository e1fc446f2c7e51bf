package host

import (
	"context"
	"encoding/json"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/views"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Memory is what a person chose for the app, and how its window was left. The
// data folder keeps it, so that each folder has its own and the demo leaves no
// trace.
type Memory struct {
	Layout      Layout
	Preferences Preferences
	Look        Look
	Views       []views.Own
}

// Layout is how the window was left.
type Layout struct {
	Width, Height float32
	Spot          Spot
	Split         float64
	Page          Route
	Columns       map[string]map[string]float32 // by table and column, the width at 100% zoom
	Hidden        map[string][]string           // by table, the columns that are not shown
	Shown         map[string][]string           // by table that has many, those that are
}

// Preferences are what a person chose of the window's ways. The zero value is
// how it begins.
type Preferences struct {
	Language string // "en" or "de"; "": the system's
	Tray     bool   // closing the window keeps the app in the tray
	Quiet    bool   // no notifications
}

// Look is what a person chooses of how the window looks.
type Look struct {
	Mode apptheme.Mode
	Zoom int // percent
}

// Zooms can be chosen, in percent.
var Zooms = []int{80, 90, 100, 110, 125, 150, 175, 200}

// The settings that hold the memory.
const (
	LayoutSetting      = "layout"
	PreferencesSetting = "preferences"
	LookSetting        = "appearance"
)

// The size of a window that was never seen before, and the least of any.
var (
	firstSize = fyne.NewSize(1280, 800)
	leastSize = fyne.NewSize(640, 420)
)

// recall reads the memory.
func recall(ctx context.Context, st *store.Store) (*Memory, error) {
	m := &Memory{}
	var err error
	if m.Look, err = stored(ctx, st, LookSetting, Look{Mode: apptheme.System, Zoom: 100}); err != nil {
		return nil, err
	}
	if m.Preferences, err = stored(ctx, st, PreferencesSetting, Preferences{}); err != nil {
		return nil, err
	}
	if m.Views, err = views.Owns(ctx, st); err != nil {
		return nil, err
	}
	l, err := stored(ctx, st, LayoutSetting, Layout{Width: firstSize.Width, Height: firstSize.Height, Split: 0.19, Page: To(Overview)})
	l.Width, l.Height = max(l.Width, leastSize.Width), max(l.Height, leastSize.Height)
	l.Split = min(max(l.Split, 0.05), 0.8)
	if l.Columns == nil {
		l.Columns = map[string]map[string]float32{}
	}
	if l.Hidden == nil {
		l.Hidden = map[string][]string{}
	}
	if l.Shown == nil {
		l.Shown = map[string][]string{}
	}
	m.Layout = l
	return m, err
}

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

// Prefer takes a change of the preferences and remembers it.
func (h *Host) Prefer(change func(*Preferences)) {
	change(&h.Preferences)
	h.Keep(PreferencesSetting, h.Preferences)
}

// KeepView remembers a view, in place of one of the same tenants that has its name.
func (h *Host) KeepView(v views.Own) {
	h.DropView(v)
	h.Views = append(h.Views, v)
	h.Keep(views.Setting, h.Views)
}

// DropView forgets a view.
func (h *Host) DropView(v views.Own) {
	h.Views = slices.DeleteFunc(slices.Clone(h.Views), func(o views.Own) bool { return o.Name == v.Name && o.Tenant == v.Tenant })
	h.Keep(views.Setting, h.Views)
}

// Keep stores a setting as JSON on the side. A toast tells trouble.
func (h *Host) Keep(name string, value any) {
	text, err := json.Marshal(value) // now: value may change before it is stored
	h.Act(func(ctx context.Context) error {
		if err != nil {
			return err
		}
		return h.Store.SetSetting(ctx, name, string(text))
	}, func(err error) {
		if err != nil {
			h.Failed(err)
		}
	})
}

// KeepLayout stores how the window stands now, for its next start. It waits
// until that is done.
func (a *App) KeepLayout(ctx context.Context) error {
	text, err := json.Marshal(a.Layout)
	if err != nil {
		return err
	}
	return a.Store.SetSetting(ctx, LayoutSetting, string(text))
}
