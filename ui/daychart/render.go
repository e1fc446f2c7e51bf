package daychart

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

type chartRenderer struct{ chart *Chart }

func (r *chartRenderer) Destroy()           {}
func (r *chartRenderer) MinSize() fyne.Size { return fyne.NewSize(240, 110) }
func (r *chartRenderer) Refresh()           { r.Layout(r.chart.Size()); canvas.Refresh(r.chart) }

func (r *chartRenderer) Objects() []fyne.CanvasObject {
	c := r.chart
	out := []fyne.CanvasObject{c.asked, c.mark, c.none}
	for i := range c.ticks {
		out = append(out, c.lines[i], c.ticks[i])
	}
	for i := range c.bars {
		out = append(out, c.labels[i])
		for _, bar := range c.bars[i] {
			out = append(out, bar)
		}
	}
	for k := range c.legend {
		out = append(out, c.samples[k], c.legend[k])
	}
	return append(out, c.told.objects()...)
}

// plot is where the bars stand.
type plot struct{ left, top, width, floor, slot float32 }

func (r *chartRenderer) Layout(size fyne.Size) {
	c := r.chart
	c.paint()
	line := theme.CaptionTextSize() + 8
	r.layoutLegend(line)
	p := plot{top: 2 * line, floor: size.Height - line, width: size.Width}
	scale := r.layoutAxis(&p)
	p.slot = (p.width - p.left - 4) / float32(max(len(c.days), 1))
	for i, d := range c.days {
		r.layoutDay(i, p.left+float32(i)*p.slot, p, scale)
		label := c.labels[i]
		label.Text = c.span.label(d, len(c.days)-1-i, p.slot)
		label.Resize(label.MinSize())
		label.Move(fyne.NewPos(p.left+(float32(i)+0.5)*p.slot-label.MinSize().Width/2, p.floor+4))
	}
	c.none.Hidden = c.highest() > 0 || !c.counted
	c.none.Resize(c.none.MinSize())
	c.none.Move(fyne.NewPos((size.Width-c.none.MinSize().Width)/2, (p.top+p.floor)/2-line))
	r.askedRange(p)
	r.layoutNote(p)
}

// dayLabel names a day under its bars: each where there is room, else each second,
// third and so on; the last one is today.
func dayLabel(d store.DayChanges, before int, slot float32) string {
	if before == 0 && !d.Day.IsZero() {
		return lang.L("today")
	}
	return sparse(d, before, slot, phrase.ShortDay)
}

// sparse names each part, or each second, third and so on, as there is room.
func sparse(d store.DayChanges, before int, slot float32, named func(time.Time) string) string {
	if d.Day.IsZero() {
		return "" // nothing was counted yet
	}
	widest := d.Day.AddDate(0, 0, 28-d.Day.Day()) // all days leave out as many, or names of one and of two digits would stand unevenly
	wide := fyne.MeasureText(named(widest)+" ", theme.CaptionTextSize(), fyne.TextStyle{}).Width
	if before%max(int(math.Ceil(float64(wide/slot))), 1) != 0 {
		return ""
	}
	return named(d.Day)
}

// layoutAxis puts lines and their numbers behind the bars. It gives the height
// of one change.
func (r *chartRenderer) layoutAxis(p *plot) (scale float32) {
	c, most := r.chart, r.chart.highest()
	step := axisStep(most, min(max(int((p.floor-p.top)/42), 1), chartTicks-1))
	top := (most + step - 1) / step * step
	if top > 0 {
		scale = (p.floor - p.top) / float32(top)
	}
	for i, t := range c.ticks {
		n := int64(i) * step
		t.Hidden = n > top || most == 0
		c.lines[i].Hidden = n > top
		t.Text = phrase.Number(n)
		t.Resize(t.MinSize())
	}
	p.left = c.gutter()
	if most == 0 {
		p.left = 0
	}
	for i, t := range c.ticks {
		y := float32(int(p.floor - float32(int64(i)*step)*scale))
		t.Move(fyne.NewPos(p.left-8-t.MinSize().Width, y-t.MinSize().Height/2))
		c.lines[i].Position1, c.lines[i].Position2 = fyne.NewPos(p.left, y), fyne.NewPos(p.width, y)
	}
	return scale
}

