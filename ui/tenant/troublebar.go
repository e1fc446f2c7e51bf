package tenant

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// troubleBar stands in a tenant's box while it needs attention: why and what to do, for
// each class its own, and buttons where they help.
type troubleBar struct {
	host  *host.Host
	box   *fyne.Container
	lines *fyne.Container
	help  *kit.Button
	out   *kit.Button // takes out what can't be read
	more  *kit.Button // shows the lines that there is no room for
	all   bool        // it has been pressed
	shown string      // what the lines say
	do    func()      // what the button does
	leave func()      // what the other one does
}

// mostLines is how many causes a box tells by itself where there are more than that and one:
// the page under it needs the room.
const mostLines = 2

func newTroubleBar(h *host.Host, resized func()) *troubleBar {
	b := &troubleBar{host: h, lines: container.New(layout.NewCustomPaddedVBoxLayout(-2 * theme.Padding()))}
	b.help = kit.NewButton("", func() { b.do() }).Important(widget.HighImportance)
	b.out = kit.NewButton("", func() { b.leave() })
	b.more = kit.NewButton("", func() {
		b.all = !b.all
		b.fold()
		resized()
	})
	b.box = container.NewBorder(nil, nil, nil, container.NewCenter(container.NewVBox(b.help, b.out)), container.NewVBox(b.lines, container.NewHBox(b.more)))
	b.box.Hide()
	return b
}

// show takes why the tenant needs attention, and tells whether that is new.
func (b *troubleBar) show(t entra.Tenant, causes []labels.Cause) (changed bool) {
	if len(causes) == 1 && causes[0].Trouble.Code == entra.CodeVaultLocked {
		causes = nil // the line above says so, and has the button beside it
	}
	said := labels.Reasons(causes)
	changed = said != b.shown
	if said != b.shown {
		b.shown, b.lines.Objects = said, nil
		for _, c := range causes {
			sign := apptheme.Signs().Warning
			if c.Failed {
				sign = apptheme.Signs().Bad
			}
			text := widget.NewLabel(c.Line())
			text.Wrapping, text.Selectable = fyne.TextWrapWord, true
			icon := container.NewGridWrap(fyne.NewSize(theme.IconInlineSize(), widget.NewLabel("").MinSize().Height), widget.NewIcon(sign))
			b.lines.Add(container.NewBorder(nil, nil, container.NewVBox(icon), nil, text))
		}
	}
	b.offer(t, causes)
	b.fold()
	kit.Reveal(len(causes) > 0, b.box)
	return changed
}

// fold leaves only the first lines in sight where there are many, until all are asked for.
func (b *troubleBar) fold() {
	rest := len(b.lines.Objects) - mostLines
	many := rest > 1
	for i, line := range b.lines.Objects {
		kit.Reveal(b.all || !many || i < mostLines, line)
	}
	b.more.SetText(lang.L("{{.Count}} more", map[string]any{"Count": phrase.Number(int64(rest))}))
	if b.all {
		b.more.SetText(lang.L("Fewer"))
	}
	kit.Reveal(many, b.more)
}

// offer shows the button of the first cause that one helps against, and the one that takes
// classes out. What the tenant waits for has its button beside Sync now.
func (b *troubleBar) offer(t entra.Tenant, causes []labels.Cause) {
	var text string
	b.do = nil
	if b.host.Engine.Activity(t.Key).Trouble == nil {
		for _, c := range causes {
			if text, b.do = remedy(b.host, t, c.Trouble.Code); b.do != nil {
				break
			}
		}
	}
	b.help.SetText(text)
	kit.Reveal(b.do != nil, b.help)
	text, b.leave = access.TakeOut(b.host, t, causes)
	b.out.SetText(text)
	kit.Reveal(b.leave != nil, b.out)
}

// remedy is what a button does against trouble of a tenant. What the loss guard holds has
// a bar of its own.
func remedy(h *host.Host, t entra.Tenant, code entra.Code) (text string, do func()) {
	if code == entra.CodeHeld {
		return "", nil
	}
	return access.Remedy(h, t, code)
}
