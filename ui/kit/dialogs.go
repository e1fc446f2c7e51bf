package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

// Dialog is a box over a window, which takes all clicks and keys until it is left:
// its title, what it says or asks, and its buttons at the right. The last button
// is the safe one, and stands in the same corner in every dialog.
type Dialog struct {
	window  fyne.Window
	popup   *widget.PopUp
	scroll  *container.Scroll
	title   fyne.CanvasObject
	buttons *fyne.Container
	guard   func(leave func()) // asks before something in it would be lost; nil: nothing would be
}

// NewDialog makes a dialog that is not shown yet.
func NewDialog(w fyne.Window, title string, content fyne.CanvasObject, buttons ...*Button) *Dialog {
	named := Subheading(title)
	named.Truncation = fyne.TextTruncateEllipsis
	d := &Dialog{window: w, title: named, scroll: container.NewScroll(content)}
	d.buttons = container.New(buttonRows{d})
	for _, b := range buttons {
		d.buttons.Add(b)
	}
	d.popup = widget.NewModalPopUp(KeepFocus(container.New(dialogLayout{d}, d.title, d.scroll, d.buttons)), w.Canvas())
	return d
}

// Show opens it.
func (d *Dialog) Show() { d.popup.Show() }

// Hide closes it.
func (d *Dialog) Hide() { d.popup.Hide() }

// Guard leaves a window for something else to be done. Where a form over it holds what
// was typed, it asks first.
func Guard(c fyne.Canvas, leave func()) {
	if d := dialogOf(c.Overlays().Top()); d != nil && d.guard != nil {
		d.guard(leave)
		return
	}
	leave()
}

// dialogOf is the dialog that an overlay is of; nil: it is another one.
func dialogOf(overlay fyne.CanvasObject) *Dialog {
	if popup, ok := overlay.(*widget.PopUp); ok {
		if box, ok := popup.Content.(*fyne.Container); ok {
			if l, ok := box.Layout.(dialogLayout); ok {
				return l.dialog
			}
		}
	}
	return nil
}

// Fit gives it the size that its content has come to need.
func (d *Dialog) Fit() { d.popup.Refresh() }

// room is the most that a dialog takes of its window.
func (d *Dialog) room() fyne.Size {
	margin := 2 * theme.TextSize()
	size := d.window.Canvas().Size().SubtractWidthHeight(2*margin, 2*margin)
	return size.Max(fyne.NewSquareSize(margin))
}

// edge is what a dialog keeps clear at its sides.
func edge() float32 { return theme.TextSize() }

// dialogLayout puts the title over the content, and the buttons under it. Content
// that the window has no room for scrolls.
type dialogLayout struct{ dialog *Dialog }

func (l dialogLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	d := l.dialog
	giveWay(d.scroll.Content, d.room().Width-2*edge())
	title, content, buttons := d.title.MinSize(), d.scroll.Content.MinSize(), d.buttons.MinSize()
	wide := min(uncut(d.title), readable*theme.TextSize()) // a name may be longer than the dialog is wide
	size := fyne.NewSize(max(wide, content.Width, buttons.Width)+2*edge(), title.Height+content.Height+buttons.Height+3*edge())
	return size.Min(d.room())
}

func (l dialogLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	d, inner := l.dialog, size.Width-2*edge()
	title, buttons := d.title.MinSize().Height, d.buttons.MinSize().Height
	put := func(o fyne.CanvasObject, y, height float32) {
		o.Move(fyne.NewPos(edge(), y))
		o.Resize(fyne.NewSize(inner, max(height, 0)))
	}
	d.title.Move(fyne.NewPos(edge()-theme.InnerPadding(), edge()/2)) // its text is flush with the content
	d.title.Resize(fyne.NewSize(inner+theme.InnerPadding(), title))
	top := title + edge()
	put(d.scroll, top, size.Height-top-buttons-2*edge())
	put(d.buttons, size.Height-edge()-buttons, buttons)
}

// buttonRows sets a dialog's buttons from the right, with room between them; where
// one line does not hold them, the first ones stand over the last.
type buttonRows struct{ dialog *Dialog }

func (r buttonRows) gap() float32 { return 3 * theme.Padding() }

// wide is how wide a button gets: one that says little is no smaller target.
func (r buttonRows) wide(o fyne.CanvasObject) float32 {
	return max(o.MinSize().Width, 6*theme.TextSize())
}

// rows are the buttons line by line, the last line first, each from the right.
func (r buttonRows) rows(objects []fyne.CanvasObject) (rows [][]fyne.CanvasObject) {
	most, used := r.dialog.room().Width-2*edge(), float32(0)
	for i := len(objects) - 1; i >= 0; i-- {
		if width := r.wide(objects[i]); len(rows) == 0 || used+r.gap()+width > most {
			rows, used = append(rows, nil), width
		} else {
			used += r.gap() + width
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], objects[i])
	}
	return rows
}

func (r buttonRows) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for i, row := range r.rows(objects) {
		width := r.gap() * float32(len(row)-1)
		for _, o := range row {
			width += r.wide(o)
		}
		if i > 0 {
			size.Height += r.gap()
		}
		size = fyne.NewSize(max(size.Width, width), size.Height+row[0].MinSize().Height)
	}
	return size
}

func (r buttonRows) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := size.Height
	for _, row := range r.rows(objects) {
		x, height := size.Width, row[0].MinSize().Height
		y -= height
		for _, o := range row {
			x -= r.wide(o)
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(r.wide(o), height))
			x -= r.gap()
		}
		y -= r.gap()
	}
}

// Choice is one way out of a dialog.
type Choice struct {
	Text string
	Rank widget.Importance
	Do   func() // nil: only closes
}

// AskUser shows a dialog with choices; the last one is the safe one: it is what
// Escape means. The one in colour has the focus, and so is what Enter means; without
// one, and where something would be lost, it is the safe one.
func AskUser(w fyne.Window, title string, content fyne.CanvasObject, choices ...Choice) *Dialog {
	var d *Dialog
	pick := func(c Choice) func() {
		return func() {
			d.Hide()
			if c.Do != nil {
				c.Do()
			}
		}
	}
	escape := pick(choices[len(choices)-1])
	buttons := make([]*Button, len(choices))
	for i, c := range choices {
		buttons[i] = NewButton(c.Text, pick(c)).Important(c.Rank)
		buttons[i].OnEscape = escape
	}
	d = NewDialog(w, title, content, buttons...)
	d.Show()
	foremost := buttons[len(buttons)-1]
	for _, b := range buttons {
		if b.Importance == widget.HighImportance {
			foremost = b
		}
	}
	w.Canvas().Focus(foremost)
	return d
}

// Question is what a dialog asks, in bold, over what is to be known before one
// answers; "": nothing.
func Question(question, known string) fyne.CanvasObject {
	asked := widget.NewLabelWithStyle(phrase.Legible(question), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	box := container.NewVBox(Wide(asked, readable*theme.TextSize()))
	if known != "" {
		box.Add(Paragraph(known))
	}
	return box
}

// readable is how wide a text is that wraps, in sizes of its letters.
const readable = 34

// Paragraph is a text that wraps at a readable width.
func Paragraph(text string) fyne.CanvasObject {
	return Wide(widget.NewLabel(phrase.Legible(text)), readable*theme.TextSize())
}