// layoutDay draws a day's three bars side by side.
func (r *chartRenderer) layoutDay(i int, x float32, p plot, scale float32) {
	wide := min(p.slot*0.24, 14)
	x += (p.slot - 3*wide - 2) / 2
	for k, n := range counts(r.chart.days[i]) {
		height := float32(n) * scale
		if n > 0 {
			height = max(height, 2)
		}
		bar := r.chart.bars[i][k]
		bar.Hidden = n == 0
		bar.Move(fyne.NewPos(x, p.floor-height))
		bar.Resize(fyne.NewSize(wide, height))
		x += wide + 1
	}
}

// layoutLegend says at the upper left what the bars mean, and how many changes
// there were in all, of what is asked for.
func (r *chartRenderer) layoutLegend(line float32) {
	x := theme.InnerPadding()
	var sum store.DayChanges
	for _, d := range r.chart.days {
		if r.chart.span.partial() && !r.chart.span.asked(d) {
			continue
		}
		sum.Added, sum.Updated, sum.Deleted = sum.Added+d.Added, sum.Updated+d.Updated, sum.Deleted+d.Deleted
	}
	for k, n := range counts(sum) {
		text, sample := r.chart.legend[k], r.chart.samples[k]
		text.Text = tally(k, n)
		text.Hidden, sample.Hidden = !r.chart.counted, !r.chart.counted
		sample.Resize(fyne.NewSquareSize(9))
		sample.Move(fyne.NewPos(x, (line-11)/2))
		text.Resize(text.MinSize())
		text.Move(fyne.NewPos(x+14, 0))
		x += 14 + text.MinSize().Width + 16
	}
}

// layoutNote marks the day that is told, and tells it beside the bars.
func (r *chartRenderer) layoutNote(p plot) {
	c := r.chart
	c.mark.Hidden = c.at < 0
	c.told.hide(c.at < 0)
	if c.at < 0 {
		return
	}
	x := p.left + float32(c.at)*p.slot
	c.mark.Move(fyne.NewPos(x, p.top))
	c.mark.Resize(fyne.NewSize(p.slot, p.floor-p.top))
	c.told.tell(c.span.called(c.days[c.at]), c.days[c.at])
	left := x + p.slot + 4
	if left+c.told.size().Width > p.width {
		left = x - 4 - c.told.size().Width
	}
	// A day that is as wide as the picture has no room beside it: it is told over its end.
	c.told.move(fyne.NewPos(min(max(left, p.left), p.width-c.told.size().Width), p.top+4))
}

// chartNote tells one day in numbers.
type chartNote struct {
	ground *canvas.Rectangle
	lines  [4]*canvas.Text // the day, then the three counts
}

func newChartNote() *chartNote {
	n := &chartNote{ground: &canvas.Rectangle{StrokeWidth: 1, CornerRadius: 4}}
	for i := range n.lines {
		n.lines[i] = &canvas.Text{}
	}
	n.lines[0].TextStyle.Bold = true
	return n
}

func (n *chartNote) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{n.ground, n.lines[0], n.lines[1], n.lines[2], n.lines[3]}
}

func (n *chartNote) paint() {
	n.ground.FillColor, n.ground.StrokeColor = theme.Color(theme.ColorNameOverlayBackground), theme.Color(theme.ColorNameInputBorder)
	for _, t := range n.lines {
		t.Color, t.TextSize = theme.Color(theme.ColorNameForeground), theme.CaptionTextSize()
	}
}

func (n *chartNote) hide(hidden bool) {
	for _, o := range n.objects() {
		if hidden {
			o.Hide()
		} else {
			o.Show()
		}
	}
}

func (n *chartNote) tell(day string, d store.DayChanges) {
	n.lines[0].Text = day
	for k, count := range counts(d) {
		n.lines[k+1].Text = tally(k, count)
	}
}

func (n *chartNote) size() (size fyne.Size) {
	for _, t := range n.lines {
		size.Width, size.Height = max(size.Width, t.MinSize().Width), size.Height+t.MinSize().Height
	}
	return size.AddWidthHeight(16, 12)
}

func (n *chartNote) move(at fyne.Position) {
	n.ground.Move(at)
	n.ground.Resize(n.size())
	y := at.Y + 6
	for _, t := range n.lines {
		t.Move(fyne.NewPos(at.X+8, y))
		t.Resize(t.MinSize())
		y += t.MinSize().Height
	}
}
