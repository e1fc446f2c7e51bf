package ui

import (
	"image/color"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// chart draws the changes of the last days: for each day three bars side by
// side, always in the order of the legend, so that colour is not needed to tell
// them apart. The legend counts them; the day under the pointer is told in
// numbers.
type chart struct {
	widget.BaseWidget
	days    [activityDays]store.DayChanges
	bars    [activityDays][3]*canvas.Rectangle
	labels  [activityDays]*canvas.Text
	ticks   [chartTicks]*canvas.Text // from 0 up; those not needed are hidden
	lines   [chartTicks]*canvas.Line
	legend  [3]*canvas.Text
	samples [3]*canvas.Rectangle
	none    *canvas.Text
	mark    *canvas.Rectangle // under the pointer's day
	told    *chartNote
	at      int // the pointer's day; -1: none
}

// chartTicks is the most ticks that the axis has, 0 included.
const chartTicks = 6

var (
	chartTones = [3]fyne.ThemeColorName{theme.ColorNameSuccess, theme.ColorNamePrimary, theme.ColorNameError}

	_ desktop.Hoverable = (*chart)(nil)
)

func newChart() *chart {
	plain := func(text string) *canvas.Text { return canvas.NewText(text, color.Transparent) }
	c := &chart{none: plain(lang.L("No changes in these days")), mark: canvas.NewRectangle(color.Transparent), told: newChartNote(), at: -1}
	for i := range c.bars {
		c.labels[i] = plain("")
		for k := range c.bars[i] {
			c.bars[i][k] = canvas.NewRectangle(color.Transparent)
		}
	}
	for i := range c.ticks {
		c.ticks[i], c.lines[i] = plain(""), canvas.NewLine(color.Transparent)
	}
	for k := range c.legend {
		c.legend[k], c.samples[k] = plain(""), canvas.NewRectangle(color.Transparent)
	}
	c.ExtendBaseWidget(c)
	return c
}

// show takes the days that have changes; the last bars are now's day.
func (c *chart) show(days []store.DayChanges, now time.Time) {
	today, was := now.UTC().Truncate(24*time.Hour), c.days
	for i := range c.days {
		c.days[i] = store.DayChanges{Day: today.AddDate(0, 0, i+1-activityDays)}
		for _, d := range days {
			if d.Day.Equal(c.days[i].Day) {
				c.days[i] = d
			}
		}
	}
	if c.days != was {
		c.Refresh()
	}
}

// counts are a day's three numbers in the legend's order.
func counts(d store.DayChanges) [3]int64 { return [3]int64{d.Added, d.Updated, d.Deleted} }

// tally counts one kind of changes in words.
func tally(kind int, n int64) string {
	with := map[string]any{"Count": phrase.Number(n)}
	return [3]string{lang.L("{{.Count}} added", with), lang.L("{{.Count}} updated", with), lang.L("{{.Count}} deleted", with)}[kind]
}

func (c *chart) highest() (most int64) {
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
func (c *chart) MouseIn(e *desktop.MouseEvent) { c.MouseMoved(e) }

// MouseMoved tells the pointer's day.
func (c *chart) MouseMoved(e *desktop.MouseEvent) {
	at := c.dayAt(e.Position.X)
	if at != c.at {
		c.at = at
		c.Refresh()
	}
}

// MouseOut tells no day any more.
func (c *chart) MouseOut() { c.at = -1; c.Refresh() }

// gutter is the room left of the bars, for the ticks' numbers.
func (c *chart) gutter() (wide float32) {
	for _, t := range c.ticks {
		if t.Visible() {
			wide = max(wide, t.MinSize().Width)
		}
	}
	return wide + 8 + theme.InnerPadding()
}

func (c *chart) dayAt(x float32) int {
	left := c.gutter()
	if x < left || c.highest() == 0 {
		return -1
	}
	return min(int((x-left)/(c.Size().Width-left-4)*activityDays), activityDays-1)
}

func (c *chart) paint() {
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
	c.mark.FillColor, c.mark.CornerRadius = theme.Color(theme.ColorNameHover), 4
	c.told.paint()
}

// CreateRenderer draws the bars.
func (c *chart) CreateRenderer() fyne.WidgetRenderer { return &chartRenderer{c} }
