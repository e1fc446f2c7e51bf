package table

import "fyne.io/fyne/v2"

// Column says how one column of a grid of T looks. It is the one place where a
// column is declared: the header, the cells and what is copied come from it.
type Column[T any] struct {
	Key   string // stable: sorting and remembered widths name it
	Title string
	Width float32 // at 100% zoom; what is left over goes to the columns that Grow
	Grow  bool
	Firm  bool // gives no room away where it is short
	Sort  bool // the header sorts by it
	Align fyne.TextAlign
	Text  func(T) string
	Icon  func(T) fyne.Resource // before the text; nil: none
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

// spread gives each column its width. Too much room goes to the columns that
// grow; too little is taken from those that are not firm, down to a share of
// what they ask for, before the grid scrolls sideways. A width in dragged is kept.
func spread[T any](columns []Column[T], dragged map[string]float32, room, zoom float32) []float32 {
	widths := make([]float32, len(columns))
	var sum, soft, grow float32
	for i, c := range columns {
		widths[i] = c.Width * zoom
		w, kept := dragged[c.Key]
		switch {
		case kept:
			widths[i] = max(w, least)
		case c.Grow:
			grow += widths[i]
		}
		if !kept && !c.Firm {
			soft += widths[i]
		}
		sum += widths[i]
	}
	left := room - sum
	for i, c := range columns {
		if _, kept := dragged[c.Key]; kept {
			continue
		}
		switch {
		case left < 0 && !c.Firm:
			widths[i] *= max((soft+left)/soft, squeezed)
		case left > 0 && c.Grow:
			widths[i] += left * widths[i] / grow
		}
	}
	return widths
}
