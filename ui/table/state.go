package table

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// State is what a page says where it has nothing to show: that it is loading,
// that there is nothing yet and what to do first, or what went wrong.
type State struct {
	Icon   fyne.Resource // nil: none
	Title  string
	Text   string
	Action string // of the one button; "": none
	Do     func()
}

func (s State) view() fyne.CanvasObject {
	box := container.NewVBox()
	if s.Icon != nil {
		icon := widget.NewIcon(s.Icon)
		box.Add(container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(2*theme.IconInlineSize()), icon)))
	}
	title := widget.NewLabelWithStyle(s.Title, fyne.TextAlignCenter, fyne.TextStyle{Bold: true})
	box.Add(title)
	if s.Text != "" {
		text := widget.NewLabelWithStyle(s.Text, fyne.TextAlignCenter, fyne.TextStyle{})
		text.Wrapping = fyne.TextWrapWord
		text.Importance = widget.LowImportance
		text.Resize(fyne.NewSize(balanced(s.Text), 0))
		box.Add(container.New(lines{text.Size().Width}, text))
	}
	if s.Action != "" {
		button := widget.NewButton(s.Action, s.Do)
		button.Importance = widget.HighImportance
		box.Add(container.New(layout.NewCustomPaddedLayout(2*theme.Padding(), 0, 0, 0), container.NewCenter(button)))
	}
	return box
}

// lines lays a text out that is so wide, or as wide as there is room, in the middle.
type lines struct{ width float32 }

func (l lines) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.width, objects[0].MinSize().Height)
}

func (l lines) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(l.width, size.Width)
	objects[0].Resize(fyne.NewSize(width, size.Height))
	objects[0].Move(fyne.NewPos((size.Width-width)/2, 0))
}

// amidst lays a state out in the middle of a table. Where the table is too low for it, its icon
// gives way.
type amidst struct{}

func (amidst) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

func (amidst) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		parts := o.(*fyne.Container).Objects
		parts[0].Show()
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height)) // its text wraps at that width
		if _, label := parts[0].(*widget.Label); !label && o.MinSize().Height > size.Height {
			parts[0].Hide()
		}
		high := o.MinSize().Height
		o.Resize(fyne.NewSize(size.Width, high))
		o.Move(fyne.NewPos(0, max((size.Height-high)/2, 0)))
	}
}

// widest is how wide a line of a state's text gets at 100% zoom.
const widest = 440

// balanced is a width at which a text takes as few lines as it must, all of
// them about as long, so that none holds a single word.
func balanced(text string) float32 {
	whole := Width(text, theme.TextSize(), fyne.TextStyle{})
	room := 4 * theme.InnerPadding()
	lines := math.Ceil(float64(whole / (widest * theme.TextSize() / 13)))
	if lines <= 1 {
		return whole + room
	}
	return whole/float32(lines)*1.12 + room
}

// View is the state alone, for a page that is no table.
func (s State) View() fyne.CanvasObject { return container.NewCenter(s.view()) }
