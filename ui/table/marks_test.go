package table

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// marking shows a grid of people whose rows have check boxes.
func marking(t *testing.T, rows int) (g *Grid[person], w fyne.Window, told *int) {
	t.Helper()
	test.NewTempApp(t)
	g = New(func(p person) string { return p.id }, MarkColumn(func() *Grid[person] { return g }),
		Column[person]{Key: "name", Title: "Name", Width: 200, Text: func(p person) string { return p.name }})
	told = new(int)
	g.OfferMarks(func() { *told++ })
	w = test.NewTempWindow(t, g)
	w.Resize(fyne.NewSize(400, 300))
	g.SetRows(people(rows))
	return g, w, told
}

// Rows are marked with the mouse and with the keys; moving on leaves marks alone.
func TestRowsAreMarked(t *testing.T) {
	g, w, told := marking(t, 501)
	var held fyne.KeyModifier
	g.held = func() fyne.KeyModifier { return held }
	opened := 0
	g.OnOpen = func(person) { opened++ }
	click := func(x, row float32, keys fyne.KeyModifier) {
		held = keys
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(g.scroll)
		test.TapCanvas(w.Canvas(), at.AddXY(x, rowHeight()*(row+0.5)))
		held = 0
	}
	expect := func(what string, want ...int) {
		t.Helper()
		var got, ids []string
		for _, p := range g.Marked() {
			got = append(got, p.id)
		}
		for _, n := range want {
			ids = append(ids, fmt.Sprint("id", n))
		}
		if !slices.Equal(got, ids) {
			t.Errorf("%s: %v are marked, want %v", what, got, ids)
		}
	}
	click(10, 1, 0)
	click(100, 3, fyne.KeyModifierShortcutDefault)
	expect("a box, and Ctrl with a click", 1, 3)
	click(100, 5, fyne.KeyModifierShift)
	expect("Shift with a click", 1, 3, 4, 5)
	click(10, 3, 0)
	expect("a box again", 1, 4, 5)
	w.Canvas().Focus(g)
	press(w, fyne.KeyDown)
	press(w, fyne.KeyDown)
	press(w, fyne.KeyDown)
	press(w, fyne.KeySpace)
	expect("arrows and Space", 1, 4, 5, 6)
	held = fyne.KeyModifierShift
	press(w, fyne.KeyDown)
	press(w, fyne.KeyDown)
	press(w, fyne.KeyUp)
	held = 0
	expect("Shift with arrows, one back", 1, 4, 5, 6, 7)
	if opened != 0 {
		t.Errorf("marking opened %d rows", opened)
	}
	press(w, fyne.KeyEscape)
	expect("Escape")
	g.TypedShortcut(&fyne.ShortcutSelectAll{})
	if len(g.Marked()) != 501 || !g.allMarked() {
		t.Errorf("Ctrl+A marks %d", len(g.Marked()))
	}
	g.SetRows(people(10))
	if len(g.Marked()) != 10 {
		t.Errorf("of 10 rows that are left %d are marked", len(g.Marked()))
	}
	test.Tap(g.titles[0])
	expect("the header's box, all marked")
	before := *told
	test.Tap(g.titles[0])
	if len(g.Marked()) != 10 || *told != before+1 {
		t.Errorf("the header's box marks %d, told %d times", len(g.Marked()), *told-before)
	}
	press(w, fyne.KeyReturn)
	if opened != 1 {
		t.Errorf("Enter opened %d", opened)
	}
	if menu := g.chooser(); len(menu.Items) != 1 || menu.Items[0].Label != "Name" {
		t.Errorf("the column of the boxes can be chosen")
	}
}
