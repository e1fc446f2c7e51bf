package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

type person struct{ id, name string }

func people(n int) []person {
	out := make([]person, n)
	for i := range out {
		out[i] = person{fmt.Sprint("id", i), fmt.Sprintf("person %04d", i)}
	}
	return out
}

// show puts a grid of n people into a window of 400 x 300.
func show(t *testing.T, n int) (*Grid[person], fyne.Window) {
	t.Helper()
	test.NewTempApp(t)
	g := New(func(p person) string { return p.id },
		Column[person]{Key: "id", Title: "Id", Width: 100, Sort: true, Text: func(p person) string { return p.id }},
		Column[person]{Key: "name", Title: "Name", Width: 150, Grow: true, Sort: true, Text: func(p person) string { return p.name }},
		Column[person]{Key: "note", Title: "Note", Width: 80, Text: func(person) string { return "" }})
	w := test.NewTempWindow(t, g)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(400, 300))
	g.SetRows(people(n))
	return g, w
}

func press(w fyne.Window, keys ...fyne.KeyName) {
	for _, k := range keys {
		w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func TestKeysMoveTheSelection(t *testing.T) {
	g, w := show(t, 1000)
	page := int(g.scroll.Size().Height/rowHeight()) - 1
	w.Canvas().Focus(g)
	for _, step := range []struct {
		key  fyne.KeyName
		want int
	}{
		{fyne.KeyUp, 0}, {fyne.KeyDown, 1}, {fyne.KeyDown, 2}, {fyne.KeyUp, 1}, {fyne.KeyPageDown, 1 + page},
		{fyne.KeyEnd, 999}, {fyne.KeyDown, 999}, {fyne.KeyPageUp, 999 - page}, {fyne.KeyHome, 0},
	} {
		press(w, step.key)
		if g.selected != step.want {
			t.Fatalf("after %s row %d is selected, want %d", step.key, g.selected, step.want)
		}
		if g.visible[step.want] == nil {
			t.Fatalf("after %s row %d is out of sight", step.key, step.want)
		}
	}
}

func TestEnterAndClickOpen(t *testing.T) {
	g, w := show(t, 50)
	var opened []string
	g.OnOpen = func(p person) { opened = append(opened, p.id) }
	test.TapCanvas(w.Canvas(), fyne.NewPos(50, 1+rowHeight()*3.5)) // header, rows 0 and 1, then row 2
	press(w, fyne.KeyDown, fyne.KeyReturn)
	if want := []string{"id2", "id3"}; !slices.Equal(opened, want) {
		t.Errorf("opened %v, want %v", opened, want)
	}
}

func TestOnlyVisibleRowsHaveWidgets(t *testing.T) {
	g, _ := show(t, 1000)
	most := int(g.scroll.Size().Height/rowHeight()) + 2
	for _, offset := range []float32{0, 5000, 100, 20000} {
		g.scroll.ScrollToOffset(fyne.NewPos(0, offset))
		g.place()
		if n := len(g.content.Objects); n > most {
			t.Errorf("at offset %v there are %d row widgets, want at most %d", offset, n, most)
		}
	}
	if n := len(g.spare) + len(g.visible); n > 2*most {
		t.Errorf("%d row widgets were made in all", n)
	}
}

func TestSelectionStaysWithItsRow(t *testing.T) {
	g, _ := show(t, 10)
	g.Select(4)
	rows := slices.Concat([]person{{"new", "new"}}, people(10))
	g.SetRows(rows)
	if p, ok := g.Selected(); !ok || p.id != "id4" {
		t.Errorf("selected %v, want id4", p)
	}
	g.SetRows(people(3))
	if p, ok := g.Selected(); ok {
		t.Errorf("%v is selected, but it is gone", p)
	}
}

func TestHeaderSorts(t *testing.T) {
	g, w := show(t, 10)
	var got []Sorting
	g.OnSort = func(s Sorting) { got = append(got, s) }
	id, note := fyne.NewPos(20, 10), fyne.NewPos(360, 10)
	test.TapCanvas(w.Canvas(), id)
	test.TapCanvas(w.Canvas(), id)
	test.TapCanvas(w.Canvas(), note) // does not sort
	if want := []Sorting{{"id", false}, {"id", true}}; !slices.Equal(got, want) {
		t.Errorf("sorted %v, want %v", got, want)
	}
	if text := g.titles[0].arrow.Text; text != "▼" {
		t.Errorf("the header shows %q", text)
	}
}

func TestDraggingAnEdgeResizes(t *testing.T) {
	g, _ := show(t, 10)
	var key string
	var width float32
	g.OnResize = func(k string, w float32) { key, width = k, w }
	before := g.widths[0]
	g.edges[0].Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(30, 0)})
	g.edges[0].Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(10, 0)})
	g.edges[0].DragEnd()
	if key != "id" || width != before+40 {
		t.Errorf("told %q %v, want id %v", key, width, before+40)
	}
	if sum := g.total(); sum != 400 {
		t.Errorf("the columns take %v of 400", sum)
	}
}

