package toast

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// clock lets a test say when time has passed.
type clock struct{ waiting map[int]func() }

func (c *clock) after(_ time.Duration, f func()) func() {
	if c.waiting == nil {
		c.waiting = map[int]func(){}
	}
	n := len(c.waiting)
	c.waiting[n] = f
	return func() { delete(c.waiting, n) }
}

func (c *clock) pass() {
	for n, f := range c.waiting {
		delete(c.waiting, n)
		f()
	}
}

// show stacks a layer over one big button.
func show(t *testing.T) (*Layer, *clock, fyne.Window, *int) {
	t.Helper()
	test.NewTempApp(t)
	clicks := new(int)
	c := &clock{}
	l := NewLayer(c.after)
	w := test.NewTempWindow(t, container.NewStack(widget.NewButton("beneath", func() { *clicks++ }), l.Object()))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(800, 600))
	return l, c, w, clicks
}

func TestClicksReachWhatLiesBeneath(t *testing.T) {
	l, _, w, clicks := show(t)
	l.Show(Toast{Kind: Trouble, Title: "It failed"})
	test.TapCanvas(w.Canvas(), fyne.NewPos(20, 20))
	test.TapCanvas(w.Canvas(), fyne.NewPos(700, 500))
	if *clicks != 2 {
		t.Errorf("%d of 2 clicks beside the toast reached the button", *clicks)
	}
	inside := l.cards[0].Position().AddXY(100, 10)
	test.TapCanvas(w.Canvas(), inside)
	if *clicks != 2 {
		t.Error("a click on the toast fell through it")
	}
}

func TestStackingAndClosing(t *testing.T) {
	l, _, _, _ := show(t)
	l.Show(Toast{Title: "one"})
	l.Show(Toast{Title: "two"})
	first, second := l.cards[0], l.cards[1]
	if second.Position().Y < first.Position().Y+first.Size().Height {
		t.Error("the second toast covers the first")
	}
	if right := first.Position().X + first.Size().Width; right > 800 || right < 760 {
		t.Errorf("the toast ends at %v of 800", right)
	}
	at := second.Position().Y
	test.Tap(first.close)
	if len(l.cards) != 1 || l.cards[0] != second || second.Position().Y >= at {
		t.Error("the second toast did not move up")
	}
}

func TestWhatStays(t *testing.T) {
	l, c, _, _ := show(t)
	l.Show(Toast{Kind: Trouble, Title: "trouble"})
	l.Show(Toast{Kind: Success, Title: "looked at"})
	l.Show(Toast{Kind: Success, Title: "not looked at"})
	trouble, looked, other := l.cards[0], l.cards[1], l.cards[2]
	looked.MouseIn(nil)
	c.pass() // the test driver's animations end at once
	if want := []*card{trouble, looked}; !slices.Equal(l.cards, want) {
		t.Fatalf("%d toasts are left; want trouble, and the one under the pointer", len(l.cards))
	}
	if !other.close.Hidden {
		t.Error("the toast did not fade")
	}
	looked.MouseOut()
	c.pass()
	if want := []*card{trouble}; !slices.Equal(l.cards, want) {
		t.Error("the toast stays after the pointer has left it")
	}
}

func TestPointerStopsTheFading(t *testing.T) {
	l, c, _, _ := show(t)
	l.Show(Toast{Title: "one"})
	card := l.cards[0]
	card.fade = fyne.NewAnimation(time.Hour, func(float32) {})
	card.close.Hide()
	card.MouseIn(nil)
	if card.fade != nil || !card.close.Visible() || len(c.waiting) != 0 {
		t.Error("the toast fades under the pointer")
	}
}

func TestKeyboardAndButtonsKeepTheToast(t *testing.T) {
	l, c, w, _ := show(t)
	l.Show(Toast{Title: "one", Action: "Details", Do: func() {}})
	card := l.cards[0]
	l.Focus(w.Canvas())
	c.pass()
	if len(l.cards) != 1 {
		t.Fatal("the toast faded though the keyboard was on its button")
	}
	card.close.MouseIn(&desktop.MouseEvent{})
	w.Canvas().Unfocus()
	c.pass()
	if len(l.cards) != 1 {
		t.Fatal("the toast faded under the pointer")
	}
	card.close.MouseOut()
	c.pass()
	if len(l.cards) != 0 {
		t.Error("the toast stays though neither keyboard nor pointer is on it")
	}
}

func TestActionAndKeyboard(t *testing.T) {
	l, _, w, clicks := show(t)
	done := false
	l.Show(Toast{Title: "one", Action: "Details", Do: func() { done = true }})
	for range 2 { // past the button beneath
		w.Canvas().FocusNext()
	}
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if !done || *clicks != 0 {
		t.Errorf("the action ran: %v; the button beneath was pressed %d times", done, *clicks)
	}
}

