package kit

import (
	"cmp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/table"
)

// room is how wide the main window is, in sizes of its texts; 0: nobody has told.
var room float32

// cramped is the room below which names stand over their fields. Buttons take several lines
// and tables leave columns out by the width that they have themselves.
const cramped = 64

// SetRoom tells how wide the main window is. It tells whether pages have to be laid out
// anew. It belongs to the UI thread, as all of this package.
func SetRoom(width float32) (turned bool) {
	was := Cramped()
	room = width / theme.TextSize()
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

// flow sets objects side by side, in several lines where one does not hold them.
type flow struct {
	gap   float32
	width float32 // that was laid out last; 0: none
}

// Flow sets objects side by side, in as many lines as its width makes of them.
func Flow(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{gap: theme.Padding()}, objects...)
}

// margin is what the window's edges and the folded tree take of its width at most, in
// sizes of its texts.
const margin = 10

// most is how wide a line may be: as wide as was laid out last. Before, it is guessed by
// the window; Fyne lays out again what came to need another height.
func (f *flow) most() float32 {
	switch {
	case f.width > 0:
		return f.width
	case room > 0:
		return (room - margin) * theme.TextSize()
	}
	return 1 << 20
}

// lines goes through what is seen, line by line. Where there are several, what is pushed to the
// right has lines of its own, and each begins with what pushes it: the safe button keeps its place.
func (f *flow) lines(objects []fyne.CanvasObject) (lines [][]fyne.CanvasObject) {
	several := wide(objects, f.gap) > f.most()
	var push fyne.CanvasObject
	used, begins := float32(0), true
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if several && layoutSpacer(o) {
			push, begins = o, true
			continue
		}
		width := o.MinSize().Width
		if n := len(lines); !begins && (!several || used+f.gap+width <= f.most()) {
			lines[n-1], used = append(lines[n-1], o), used+f.gap+width
			continue
		}
		line := []fyne.CanvasObject{o}
		if push != nil {
			line = []fyne.CanvasObject{push, o}
		}
		lines, used, begins = append(lines, line), width, false
	}
	return lines
}

// wide is the width of objects in one line.
func wide(objects []fyne.CanvasObject, gap float32) (width float32) {
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if width > 0 {
			width += gap
		}
		width += o.MinSize().Width
	}
	return width
}

// whole is the width at which an object takes one line.
func whole(o fyne.CanvasObject) float32 {
	if box, ok := o.(*fyne.Container); ok && box.Visible() {
		if f, ok := box.Layout.(*flow); ok {
			return wide(box.Objects, f.gap)
		}
	}
	return o.MinSize().Width
}

func layoutSpacer(o fyne.CanvasObject) bool {
	_, is := o.(layout.SpacerObject)
	return is
}

// MinSize is as wide as the widest object: they may stand one under the other.
func (f *flow) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for i, line := range f.lines(objects) {
		height := float32(0)
		for _, o := range line {
			min := o.MinSize()
			size.Width, height = max(size.Width, min.Width), max(height, min.Height)
		}
		if i > 0 {
			size.Height += f.gap
		}
		size.Height += height
	}
	return size
}

func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	y := float32(0)
	for _, line := range f.lines(objects) {
		high, spacers := float32(0), 0
		for _, o := range line {
			high = max(high, o.MinSize().Height)
			if layoutSpacer(o) {
				spacers++
			}
		}
		x, rest := float32(0), max(size.Width-wide(line, f.gap), 0)
		for i, o := range line {
			width := o.MinSize().Width
			if layoutSpacer(o) {
				width = rest / float32(spacers)
			}
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(width, high))
			if x += width; i > 0 || !layoutSpacer(o) {
				x += f.gap
			}
		}
		y += high + f.gap
	}
}

// beside puts what ends a line at the right of a text; where one line does not hold both,
// under it.
type beside struct{ width float32 } // that was laid out last; 0: none

// Beside puts buttons at the right of a text that gives way, or under it.
func Beside(text, buttons fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{}, text, buttons)
}

// under tells whether the buttons stand under the text.
func (b *beside) under(text, buttons fyne.CanvasObject) bool {
	if b.width == 0 {
		return Cramped()
	}
	name, beside := uncut(text), whole(buttons)
	_, heading := text.(*widget.RichText) // a name, which may be long; sentences are not cut while they can be whole
	if beside < b.width/2 && (name > b.width || heading && name > text.MinSize().Width) {
		return false // the text is cut: the buttons keep their place
	}
	return name+theme.Padding()+beside > b.width
}

// uncut is the width of a text that may be cut, when it is not.
func uncut(o fyne.CanvasObject) float32 {
	width := o.MinSize().Width
	switch text := o.(type) {
	case *widget.Label:
		if text.Truncation != fyne.TextTruncateOff {
			return table.Width(text.Text, theme.Size(cmp.Or(text.SizeName, theme.SizeNameText)), text.TextStyle) + 2*theme.InnerPadding()
		}
	case *widget.RichText:
		if segment, ok := text.Segments[0].(*widget.TextSegment); ok && text.Truncation != fyne.TextTruncateOff {
			return table.Width(segment.Text, theme.Size(segment.Style.SizeName), segment.Style.TextStyle) + 2*theme.InnerPadding()
		}
	case *fyne.Container:
		for _, inner := range text.Objects { // side by side
			if inner.Visible() {
				width += uncut(inner) - inner.MinSize().Width
			}
		}
	}
	return width
}

func (b *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	text, buttons := objects[0].MinSize(), objects[1].MinSize()
	size := fyne.NewSize(max(text.Width, buttons.Width), max(text.Height, buttons.Height))
	if b.under(objects[0], objects[1]) {
		size.Height = text.Height + buttons.Height
	}
	return size
}

func (b *beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	b.width = size.Width
	text, buttons := objects[0], objects[1]
	text.Move(fyne.NewPos(0, 0))
	if b.under(text, buttons) {
		high := text.MinSize().Height
		text.Resize(fyne.NewSize(size.Width, high))
		buttons.Move(fyne.NewPos(0, high))
		buttons.Resize(fyne.NewSize(size.Width, size.Height-high))
		return
	}
	wide := whole(buttons)
	buttons.Resize(fyne.NewSize(wide, buttons.MinSize().Height)) // its lines go by its width
	high := buttons.MinSize().Height
	text.Resize(fyne.NewSize(size.Width-wide-theme.Padding(), size.Height))
	buttons.Move(fyne.NewPos(size.Width-wide, (size.Height-high)/2))
	buttons.Resize(fyne.NewSize(wide, high))
}
