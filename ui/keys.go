package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
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

// dialogKey serves the dialog on top: Escape leaves it and Enter presses its
// foremost button, whatever has the focus. It tells whether there is a dialog.
func dialogKey(c fyne.Canvas, e *fyne.KeyEvent) bool {
	top := c.Overlays().Top()
	for _, b := range buttonsOf(top) {
		switch e.Name {
		case fyne.KeyEscape:
			if b.onEscape != nil {
				b.onEscape()
				return true
			}
		case fyne.KeyReturn, fyne.KeyEnter:
			if b.Importance == widget.HighImportance && !b.Disabled() {
				b.OnTapped()
				return true
			}
		}
	}
	if cancel := fileDialogCancel(top); cancel != nil && e.Name == fyne.KeyEscape {
		cancel.OnTapped()
	}
	return top != nil
}

// buttonsOf finds our buttons in a dialog.
func buttonsOf(o fyne.CanvasObject) (found []*button) {
	switch o := o.(type) {
	case *button:
		found = append(found, o)
	case *widget.PopUp:
		found = buttonsOf(o.Content)
	case *fyne.Container:
		for _, inner := range o.Objects {
			found = append(found, buttonsOf(inner)...)
		}
	}
	return found
}

// addShortcuts gives the window its keys: F5 syncs now (the tenant, or all of them on a page of all), Ctrl or Cmd with F
// searches, with S saves, Escape closes what is open.
func (w *Window) addShortcuts() {
	c := w.desk.window.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if dialogKey(c, e) {
			return
		}
		switch e.Name {
		case fyne.KeyF5:
			w.syncNow()
		case fyne.KeyF6:
			w.desk.toasts.Focus(c)
		case fyne.KeyEscape:
			w.escape()
		}
	})
	onShortcut(c, fyne.KeyF, w.find)
	onShortcut(c, fyne.KeyS, w.save)
}

// onShortcut does something on Ctrl or Cmd with a key, while no dialog is open.
func onShortcut(c fyne.Canvas, key fyne.KeyName, do func()) {
	c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) {
		if c.Overlays().Top() == nil {
			do()
		}
	})
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

// find goes to the search of the page in front, on the overview to that of all
// tenants.
func (w *Window) find() {
	if w.at == overviewNode {
		w.open(tenantsNode)
	}
	if p, ok := w.screen.(interface{ focusSearch() }); ok {
		p.focusSearch()
	}
}

func (w *Window) save() {
	if p, ok := w.screen.(*tenantPage); ok {
		p.configuration.store(nil)
	}
}
