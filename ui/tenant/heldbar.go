package tenant

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// heldBar stands under the name of a tenant while the loss guard holds deletions
// of it: how many, of which classes, and the way to look at them.
type heldBar struct {
	box   *fyne.Container
	title *widget.Label
	of    *widget.Label
}

func newHeldBar(look func()) *heldBar {
	b := &heldBar{title: widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true}), of: kit.Cut(kit.Muted(""))}
	review := kit.NewButton(lang.L("Review…"), look).Important(widget.HighImportance)
	sign := container.NewGridWrap(fyne.NewSize(theme.IconInlineSize(), b.title.MinSize().Height), widget.NewIcon(apptheme.Signs().Warning))
	b.box = container.NewVBox(kit.Card(container.NewBorder(nil, nil, container.NewHBox(sign, b.title), review, b.of)), kit.Gap(1))
	b.box.Hide()
	return b
}

// show takes how many deletions are held, by class.
func (b *heldBar) show(held map[string]int64) {
	var all int64
	var of []string
	for _, c := range entra.Classes() {
		if n := held[c.Name]; n > 0 {
			all += n
			of = append(of, labels.Class(c.Name))
		}
	}
	kit.SetText(b.title, access.HeldTitle(all))
	kit.SetText(b.of, strings.Join(of, ", ")+": "+lang.L("a full scan did not show what is stored here"))
	kit.Reveal(all > 0, b.box)
}
