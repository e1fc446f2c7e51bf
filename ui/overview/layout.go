package overview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// boardLayout puts the overview together: the top, the table of tenants as high
// as its rows, and what is left to three panels. With many tenants the table
// scrolls, so that the panels keep their least height.
type boardLayout struct {
	grid   *table.Grid[row]
	recent *latestChanges
}

const (
	boardGap    = 8
	panelsLeast = 190 // height of the panels, at 100% zoom
	gridLeast   = 4   // rows
	chartMost   = 220 // height of the chart's panel, unless there is no room for the latest changes below it
	feedLeast   = 76  // height of the latest changes, below which they are beside the chart
	// classesLeast is how many lines of classes are worth their panel: the last one tells of all others.
	classesLeast = 3
)

func (l boardLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().Add(fyne.NewSize(0, objects[1].MinSize().Height+boardGap))
}

func (l boardLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	zoom := theme.TextSize() / 13
	top, grid, panels := objects[0], objects[1], objects[2:]
	y := top.MinSize().Height
	top.Move(fyne.Position{})
	top.Resize(fyne.NewSize(size.Width, y))
	y += boardGap
	room := size.Height - y
	whole := max(l.grid.WholeHeight(), grid.MinSize().Height/gridLeast*2)
	height := min(whole, room-panelsLeast*zoom-boardGap)
	fits := height >= min(whole, grid.MinSize().Height) && l.grid.State() == nil // what it says in place of rows is not cut
	if !fits {
		height = room
	}
	grid.Move(fyne.NewPos(0, y))
	grid.Resize(fyne.NewSize(size.Width, height))
	for _, p := range panels {
		kit.Reveal(fits, p)
	}
	if y += height + boardGap; fits {
		l.place(panels, fyne.NewPos(0, y), fyne.NewSize(size.Width, size.Height-y))
	}
}

// place puts the chart over the latest changes, which get what it does not need; at the right
// stand the classes over what is worth a look. Where there is room for one row alone, the latest
// changes stand beside the chart.
func (l boardLayout) place(panels []fyne.CanvasObject, at fyne.Position, size fyne.Size) {
	zoom := theme.TextSize() / 13
	chart, classes, latest, look := panels[0], panels[1], panels[2], panels[3]
	left := float32(int((size.Width - boardGap) * 0.6))
	right := column{at.AddXY(left+boardGap, 0), fyne.NewSize(size.Width-boardGap-left, size.Height)}
	titled := latest.MinSize().Height - l.recent.MinSize().Height
	high := max(min(size.Height-boardGap-titled-l.recent.whole(), chartMost*zoom), panelsLeast*zoom)
	if size.Height-boardGap-high < feedLeast*zoom {
		kit.Reveal(false, look)
		put(chart, at, fyne.NewSize(left, size.Height))
		right.stack(classes, latest, classes.MinSize().Height)
		if !latest.Visible() { // what is new says more than how many there are
			kit.Reveal(true, latest)
			kit.Reveal(false, classes)
			put(latest, right.at, right.size)
		}
		return
	}
	kit.Reveal(true, latest)
	put(chart, at, fyne.NewSize(left, high))
	right.share(classes, look, max(high, classes.MinSize().Height), classesLeast*barLine()+titled)
	wide := left
	if !look.Visible() && classes.MinSize().Height <= high {
		wide = size.Width
		put(classes, right.at, fyne.NewSize(right.size.Width, high))
	}
	put(latest, at.AddXY(0, high+boardGap), fyne.NewSize(wide, size.Height-high-boardGap))
}

func put(o fyne.CanvasObject, at fyne.Position, size fyne.Size) {
	o.Move(at)
	o.Resize(size)
}

// column is where two panels stand.
type column struct {
	at   fyne.Position
	size fyne.Size
}

// stack puts one panel of some height over another. Where the lower one finds no room, or has
// nothing to show, it is out of sight and the upper one gets all.
func (c column) stack(upper, lower fyne.CanvasObject, high float32) {
	least := lower.MinSize().Height
	both := least > 0 && c.size.Height-boardGap-high >= least
	kit.Reveal(both, lower)
	kit.Reveal(true, upper)
	if !both {
		high = c.size.Height
	}
	put(upper, c.at, fyne.NewSize(c.size.Width, high))
	put(lower, c.at.AddXY(0, high+boardGap), fyne.NewSize(c.size.Width, max(c.size.Height-high-boardGap, 0)))
}

// share puts one panel of some height over another, which has its room first: the upper one gives way,
// down to its least height, and where that has no room either it is out of sight.
func (c column) share(upper, lower fyne.CanvasObject, high, least float32) {
	needs := lower.MinSize().Height
	room := c.size.Height - boardGap - needs
	if needs > 0 && room < least && c.size.Height >= needs {
		kit.Reveal(true, lower)
		kit.Reveal(false, upper)
		put(lower, c.at, c.size)
		return
	}
	c.stack(upper, lower, min(high, max(room, least)))
}

// evenly sets its objects side by side, equally wide; in two lines where there is little
// room.
type evenly struct{}

func (evenly) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	if kit.Cramped() {
		return fyne.NewSize(size.Width*float32((len(objects)+1)/2), 2*size.Height+boardGap)
	}
	return fyne.NewSize(size.Width*float32(len(objects)), size.Height)
}

func (evenly) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	columns, height := len(objects), size.Height
	if kit.Cramped() {
		columns, height = (columns+1)/2, (height-boardGap)/2
	}
	step := (size.Width + boardGap) / float32(columns)
	for i, o := range objects {
		at := float32(i % columns)
		left, right := float32(int(at*step)), float32(int((at+1)*step))
		o.Move(fyne.NewPos(left, float32(i/columns)*(height+boardGap)))
		o.Resize(fyne.NewSize(right-left-boardGap, height))
	}
}

// panel is a part of the overview with its title.
func panel(title string, content fyne.CanvasObject) fyne.CanvasObject {
	says := widget.NewLabelWithStyle(title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	return kit.Card(container.NewBorder(says, nil, nil, nil, content))
}

// figure is one total: what it counts, and a number.
type figure struct {
	content fyne.CanvasObject
	number  *widget.RichText
	sign    *widget.Icon
}

// attentionFigure is the place of the failing tenants among the figures.
const attentionFigure = 1

func newFigures() (out [4]*figure) {
	for i, of := range []string{lang.L("Tenants"), lang.L("Need attention"), lang.L("Objects"), lang.L("Changes in 14 days")} {
		f := &figure{number: kit.Heading("–"), sign: widget.NewIcon(nil)}
		f.sign.Hide()
		sign := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(theme.IconInlineSize()*1.25), f.sign))
		f.content = kit.Card(container.New(kit.TightLines{}, kit.Cut(kit.Muted(of)), container.NewBorder(nil, nil, nil, sign, f.number)))
		out[i] = f
	}
	return out
}

func (f *figure) show(n int64) { kit.SetHeading(f.number, phrase.Number(n)) }

// alarm shows by a sign whether the number is bad news: that tenants fail, or only warn.
func (f *figure) alarm(worst int) {
	sign := apptheme.Signs().Good
	switch worst {
	case labels.RankFailed:
		sign = apptheme.Signs().Bad
	case labels.RankWarning:
		sign = apptheme.Signs().Warning
	}
	if f.sign.Resource != sign {
		f.sign.SetResource(sign)
	}
	f.sign.Show()
}
