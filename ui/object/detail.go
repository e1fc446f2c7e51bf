package object

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// detail shows the whole of a line under its table, to be read and copied.
type detail struct {
	host   *host.Host
	box    *fyne.Container
	title  *widget.Label
	text   *widget.Label
	scroll *container.Scroll
}

// detailHeight is how high the text is at 100% zoom.
const detailHeight = 120

func newDetail(h *host.Host) *detail {
	d := &detail{host: h, title: widget.NewLabel(""), text: widget.NewLabel("")}
	d.title.TextStyle.Bold = true
	kit.Cut(d.title)
	d.text.Selectable, d.text.Wrapping = true, fyne.TextWrapBreak
	copyText := kit.NewButton(lang.L("Copy"), func() { fyne.CurrentApp().Clipboard().SetContent(d.text.Text) })
	copyText.Icon = theme.ContentCopyIcon()
	closing := kit.NewButton("", d.close).Important(widget.LowImportance)
	closing.Icon, closing.Tip, closing.Tips = theme.CancelIcon(), lang.L("Close"), h.Tips
	d.scroll = container.NewVScroll(d.text)
	d.scroll.SetMinSize(fyne.NewSize(0, detailHeight*theme.TextSize()/13))
	head := container.NewBorder(nil, nil, nil, container.NewHBox(copyText, closing), d.title)
	d.box = container.NewVBox(kit.Gap(1), kit.Card(container.NewBorder(head, nil, nil, nil, d.scroll)))
	d.box.Hide()
	return d
}

// under puts the detail under a table.
func (d *detail) under(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, d.box, nil, nil, o)
}

// open shows a text.
func (d *detail) open(title, text string) {
	kit.SetText(d.title, title)
	if d.text.Text != text {
		d.text.SetText(text)
		d.scroll.ScrollToTop()
	}
	d.box.Show()
}

// follow lets an open detail follow a table's selection.
func follow[T any](d *detail, tell func(T) (title, text string)) func(T) {
	return func(row T) {
		if d.box.Visible() {
			d.open(tell(row))
		}
	}
}

func (d *detail) close() { d.box.Hide() }