func TestWrap(t *testing.T) {
	test.NewTempApp(t)
	lines := wrap("Grant the application permission User.Read.All and give admin consent", 150, 13, fyne.TextStyle{})
	if len(lines) < 3 {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
	for _, line := range lines {
		if fyne.MeasureText(line, 13, fyne.TextStyle{}).Width > 150 {
			t.Errorf("%q is too long", line)
		}
	}
}

func TestKeyboardReachesTheNewestToast(t *testing.T) {
	l, _, w, _ := show(t)
	l.Focus(w.Canvas()) // nothing to go to
	done := false
	l.Show(Toast{Kind: Trouble, Title: "older", Action: "Details", Do: func() { done = true }})
	l.Show(Toast{Kind: Trouble, Title: "newer"})
	l.Focus(w.Canvas())
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if len(l.cards) != 1 {
		t.Fatalf("%d toasts are left, want the older one", len(l.cards))
	}
	l.Focus(w.Canvas())
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if !done {
		t.Error("Details was not opened by the keyboard")
	}
}

func TestWorkStaysUntilItEnds(t *testing.T) {
	l, c, w, _ := show(t)
	work := l.Work("Deleting")
	l.Show(Toast{Kind: Trouble, Title: "beneath"})
	was := l.cards[1].Position().Y
	work.Say("12% done, and a text that is so long that it takes a line more than there was before")
	if c.pass(); len(l.cards) != 2 || len(l.cards[0].lines) < 3 {
		t.Fatalf("%d toasts, the first has %d lines", len(l.cards), len(l.cards[0].lines))
	}
	w.Canvas().Capture() // lays out
	if l.cards[1].Position().Y <= was {
		t.Error("the toast beneath did not make room")
	}
	work.End()
	work.Say("late") // harmless
	if work.End(); len(l.cards) != 1 {
		t.Errorf("%d toasts are left", len(l.cards))
	}
}

func TestNewerNewsTakeThePlaceOfOlder(t *testing.T) {
	l, c, _, _ := show(t)
	l.Show(Toast{Kind: Trouble, Title: "failed", About: "test"})
	l.Show(Toast{Kind: Trouble, Title: "something else"})
	l.Show(Toast{Kind: Success, Title: "connected", About: "test"})
	l.Show(Toast{Kind: Warning, Title: "connected, but", About: "test"})
	if len(l.cards) != 2 || l.cards[0].toast.Title != "something else" || l.cards[1].toast.Title != "connected, but" {
		t.Errorf("%d toasts are left", len(l.cards))
	}
	if len(c.waiting) != 1 {
		t.Errorf("%d toasts wait to go", len(c.waiting))
	}
}

// covered are the fields and buttons that the toasts lie over.
func covered(l *Layer, controls ...fyne.CanvasObject) (out int) {
	d := fyne.CurrentApp().Driver()
	for _, o := range controls {
		field := frame{d.AbsolutePositionForObject(o), o.Size()}
		for _, c := range l.cards {
			if (frame{d.AbsolutePositionForObject(c), c.Size()}).covers([]frame{field}) > 0 {
				out++
			}
		}
	}
	return out
}

func TestToastsKeepClearOfTabs(t *testing.T) {
	test.NewTempApp(t)
	l := NewLayer((&clock{}).after)
	tabs := container.NewAppTabs(container.NewTabItem("One", widget.NewLabel("one")), container.NewTabItem("Two", widget.NewLabel("two")))
	content := container.NewBorder(container.NewGridWrap(fyne.NewSize(600, 80), widget.NewLabel("a heading")), nil, nil, nil, tabs)
	l.Over(content)
	w := test.NewTempWindow(t, container.NewStack(content, l.Object()))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(600, 600))
	l.Show(Toast{Kind: Trouble, Title: "It failed"})
	bar := tabs.Position().Y + tabs.Selected().Content.Position().Y
	if at := l.cards[0].Position().Y; at < bar {
		t.Errorf("the toast is at %v, the tabs end at %v", at, bar)
	}
}

func TestToastsKeepClearOfFieldsAndButtons(t *testing.T) {
	test.NewTempApp(t)
	l := NewLayer((&clock{}).after)
	top := []fyne.CanvasObject{widget.NewEntry(), widget.NewSelect([]string{"one"}, nil), widget.NewButton("Columns", nil)}
	low := widget.NewButton("Add", nil)
	form := container.NewVBox(append([]fyne.CanvasObject{widget.NewLabel("a form"), widget.NewLabel("with fields")}, top...)...)
	content := container.NewBorder(nil, low, nil, nil, container.NewVScroll(form))
	l.Over(content)
	w := test.NewTempWindow(t, container.NewStack(content, l.Object()))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(600, 600))
	for range 3 {
		l.Show(Toast{Kind: Trouble, Title: "It failed", Text: "and this is why", Action: "Details", Do: func() {}})
	}
	if n := covered(l, append(top, low)...); n > 0 {
		t.Errorf("toasts cover %d of the fields and buttons", n)
	}
	w.Resize(fyne.NewSize(600, 160)) // nowhere is room: something has to be covered
	if at := l.cards[0].Position(); at.Y < below || at.X+l.cards[0].Size().Width > 600 {
		t.Errorf("in a small window the first toast is at %v", at)
	}
}

func TestEscapeClosesTheToastThatHasTheKeyboard(t *testing.T) {
	l, _, w, _ := show(t)
	l.Show(Toast{Kind: Trouble, Title: "one", Action: "Details", Do: func() {}})
	l.Focus(w.Canvas())
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if len(l.cards) != 0 || w.Canvas().Focused() != nil {
		t.Errorf("%d toasts are left; %v has the keyboard", len(l.cards), w.Canvas().Focused())
	}
}
