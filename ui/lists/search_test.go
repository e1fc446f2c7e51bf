package lists

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/table"
)

// sought is a list of the numbers 1 to 20 that is searched; opened are those that were.
func sought(f *hosttest.Fixture) (l *Paged[int], opened *[]int) {
	f.Helper()
	opened = new([]int)
	l = &Paged[int]{Host: f.Host, Grid: table.New(strconv.Itoa, table.Column[int]{Key: "n", Title: "N", Text: strconv.Itoa})}
	l.Fetch = func(_ context.Context, w Wanted) (b Batch[int], _ error) {
		for n := 1; n <= 20; n++ {
			if strings.Contains(strconv.Itoa(n), w.Search) {
				b.Rows = append(b.Rows, n)
			}
		}
		b.Total = len(b.Rows)
		return b, nil
	}
	l.Grid.OnOpen = func(n int) { *opened = append(*opened, n) }
	f.Display(l.Build())
	l.Reload()
	return l, opened
}

func TestEnterInASearchOpensTheOneMatch(t *testing.T) {
	f := hosttest.New(t)
	l, opened := sought(f)
	f.Window.Canvas().Focus(l.Search)
	l.Search.SetText("17") // Enter comes before the search has begun
	f.TypeKeys(fyne.KeyReturn)
	if len(*opened) != 1 || (*opened)[0] != 17 {
		t.Fatalf("opened %v", *opened)
	}
	f.Window.Canvas().Focus(l.Search)
	l.Search.SetText("2")
	f.Clock.Pass()
	f.TypeKeys(fyne.KeyReturn)
	if len(*opened) != 1 || f.Focused() != fyne.Focusable(l.Grid) {
		t.Errorf("of several %v were opened, the focus is on %T", *opened, f.Focused())
	}
	f.TypeKeys(fyne.KeyDown, fyne.KeyReturn)
	if len(*opened) != 2 || (*opened)[1] != 12 {
		t.Errorf("Down and Enter opened %v", *opened)
	}
	f.Window.Canvas().Focus(l.Search)
	l.Search.SetText("nothing")
	f.TypeKeys(fyne.KeyReturn)
	if len(*opened) != 2 || f.Focused() != fyne.Focusable(l.Search) {
		t.Errorf("nothing was found, and %v opened; the focus is on %T", *opened, f.Focused())
	}
}

func TestEnterWaitsForTheSearch(t *testing.T) {
	f := hosttest.New(t)
	l, opened := sought(f)
	answer := f.Later()
	f.Window.Canvas().Focus(l.Search)
	l.Search.SetText("17")
	f.TypeKeys(fyne.KeyReturn)
	if len(*opened) != 0 {
		t.Fatalf("opened %v of the rows before", *opened)
	}
	answer()
	if len(*opened) != 1 || (*opened)[0] != 17 {
		t.Errorf("opened %v", *opened)
	}
	l.Refresh()
	answer()
	if len(*opened) != 1 {
		t.Errorf("a refresh opened %v", *opened)
	}
}

func TestSearchInMemoryOpensTheOneMatch(t *testing.T) {
	f := hosttest.New(t)
	opened := 0
	l := &Filtered[string]{Host: f.Host, Texts: func(s string) []string { return []string{s} }, Sum: func([]string) string { return "" }}
	l.Grid = table.New(func(s string) string { return s }, table.Column[string]{Key: "s", Title: "S", Text: func(s string) string { return s }})
	l.Grid.OnOpen = func(string) { opened++ }
	f.Display(l.Build("some", kit.NewButton("Add", nil)))
	l.Show([]string{"alpha", "beta", "gamma"})
	l.FocusSearch()
	l.search.SetText("bet")
	f.TypeKeys(fyne.KeyReturn)
	if opened != 1 {
		t.Errorf("Enter opened %d", opened)
	}
	l.FocusSearch()
	f.TypeKeys(fyne.KeyDown)
	if f.Focused() != fyne.Focusable(l.Grid) {
		t.Errorf("after Down the focus is on %T", f.Focused())
	}
	f.TypeKeys(fyne.KeyReturn)
	if opened != 2 {
		t.Errorf("Down and Enter opened %d", opened-1)
	}
}

// What is under a list has the line to itself where it and the hint have no room in one.
func TestFootIsNotCutBesideTheHint(t *testing.T) {
	f := hosttest.New(t)
	l := &Filtered[string]{Host: f.Host, Texts: func(s string) []string { return []string{s} }, Sum: func([]string) string { return strings.Repeat("501 tenants, ", 6) },
		Hint: strings.Repeat("a key helps, ", 6)}
	l.Grid = table.New(func(s string) string { return s }, table.Column[string]{Key: "s", Title: "S", Text: func(s string) string { return s }})
	f.Window.Resize(fyne.NewSize(700, 400))
	f.Display(l.Build("some", kit.NewButton("Add", nil)))
	l.Show([]string{"alpha"})
	if needs := table.Width(l.foot.Text, theme.TextSize(), l.foot.TextStyle); l.foot.Size().Width < needs {
		t.Errorf("it has %v, and needs %v", l.foot.Size().Width, needs)
	}
}
