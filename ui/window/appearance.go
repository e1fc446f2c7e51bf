package window

import (
	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/ui/host"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

func wear(look host.Look) {
	fyne.CurrentApp().Settings().SetTheme(apptheme.Compact{Mode: look.Mode, Zoom: float32(look.Zoom) / 100})
}

// Wear takes another look and remembers it.
func (w *Window) Wear(look host.Look) {
	w.host.Look = look
	wear(look)
	w.host.Keep(host.LookSetting, look)
}

// Restyle puts the chosen look on again. Fyne takes a theme fully only once
// the app has started.
func (w *Window) Restyle() { wear(w.host.Look) }
