package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Forms stand beside their scroll bar and not under it, in a small window, too.
func TestFormsFitASmallWindow(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { speak("en") })
	f.desk.window.Resize(fyne.NewSize(1024, 640))
	pages := map[string]func() fyne.CanvasObject{
		"configuration": func() fyne.CanvasObject { f.openForm("alpha"); return f.screen.(*tenantPage).form },
		"settings":      func() fyne.CanvasObject { f.open(settingsNode); return f.page },
	}
	for _, language := range []string{"en", "de"} {
		f.must(f.speak(language))
		for name, open := range pages {
			page := open()
			room := fyne.CurrentApp().Driver().AbsolutePositionForObject(page).X + page.Size().Width - theme.ScrollBarSize()
			for _, o := range test.LaidOutObjects(page) {
				switch o.(type) {
				case *textField, *checkField, *button, *selectField, *widget.Label, *ground:
					if right := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).X + o.Size().Width; o.Visible() && right > room+1 {
						t.Errorf("%s, %s: %T %q ends at %v, the room at %v", language, name, o, textOf(o), right, room)
					}
				}
			}
		}
	}
}
