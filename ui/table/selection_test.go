package table

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// ids are the selected rows.
func ids(g *Grid[person]) (out []string) {
	for _, p := range g.SelectedRows() {
		out = append(out, p.id)
	}
	return out
}

func TestShiftAndControlSelectMoreRows(t *testing.T) {
	g, w := show(t, 1000)
	var held fyne.KeyModifier
	g.held = func() fyne.KeyModifier { return held }
	opened := 0
	g.OnOpen = func(person) { opened++ }
	click := func(row float32, keys fyne.KeyModifier) {
		held = keys
		test.TapCanvas(w.Canvas(), fyne.NewPos(50, 1+rowHeight()*(row+1.5)))
	}
	expect := func(what string, want ...string) {
		t.Helper()
		if got := ids(g); !slices.Equal(got, want) {
			t.Errorf("%s: %v are selected, want %v", what, got, want)
		}
	}
	click(1, 0)
	click(3, fyne.KeyModifierShift)
	expect("Shift and a click", "id1", "id2", "id3")
	press(w, fyne.KeyUp)
	expect("Shift and up", "id1", "id2")
	click(6, fyne.KeyModifierShortcutDefault)
	click(1, fyne.KeyModifierShortcutDefault)
	expect("Ctrl and clicks", "id2", "id6")
	g.SetRows(append([]person{{"new", "new"}}, people(5)...)) // id6 is gone
	expect("new rows", "id2")
	held = 0
	press(w, fyne.KeyDown)
	if len(ids(g)) != 1 {
		t.Errorf("without Shift %v are selected, want one", ids(g))
	}
	if opened != 1 {
		t.Errorf("%d rows were opened, want only the one clicked without a key", opened)
	}
}

func TestCopyTakesAllSelectedRows(t *testing.T) {
	g, w := show(t, 3)
	w.Canvas().Focus(g)
	g.TypedShortcut(&fyne.ShortcutSelectAll{})
	c := test.NewClipboard()
	g.TypedShortcut(&fyne.ShortcutCopy{Clipboard: c})
	if want := "id0\tperson 0000\t\nid1\tperson 0001\t\nid2\tperson 0002\t"; c.Content() != want {
		t.Errorf("copied %q", c.Content())
	}
}

func TestArrowsScrollToTheSide(t *testing.T) {
	g, w := show(t, 10)
	w.Canvas().Focus(g)
	press(w, fyne.KeyRight)
	if g.scroll.Offset.X != 0 {
		t.Fatalf("all columns are in sight, yet it scrolled to %v", g.scroll.Offset.X)
	}
	g.SetWidth("name", 600)
	press(w, fyne.KeyRight)
	x := g.scroll.Offset.X
	if x == 0 || g.header.Position().X != -x {
		t.Errorf("after right the rows are at %v, the header at %v", x, g.header.Position().X)
	}
	for range 50 {
		press(w, fyne.KeyRight)
	}
	if most := g.total() - g.scroll.Size().Width; g.scroll.Offset.X != most {
		t.Errorf("at the end the rows are at %v, want %v", g.scroll.Offset.X, most)
	}
	for range 50 {
		press(w, fyne.KeyLeft)
	}
	if g.scroll.Offset.X != 0 || g.header.Position().X != 0 {
		t.Errorf("back at the start the rows are at %v, the header at %v", g.scroll.Offset.X, g.header.Position().X)
	}
}

// A title that has no room in one line is read whole in two.
func TestTitlesAreReadableInNarrowColumns(t *testing.T) {
	test.NewTempApp(t)
	count := func(key, title string) Column[int] {
		return Column[int]{Key: key, Title: title, Width: 140, Sort: true, Align: fyne.TextAlignTrailing, Text: func(int) string { return "1" }}
	}
	g := New(func(int) string { return "" }, count("total", "Total Objects"), count("changed", "Objects Changed"), count("filtered", "Objects Filtered"))
	g.SetSorting(Sorting{Key: "changed"})
	w := test.NewTempWindow(t, g)
	w.SetPadded(false)
	for room, tall := range map[float32]bool{600: false, 300: true} {
		w.Resize(fyne.NewSize(room, 200))
		for i, title := range g.titles {
			got := strings.TrimSpace(title.lines[0].Text + " " + title.lines[1].Text)
			if got != g.columns[i].Title || title.cut {
				t.Errorf("with %v of room the header shows %q, want %q", room, got, g.columns[i].Title)
			}
			if left := title.arrow.Position().X; title.arrow.Text != "" && left < 0 {
				t.Errorf("with %v of room the arrow is at %v", room, left)
			}
		}
		if got := g.headerHeight() > rowHeight(); got != tall {
			t.Errorf("with %v of room a tall header: %v, want %v", room, got, tall)
		}
		if g.scroll.Position().Y != g.headerHeight()+1 {
			t.Errorf("with %v of room the rows begin at %v under a header of %v", room, g.scroll.Position().Y, g.headerHeight())
		}
	}
}

