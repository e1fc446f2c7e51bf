package lists

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/kit"
)

// toolRow lays out what stands over a list: the search and the tools from the left,
// buttons at the right end. Where there is little room the search gives way, and then
// the buttons show their signs alone, and say in tips what they do.
type toolRow struct {
	search  fyne.CanvasObject
	tools   []fyne.CanvasObject
	buttons []*kit.Button
	texts   []string
	compact bool
	full    float32 // what all takes with the buttons' texts, when that was too much
}

func newToolRow(tips *kit.Tips, search fyne.CanvasObject, tools []fyne.CanvasObject, buttons ...*kit.Button) *fyne.Container {
	r := &toolRow{search: search, tools: tools, buttons: buttons}
	all := append([]fyne.CanvasObject{search}, tools...)
	for _, b := range buttons {
		b.Tips = tips
		r.texts = append(r.texts, b.Text)
		all = append(all, b)
	}
	return container.New(r, all...)
}

// The least and the usual width of a search at 100% zoom.
const (
	leastSearch = 110
	usualSearch = 240
)

func (r *toolRow) wide() (tools, buttons float32) {
	for _, t := range r.tools {
		tools += t.MinSize().Width + theme.Padding()
	}
	for _, b := range r.buttons {
		buttons += b.MinSize().Width + theme.Padding()
	}
	return tools, buttons
}

// MinSize leaves it to Layout to save room.
func (r *toolRow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(leastSearch*theme.TextSize()/13, 0)
	for _, o := range objects {
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return size
}

// Layout saves room where there is little.
func (r *toolRow) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if size.Width == 0 {
		return // it has no place yet
	}
	least := leastSearch * theme.TextSize() / 13
	tools, buttons := r.wide()
	switch all := least + tools + buttons; {
	case !r.compact && all > size.Width:
		r.full = all
		r.say(true)
	case r.compact && size.Width >= r.full:
		r.say(false)
	}
	tools, buttons = r.wide()
	width := min(max(size.Width-tools-buttons, least), usualSearch*theme.TextSize()/13)
	x := float32(0)
	put := func(o fyne.CanvasObject, width float32) {
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(width, size.Height))
		x += width + theme.Padding()
	}
	put(r.search, width)
	for _, t := range r.tools {
		put(t, t.MinSize().Width)
	}
	x = max(x, size.Width-buttons+theme.Padding())
	for _, b := range r.buttons {
		put(b, b.MinSize().Width)
	}
}

// say shows the buttons' texts, or their signs alone.
func (r *toolRow) say(compact bool) {
	r.compact = compact
	for i, b := range r.buttons {
		b.Tip = ""
		text := r.texts[i]
		if compact {
			text, b.Tip = "", text
		}
		b.SetText(text)
	}
}
