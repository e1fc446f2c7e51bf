package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/ui/table"
)

// room is how wide the main window is, in sizes of its texts; 0: nobody has told.
var room float32

// cramped is the room below which names stand over their fields, buttons take several
// lines and tables leave columns out, so that nothing scrolls to the side.
const cramped = 64

// SetRoom tells how wide the main window is. It tells whether pages have to be laid out
// anew. It belongs to the UI thread, as all of this package.
func SetRoom(width float32) (turned bool) {
	was := Cramped()
	room = width / theme.TextSize()
	table.GiveWay(Cramped())
	return was != Cramped()
}

// Cramped tells whether there is little room for the size of the texts.
func Cramped() bool { return room > 0 && room < cramped }

// formRows lays names and their fields out in two columns; where there is little room,
// a name stands over its field.
type formRows struct{ columns fyne.Layout }

// FormRows is a container of names and fields, one after the other.
func FormRows(pairs ...fyne.CanvasObject) *fyne.Container {
	return container.New(formRows{layout.NewFormLayout()}, pairs...)
}

func (f formRows) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	if !Cramped() {
		return f.columns.MinSize(objects)
	}
	f.stack(objects, func(o fyne.CanvasObject, _ float32) {
		min := o.MinSize()
		size = fyne.NewSize(max(size.Width, min.Width), size.Height+min.Height)
	})
	return size
}

func (f formRows) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if !Cramped() {
		f.columns.Layout(objects, size)
		return
	}
	f.stack(objects, func(o fyne.CanvasObject, y float32) {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
	})
}

// stack goes through what is seen, from the top. A name without text takes no line.
func (formRows) stack(objects []fyne.CanvasObject, each func(o fyne.CanvasObject, y float32)) {
	y := float32(0)
	for i, o := range objects {
		hidden := !o.Visible()
		if i%2 == 0 {
			hidden = hidden || unnamed(o) || i+1 < len(objects) && !objects[i+1].Visible()
		}
		if hidden {
			o.Resize(fyne.NewSize(0, 0))
			continue
		}
		each(o, y)
		y += o.MinSize().Height
	}
}

// flow sets objects side by side; where there is little room, in several lines.
type flow struct {
	gap   float32
	right bool    // lines end at the right
	width float32 // that was laid out last; 0: none
}

// Flow sets objects side by side, in several lines where there is little room.
func Flow(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{gap: theme.Padding()}, objects...)
}

// margin is what the window's edges and the folded tree take of its width at most, in
// sizes of its texts.
const margin = 10

// most is how wide a line may be.
func (f *flow) most() float32 {
	switch {
	case !Cramped():
		return 1 << 20
	case f.width > 0:
		return f.width
	}
	return (room - margin) * theme.TextSize()
}

// lines goes through what is seen, line by line.
func (f *flow) lines(objects []fyne.CanvasObject) (lines [][]fyne.CanvasObject) {
	used := float32(0)
	for _, o := range objects {
		width := o.MinSize().Width
		if !o.Visible() || layoutSpacer(o) && Cramped() {
			continue
		}
		if n := len(lines); n > 0 && used+f.gap+width <= f.most() {
			lines[n-1], used = append(lines[n-1], o), used+f.gap+width
			continue
		}
		lines, used = append(lines, []fyne.CanvasObject{o}), width
	}
	return lines
}

func layoutSpacer(o fyne.CanvasObject) bool {
	_, is := o.(layout.SpacerObject)
	return is
}

func (f *flow) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for i, line := range f.lines(objects) {
		width, height := float32(0), float32(0)
		for j, o := range line {
			min := o.MinSize()
			if j > 0 {
				width += f.gap
			}
			width, height = width+min.Width, max(height, min.Height)
			if Cramped() {
				width = min.Width // they may stand one under the other
				size.Width = max(size.Width, width)
			}
		}
		if i > 0 {
			size.Height += f.gap
		}
		size = fyne.NewSize(max(size.Width, width), size.Height+height)
	}
	return size
}

func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	y := float32(0)
	for _, line := range f.lines(objects) {
		wide, high, spacers := f.gap*float32(len(line)-1), float32(0), 0
		for _, o := range line {
			wide, high = wide+o.MinSize().Width, max(high, o.MinSize().Height)
			if layoutSpacer(o) {
				spacers++
			}
		}
		x := float32(0)
		if f.right && spacers == 0 {
			x = max(size.Width-wide, 0)
		}
		for _, o := range line {
			width := o.MinSize().Width
			if layoutSpacer(o) {
				width = max(size.Width-wide, 0) / float32(spacers)
			}
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(width, high))
			x += width + f.gap
		}
		y += high + f.gap
	}
}

// beside puts what ends a line at the right of a text; where there is little room,
// under it.
type beside struct{}

// Beside puts buttons at the right of a text that gives way, or under it.
func Beside(text, buttons fyne.CanvasObject) *fyne.Container {
	return container.New(beside{}, text, buttons)
}

func (beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	text, buttons := objects[0].MinSize(), objects[1].MinSize()
	if Cramped() {
		return fyne.NewSize(max(text.Width, buttons.Width), text.Height+buttons.Height)
	}
	return fyne.NewSize(text.Width+theme.Padding()+buttons.Width, max(text.Height, buttons.Height))
}

func (beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	text, buttons := objects[0], objects[1]
	high, wide := text.MinSize().Height, buttons.MinSize().Width
	if Cramped() {
		text.Move(fyne.NewPos(0, 0))
		text.Resize(fyne.NewSize(size.Width, high))
		buttons.Move(fyne.NewPos(0, high))
		buttons.Resize(fyne.NewSize(size.Width, size.Height-high))
		return
	}
	text.Move(fyne.NewPos(0, 0))
	text.Resize(fyne.NewSize(size.Width-wide-theme.Padding(), size.Height))
	buttons.Move(fyne.NewPos(size.Width-wide, (size.Height-buttons.MinSize().Height)/2))
	buttons.Resize(fyne.NewSize(wide, buttons.MinSize().Height))
}