// A title is read whole, too, where its longest word is wider than its column was made.
func TestLongTitlesWidenTheirColumns(t *testing.T) {
	test.NewTempApp(t)
	g := New(func(int) string { return "" }, Column[int]{Key: "order", Title: "Reihenfolge", Width: 60, Sort: true, Text: func(int) string { return "1" }},
		Column[int]{Key: "firm", Title: "Anwendungs-ID", Width: 60, Firm: true, Text: func(int) string { return "1" }},
		Column[int]{Key: "rest", Title: "Art", Width: 100, Grow: true, Text: func(int) string { return "x" }})
	w := test.NewTempWindow(t, g)
	w.SetPadded(false)
	for _, room := range []float32{600, 300} {
		w.Resize(fyne.NewSize(room, 200))
		for i, title := range g.titles {
			if g.widths[i] > 0 && title.cut {
				t.Errorf("in %v of room %q is cut, %v wide", room, g.columns[i].Title, g.widths[i])
			}
		}
	}
}

func TestCutTitleHasAHint(t *testing.T) {
	g, _ := show(t, 3)
	g.SetWidth("name", least)
	g.titles[1].MouseIn(nil)
	if !g.hint.box.Visible() || g.hint.text.Text != "Name" {
		t.Errorf("the hint says %q", g.hint.text.Text)
	}
	g.titles[1].MouseOut()
	g.titles[0].MouseIn(nil)
	if g.hint.box.Visible() {
		t.Error("a title that is not cut has a hint")
	}
}

func TestColumnsAreChosenByKeyboard(t *testing.T) {
	g, w := show(t, 3)
	g.ChooseColumns(g.titles[0])
	if w.Canvas().Overlays().Top() == nil {
		t.Fatal("no menu opens")
	}
	press(w, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if !slices.Equal(g.Hidden(), []string{"name"}) {
		t.Errorf("hidden are %v, want name", g.Hidden())
	}
}

// A row's widget shows other rows as it scrolls: the rank of its texts must
// follow.
func TestQuietTextsStayWithTheirRow(t *testing.T) {
	g, _ := show(t, 2)
	g.columns[0].Quiet = func(p person) bool { return p.id == "id1" }
	quiet := func(row int) bool {
		return g.visible[row].cells[0].text.Color == theme.Color(theme.ColorNamePlaceHolder)
	}
	both := people(2)
	g.SetRows(both)
	if quiet(0) || !quiet(1) {
		t.Errorf("quiet: %v, %v; want the second row alone", quiet(0), quiet(1))
	}
	g.SetRows([]person{both[1], both[0]})
	if !quiet(0) || quiet(1) {
		t.Errorf("turned round: %v, %v; want the first row alone", quiet(0), quiet(1))
	}
}

// What is copied comes out of a spreadsheet's reader as it stood in the table, whatever is in
// it; what it would take for a formula is a text.
func TestCopiedRowsStayRowsAndCells(t *testing.T) {
	test.NewTempApp(t)
	texts := []string{"two\nlines", "two\r\nlines", "a\ttab", `he said "no"`, `"quoted"`, " blank", "", "=1+1", "+49 30 1", "-5", "@SUM", "a=b", "Ünal, Çelik"}
	g := New(func(s string) string { return s }, Column[string]{Key: "t", Title: "T", Text: func(s string) string { return s }}, Column[string]{Key: "end", Title: "E", Text: func(string) string { return "end" }})
	r := csv.NewReader(strings.NewReader(g.tabbed(texts...)))
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != len(texts) {
		t.Fatalf("%d rows of %d, %v", len(rows), len(texts), err)
	}
	for i, row := range rows {
		want := strings.ReplaceAll(texts[i], "\r\n", "\n") // as the reader takes all line breaks
		if strings.Contains("=+-@", want[:min(1, len(want))]) && want != "" {
			want = "'" + want
		}
		if row[0] != want || row[1] != "end" {
			t.Errorf("%q is pasted as %q", texts[i], row)
		}
	}
	if text := g.tabbed("one"); text != "one\tend" {
		t.Errorf("a row alone is %q", text)
	}
}
