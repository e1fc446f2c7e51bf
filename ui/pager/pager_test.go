package pager

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

func TestTurningPages(t *testing.T) {
	test.NewTempApp(t)
	p := New()
	turned := 0
	p.OnTurn = func() { turned++ }
	p.SetTotal(8312)
	for i, step := range []struct {
		button *widget.Button
		offset int
		text   string
	}{
		{p.next, 50, "51–100 of 8,312"},
		{p.next, 100, "101–150 of 8,312"},
		{p.back, 50, "51–100 of 8,312"},
		{p.last, 8300, "8,301–8,312 of 8,312"},
		{p.first, 0, "1–50 of 8,312"},
	} {
		test.Tap(step.button)
		if p.Offset() != step.offset || p.shown.Text != step.text || turned != i+1 {
			t.Fatalf("step %d: offset %d, %q, turned %d times", i, p.Offset(), p.shown.Text, turned)
		}
	}
}

// undrawn is an app that has drawn no frame yet: its widgets don't know their canvas.
type undrawn struct{ fyne.App }

func (a undrawn) Driver() fyne.Driver { return canvasless{a.App.Driver()} }

type canvasless struct{ fyne.Driver }

func (canvasless) CanvasForObject(fyne.CanvasObject) fyne.Canvas { return nil }

// Who clicks before the first frame of a page does not end the program.
func TestTheSizeWaitsForItsFirstFrame(t *testing.T) {
	app := test.NewTempApp(t)
	p := New()
	fyne.SetCurrentApp(undrawn{app})
	defer fyne.SetCurrentApp(app)
	p.rows.Tapped(&fyne.PointEvent{})
	p.rows.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
}

func TestButtonsAtTheEnds(t *testing.T) {
	test.NewTempApp(t)
	for _, c := range []struct {
		name          string
		total, offset int
		back, next    bool
	}{
		{"nothing", 0, 0, false, false},
		{"one page", 50, 0, false, false},
		{"first of two", 51, 0, false, true},
		{"last of two", 51, 50, true, false},
		{"in the middle", 200, 100, true, true},
	} {
		p := New()
		p.SetTotal(c.total)
		p.turn(c.offset)
		if back, next := !p.back.Disabled(), !p.next.Disabled(); back != c.back || next != c.next {
			t.Errorf("%s: back %v, next %v", c.name, back, next)
		}
	}
}

func TestPageSizeKeepsThePlace(t *testing.T) {
	test.NewTempApp(t)
	p := New()
	turned := 0
	p.SetTotal(8312)
	p.turn(1050)
	p.OnTurn = func() { turned++ }
	p.rows.SetSelectedIndex(2)
	if p.PageSize() != 1000 || p.Offset() != 1000 || turned != 1 {
		t.Errorf("size %d, offset %d, turned %d times; want 1000, 1000, once", p.PageSize(), p.Offset(), turned)
	}
}

func TestShrinkingTotalGoesToTheLastPage(t *testing.T) {
	test.NewTempApp(t)
	p := New()
	p.SetTotal(500)
	p.turn(450)
	if p.SetTotal(120) || p.Offset() != 100 {
		t.Errorf("offset %d after the total shrank to 120, want 100", p.Offset())
	}
	if !p.SetTotal(120) {
		t.Error("the page is said to be outside, but it is not")
	}
}

// Nothing of the line moves where there are fewer rows, or none.
func TestPagerStaysWhereItIs(t *testing.T) {
	test.NewTempApp(t)
	p := New()
	w := test.NewTempWindow(t, p)
	w.Resize(fyne.NewSize(800, 60))
	p.SetTotal(8312)
	at, first := p.rows.Position(), p.first.Position()
	for _, n := range []int{3, 0, 51} {
		p.SetTotal(n)
		p.Refresh()
		w.Resize(fyne.NewSize(800, 60+float32(n)))
		if p.rows.Position().X != at.X || p.first.Position().X != first.X {
			t.Errorf("with %d rows the size stands at %v, not %v, the buttons at %v", n, p.rows.Position(), at, p.first.Position())
		}
	}
	var typed []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { typed = append(typed, e.Name) })
	w.Canvas().Focus(p.rows)
	for _, name := range []fyne.KeyName{fyne.KeyF1, fyne.KeyF5, fyne.KeyEscape} {
		p.rows.TypedKey(&fyne.KeyEvent{Name: name})
	}
	if len(typed) != 3 {
		t.Errorf("from the drop-down the window gets %v", typed)
	}
}
