package table

import (
	"encoding/csv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Focusable    = (*Grid[int])(nil)
	_ fyne.Shortcutable = (*Grid[int])(nil)
)

func (g *Grid[T]) open() {
	if row, ok := g.Selected(); ok && g.OnOpen != nil {
		g.OnOpen(row)
	}
}

// Enter is Enter in a search over the rows: it opens the one that was found; where
// there are several, the keys go to them.
func (g *Grid[T]) Enter() {
	if len(g.rows) == 0 || g.state != nil {
		return
	}
	if len(g.rows) > 1 || g.OnOpen == nil {
		g.focus()
		return
	}
	g.Select(0)
	g.open()
}

func (g *Grid[T]) canvas() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(g) }

func (g *Grid[T]) focus() {
	if c := g.canvas(); c != nil && c.Focused() != fyne.Focusable(g) {
		c.Focus(g)
	}
}

// FocusGained shows the selection as the one that keys move.
func (g *Grid[T]) FocusGained() {
	g.focused = true
	if g.selected < 0 {
		g.Select(0)
	}
	g.tint()
}

// FocusLost fades the selection.
func (g *Grid[T]) FocusLost() { g.focused = false; g.tint() }

// TypedRune passes what is typed on: letters mean nothing here.
func (g *Grid[T]) TypedRune(r rune) {
	if c := g.canvas(); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

// TypedKey moves the selection, with Shift from where it is to there, and opens
// the selected row.
func (g *Grid[T]) TypedKey(e *fyne.KeyEvent) {
	page := max(int(g.scroll.Size().Height/rowHeight())-1, 1)
	switch e.Name {
	case fyne.KeyUp:
		g.step(g.selected - 1)
	case fyne.KeyDown:
		g.step(g.selected + 1)
	case fyne.KeyPageUp:
		g.step(g.selected - page)
	case fyne.KeyPageDown:
		g.step(g.selected + page)
	case fyne.KeyHome:
		g.step(0)
	case fyne.KeyEnd:
		g.step(len(g.rows) - 1)
	case fyne.KeyLeft:
		g.shift(-sideways)
	case fyne.KeyRight:
		g.shift(sideways)
	case fyne.KeyReturn, fyne.KeyEnter:
		g.open()
	case fyne.KeySpace:
		if g.marks != nil {
			g.mark(g.selected)
		} else {
			g.open()
		}
	default:
		if g.marks != nil && len(g.marks.on) > 0 && e.Name == fyne.KeyEscape {
			g.MarkAll(false)
			return
		}
		if c := g.canvas(); c != nil && c.OnTypedKey() != nil {
			c.OnTypedKey()(e)
		}
	}
}

// sideways is how far an arrow key scrolls to the side at 100% zoom.
const sideways = 60

// shift scrolls to the side where the columns take more than the room there is.
func (g *Grid[T]) shift(by float32) {
	most := max(g.total()-g.scroll.Size().Width, 0)
	x := min(max(g.scroll.Offset.X+by*theme.TextSize()/13, 0), most)
	g.scroll.ScrollToOffset(fyne.NewPos(x, g.scroll.Offset.Y)) // does not call OnScrolled
	g.header.Move(fyne.NewPos(-x, 0))
	g.hint.box.Hide()
}

// TypedShortcut copies the selected rows and selects all of the page; the
// window gets other shortcuts.
func (g *Grid[T]) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		if len(g.SelectedRows()) > 0 {
			s.Clipboard.SetContent(g.tabbed(g.SelectedRows()...))
		}
	case *fyne.ShortcutSelectAll:
		g.selectAll()
	default:
		if c, ok := g.canvas().(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
	}
}

// tabbed is rows as spreadsheets paste them: a line each, their cells apart by tabs. A cell with
// line breaks, tabs or quotes in it is quoted as in CSV, and stays one cell.
func (g *Grid[T]) tabbed(rows ...T) string {
	var text strings.Builder
	lines := csv.NewWriter(&text)
	lines.Comma = '\t'
	for _, row := range rows {
		var cells []string
		for _, c := range g.columns {
			if !g.hidden[c.Key] && c.Key != markKey {
				cells = append(cells, c.words(row))
			}
		}
		if g.Text {
			text.WriteString(strings.Join(cells, " ") + "\n")
			continue
		}
		for i, cell := range cells {
			cells[i] = unformed(cell)
		}
		_ = lines.Write(cells) // a builder takes all
	}
	lines.Flush()
	return strings.TrimSuffix(text.String(), "\n")
}

// unformed keeps a spreadsheet from taking a cell for a formula, as the export to CSV does.
func unformed(text string) string {
	if text != "" && strings.IndexByte("=+-@\t\r\n\x00", text[0]) >= 0 {
		return "'" + text
	}
	return text
}

// menu offers to open the row under the pointer and to copy from the selection.
func (g *Grid[T]) menu(column int, at fyne.Position) {
	row, ok := g.Selected()
	c := g.canvas()
	if !ok || c == nil {
		return
	}
	copyText := func(text string) func() {
		return func() { fyne.CurrentApp().Clipboard().SetContent(text) }
	}
	rows, copyRows := g.SelectedRows(), lang.L("Copy row")
	if len(rows) > 1 {
		copyRows = lang.L("Copy {{.Count}} rows", map[string]any{"Count": len(rows)})
	}
	items := []*fyne.MenuItem{
		fyne.NewMenuItem(lang.L("Copy cell"), copyText(g.columns[column].words(row))),
		fyne.NewMenuItem(copyRows, copyText(g.tabbed(rows...))),
	}
	if g.OnOpen != nil {
		items = append([]*fyne.MenuItem{fyne.NewMenuItem(lang.L("Open"), g.open), fyne.NewMenuItemSeparator()}, items...)
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), c, at)
}
