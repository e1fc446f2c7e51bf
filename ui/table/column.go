package table

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

// Column says how one column of a grid of T looks. It is the one place where a
// column is declared: the header, the cells and what is copied come from it.
type Column[T any] struct {
	Key   string // stable: sorting and remembered widths name it
	Title string
	Width float32 // at 100% zoom; what is left over goes to the columns that Grow
	Grow  bool
	Fit   bool // gets what its rows need, as far as others don't need it that grow or give room away
	Firm  bool // gives no room away where it is short
	Keep  bool // stays in sight where columns give way
	Yield bool // gives way before the others
	Sort  bool // the header sorts by it
	Align fyne.TextAlign
	Text  func(T) string
	Short func(T) []string       // the same where there is no room for all of it, each shorter than the one before; nil: it is cut
	Ends  bool                   // it is cut in its middle: what tells it from others may stand at its end
	Tag   func(T) string         // a word behind the text, in a frame; "": none
	Icon  func(T) fyne.Resource  // before the text; nil: none
	Link  func(T) func()         // where a click on it leads; nil, or gives nil: it opens the row, as the others do
	Quiet func(T) bool           // its text is of lower rank, as a 0 among counts is; nil: never
	Style func(T) fyne.TextStyle // of its text; nil: plain
}

// words are what a cell says, its tag included.
func (c Column[T]) words(row T) string {
	text := c.Text(row)
	if c.Tag != nil && c.Tag(row) != "" {
		text += " · " + c.Tag(row)
	}
	return text
}

// Sorting is the column that a grid is sorted by; the zero value is the
// order in which the rows come.
type Sorting struct {
	Key        string
	Descending bool
}

// next is what a click on the header of key makes of a sorting.
func (s Sorting) next(key string) Sorting {
	return Sorting{Key: key, Descending: s.Key == key && !s.Descending}
}

// least is what a column never gets narrower than.
const least = 36

// squeezed is the share of its width that a column keeps at least.
const squeezed = 0.6

// arrowRoom is kept free in a header that sorts, for its arrow. One that ends at the right
// has it in the gap before the title, too.
const (
	arrowRoom     = 14
	arrowTrailing = 6
)

// arrow is the room for the arrow of a header.
func (c Column[T]) arrow(zoom float32) float32 {
	switch {
	case !c.Sort:
		return 0
	case c.Align == fyne.TextAlignTrailing:
		return arrowTrailing * zoom
	}
	return arrowRoom * zoom
}

// floor is what a column is not squeezed below: a share of its width, and its
// title in two lines.
func (c Column[T]) floor(zoom float32) float32 {
	if c.Firm {
		return c.usual(zoom)
	}
	return max(c.Width*zoom*squeezed, c.title(zoom))
}

// usual is what a column takes where there is room: a title in another language may be longer
// than its width foresees.
func (c Column[T]) usual(zoom float32) float32 { return max(c.Width*zoom, c.title(zoom)) }

// title is what the wider line of the title takes where it stands in two.
func (c Column[T]) title(zoom float32) float32 {
	measure := func(text string) float32 { return Width(text, 13*zoom, fyne.TextStyle{Bold: true}) }
	first, second := halves(c.Title, measure)
	return max(measure(first), measure(second)) + c.arrow(zoom) + 2*gap
}

// needs is what the title and the widest of some rows take.
func (c Column[T]) needs(rows []T) float32 {
	most := c.title(theme.TextSize() / 13)
	for _, row := range rows {
		room := Width(phrase.OneLine(c.Text(row)), theme.TextSize(), fyne.TextStyle{}) + 2*gap
		if c.Tag != nil && c.Tag(row) != "" {
			room += Width(c.Tag(row), theme.TextSize()*tagSize, fyne.TextStyle{}) + 2*gap
		}
		if c.Icon != nil && c.Icon(row) != nil {
			room += theme.IconInlineSize() + gap*3/4
		}
		most = max(most, room)
	}
	return most
}

// mostMeasured bounds how many rows a width is made from: about those that are in sight
// first, and so few that no frame is late.
const mostMeasured = 24

// lend gives columns that fit their rows what others don't need for theirs: first those that
// stay where others give way.
func lend[T any](columns []Column[T], rows []T, widths []float32) {
	if len(rows) == 0 || !slices.ContainsFunc(columns, func(c Column[T]) bool { return c.Fit }) {
		return
	}
	rows = rows[:min(len(rows), mostMeasured)]
	for _, keep := range []bool{true, false} {
		lendTo(columns, rows, widths, func(c Column[T]) bool { return c.Fit && c.Keep == keep })
	}
}

// lendTo is lend for some of the columns.
func lendTo[T any](columns []Column[T], rows []T, widths []float32, chosen func(Column[T]) bool) {
	for i, c := range columns {
		if !chosen(c) {
			continue
		}
		missing := c.needs(rows) - widths[i]
		for j, from := range columns {
			if j == i || from.Firm && !from.Grow || missing <= 0 {
				continue
			}
			if spare := widths[j] - from.needs(rows); spare > 0 {
				moved := min(missing, spare)
				widths[i], widths[j], missing = widths[i]+moved, widths[j]-moved, missing-moved
			}
		}
	}
}

// spread gives each column its width. Too much room goes to the columns that
// grow; too little is taken from those that have more than their floor, before
// the grid scrolls sideways. A width in dragged is kept.
func spread[T any](columns []Column[T], dragged map[string]float32, room, zoom float32) []float32 {
	widths, slack := make([]float32, len(columns)), make([]float32, len(columns))
	var loose, grow float32
	left := room
	for i, c := range columns {
		widths[i] = c.usual(zoom)
		w, kept := dragged[c.Key]
		if kept {
			widths[i] = max(w, least)
		} else {
			slack[i] = widths[i] - c.floor(zoom)
			if c.Grow {
				grow += widths[i]
			}
		}
		left -= widths[i]
		loose += slack[i]
	}
	for i, c := range columns {
		_, kept := dragged[c.Key]
		switch {
		case left < 0 && loose > 0:
			widths[i] -= min(-left, loose) * slack[i] / loose
		case left > 0 && c.Grow && !kept:
			widths[i] += left * widths[i] / grow
		}
	}
	return widths
}
