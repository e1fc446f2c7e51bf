// Package pager is the line under a table: rows per page, which rows are
// shown, and the buttons that turn pages.
package pager

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

// sizes of a page that can be chosen; the first is the default.
var sizes = []int{50, 100, 1000}

// Pager turns the pages of a table whose total it is told.
type Pager struct {
	widget.BaseWidget

	OnTurn func() // another page or page size is wanted, see Offset and PageSize

	offset, size, total int
	open                bool // there are more than total, nobody knows yet how many

	rows                    *sizeField
	shown                   *widget.Label
	room                    *fyne.Container // of shown: as wide as the widest text so far, so that nothing beside it moves
	first, back, next, last *widget.Button
}

// New makes a pager at the first page of nothing.
func New() *Pager {
	p := &Pager{size: sizes[0], shown: widget.NewLabelWithStyle("", fyne.TextAlignTrailing, fyne.TextStyle{})}
	choices := make([]string, len(sizes))
	for i, n := range sizes {
		choices[i] = phrase.Number(int64(n))
	}
	p.rows = newSizeField(choices)
	p.rows.SetSelectedIndex(0)
	p.rows.OnChanged = func(string) { p.resize(sizes[p.rows.SelectedIndex()]) }
	p.first = button(theme.MediaSkipPreviousIcon(), p.First)
	p.back = button(theme.NavigateBackIcon(), p.Back)
	p.next = button(theme.NavigateNextIcon(), p.Next)
	p.last = button(theme.MediaSkipNextIcon(), p.Last)
	p.room = container.New(&widestSoFar{}, p.shown)
	p.ExtendBaseWidget(p)
	p.show()
	return p
}

func button(icon fyne.Resource, tapped func()) *widget.Button {
	b := widget.NewButtonWithIcon("", icon, tapped)
	b.Importance = widget.LowImportance
	return b
}

// Offset is the first row wanted, from 0.
func (p *Pager) Offset() int { return p.offset }

// PageSize is how many rows are wanted.
func (p *Pager) PageSize() int { return p.size }

// SetTotal tells how many rows there are in all. It tells whether the page is
// still among them; if not, the pager has gone back to the last one.
func (p *Pager) SetTotal(total int) bool {
	p.total, p.open = total, false
	inside := p.offset < total || p.offset == 0
	if !inside {
		p.offset = p.lastOffset()
	}
	p.show()
	return inside
}

// SetSeen tells how many rows have been seen up to the end of the page, before it
// is known how many there are in all. A total that is known stays where it may hold.
func (p *Pager) SetSeen(seen int, more bool) {
	if more && !p.open && p.total >= seen {
		return
	}
	p.total, p.open = seen, more
	p.show()
}

// SetOffset goes to a row without asking for it, as remembered.
func (p *Pager) SetOffset(offset int) { p.offset = max(offset, 0) / p.size * p.size; p.show() }

// Rewind goes to the first page without asking for it, as a new search does.
func (p *Pager) Rewind() { p.offset, p.total, p.open = 0, 0, false; p.show() }

// SetPageSize sets the rows per page, as remembered; other sizes than those on
// offer are ignored.
func (p *Pager) SetPageSize(size int) {
	for i, n := range sizes {
		if n == size {
			p.rows.SetSelectedIndex(i)
		}
	}
}

// First turns to the first page.
func (p *Pager) First() { p.turn(0) }

// Back turns to the page before.
func (p *Pager) Back() { p.turn(p.offset - p.size) }

// Next turns to the next page.
func (p *Pager) Next() { p.turn(p.offset + p.size) }

// Last turns to the last page.
func (p *Pager) Last() { p.turn(p.lastOffset()) }

func (p *Pager) lastOffset() int { return max(p.total-1, 0) / p.size * p.size }

func (p *Pager) resize(size int) {
	if size == p.size {
		return
	}
	p.size = size
	p.offset = p.offset / size * size
	p.show()
	p.ask()
}

func (p *Pager) turn(offset int) {
	last := p.lastOffset()
	if p.open {
		last = p.offset + p.size
	}
	p.offset = min(max(offset, 0), last)
	p.show()
	p.ask()
}

func (p *Pager) ask() {
	if p.OnTurn != nil {
		p.OnTurn()
	}
}

