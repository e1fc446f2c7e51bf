// Package daychart draws how many changes there were day by day, or by weeks and months.
package daychart

import (
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// Chart draws the changes of some days, weeks or months in a row: for each day three bars side by
// side, always in the order of the legend, so that colour is not needed to tell
// them apart. The legend counts them; the day under the pointer is told in
// numbers, or the one that the arrow keys have gone to.
type Chart struct {
	widget.BaseWidget
	OnDay func(store.DayChanges) // a day was clicked, or Enter pressed on it; nil: nothing follows

	span    Span
	days    []store.DayChanges
	bars    [][3]*canvas.Rectangle
	labels  []*canvas.Text
	ticks   [chartTicks]*canvas.Text // from 0 up; those not needed are hidden
	lines   [chartTicks]*canvas.Line
	legend  [3]*canvas.Text
	samples [3]*canvas.Rectangle
	none    *canvas.Text
	lately  string            // what none says of the last days
	asked   *canvas.Rectangle // under the parts that are asked for, where others stand beside them
	mark    *canvas.Rectangle // under the day that is told
	told    *chartNote
	at      int  // the day that is told; -1: none
	counted bool // it was told something: before, nothing is said to be missing
	focused bool
}

// chartTicks is the most ticks that the axis has, 0 included.
const chartTicks = 6

var (
	chartTones = [3]fyne.ThemeColorName{theme.ColorNameSuccess, theme.ColorNamePrimary, theme.ColorNameError}

	_ desktop.Hoverable = (*Chart)(nil)
	_ fyne.Focusable    = (*Chart)(nil)
	_ fyne.Tappable     = (*Chart)(nil)
)

// New makes a chart of so many days.
func New(days int) *Chart {
	plain := func(text string) *canvas.Text { return canvas.NewText(text, color.Transparent) }
	c := &Chart{none: plain(lang.L(`No changes in the last {{.Count.Of "day" "days"}}`, map[string]any{"Count": phrase.Count(int64(days))})), mark: kit.NewMark(), told: newChartNote(), at: -1,
		asked: canvas.NewRectangle(color.Transparent), days: make([]store.DayChanges, days)}
	c.lately = c.none.Text
	c.grow(days)
	for i := range c.ticks {
		c.ticks[i], c.lines[i] = plain(""), canvas.NewLine(color.Transparent)
	}
	for k := range c.legend {
		c.legend[k], c.samples[k] = plain(""), canvas.NewRectangle(color.Transparent)
	}
	c.ExtendBaseWidget(c)
	return c
}

// grow makes room for so many parts.
func (c *Chart) grow(to int) {
	for len(c.bars) < to {
		var bars [3]*canvas.Rectangle
		for k := range bars {
			bars[k] = canvas.NewRectangle(color.Transparent)
		}
		c.bars, c.labels = append(c.bars, bars), append(c.labels, canvas.NewText("", color.Transparent))
	}
}

// Tell takes days, oldest first; the last one is today.
// It draws them from the first one that has changes: before, there was nothing to look at.
func (c *Chart) Tell(days []store.DayChanges) {
	first := slices.IndexFunc(days, func(d store.DayChanges) bool { return counts(d) != [3]int64{} })
	if first < 0 {
		first = len(days) - 1
	}
	days = days[max(first, 0):]
	if c.counted && slices.Equal(days, c.days) {
		return
	}
	c.counted = true
	if c.at >= 0 {
		c.at = max(c.at+len(days)-len(c.days), 0) // the day that is told stays so far from today
	}
	c.days = append(c.days[:0], days...)
	c.grow(len(days))
	for i := range c.bars {
		if i >= len(days) {
			c.labels[i].Text = ""
			for _, bar := range c.bars[i] {
				bar.Hidden = true
			}
		}
	}
	c.Refresh()
}

// Tapped opens the day that was clicked.
func (c *Chart) Tapped(e *fyne.PointEvent) {
	if at := c.dayAt(e.Position.X); at >= 0 {
		c.open(at)
	}
}

func (c *Chart) open(at int) {
	if c.OnDay != nil && at >= 0 {
		c.OnDay(c.days[at])
	}
}

// counts are a day's three numbers in the legend's order.
func counts(d store.DayChanges) [3]int64 { return [3]int64{d.Added, d.Updated, d.Deleted} }

// tally counts one kind of changes in words.
func tally(kind int, n int64) string {
	with := map[string]any{"Count": phrase.Number(n)}
	return [3]string{lang.L("{{.Count}} added", with), lang.L("{{.Count}} updated", with), lang.L("{{.Count}} deleted", with)}[kind]
}

func (c *Chart) highest() (most int64) {
	for _, d := range c.days {
		for _, n := range counts(d) {
			most = max(most, n)
		}
	}
	return most
}

// axisStep is the distance of the ticks of an axis up to most: 1, 2 or 5 with
// zeros, and so many that at most so many ticks are needed above 0.
func axisStep(most int64, ticks int) int64 {
	rough := float64(most) / float64(ticks)
	power := math.Pow(10, math.Floor(math.Log10(max(rough, 1))))
	for _, nice := range []float64{1, 2, 5, 10} {
		if step := nice * power; step >= rough {
			return int64(step)
		}
	}
	return int64(10 * power)
}

// MouseIn tells the pointer's day.
func (c *Chart) MouseIn(e *desktop.MouseEvent) { c.MouseMoved(e) }

// MouseMoved tells the pointer's day.
func (c *Chart) MouseMoved(e *desktop.MouseEvent) {
	if at := c.dayAt(e.Position.X); at >= 0 {
		c.tell(at)
	} else {
		c.MouseOut()
	}
}

// MouseOut tells no day any more, but for the one that the keys are at.
func (c *Chart) MouseOut() {
	if !c.focused {
		c.tell(-1)
	}
}

// tell tells a day in numbers; -1: none.
func (c *Chart) tell(at int) {
	if at != c.at {
		c.at = at
		c.Refresh()
	}
}

// FocusGained tells today, or goes on with the day that is told.
func (c *Chart) FocusGained() {
	c.focused = true
	if c.at < 0 {
		c.at = len(c.days) - 1
	}
	c.Refresh()
}

// FocusLost tells no day any more.
func (c *Chart) FocusLost() { c.focused, c.at = false, -1; c.Refresh() }

// TypedRune passes what is typed on.
func (c *Chart) TypedRune(r rune) { kit.PassRune(c, r) }

// TypedKey goes from day to day, and opens one.
func (c *Chart) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		c.tell(max(c.at-1, 0))
	case fyne.KeyRight:
		c.tell(min(c.at+1, len(c.days)-1))
	case fyne.KeyHome:
		c.tell(0)
	case fyne.KeyEnd:
		c.tell(len(c.days) - 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		c.open(c.at)
	default:
		kit.PassKey(c, e)
	}
}

