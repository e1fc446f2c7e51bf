package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// PassKey hands a key that a focused widget has no use for to its window.
func PassKey(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// PassRune hands a sign that a focused widget has no use for to its window: ? shows the keys.
func PassRune(o fyne.CanvasObject, r rune) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
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

// DialogKey serves the dialog on top: Escape leaves it and Enter presses its
// foremost button, whatever has the focus. It tells whether there is a dialog.
func DialogKey(c fyne.Canvas, e *fyne.KeyEvent) bool {
	top := c.Overlays().Top()
	for _, b := range buttonsOf(top) {
		switch e.Name {
		case fyne.KeyEscape:
			if b.OnEscape != nil {
				b.OnEscape()
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
func buttonsOf(o fyne.CanvasObject) (found []*Button) {
	switch o := o.(type) {
	case *Button:
		found = append(found, o)
	case *widget.PopUp:
		found = buttonsOf(o.Content)
	case *container.Scroll:
		found = buttonsOf(o.Content)
	case *fyne.Container:
		for _, inner := range o.Objects {
			found = append(found, buttonsOf(inner)...)
		}
	}
	return found
}

// OnShortcut does something on Ctrl or Cmd with a key, while no dialog is open.
func OnShortcut(c fyne.Canvas, key fyne.KeyName, do func()) {
	c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) {
		if c.Overlays().Top() == nil {
			do()
		}
	})
}