func TestCut(t *testing.T) {
	test.NewTempApp(t)
	const text = "contoso.onmicrosoft.com"
	whole := fyne.MeasureText(text, 13, fyne.TextStyle{}).Width
	if got := Cut(text, whole, 13, fyne.TextStyle{}); got != text {
		t.Errorf("with room enough: %q", got)
	}
	got := Cut(text, whole/2, 13, fyne.TextStyle{})
	if !strings.HasSuffix(got, "…") || !strings.HasPrefix(text, strings.TrimSuffix(got, "…")) || len(got) < 8 {
		t.Errorf("with half the room: %q", got)
	}
	if got := Cut(text, 1, 13, fyne.TextStyle{}); got != "" {
		t.Errorf("without room: %q", got)
	}
}

func TestStateTakesThePlaceOfRows(t *testing.T) {
	g, w := show(t, 10)
	done := false
	g.SetState(State{Title: "No tenants yet", Action: "Add", Do: func() { done = true }})
	if g.scroll.Visible() || !g.message.Visible() {
		t.Fatal("the rows are still shown")
	}
	test.TapCanvas(w.Canvas(), fyne.CurrentApp().Driver().AbsolutePositionForObject(findButton(g.message)).AddXY(5, 5))
	if !done {
		t.Error("the action did nothing")
	}
	g.SetRows(people(2))
	if !g.scroll.Visible() || g.message.Visible() || g.State() != nil {
		t.Error("the state is still shown")
	}
}

// A state stays within its table, however narrow and low that is: its text wraps, its icon
// gives way.
func TestStateStaysInItsTable(t *testing.T) {
	g, w := show(t, 10)
	icon := widget.NewIcon(theme.SearchIcon()).Resource
	g.SetState(State{Icon: icon, Title: "Nothing yet", Text: strings.Repeat("what there is to say of it, and ", 9), Action: "Add", Do: func() {}})
	for _, size := range []fyne.Size{{Width: 900, Height: 600}, {Width: 330, Height: 260}} {
		w.Resize(size)
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(g)
		said := g.message.Objects[0].(*fyne.Container)
		for i, o := range said.Objects {
			if room, ok := o.(*fyne.Container); ok && i > 0 {
				o = room.Objects[0]
			}
			from := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
			if o.Visible() && (from.X < at.X || from.X+o.Size().Width > at.X+g.Size().Width || from.Y < at.Y || from.Y+o.Size().Height > at.Y+g.Size().Height+1) {
				t.Errorf("%v: part %d is at %v, %v of a table at %v, %v", size, i, from, o.Size(), at, g.Size())
			}
		}
		if low := size.Height < 300; said.Objects[0].Visible() == low {
			t.Errorf("%v: the icon is there: %v", size, said.Objects[0].Visible())
		}
	}
}

func findButton(o fyne.CanvasObject) fyne.CanvasObject {
	if c, ok := o.(*fyne.Container); ok {
		for _, child := range c.Objects {
			if b := findButton(child); b != nil {
				return b
			}
		}
	}
	if b, ok := o.(*widget.Button); ok {
		return b
	}
	return nil
}

