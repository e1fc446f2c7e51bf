package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// passKey hands a key that a focused widget has no use for to its window.
func passKey(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// passShortcut hands a shortcut of ours on to the window, past a focused
// field that would keep it.
func passShortcut(o fyne.CanvasObject, s fyne.Shortcut) bool {
	_, ours := s.(*desktop.CustomShortcut)
	c, ok := fyne.CurrentApp().Driver().CanvasForObject(o).(fyne.Shortcutable)
	if ours && ok {
		c.TypedShortcut(s)
	}
	return ours && ok
}

// addShortcuts gives the window its keys: F5 syncs now (the tenant, or all of them on a page of all), Ctrl or Cmd with F
// searches, with S saves, Escape closes what is open.
func (w *Window) addShortcuts() {
	c := w.desk.window.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyF5:
			if c.Overlays().Top() == nil {
				w.syncNow()
			}
		case fyne.KeyF6:
			w.desk.toasts.Focus(c)
		case fyne.KeyEscape:
			w.escape()
		}
	})
	on := func(key fyne.KeyName, do func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) {
			if c.Overlays().Top() == nil {
				do()
			}
		})
	}
	on(fyne.KeyF, w.find)
	on(fyne.KeyS, w.save)
}

func (w *Window) syncNow() {
	switch p := w.screen.(type) {
	case *tenantPage:
		p.sync()
	case *overviewPage, *tenantsPage:
		w.syncAll()
	}
}

func (w *Window) escape() {
	if p, ok := w.screen.(*tenantPage); ok {
		p.history.details.close()
	}
}

func (w *Window) find() {
	if p, ok := w.screen.(*tenantPage); ok {
		p.focusSearch()
	}
}

func (w *Window) save() {
	if p, ok := w.screen.(*tenantPage); ok {
		p.configuration.store(nil)
	}
}
