package changes

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// detail shows one change under its table: property by property what was before and what
// is after, side by side.
type detail struct {
	host   *host.Host
	box    *fyne.Container
	sign   *widget.Icon
	title  *widget.Label
	when   *widget.Label
	open   func(entra.Change)
	object *kit.Button
	rows   *fyne.Container
	scroll *container.Scroll
	change entra.Change

	resized func() // the room under the table is another; nil: nobody minds
}

// detailHeight is how high the rows are at 100% zoom.
const detailHeight = 132

func newDetail(h *host.Host, goTo func(entra.Change)) *detail {
	d := &detail{host: h, sign: widget.NewIcon(nil), title: widget.NewLabel(""), when: kit.Cut(kit.Muted("")), rows: container.New(sidesLayout{})}
	d.open = d.show
	d.title.TextStyle.Bold = true
	d.object = kit.NewButton(lang.L("Open the object"), func() { goTo(d.change) })
	d.object.Icon = theme.NavigateNextIcon()
	copyText := kit.NewButton(lang.L("Copy"), func() { fyne.CurrentApp().Clipboard().SetContent(d.text()) })
	copyText.Icon = theme.ContentCopyIcon()
	closing := kit.NewButton("", d.close).Important(widget.LowImportance)
	closing.Icon, closing.OnEscape, closing.Tip, closing.Tips = theme.CancelIcon(), d.close, lang.L("Close"), h.Tips
	d.scroll = container.NewVScroll(d.rows)
	d.scroll.SetMinSize(fyne.NewSize(0, detailHeight*theme.TextSize()/13))
	sign := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(theme.IconInlineSize()), d.sign))
	head := container.NewBorder(nil, nil, container.NewHBox(sign, d.title), container.NewHBox(d.object, copyText, closing), d.when)
	d.box = container.NewVBox(kit.Gap(1), kit.Card(container.NewBorder(head, nil, nil, nil, d.scroll)))
	d.box.Hide()
	return d
}

// under puts the detail under a table.
func (d *detail) under(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, d.box, nil, nil, o)
}

// show shows a change.
func (d *detail) show(x entra.Change) {
	d.change = x
	d.sign.SetResource(labels.ChangeSign(x.Kind))
	kit.SetText(d.title, nameOf(x)+" – "+labels.Change(x.Kind))
	kit.SetText(d.when, d.span())
	d.rows.Objects = d.tell()
	d.scroll.ScrollToTop()
	d.box.Show()
	d.rows.Refresh()
	d.fit()
}

// fit shares the height anew between the table and the detail.
func (d *detail) fit() {
	if d.resized != nil {
		d.resized()
	}
}

// follow shows another change if one is open.
func (d *detail) follow(x entra.Change) {
	if d.box.Visible() {
		d.show(x)
	}
}

func (d *detail) close() {
	d.box.Hide()
	d.fit()
}

// span says when it happened: it is only known between which two syncs.
func (d *detail) span() string {
	if d.change.NotBefore.IsZero() {
		return phrase.Exact(d.change.Time)
	}
	return lang.L("It happened between {{.From}} and {{.To}}.", map[string]any{"From": phrase.Exact(d.change.NotBefore), "To": phrase.Exact(d.change.Time)})
}

// sides are what was before and after, each with what it is.
func (d *detail) sides() (out []labels.Difference) {
	x := d.change
	if x.Target == nil {
		return labels.Differences(x, d.host.Now())
	}
	end := x.Target.Name
	if end == "" {
		end = x.Target.ID
	}
	end += " (" + labels.Class(x.Target.Class) + ")"
	side := labels.Difference{Name: x.Relation, Title: labels.Relation(x.Class, x.Relation), After: end}
	if x.Lost() {
		side.Before, side.After = end, ""
	}
	return append(out, side)
}

// tell lays the sides out in threes: a title, before, after.
func (d *detail) tell() (out []fyne.CanvasObject) {
	out = append(out, kit.Muted(""), kit.Muted(lang.L("Before")), kit.Muted(lang.L("After")))
	for _, s := range d.sides() {
		out = append(out, kit.Muted(s.Title), sideLabel(s.Before), sideLabel(s.After))
	}
	return out
}

func sideLabel(text string) *widget.Label {
	if text == "" {
		text = "–"
	}
	l := widget.NewLabel(text)
	l.Wrapping, l.Selectable = fyne.TextWrapBreak, true
	return l
}

// text is all of it, to be pasted elsewhere.
func (d *detail) text() string {
	lines := []string{d.title.Text, labels.Class(d.change.Class) + " " + d.change.ID, d.span()}
	for _, s := range d.sides() {
		lines = append(lines, labels.DifferenceText(s))
	}
	return strings.Join(lines, "\n")
}

// sidesLayout lays threes out in columns: titles, then before and after, which wrap at
// the width there is.
type sidesLayout struct{}

// titleWidth is that of the first column at 100% zoom.
const titleWidth = 170

// MinSize has the height of the threes as they stand.
func (sidesLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(3*titleWidth, 0)
	for i := 0; i+2 < len(objects); i += 3 {
		size.Height += max(objects[i].MinSize().Height, objects[i+1].MinSize().Height, objects[i+2].MinSize().Height)
	}
	return size
}

// Layout puts each three in a line as high as its highest text.
func (sidesLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left := titleWidth * theme.TextSize() / 13
	half := (size.Width - left) / 2
	y := float32(0)
	for i := 0; i+2 < len(objects); i += 3 {
		title, before, after := objects[i], objects[i+1], objects[i+2]
		before.Resize(fyne.NewSize(half, 0)) // wraps: its height follows
		after.Resize(fyne.NewSize(half, 0))
		height := max(title.MinSize().Height, before.MinSize().Height, after.MinSize().Height)
		title.Move(fyne.NewPos(0, y))
		title.Resize(fyne.NewSize(left, title.MinSize().Height))
		before.Move(fyne.NewPos(left, y))
		before.Resize(fyne.NewSize(half, height))
		after.Move(fyne.NewPos(left+half, y))
		after.Resize(fyne.NewSize(half, height))
		y += height
	}
}
