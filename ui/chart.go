package ui

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// chart draws the changes of the last days as bars: added, updated and deleted
// on top of each other, the highest day over the whole height.
type chart struct {
	widget.BaseWidget
	days    [activityDays]store.DayChanges
	bars    [activityDays][3]*canvas.Rectangle
	labels  [activityDays]*canvas.Text
	most    *canvas.Text
	ground  *canvas.Line
	legend  [3]*canvas.Text
	samples [3]*canvas.Rectangle
}

var chartTones = [3]fyne.ThemeColorName{theme.ColorNameSuccess, theme.ColorNamePrimary, theme.ColorNameError}

func newChart() *chart {
	c := &chart{most: canvas.NewText("", color.Transparent), ground: canvas.NewLine(color.Transparent)}
	for i := range c.bars {
		c.labels[i] = canvas.NewText("", color.Transparent)
		for k := range c.bars[i] {
			c.bars[i][k] = canvas.NewRectangle(color.Transparent)
		}
	}
	for k, text := range []string{lang.L("added"), lang.L("updated"), lang.L("deleted")} {
		c.legend[k], c.samples[k] = canvas.NewText(text, color.Transparent), canvas.NewRectangle(color.Transparent)
	}
	c.ExtendBaseWidget(c)
	return c
}

// show takes the days that have changes; the last bar is now's day.
func (c *chart) show(days []store.DayChanges, now time.Time) {
	today := now.UTC().Truncate(24 * time.Hour)
	for i := range c.days {
		c.days[i] = store.DayChanges{Day: today.AddDate(0, 0, i+1-activityDays)}
		for _, d := range days {
			if d.Day.Equal(c.days[i].Day) {
				c.days[i] = d
			}
		}
		c.labels[i].Text = c.days[i].Day.Format("2 Jan")
	}
	c.most.Text = phrase.Number(c.highest())
	c.Refresh()
}

func (c *chart) highest() int64 {
	var most int64
	for _, d := range c.days {
		most = max(most, d.Added+d.Updated+d.Deleted)
	}
	return most
}

func (c *chart) paint() {
	for k, tone := range chartTones {
		c.samples[k].FillColor = theme.Color(tone)
		c.legend[k].Color, c.legend[k].TextSize = theme.Color(theme.ColorNamePlaceHolder), theme.CaptionTextSize()
		for i := range c.bars {
			c.bars[i][k].FillColor = theme.Color(tone)
		}
	}
	for _, label := range append(c.labels[:], c.most) {
		label.Color, label.TextSize = theme.Color(theme.ColorNamePlaceHolder), theme.CaptionTextSize()
	}
	c.ground.StrokeColor, c.ground.StrokeWidth = theme.Color(theme.ColorNameSeparator), 1
}

// CreateRenderer draws the bars.
func (c *chart) CreateRenderer() fyne.WidgetRenderer {
	c.paint()
	return &chartRenderer{c}
}

type chartRenderer struct{ chart *chart }

func (r *chartRenderer) Destroy()           {}
func (r *chartRenderer) MinSize() fyne.Size { return fyne.NewSize(300, 130) }
func (r *chartRenderer) Refresh()           { r.chart.paint(); r.Layout(r.chart.Size()); canvas.Refresh(r.chart) }

func (r *chartRenderer) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{r.chart.ground, r.chart.most}
	for i := range r.chart.bars {
		out = append(out, r.chart.labels[i])
		for _, bar := range r.chart.bars[i] {
			out = append(out, bar)
		}
	}
	for k := range r.chart.legend {
		out = append(out, r.chart.samples[k], r.chart.legend[k])
	}
	return out
}

func (r *chartRenderer) Layout(size fyne.Size) {
	line := theme.CaptionTextSize() + 7
	r.layoutLegend(size.Width, line)
	floor := size.Height - line
	r.chart.ground.Position1, r.chart.ground.Position2 = fyne.NewPos(0, floor), fyne.NewPos(size.Width, floor)
	step := size.Width / activityDays
	scale := float32(0)
	if most := r.chart.highest(); most > 0 {
		scale = (floor - line - 4) / float32(most)
	}
	for i, d := range r.chart.days {
		x := float32(i)*step + step*0.2
		y := floor
		for k, n := range [3]int64{d.Added, d.Updated, d.Deleted} {
			height := float32(n) * scale
			if n > 0 {
				height = max(height, 1.5)
			}
			y -= height
			r.chart.bars[i][k].Move(fyne.NewPos(x, y))
			r.chart.bars[i][k].Resize(fyne.NewSize(step*0.6, height))
		}
		label := r.chart.labels[i]
		label.Resize(label.MinSize())
		label.Move(fyne.NewPos(x+step*0.3-label.MinSize().Width/2, floor+3))
	}
}

// layoutLegend says at the upper right what the colours mean, and at the upper
// left how high the highest bar is.
func (r *chartRenderer) layoutLegend(width, line float32) {
	r.chart.most.Resize(r.chart.most.MinSize())
	r.chart.most.Move(fyne.NewPos(0, 0))
	x := width
	for k := len(r.chart.legend) - 1; k >= 0; k-- {
		text := r.chart.legend[k]
		x -= text.MinSize().Width
		text.Resize(text.MinSize())
		text.Move(fyne.NewPos(x, 0))
		x -= 12
		r.chart.samples[k].Resize(fyne.NewSquareSize(8))
		r.chart.samples[k].Move(fyne.NewPos(x, (line-12)/2))
		x -= 10
	}
}
