package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// A search that holds a text has a × that empties it and leaves the keys there.
func TestSearchIsEmptiedByItsSign(t *testing.T) {
	test.NewTempApp(t)
	var typed []string
	e := NewSearchEntry("Search", func(text string) { typed = append(typed, text) })
	w := test.NewTempWindow(t, e)
	w.Resize(fyne.NewSize(300, 60))
	sign := e.ActionItem.(*clearSign)
	if sign.Visible() {
		t.Error("an empty search has a ×")
	}
	test.Type(e, "ab")
	if !sign.Visible() {
		t.Fatal("a search that holds a text has no ×")
	}
	test.Tap(sign)
	if e.Text != "" || sign.Visible() || w.Canvas().Focused() != fyne.Focusable(e) || typed[len(typed)-1] != "" {
		t.Errorf("the × leaves %q, typed %q, the focus on %T", e.Text, typed, w.Canvas().Focused())
	}
}
