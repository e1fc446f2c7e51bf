package window

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// tray is the app's sign in the desktop's tray.
type tray struct {
	set     func(*fyne.Menu)
	present func(context.Context) bool // whether the desktop has a tray at this moment
	state   string                     // as the menu says it
	menu    *fyne.Menu
}

// findTray gives the desktop's tray; nil where it has none.
func findTray(ctx context.Context) *tray {
	app, ok := fyne.CurrentApp().(desktop.App)
	if !ok || !trayPresent(ctx) {
		return nil
	}
	return &tray{set: app.SetSystemTrayMenu, present: trayPresent}
}

// showTray brings the tray's menu up to date, only where what it says has
// changed. The menu stays the same one: Fyne shows the first that it was given
// when the tray is ready, however late that is.
func (w *Window) showTray(tenants []entra.Tenant) {
	t := w.tray
	if t == nil {
		return
	}
	if t.menu == nil {
		t.menu = fyne.NewMenu("")
	}
	if state := trayState(tenants); state != t.state {
		t.state, t.menu.Items = state, w.trayItems(state)
		t.set(t.menu)
	}
}

func (w *Window) trayItems(state string) []*fyne.MenuItem {
	says := fyne.NewMenuItem(state, nil)
	says.Disabled = true
	quit := fyne.NewMenuItem(lang.L("Quit"), w.askQuit)
	quit.IsQuit = true
	return []*fyne.MenuItem{says, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(lang.L("Open Entra ID Sync"), w.raise),
		fyne.NewMenuItem(lang.L("Sync now"), w.SyncAll), fyne.NewMenuItemSeparator(), quit}
}

// trayState says how the tenants are, in a line.
func trayState(tenants []entra.Tenant) string {
	failing, enabled := 0, 0
	for _, t := range tenants {
		if t.Enabled {
			enabled++
		}
		if labels.Rank(t) <= labels.RankWarning {
			failing++
		}
	}
	switch {
	case enabled == 0:
		return lang.L("Nothing to sync")
	case failing > 0:
		return lang.L(`{{.Failing}} of {{.Count.Of "tenant" "tenants"}} {{.Failing.Has "needs" "need"}} attention`, map[string]any{"Failing": phrase.Count(failing), "Count": phrase.Count(enabled)})
	}
	return lang.L("All tenants are in sync")
}

// raise brings the window to front, out of the tray if it is there.
func (w *Window) raise() {
	w.show()
	w.host.Window.RequestFocus()
}

// askQuit ends the app, unless something unsaved keeps it.
func (w *Window) askQuit() {
	if w.page.Unsaved() {
		w.raise()
	}
	w.guard(w.end)
}

// guard leaves the window, unless something keeps the user that nobody saved: what was
// typed in a dialog, or changed on the page.
func (w *Window) guard(leave func()) {
	kit.Guard(w.host.Window.Canvas(), func() { w.page.Guard(leave) })
}

// end ends the app, unless what was typed in Add New Integration keeps the user.
func (w *Window) end() {
	if w.adding == nil {
		w.quit()
		return
	}
	w.adding.Guard(w.quit)
}

// putAway is what closing the window does: it goes to the tray where that is
// wanted and the tray is there at this moment. Else the app ends: a window
// that can't be had back is never hidden.
func (w *Window) putAway() {
	t := w.tray
	if t == nil || !w.host.Preferences.Tray {
		w.end()
		return
	}
	there := false
	w.host.Act(func(ctx context.Context) error {
		there = t.present(ctx)
		return nil
	}, func(error) {
		if there {
			w.host.Window.Hide()
		} else {
			w.end()
		}
	})
}
