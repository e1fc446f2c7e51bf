package daychart

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

func TestChartTellsTheDayUnderThePointer(t *testing.T) {
	test.NewTempApp(t)
	now := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	c := New(14)
	w := test.NewTempWindow(t, c)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(600, 300))
	if c.none.Visible() || c.legend[0].Visible() {
		t.Error("before anything was counted it says that there are none")
	}
	c.Tell(make([]store.DayChanges, 14))
	if !c.legend[0].Visible() || !c.none.Visible() || c.ticks[0].Visible() {
		t.Error("without changes the chart does not say so")
	}
	days := make([]store.DayChanges, 14)
	days[13] = store.DayChanges{Day: now.Truncate(24 * time.Hour), Added: 12, Updated: 1731, Deleted: 3}
	c.Tell(days)
	if c.none.Visible() || !c.ticks[0].Visible() {
		t.Error("with changes it still says that there are none")
	}
	c.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(590, 100)}})
	var told []string
	for _, line := range c.told.lines {
		told = append(told, line.Text)
	}
	if want := []string{"22 Nov", "12 added", "1,731 updated", "3 deleted"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if right := c.told.ground.Position().X + c.told.ground.Size().Width; right > 600 {
		t.Errorf("the note ends at %v of 600", right)
	}
	if left := c.told.ground.Position().X; left < 0 {
		t.Errorf("the note begins at %v: a day alone is as wide as the picture", left)
	}
	c.MouseOut()
	if c.told.ground.Visible() {
		t.Error("the note stays though the pointer is gone")
	}
	today := c.bars[0] // of the first day that has changes
	if !(today[0].Position().X < today[1].Position().X && today[1].Position().X < today[2].Position().X) {
		t.Error("a day's bars do not stand side by side in the legend's order")
	}
	if today[1].Size().Height <= today[0].Size().Height || today[2].Size().Height < 2 {
		t.Errorf("the bars are %v, %v, %v high", today[0].Size().Height, today[1].Size().Height, today[2].Size().Height)
	}
}

func TestChartBeginsWithTheFirstChanges(t *testing.T) {
	test.NewTempApp(t)
	today := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	days := make([]store.DayChanges, 14)
	for i := range days {
		days[i].Day = today.AddDate(0, 0, i-13)
	}
	c := New(14)
	c.Tell(days)
	if len(c.days) != 1 || !c.days[0].Day.Equal(today) {
		t.Errorf("without changes it draws %v", c.days)
	}
	days[10].Added, days[12].Deleted = 2, 1
	c.Tell(days)
	if len(c.days) != 4 || c.days[0].Added != 2 || !c.days[3].Day.Equal(today) {
		t.Errorf("it draws %v", c.days)
	}
}

func TestAxisStep(t *testing.T) {
	for _, c := range []struct {
		most  int64
		ticks int
		want  int64
	}{{0, 4, 1}, {1, 4, 1}, {3, 4, 1}, {7, 4, 2}, {42, 5, 10}, {1731, 4, 500}, {99_999, 3, 50_000}, {10, 1, 10}} {
		if got := axisStep(c.most, c.ticks); got != c.want {
			t.Errorf("up to %d in %d: %d, want %d", c.most, c.ticks, got, c.want)
		}
		if step := axisStep(c.most, c.ticks); c.most > step*int64(c.ticks) {
			t.Errorf("up to %d: %d ticks of %d are too few", c.most, c.ticks, step)
		}
	}
}

func TestChartIsReadByKeyboard(t *testing.T) {
	f := hosttest.New(t)
	chart := New(3)
	f.Display(chart)
	today := time.Now().UTC().Truncate(24 * time.Hour)
	chart.Tell([]store.DayChanges{{Day: today.AddDate(0, 0, -2), Deleted: 1}, {Day: today.AddDate(0, 0, -1), Added: 42, Updated: 7}, {Day: today, Added: 1}})
	f.Window.Canvas().Focus(chart)
	told := func(want string) {
		t.Helper()
		if !chart.told.ground.Visible() || chart.told.lines[1].Text != want || chart.mark.StrokeWidth == 0 {
			t.Errorf("told %q, want %q", chart.told.lines[1].Text, want)
		}
	}
	told("1 added")
	f.TypeKeys(fyne.KeyLeft)
	told("42 added")
	chart.MouseOut()
	told("42 added")
	f.TypeKeys(fyne.KeyRight, fyne.KeyRight)
	told("1 added")
	f.TypeKeys(fyne.KeyHome, fyne.KeyLeft)
	told("0 added")
	f.TypeKeys(fyne.KeyEnd)
	told("1 added")
	var opened []time.Time
	chart.OnDay = func(d store.DayChanges) { opened = append(opened, d.Day) }
	f.TypeKeys(fyne.KeyReturn)
	test.TapAt(chart, fyne.NewPos(chart.Size().Width/2, chart.Size().Height/2))
	if want := []time.Time{today, today.AddDate(0, 0, -1)}; !slices.Equal(opened, want) {
		t.Errorf("Enter and a click opened %v, want %v", opened, want)
	}
	f.Window.Canvas().Unfocus()
	if chart.told.ground.Visible() {
		t.Error("without the focus it still tells a day")
	}
}

// Days of one digit are named as seldom as those of two, which have less room.
func TestDaysAreNamedAtOneDistance(t *testing.T) {
	test.NewTempApp(t)
	end := time.Date(2026, 11, 20, 0, 0, 0, 0, time.Local)
	for slot := float32(20); slot < 60; slot++ {
		var at []int
		for before := 19; before > 0; before-- {
			if dayLabel(store.DayChanges{Day: end.AddDate(0, 0, -before)}, before, slot) != "" {
				at = append(at, before)
			}
		}
		for i := 2; i < len(at); i++ {
			if at[i-2]-at[i-1] != at[i-1]-at[i] {
				t.Fatalf("in slots of %v the days before today that are named are %v", slot, at)
			}
		}
	}
}
