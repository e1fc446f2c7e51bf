package window

import (
	"slices"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
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
	w.again()
}

// again lays everything out anew, as sizes are now, and leaves the keys where they
// were. A page that holds what nobody saved stays the page that it is.
func (w *Window) again() {
	at, c, known := w.at, w.host.Window.Canvas(), *w.navigation
	place := slices.Index(kit.Focusables(w.room), c.Focused())
	w.host.Layout.Split = w.shell.offset()
	w.lay()
	w.navigation.as(known)
	w.vaultBar.refresh()
	if w.page.Unsaved() {
		w.navigation.mark(at)
	} else {
		w.front(at)
	}
	if all := kit.Focusables(w.room); place >= 0 && place < len(all) {
		c.Focus(all[place])
	}
}

// zoom takes the next larger (1) or smaller (-1) size; 0: the usual one.
func (w *Window) zoom(by int) {
	look, at := w.host.Look, 0
	for i, z := range host.Zooms {
		if z <= look.Zoom {
			at = i
		}
	}
	if look.Zoom = host.Zooms[min(max(at+by, 0), len(host.Zooms)-1)]; by == 0 {
		look.Zoom = 100
	}
	if look != w.host.Look {
		w.Wear(look)
	}
}

// Started puts the chosen look on again, for Fyne takes a theme fully only once the
// app has started, and the window where it lay, within the screen.
func (w *Window) Started() {
	wear(w.host.Look)
	w.started = true
	if w.shown {
		w.settle(w.host.Layout.Spot)
	}
}

// show shows the window. One that began in the tray has a place only once it is shown:
// the first time it comes to where it lay.
func (w *Window) show() {
	first := !w.shown
	w.shown = true
	w.host.Window.Show()
	if first && w.started {
		w.settle(w.host.Layout.Spot)
	}
}

// settle brings the window into its screen.
func (w *Window) settle(at host.Spot) {
	if w.host.Desk != nil {
		w.host.Desk.Put(w.host.Window, at)
		if w.host.Desk.Steps != nil {
			w.host.Desk.Steps(w.host.Window, w.stepIfFree)
		}
	}
}

// Leaving remembers where the window lies, while it still does.
func (w *Window) Leaving() {
	if !w.shown { // it was in the tray all the time
		w.gone = w.host.Layout.Spot
	} else if w.host.Desk != nil {
		w.gone = w.host.Desk.Where(w.host.Window)
	}
}
