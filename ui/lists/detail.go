package lists

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// Told is all that there is to say of a row.
type Told struct {
	Sign  fyne.Resource // nil: none
	Title string
	Note  string // under the title; "": none
	Body  fyne.CanvasObject
	Text  string // of all of it, to be pasted elsewhere
}

// Detail shows one row of a table in full, under the table.
type Detail[T any] struct {
	Resized func() // the room that is left to the table is another; nil: nobody minds

	tell   func(T) Told
	row    T
	text   string
	box    *fyne.Container
	sign   *widget.Icon
	title  *widget.Label
	scroll *container.Scroll
}

// detailHeight is how high the body is at 100% zoom.
const detailHeight = 132

// NewDetail makes a detail that is closed. Its buttons stand before Copy.
func NewDetail[T any](h *host.Host, tell func(T) Told, buttons ...fyne.CanvasObject) *Detail[T] {
	d := &Detail[T]{tell: tell, sign: widget.NewIcon(nil), title: kit.Cut(widget.NewLabel(""))}
	d.title.TextStyle.Bold = true
	copyText := kit.NewButton(lang.L("Copy"), func() { fyne.CurrentApp().Clipboard().SetContent(d.text) })
	copyText.Icon = theme.ContentCopyIcon()
	closing := kit.NewButton("", d.Close).Important(widget.LowImportance)
	closing.Icon, closing.OnEscape, closing.Tip, closing.Tips = theme.CancelIcon(), d.Close, lang.L("Close"), h.Tips
	d.scroll = container.NewVScroll(widget.NewLabel(""))
	d.scroll.SetMinSize(fyne.NewSize(0, detailHeight*theme.TextSize()/13))
	sign := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(theme.IconInlineSize()), d.sign))
	head := container.NewBorder(nil, nil, sign, container.NewHBox(append(buttons, copyText, closing)...), d.title)
	d.box = container.NewVBox(kit.Gap(1), kit.Card(container.NewBorder(head, nil, nil, nil, d.scroll)))
	d.box.Hide()
	return d
}

// Under puts the detail under a table.
func (d *Detail[T]) Under(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, d.box, nil, nil, o)
}

// Open shows a row.
func (d *Detail[T]) Open(row T) {
	told := d.tell(row)
	d.row, d.text = row, told.Text
	d.sign.SetResource(told.Sign)
	kit.SetText(d.title, told.Title)
	d.scroll.Content = told.Body
	if told.Note != "" { // beside the title it would be cut in a small window
		note := kit.Muted(told.Note)
		note.Wrapping = fyne.TextWrapWord
		d.scroll.Content = container.NewVBox(note, told.Body)
	}
	d.scroll.ScrollToTop()
	d.scroll.Refresh()
	d.box.Show()
	d.fit()
}

// Follow shows another row if one is shown.
func (d *Detail[T]) Follow(row T) {
	if d.Shown() {
		d.Open(row)
	}
}

// Row is the row that is shown, or was last.
func (d *Detail[T]) Row() T { return d.row }

// Shown tells whether a row is.
func (d *Detail[T]) Shown() bool { return d.box.Visible() }

// Height is what the detail takes off its table.
func (d *Detail[T]) Height() float32 {
	if !d.Shown() {
		return 0
	}
	return d.box.MinSize().Height
}

// Object is the detail as it is on screen.
func (d *Detail[T]) Object() fyne.CanvasObject { return d.box }

// Close shows no row any more.
func (d *Detail[T]) Close() {
	d.box.Hide()
	d.fit()
}

// fit shares the height anew between the table and the detail.
func (d *Detail[T]) fit() {
	if d.Resized != nil {
		d.Resized()
	}
}
