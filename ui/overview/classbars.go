package overview

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// classBars shows how many objects of each class there are: a name, a bar and a
// number a line.
type classBars struct {
	widget.BaseWidget
	counts []classCount
	lines  []classBar
}

type classBar struct {
	name, number *canvas.Text
	track, bar   *canvas.Rectangle
}

func newClassBars() *classBars {
	b := &classBars{}
	b.ExtendBaseWidget(b)
	return b
}

func (b *classBars) show(counts []classCount) {
	if slices.Equal(b.counts, counts) {
		return
	}
	b.counts = counts
	for len(b.lines) < len(counts) {
		b.lines = append(b.lines, classBar{canvas.NewText("", color.Transparent), canvas.NewText("", color.Transparent),
			&canvas.Rectangle{CornerRadius: 4}, &canvas.Rectangle{CornerRadius: 4}})
	}
	b.lines = b.lines[:len(counts)]
	b.Refresh()
}

// CreateRenderer draws the lines.
func (b *classBars) CreateRenderer() fyne.WidgetRenderer { return &classBarsRenderer{b} }

type classBarsRenderer struct{ bars *classBars }

func (r *classBarsRenderer) Destroy() {}
func (r *classBarsRenderer) Refresh() { r.Layout(r.bars.Size()); canvas.Refresh(r.bars) }

func (r *classBarsRenderer) Objects() (out []fyne.CanvasObject) {
	for _, l := range r.bars.lines {
		out = append(out, l.track, l.bar, l.name, l.number)
	}
	return out
}

// leastBar is the room below which bars would tell nothing: then there are none.
const leastBar = 24

// barLine is the height of a line.
func barLine() float32 { return theme.TextSize() * 2 }

func (r *classBarsRenderer) MinSize() fyne.Size {
	return fyne.NewSize(180, float32(max(len(r.bars.lines), 1))*barLine()+theme.InnerPadding())
}

func (r *classBarsRenderer) Layout(size fyne.Size) {
	var names, numbers float32
	var most int64
	whole := r.bars.whole(size.Height)
	for i, l := range r.bars.lines {
		l.paint(r.bars.counts[i])
		if most = max(most, r.bars.counts[i].n); i > whole {
			continue // there is no room for this line
		} else if i == whole {
			l.sum(r.bars.counts[i:])
		}
		names, numbers = max(names, l.name.MinSize().Width), max(numbers, l.number.MinSize().Width)
	}
	left := theme.InnerPadding()
	room := size.Width - 2*left - names - numbers - 24
	for i, l := range r.bars.lines {
		y := float32(i) * barLine()
		middle := func(o fyne.CanvasObject, x float32) {
			o.Move(fyne.NewPos(x, y+(barLine()-o.Size().Height)/2))
			o.(interface{ Show() }).Show()
			if i > whole || (i == whole || room < leastBar) && (o == l.track || o == l.bar) {
				o.Hide()
			}
		}
		l.track.Resize(fyne.NewSize(room, 8))
		l.bar.Resize(fyne.NewSize(share(r.bars.counts[i].n, most)*room, 8))
		middle(l.name, left)
		middle(l.track, left+names+12)
		middle(l.bar, left+names+12)
		middle(l.number, size.Width-left-l.number.Size().Width)
	}
}

func (l classBar) paint(c classCount) {
	l.name.Text, l.number.Text = labels.Class(c.class), phrase.Number(c.n)
	for _, t := range []*canvas.Text{l.name, l.number} {
		t.Color, t.TextSize = theme.Color(theme.ColorNameForeground), theme.TextSize()
		t.Resize(t.MinSize())
	}
	l.name.Color = theme.Color(theme.ColorNamePlaceHolder)
	l.track.FillColor, l.bar.FillColor = theme.Color(theme.ColorNameHover), theme.Color(theme.ColorNamePrimary)
}

// whole is how many of the lines have room: where not all have, the last one there tells of
// the others together.
func (b *classBars) whole(height float32) int {
	if room := int(height / barLine()); room < len(b.lines) {
		return room - 1
	}
	return len(b.lines)
}

// sum tells of classes together.
func (l classBar) sum(of []classCount) {
	var n int64
	for _, c := range of {
		n += c.n
	}
	l.name.Text = lang.L(`{{.Count.Of "more class" "more classes"}}`, map[string]any{"Count": phrase.Count(int64(len(of)))})
	l.number.Text = phrase.Number(n)
	l.name.Resize(l.name.MinSize())
	l.number.Resize(l.number.MinSize())
}

func share(n, of int64) float32 {
	if of == 0 {
		return 0
	}
	return float32(n) / float32(of)
}
