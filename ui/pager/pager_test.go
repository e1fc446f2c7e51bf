package pager

import (
	"testing"

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
