package table

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func TestSpread(t *testing.T) {
	shrunk := float32(100)
	shrunk *= squeezed
	columns := []Column[int]{{Key: "a", Width: 100}, {Key: "b", Width: 100, Grow: true}}
	for _, c := range []struct {
		name    string
		dragged map[string]float32
		room    float32
		want    []float32
	}{
		{"room to spare goes to the one that grows", nil, 300, []float32{100, 200}},
		{"too little is shared", nil, 160, []float32{80, 80}},
		{"down to a share, then it scrolls", nil, 60, []float32{shrunk, shrunk}},
		{"a firm column gives nothing away", nil, 260, []float32{80, 80, 100}},
		{"a dragged width is kept", map[string]float32{"a": 150}, 300, []float32{150, 150}},
		{"but not below the least", map[string]float32{"a": 1}, 300, []float32{least, 300 - least}},
	} {
		columns := columns
		if len(c.want) == 3 {
			columns = append(slices.Clone(columns), Column[int]{Key: "c", Width: 100, Firm: true})
		}
		if got := spread(columns, c.dragged, c.room, 1); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A column that fits its rows gets what the one that grows does not need, and no more.
func TestColumnsThatFitTheirRows(t *testing.T) {
	test.NewTempApp(t)
	columns := []Column[string]{{Key: "a", Width: 80, Fit: true, Text: func(s string) string { return s }, Tag: func(string) string { return "tag" }},
		{Key: "b", Width: 80, Grow: true, Text: func(string) string { return "ok" }}}
	for _, c := range []struct {
		row  string
		room float32
		full bool
	}{{"short", 400, true}, {"quite a long name of a class", 400, true}, {strings.Repeat("far too long ", 9), 400, false}} {
		rows := []string{"x", c.row}
		widths := spread(columns, nil, c.room, 1)
		before := widths[0]
		lend(columns, rows, widths)
		if full := widths[0] >= columns[0].needs(rows); full != c.full || widths[1] < columns[1].needs(rows) || widths[0] < before || widths[0]+widths[1] != c.room {
			t.Errorf("%q: %v of %v, needs %v and %v", c.row, widths, c.room, columns[0].needs(rows), columns[1].needs(rows))
		}
	}
}

// What a column gives to others leaves its title whole, in two lines of several words.
func TestTitlesStayWholeWhereRoomIsLent(t *testing.T) {
	test.NewTempApp(t)
	grid := New(func(s string) string { return s },
		Column[string]{Key: "start", Title: "Last Sync Start", Width: 140, Sort: true, Text: func(string) string { return "ok" }},
		Column[string]{Key: "status", Title: "Status", Width: 100, Fit: true, Text: func(string) string { return strings.Repeat("far too long ", 9) }})
	grid.Resize(fyne.NewSize(300, 200))
	grid.SetRows([]string{"a"})
	if grid.titles[0].cut || grid.widths[0] >= 140 {
		t.Errorf("the title takes %v and reads %q, %q", grid.widths[0], grid.titles[0].lines[0].Text, grid.titles[0].lines[1].Text)
	}
}

// Shares of the room that do not come to it exactly are no reason for a bar to scroll by.
func TestRoundedSharesDoNotScroll(t *testing.T) {
	test.NewTempApp(t)
	say := func(s string) string { return s }
	g := New(say, Column[string]{Key: "a", Title: "Beginn", Width: 117, Text: say}, Column[string]{Key: "b", Title: "Anmeldungen", Width: 83, Text: say},
		Column[string]{Key: "c", Title: "Läuft ab", Width: 129, Grow: true, Text: say}, Column[string]{Key: "d", Title: "Verwendet von", Width: 151, Grow: true, Text: say})
	for width := float32(360); width < 700; width += 0.7 {
		g.Resize(fyne.NewSize(width, 200))
		if g.total() > g.Size().Width {
			t.Fatalf("in %v the columns take %v", width, g.total())
		}
	}
}

func TestColumnsThatYieldGiveWayFirst(t *testing.T) {
	test.NewTempApp(t)
	say := func(s string) string { return s }
	g := New(say, Column[string]{Key: "first", Width: 100, Firm: true, Text: say}, Column[string]{Key: "yields", Width: 100, Firm: true, Yield: true, Text: say},
		Column[string]{Key: "last", Width: 100, Firm: true, Text: say})
	for width, want := range map[float32]string{400: "first yields last", 250: "first last", 150: "first"} {
		g.Resize(fyne.NewSize(width, 200))
		var shown []string
		for _, c := range g.Columns() {
			if !g.out(c.Key) {
				shown = append(shown, c.Key)
			}
		}
		if got := strings.Join(shown, " "); got != want {
			t.Errorf("in %v there is room for %q, want %q", width, got, want)
		}
	}
}

// TestColumnsGiveWayByTheGridsWidth leaves the last ones out where the grid has no room for
// all, in a wide window, too; who asks for one sees it, and then the grid scrolls.
func TestColumnsGiveWayByTheGridsWidth(t *testing.T) {
	g, w := show(t, 3)
	floors := float32(0)
	for _, c := range g.columns {
		floors += c.floor(theme.TextSize() / 13)
	}
	w.Resize(fyne.NewSize(floors-1, 300))
	if g.widths[2] != 0 || g.total() > floors {
		t.Errorf("the columns are %v wide in %v of room", g.widths, floors-1)
	}
	last := g.chooser().Items[2]
	if last.Checked || last.Label != "Note (no room)" {
		t.Errorf("the chooser says %q, checked: %v", last.Label, last.Checked)
	}
	told := false
	g.OnHide = func([]string) { told = true }
	last.Action()
	if g.widths[2] == 0 || !g.chooser().Items[2].Checked || told {
		t.Errorf("who asked for it sees %v; something was hidden: %v", g.widths, told)
	}
	w.Resize(fyne.NewSize(floors+1, 300))
	g.asked = nil
	g.SetWidth("name", 2*floors) // a column that is dragged wide pushes none out of sight
	if g.widths[2] == 0 {
		t.Errorf("after a drag the columns are %v wide", g.widths)
	}
}
