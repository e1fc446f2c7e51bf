package lists

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// SideWidth gives what stands at the side of a page its width at 100% zoom.
type SideWidth float32

// MinSize is that width.
func (w SideWidth) MinSize([]fyne.CanvasObject) fyne.Size {
	if kit.Cramped() {
		w *= 0.64
	}
	return fyne.NewSize(float32(w)*theme.TextSize()/13, 60)
}

// Layout gives the one object all there is.
func (SideWidth) Layout(objects []fyne.CanvasObject, size fyne.Size) { objects[0].Resize(size) }

// Entry is a line of a [SideList]. One without a key is a heading.
type Entry struct {
	Key   string
	Text  string
	Count string // at the right; "": none
	Quiet bool   // of lower rank: there is nothing behind it
}

// SideList is a short list at the side of a page: which part of it is in front. A
// click or the arrow keys choose.
type SideList struct {
	widget.BaseWidget
	OnSelect func(key string)

	entries  []Entry
	lines    []*sideLine
	selected string
	focused  bool
	scroll   *container.Scroll
}

var _ fyne.Focusable = (*SideList)(nil)

// NewSideList makes an empty list.
func NewSideList(onSelect func(key string)) *SideList {
	l := &SideList{OnSelect: onSelect}
	l.ExtendBaseWidget(l)
	l.scroll = container.NewVScroll(l)
	return l
}

// Object is the list with its scroll bar.
func (l *SideList) Object() fyne.CanvasObject { return l.scroll }

// Lines are the widgets of the lines, for who looks for them by their text.
func (l *SideList) Lines() (out []fyne.CanvasObject) {
	for _, line := range l.lines {
		out = append(out, line)
	}
	return out
}

// SetEntries takes the entries. What is selected stays so.
func (l *SideList) SetEntries(entries []Entry) {
	if slices.Equal(l.entries, entries) {
		return
	}
	l.entries = entries
	for len(l.lines) < len(entries) {
		l.lines = append(l.lines, newSideLine(l))
	}
	l.lines = l.lines[:len(entries)]
	l.Refresh()
	l.scroll.Refresh()
}

// Selected is the key of the entry that is selected; "": none is.
func (l *SideList) Selected() string { return l.selected }

// Mark shows an entry as selected, without telling.
func (l *SideList) Mark(key string) {
	l.selected = key
	l.Refresh()
}

// choose selects an entry and tells.
func (l *SideList) choose(key string) {
	if key == "" || key == l.selected {
		return
	}
	l.Mark(key)
	l.Reveal()
	l.OnSelect(key)
}

// at is the place of the entry that is selected; -1: none is.
func (l *SideList) at() int {
	return slices.IndexFunc(l.entries, func(e Entry) bool { return e.Key != "" && e.Key == l.selected })
}

// step goes to the next entry that is no heading, in a direction.
func (l *SideList) step(from, by int) {
	for i := from + by; i >= 0 && i < len(l.entries); i += by {
		if l.entries[i].Key != "" {
			l.choose(l.entries[i].Key)
			return
		}
	}
}

// Reveal scrolls as far as it takes to see what is selected.
func (l *SideList) Reveal() {
	if l.at() < 0 {
		return
	}
	top, offset, room := float32(l.at())*sideHeight(), l.scroll.Offset.Y, l.scroll.Size().Height
	switch {
	case top < offset:
		offset = top
	case top+sideHeight() > offset+room:
		offset = top + sideHeight() - room
	}
	if offset != l.scroll.Offset.Y {
		l.scroll.ScrollToOffset(fyne.NewPos(0, offset))
	}
}

// FocusGained shows where the keys are.
func (l *SideList) FocusGained() { l.focused = true; l.Refresh() }

// FocusLost shows that they are elsewhere.
func (l *SideList) FocusLost() { l.focused = false; l.Refresh() }

// TypedRune passes what is typed on.
func (l *SideList) TypedRune(r rune) { kit.PassRune(l, r) }

// TypedKey goes from entry to entry.
func (l *SideList) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp:
		l.step(l.at(), -1)
	case fyne.KeyDown:
		l.step(l.at(), 1)
	case fyne.KeyHome:
		l.step(-1, 1)
	case fyne.KeyEnd:
		l.step(len(l.entries), -1)
	default:
		kit.PassKey(l, e)
	}
}

