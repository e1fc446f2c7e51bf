package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/entraidsync/entraidsync/ui/find"
	"github.com/entraidsync/entraidsync/ui/help"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// addShortcuts gives the window its keys: F1 opens Help, F5 syncs now (the tenant, or all of
// them on a page of all), F6 goes to the newest toast, Ctrl or Cmd with F
// searches, with K in all tenants, with T filters the tree, with S saves, with Page Up and Page Down goes from tab to tab;
// Escape closes what is open. Alt with an arrow goes back
// and forward; Ctrl or Cmd with +, − and 0 zooms; ? shows all of them.
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
	kit.OnShortcut(c, fyne.KeyT, w.filterTenants)
	w.addSteps(c)
	kit.OnShortcut(c, fyne.KeyS, func() { w.page.Save() })
	kit.OnShortcut(c, fyne.KeyPageUp, func() { w.page.TurnTab(-1) })
	kit.OnShortcut(c, fyne.KeyPageDown, func() { w.page.TurnTab(1) })
	w.addZoom(c)
	c.SetOnTypedRune(func(r rune) {
		if r == '?' && c.Overlays().Top() == nil {
			help.ShowKeys(w.host.Window)
		}
	})
}

// addZoom serves the keys for larger and smaller, as browsers have them: + is the
// shifted = of many keyboards.
func (w *Window) addZoom(c fyne.Canvas) {
	for _, key := range []fyne.KeyName{fyne.KeyPlus, fyne.KeyEqual} {
		kit.OnShortcut(c, key, func() { w.zoom(1) })
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}, func(fyne.Shortcut) {
			if c.Overlays().Top() == nil {
				w.zoom(1)
			}
		})
	}
	kit.OnShortcut(c, fyne.KeyMinus, func() { w.zoom(-1) })
	kit.OnShortcut(c, fyne.Key0, func() { w.zoom(0) })
}

// findEverywhere searches in all tenants.
func (w *Window) findEverywhere() { find.Open(w.host) }

// filterTenants goes to the filter of the tree; where the tree is folded, to the
// search of the table of tenants.
func (w *Window) filterTenants() {
	if w.shell.folded {
		w.Open(host.To(host.Tenants))
		w.page.FocusSearch()
		return
	}
	w.navigation.filter.Show()
	w.host.Window.Canvas().Focus(w.navigation.filter)
}

// find goes to the search of the page in front, on the overview to that of all
// tenants.
func (w *Window) find() {
	if w.at.Place == host.Overview {
		w.Open(host.To(host.Tenants))
	}
	w.page.FocusSearch()
}
