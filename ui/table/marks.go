package table

import (
	"maps"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// marks are the check boxes of a grid whose rows something can be done with together.
// The row that the keys are at is another matter: arrow keys leave the marks alone.
type marks struct {
	on      map[string]bool // by key
	base    map[string]bool // as they were when a range began; nil: none has
	changed func()
}

// markKey is the key of the column with the check boxes.
const markKey = "mark"

// OfferMarks gives the rows check boxes: a click there, with Ctrl or Cmd, or Space marks
// a row, Shift those up to it, Ctrl+A and the box in the header all, Escape none.
// Only rows that are shown are marked. The grid needs a [MarkColumn].
func (g *Grid[T]) OfferMarks(changed func()) {
	g.marks = &marks{on: map[string]bool{}, changed: changed}
}

// MarkColumn is the column of the check boxes of a grid, which may be made later.
func MarkColumn[T any](grid func() *Grid[T]) Column[T] {
	return Column[T]{Key: markKey, Width: 36, Firm: true, Text: func(T) string { return "" },
		Icon: func(row T) fyne.Resource {
			if g := grid(); g.marks.on[g.key(row)] {
				return theme.CheckButtonCheckedIcon()
			}
			return theme.CheckButtonIcon()
		}}
}

// Marked are all marked rows, in their order.
func (g *Grid[T]) Marked() (out []T) {
	for _, row := range g.rows {
		if g.marks.on[g.key(row)] {
			out = append(out, row)
		}
	}
	return out
}

// MarkAll marks all rows, or none.
func (g *Grid[T]) MarkAll(on bool) {
	all := map[string]bool{}
	if on {
		for _, row := range g.rows {
			all[g.key(row)] = true
		}
	}
	g.marks.on, g.marks.base = all, nil
	g.marksChanged()
}

// mark marks one row more, or one less.
func (g *Grid[T]) mark(index int) {
	if index < 0 || index >= len(g.rows) {
		return
	}
	if key := g.key(g.rows[index]); g.marks.on[key] {
		delete(g.marks.on, key)
	} else {
		g.marks.on[key] = true
	}
	g.Select(index)
	g.marksChanged()
}

// markTo marks all rows from where the range began to a row, beside those that were
// marked before.
func (g *Grid[T]) markTo(index int) {
	m := g.marks
	if m.base == nil {
		m.base = maps.Clone(m.on)
	}
	index = min(max(index, 0), len(g.rows)-1)
	m.on = maps.Clone(m.base)
	for i := max(min(g.anchor, index), 0); i <= max(g.anchor, index); i++ {
		m.on[g.key(g.rows[i])] = true
	}
	g.move(index)
	g.marksChanged()
}

// keepMarks drops the marks of rows that are not shown any more.
func (g *Grid[T]) keepMarks() {
	if g.marks == nil || len(g.marks.on) == 0 {
		return
	}
	shown := map[string]bool{}
	for _, row := range g.Marked() {
		shown[g.key(row)] = true
	}
	g.marks.on, g.marks.base = shown, nil
	g.marks.changed()
}

func (g *Grid[T]) marksChanged() {
	g.place()
	g.tint()
	for _, t := range g.titles {
		t.show()
	}
	g.marks.changed()
}

// allMarked tells of the header's box whether all rows are marked.
func (g *Grid[T]) allMarked() bool { return len(g.rows) > 0 && len(g.marks.on) == len(g.rows) }