// TypedShortcut leaves the window its own shortcuts.
func (l *SideList) TypedShortcut(s fyne.Shortcut) {
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(l).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// sideHeight is the height of a line.
func sideHeight() float32 { return float32(int(theme.TextSize()*26/13 + 0.5)) }

// CreateRenderer draws the lines.
func (l *SideList) CreateRenderer() fyne.WidgetRenderer { return &sideRenderer{l} }

type sideRenderer struct{ list *SideList }

func (r *sideRenderer) Destroy()                     {}
func (r *sideRenderer) Objects() []fyne.CanvasObject { return r.list.Lines() }

func (r *sideRenderer) MinSize() fyne.Size {
	return fyne.NewSize(100*theme.TextSize()/13, float32(len(r.list.lines))*sideHeight())
}

func (r *sideRenderer) Layout(size fyne.Size) {
	for i, line := range r.list.lines {
		line.show(r.list.entries[i])
		line.Move(fyne.NewPos(0, float32(i)*sideHeight()))
		line.Resize(fyne.NewSize(size.Width, sideHeight()))
	}
}

func (r *sideRenderer) Refresh() {
	r.Layout(r.list.Size())
	for _, line := range r.list.lines {
		line.Refresh()
	}
	canvas.Refresh(r.list)
}

// sideLine is a line of a [SideList].
type sideLine struct {
	widget.BaseWidget
	list    *SideList
	Text    string
	entry   Entry
	ground  *canvas.Rectangle
	name    *canvas.Text
	count   *canvas.Text
	hovered bool
}

var (
	_ fyne.Tappable     = (*sideLine)(nil)
	_ desktop.Hoverable = (*sideLine)(nil)
)

func newSideLine(l *SideList) *sideLine {
	s := &sideLine{list: l, ground: kit.NewMark(), name: canvas.NewText("", color.Transparent), count: canvas.NewText("", color.Transparent)}
	s.ExtendBaseWidget(s)
	return s
}

func (s *sideLine) show(e Entry) { s.entry, s.Text = e, e.Text }

// Tapped chooses the entry.
func (s *sideLine) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s.list); c != nil {
		c.Focus(s.list)
	}
	s.list.choose(s.entry.Key)
}

// MouseIn marks the line under the pointer.
func (s *sideLine) MouseIn(*desktop.MouseEvent) { s.hovered = s.entry.Key != ""; s.Refresh() }

// MouseMoved is needed to be told of MouseIn.
func (s *sideLine) MouseMoved(*desktop.MouseEvent) {}

// MouseOut unmarks it.
func (s *sideLine) MouseOut() { s.hovered = false; s.Refresh() }

// CreateRenderer draws the line.
func (s *sideLine) CreateRenderer() fyne.WidgetRenderer { return &sideLineRenderer{s} }

type sideLineRenderer struct{ line *sideLine }

func (r *sideLineRenderer) Destroy()           {}
func (r *sideLineRenderer) MinSize() fyne.Size { return fyne.NewSize(60, sideHeight()) }
func (r *sideLineRenderer) Refresh()           { r.Layout(r.line.Size()); canvas.Refresh(r.line) }

func (r *sideLineRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.line.ground, r.line.name, r.line.count}
}

func (r *sideLineRenderer) Layout(size fyne.Size) {
	s, pad := r.line, theme.InnerPadding()
	heading, chosen := s.entry.Key == "", s.entry.Key != "" && s.entry.Key == s.list.selected
	kit.PaintMark(s.ground, s.hovered || chosen, chosen && s.list.focused)
	if chosen {
		s.ground.FillColor = theme.Color(theme.ColorNameSelection)
	}
	s.ground.Resize(size)
	s.name.TextSize, s.name.TextStyle, s.name.Color = theme.TextSize(), fyne.TextStyle{Bold: heading}, theme.Color(theme.ColorNameForeground)
	s.count.TextSize, s.count.Color, s.count.Text = theme.TextSize(), theme.Color(theme.ColorNamePlaceHolder), s.entry.Count
	if heading {
		s.name.TextSize = theme.CaptionTextSize()
	}
	if heading || s.entry.Quiet {
		s.name.Color = s.count.Color
	}
	s.count.Resize(table.Size(s.count.Text, s.count.TextSize, s.count.TextStyle))
	right := size.Width - pad - s.count.Size().Width
	s.name.Text = phrase.Legible(table.Cut(s.entry.Text, right-2*pad, s.name.TextSize, s.name.TextStyle))
	s.name.Resize(table.Size(s.name.Text, s.name.TextSize, s.name.TextStyle))
	y := (size.Height - s.name.Size().Height) / 2
	if heading {
		y = size.Height - s.name.Size().Height - 2
	}
	s.name.Move(fyne.NewPos(pad, y))
	s.count.Move(fyne.NewPos(right, (size.Height-s.count.Size().Height)/2))
}
