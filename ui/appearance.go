package ui

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/store"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// appearance is what a person chooses of the window's look.
type appearance struct {
	Mode apptheme.Mode
	Zoom int // percent
}

var (
	modes = []apptheme.Mode{apptheme.System, apptheme.Light, apptheme.Dark}
	zooms = []int{80, 90, 100, 110, 125, 150, 175, 200}
)

const lookSetting = "appearance"

// storedLook is the look that was chosen last.
func storedLook(ctx context.Context, st *store.Store) (appearance, error) {
	return stored(ctx, st, lookSetting, appearance{Mode: apptheme.System, Zoom: 100})
}

func (w *Window) wear(look appearance) {
	fyne.CurrentApp().Settings().SetTheme(apptheme.Compact{Mode: look.Mode, Zoom: float32(look.Zoom) / 100})
}

// restyle takes another look and remembers it.
func (w *Window) restyle(look appearance) {
	w.look = look
	w.wear(look)
	w.desk.keep(lookSetting, look)
}

// Restyle puts the chosen look on again. Fyne takes a theme fully only once
// the app has started.
func (w *Window) Restyle() { w.wear(w.look) }
