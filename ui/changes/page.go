package changes

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/lists"
)

// Content is the picture over the filters and the table.
func (c *Changes) Content() fyne.CanvasObject {
	c.showTimeline()
	return kit.UnderHead(c.room)
}

// showTimeline shows what happened, newest first.
func (c *Changes) showTimeline() {
	fields := kit.Flow(narrow(150, c.class), narrow(170, c.kind), narrow(160, c.period), narrow(130, c.property))
	if c.of.Audited() || c.filter.actor != "" {
		fields.Add(narrow(150, c.actor))
	}
	table := container.NewStack()
	c.room.Objects = []fyne.CanvasObject{container.New(timelineLayout{c.detail}, c.chart, fields, table)}
	c.detail.Resized = c.room.Refresh
	c.room.Refresh()
	c.host.Post(func() { // in a turn of its own: no turn is to take longer than a frame
		if c.left || c.compare.shown {
			return
		}
		table.Add(container.NewBorder(c.unknown, nil, nil, nil, c.detail.Under(c.list.Build())))
		table.Refresh()
		c.list.Reload()
		c.draw()
		c.lookBack()
	})
}

// narrow makes a field so wide, at 100% zoom.
func narrow(width float32, o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewGridWrap(fyne.NewSize(width*theme.TextSize()/13, o.MinSize().Height), o)
}

// showComparison shows what differs between two moments.
func (c *Changes) showComparison() {
	c.detail.Close()
	c.list.Leave()
	c.room.Objects = []fyne.CanvasObject{c.compare.content()}
	c.room.Refresh()
}

// timelineLayout puts the picture over the fields over the table. The picture gives way
// where the table would have too little room.
type timelineLayout struct{ detail *lists.Detail[entra.Change] }

// Heights at 100% zoom: of the picture, and what the table has at least beside it.
const (
	chartHeight = 124
	tableLeast  = 260
)

// MinSize is that of fields and table: the picture may be gone.
func (timelineLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	fields, body := objects[1].MinSize(), objects[2].MinSize()
	return fyne.NewSize(max(fields.Width, body.Width), fields.Height+body.Height)
}

// Layout shares the height.
func (l timelineLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	zoom, fields := theme.TextSize()/13, objects[1].MinSize().Height
	y, least := float32(0), tableLeast*zoom+l.detail.Height()
	picture := size.Height-chartHeight*zoom-fields >= least
	kit.Reveal(picture, objects[0])
	for i, height := range []float32{chartHeight * zoom, fields, size.Height} {
		if i == 0 && !picture {
			continue
		}
		height = min(height, size.Height-y)
		objects[i].Move(fyne.NewPos(0, y))
		objects[i].Resize(fyne.NewSize(size.Width, height))
		y += height + theme.Padding()
	}
}

// Stand is how the tab stands now.
func (c *Changes) Stand() host.Stand { return c.list.Stand }

// Refresh asks again for what is shown.
func (c *Changes) Refresh() {
	if c.list.Search == nil || c.compare.shown {
		return
	}
	c.list.Refresh()
	c.draw()
	c.lookBack()
}

// Leave forgets what is being asked.
func (c *Changes) Leave() {
	c.left = true
	c.counting.Drop()
	c.looking.Drop()
	if c.later != nil {
		c.later()
	}
	if c.typed != nil {
		c.typed()
	}
	c.list.Leave()
	c.compare.leave()
}

// Escape closes what is open.
func (c *Changes) Escape() { c.detail.Close(); c.compare.detail.Close() }

// Search is what Ctrl+F goes to.
func (c *Changes) Search() fyne.Focusable {
	switch {
	case c.compare.shown:
		return c.compare.list.Search
	case c.list.Search != nil:
		return c.list.Search
	}
	return nil
}
