package table

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
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
		box.Add(container.NewGridWrap(fyne.NewSize(420, text.MinSize().Height*2), text))
	}
	if s.Action != "" {
		button := widget.NewButton(s.Action, s.Do)
		button.Importance = widget.HighImportance
		box.Add(container.NewCenter(button))
	}
	return box
}

// View is the state alone, for a page that is no table.
func (s State) View() fyne.CanvasObject { return container.NewCenter(s.view()) }