// gutter is the room left of the bars, for the ticks' numbers.
func (c *Chart) gutter() (wide float32) {
	for _, t := range c.ticks {
		if t.Visible() {
			wide = max(wide, t.MinSize().Width)
		}
	}
	return wide + 8 + theme.InnerPadding()
}

func (c *Chart) dayAt(x float32) int {
	left := c.gutter()
	if x < left || c.highest() == 0 {
		return -1
	}
	return min(int((x-left)/(c.Size().Width-left-4)*float32(len(c.days))), len(c.days)-1)
}

func (c *Chart) paint() {
	muted, size := theme.Color(theme.ColorNamePlaceHolder), theme.CaptionTextSize()
	for k, tone := range chartTones {
		c.samples[k].FillColor, c.samples[k].CornerRadius = theme.Color(tone), 2
		for i := range c.bars {
			c.bars[i][k].FillColor, c.bars[i][k].CornerRadius = theme.Color(tone), 2
		}
	}
	for _, texts := range [][]*canvas.Text{c.labels[:], c.ticks[:], c.legend[:], {c.none}} {
		for _, t := range texts {
			t.Color, t.TextSize = muted, size
		}
	}
	for _, line := range c.lines {
		line.StrokeColor, line.StrokeWidth = theme.Color(theme.ColorNameSeparator), 1
	}
	kit.PaintMark(c.mark, true, c.focused)
	c.told.paint()
}

// CreateRenderer draws the bars.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer { return &chartRenderer{c} }
