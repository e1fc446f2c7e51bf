package window

import (
	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/ui/find"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// addShortcuts gives the window its keys: F1 opens Help, F5 syncs now (the tenant, or all of
// them on a page of all), F6 goes to the newest toast, Ctrl or Cmd with F
// searches, with K in all tenants, with S saves, Escape closes what is open. Alt with an arrow goes back
// and forward.
func (w *Window) addShortcuts() {
	c := w.host.Window.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if kit.DialogKey(c, e) {
			return
		}
		switch e.Name {
		case fyne.KeyF1:
			w.Open(host.To(host.Help))
		case fyne.KeyF5:
			w.page.SyncNow()
		case fyne.KeyF6:
			w.host.Toasts.Focus(c)
		case fyne.KeyEscape:
			w.page.Escape()
		}
	})
	kit.OnShortcut(c, fyne.KeyF, w.find)
	kit.OnShortcut(c, fyne.KeyK, w.findEverywhere)
	w.addSteps(c)
	kit.OnShortcut(c, fyne.KeyS, func() { w.page.Save() })
}

// findEverywhere searches in all tenants.
func (w *Window) findEverywhere() { find.Open(w.host) }

// find goes to the search of the page in front, on the overview to that of all
// tenants.
func (w *Window) find() {
	if w.at.Place == host.Overview {
		w.Open(host.To(host.Tenants))
	}
	w.page.FocusSearch()
}
