package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// A page that scrolls ends before its scroll bar; one that does not has the whole width.
func TestAPageEndsBeforeItsScrollBar(t *testing.T) {
	test.NewTempApp(t)
	page := canvas.NewRectangle(nil)
	w := test.NewTempWindow(t, Within(page))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(400, 300))
	for high, want := range map[float32]float32{200: 400, 900: 400 - theme.ScrollBarSize()} {
		page.SetMinSize(fyne.NewSize(100, high))
		if w.Content().Refresh(); page.Size().Width != want {
			t.Errorf("%v high: the page is %v wide, want %v", high, page.Size().Width, want)
		}
	}
}

// Where buttons take several lines, what stands at the right stays there.
func TestWhatIsPushedToTheRightStaysThere(t *testing.T) {
	test.NewTempApp(t)
	first, second, safe := NewButton("Permissions of the app", nil), NewButton("Test the connection", nil), NewButton("Cancel", nil)
	row := Flow(first, layout.NewSpacer(), second, safe)
	w := test.NewTempWindow(t, container.NewVBox(row))
	w.SetPadded(false)
	for _, width := range []float32{600, 260, 170} {
		w.Resize(fyne.NewSize(width, 300))
		row.Refresh()
		if right := safe.Position().X + safe.Size().Width; right < width-1 || right > width+1 || first.Position().X != 0 {
			t.Errorf("at %v: the safe button ends at %v, the first begins at %v", width, right, first.Position().X)
		}
	}
}