func TestCopyRow(t *testing.T) {
	g, _ := show(t, 5)
	g.Select(1)
	c := test.NewClipboard()
	g.TypedShortcut(&fyne.ShortcutCopy{Clipboard: c})
	if got := c.Content(); got != "id1\tperson 0001\t" {
		t.Errorf("copied %q", got)
	}
}

func TestHintShowsWhatIsCut(t *testing.T) {
	g, _ := show(t, 20)
	long := person{"id0", strings.Repeat("a long name ", 12)}
	g.SetRows(append([]person{long}, people(19)...))
	first := g.visible[0]
	first.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(120, 5)}})
	if !g.hint.box.Visible() || g.hint.text.Text != long.name {
		t.Fatalf("the hint says %q", g.hint.text.Text)
	}
	if right := g.hint.box.Position().X + g.hint.box.Size().Width; right > 400 || g.hint.box.Position().Y < 2*rowHeight() {
		t.Errorf("the hint lies at %v and ends at %v of 400", g.hint.box.Position(), right)
	}
	first.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(20, 5)}})
	if g.hint.box.Visible() {
		t.Error("a cell that is not cut has a hint")
	}
	first.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(120, 5)}})
	first.MouseOut()
	if g.hint.box.Visible() {
		t.Error("the hint stays though the pointer is gone")
	}
}

func TestColumnsAreChosen(t *testing.T) {
	g, w := show(t, 3)
	var told []string
	g.OnHide = func(keys []string) { told = keys }
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(g.titles[0])
	test.TapSecondaryAt(g.titles[0], at.AddXY(5, 5))
	if w.Canvas().Overlays().Top() == nil {
		t.Fatal("no menu opens")
	}
	g.chooser().Items[1].Action()
	if !slices.Equal(told, []string{"name"}) || g.widths[1] != 0 || g.titles[1].Visible() || g.chooser().Items[1].Checked {
		t.Errorf("told %v, widths %v", told, g.widths)
	}
	if text := g.tabbed(g.rows[0]); text != "id0\t" {
		t.Errorf("copied %q", text)
	}
	g.toggleColumn("id")
	g.toggleColumn("note") // the last one stays
	if !slices.Equal(told, []string{"id", "name"}) || g.widths[2] == 0 {
		t.Errorf("told %v, widths %v", told, g.widths)
	}
	g.toggleColumn("name")
	if !slices.Equal(told, []string{"id"}) || !g.titles[1].Visible() || g.widths[1] == 0 {
		t.Errorf("told %v, widths %v", told, g.widths)
	}
}

// A link in a cell is followed in the place of opening the row, and only where there is one.
func TestLinksInCellsAreFollowed(t *testing.T) {
	var followed, opened []string
	number := Column[person]{Key: "n", Width: 100, Text: func(p person) string { return p.id }, Link: func(p person) func() {
		if p.id == "id1" {
			return nil
		}
		return func() { followed = append(followed, p.id) }
	}}
	g := New(func(p person) string { return p.id }, Column[person]{Key: "name", Width: 100, Text: func(p person) string { return p.name }}, number)
	g.OnOpen = func(p person) { opened = append(opened, p.id) }
	test.NewTempWindow(t, g).Resize(fyne.NewSize(300, 200))
	g.SetRows(people(2))
	at := func(row int, x float32) desktop.Cursor {
		r := g.visible[row]
		r.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 5)}})
		r.Tapped(&fyne.PointEvent{Position: fyne.NewPos(x, 5)})
		return r.Cursor()
	}
	name, link, none := at(0, 20), at(0, g.widths[0]+20), at(1, g.widths[0]+20)
	if name != desktop.DefaultCursor || link != desktop.PointerCursor || none != desktop.DefaultCursor {
		t.Errorf("the mouse's signs are %v over a name, %v over a link, %v where there is none", name, link, none)
	}
	if got := strings.Join(followed, " "); got != "id0" {
		t.Errorf("the links that were followed are those of %q", got)
	}
	if got := strings.Join(opened, " "); got != "id0 id1" {
		t.Errorf("the rows that were opened are %q", got)
	}
	if c := g.visible[0].cells[1].text.Color; c != theme.Color(theme.ColorNameHyperlink) {
		t.Errorf("a link is drawn in %v", c)
	}
}