func (p *Pager) show() {
	p.shown.SetText(p.text())
	enable(p.offset > 0, p.first, p.back)
	enable(p.offset+p.size < p.total || p.open, p.next)
	enable(p.offset+p.size < p.total && !p.open, p.last)
}

func (p *Pager) text() string {
	if p.total == 0 {
		return lang.L("no rows")
	}
	last := min(p.offset+p.size, p.total)
	if p.open {
		return lang.L("{{.First}}–{{.Last}} of …", map[string]any{"First": phrase.Number(int64(p.offset + 1)), "Last": phrase.Number(int64(last))})
	}
	return lang.L("{{.First}}–{{.Last}} of {{.Total}}", map[string]any{
		"First": phrase.Number(int64(p.offset + 1)), "Last": phrase.Number(int64(last)), "Total": phrase.Number(int64(p.total))})
}

func enable(on bool, buttons ...*widget.Button) {
	for _, b := range buttons {
		if on {
			b.Enable()
		} else {
			b.Disable()
		}
	}
}

// CreateRenderer lays the line out from the right.
func (p *Pager) CreateRenderer() fyne.WidgetRenderer {
	label := widget.NewLabel(lang.L("Rows per page"))
	label.Importance = widget.LowImportance
	return widget.NewSimpleRenderer(container.New(line{label, p.room, p.shown}, label, p.rows, p.room, p.first, p.back, p.next, p.last))
}

// widestSoFar gives a label the width of the widest text that it ever had, and room for a few
// thousand rows from the beginning.
type widestSoFar struct{ wide float32 }

func (l *widestSoFar) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := objects[0].MinSize()
	if l.wide == 0 {
		usual := widget.NewLabel(lang.L("{{.First}}–{{.Last}} of {{.Total}}", map[string]any{"First": phrase.Number(1951), "Last": phrase.Number(2000), "Total": phrase.Number(9999)}))
		l.wide = usual.MinSize().Width
	}
	l.wide = max(l.wide, size.Width)
	return fyne.NewSize(l.wide, size.Height)
}

func (l *widestSoFar) Layout(objects []fyne.CanvasObject, size fyne.Size) { objects[0].Resize(size) }

// sizeField is a drop-down that leaves the window its keys.
type sizeField struct{ widget.Select }

func newSizeField(choices []string) *sizeField {
	f := &sizeField{}
	f.ExtendBaseWidget(f)
	f.SetOptions(choices)
	return f
}

// Tapped opens it, once it has been drawn: before its first frame it has no canvas, and Fyne's
// drop-down ends the program.
func (f *sizeField) Tapped(e *fyne.PointEvent) {
	if fyne.CurrentApp().Driver().CanvasForObject(f) != nil {
		f.Select.Tapped(e)
	}
}

// TypedKey passes the window's keys on.
func (f *sizeField) TypedKey(e *fyne.KeyEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(f)
	if c == nil {
		return
	}
	f.Select.TypedKey(e)
	switch e.Name {
	case fyne.KeyF1, fyne.KeyF5, fyne.KeyF6, fyne.KeyEscape:
		if c.OnTypedKey() != nil {
			c.OnTypedKey()(e)
		}
	}
}

// line sets the pager's parts from the right. Where there is no room for all, what the
// drop-down says of itself goes, and the rows that are shown take what they need now.
type line struct{ label, room, shown fyne.CanvasObject }

// wide is how wide a part is.
func (l line) wide(o fyne.CanvasObject, tight bool) float32 {
	switch {
	case tight && o == l.label:
		return 0
	case tight && o == l.room:
		return l.shown.MinSize().Width
	}
	return o.MinSize().Width
}

func (l line) all(objects []fyne.CanvasObject, tight bool) (width float32) {
	for _, o := range objects {
		width += l.wide(o, tight) + theme.Padding()
	}
	return width
}

func (l line) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return fyne.NewSize(l.all(objects, true), size.Height)
}

func (l line) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	tight := l.all(objects, false) > size.Width
	if tight {
		l.label.Hide()
	} else {
		l.label.Show()
	}
	x := size.Width
	for i := len(objects) - 1; i >= 0; i-- {
		if o := objects[i]; o.Visible() {
			x -= l.wide(o, tight)
			o.Move(fyne.NewPos(x, 0))
			o.Resize(fyne.NewSize(l.wide(o, tight), size.Height))
			x -= theme.Padding()
		}
	}
}
