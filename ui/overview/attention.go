package overview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
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
	"github.com/entraidsync/entraidsync/ui/wording"
)

// mostAttention is how many failing tenants have a card of their own; the table
// puts all of them first.
const mostAttention = 2

// mostCauses is how many causes of a tenant its card tells; its page tells all.
const mostCauses = 3

// attention shows the failing tenants: which, why, and the way out.
type attention struct {
	host  *host.Host
	box   *fyne.Container
	cards []*attentionCard
	rest  *widget.Label
}

// attentionCard is one failing tenant.
type attentionCard struct {
	content   fyne.CanvasObject
	sign      *widget.Icon
	bar       *canvas.Rectangle
	name, why *widget.Label
	remedy    *widget.Label
	others    [mostCauses - 1]*widget.Label // where classes differ in why: a line each
	rest      *widget.Label
	open      *kit.Button
	syncNow   *kit.Button
	help      *kit.Button // where only a person can mend it
	row       row
}

func newAttention(h *host.Host) *attention {
	a := &attention{host: h, box: container.New(layout.NewCustomPaddedVBoxLayout(boardGap)), rest: kit.Muted("")}
	for range mostAttention {
		c := newAttentionCard(h)
		a.cards = append(a.cards, c)
		a.box.Add(c.content)
	}
	a.box.Add(a.rest)
	a.box.Hide()
	return a
}

func newAttentionCard(h *host.Host) *attentionCard {
	c := &attentionCard{sign: widget.NewIcon(nil), bar: &canvas.Rectangle{CornerRadius: 2}}
	c.name = kit.Cut(widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true}))
	c.why, c.remedy = kit.Cut(widget.NewLabel("")), kit.Cut(kit.Muted(""))
	c.open = kit.NewButton(lang.L("Show"), func() { h.Open(host.ToTenant(c.row.tenant.Key)) })
	c.syncNow = kit.NewButton(lang.L("Sync now"), func() { access.SyncNow(h, c.row.tenant.Key) })
	c.help = kit.NewButton("", func() {
		if _, do := c.wayOut(h); do != nil {
			do()
		}
	}).Important(widget.HighImportance)
	c.bar.SetMinSize(fyne.NewSize(4, 0))
	sign := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(theme.IconInlineSize()*1.25), c.sign))
	lines := container.New(kit.TightLines{}, c.name, c.why, c.remedy)
	for i := range c.others {
		c.others[i] = kit.Cut(widget.NewLabel(""))
		lines.Add(c.others[i])
	}
	c.rest = kit.Muted("")
	lines.Add(c.rest)
	buttons := container.NewCenter(container.NewHBox(c.help, c.syncNow, c.open))
	ground := kit.NewGround(kit.GroundCard)
	c.content = container.NewStack(ground, container.NewBorder(nil, nil, container.NewHBox(c.bar, kit.Gap(1), sign), container.NewPadded(container.NewPadded(buttons)), lines))
	c.content.Hide()
	return c
}

// show takes the tenants as they are now, failing ones first.
func (a *attention) show(rows []row) {
	var failing []row
	for _, g := range rows {
		if len(g.causes) > 0 {
			failing = append(failing, g)
		}
	}
	for i, c := range a.cards {
		if i < len(failing) {
			c.show(failing[i], a.host)
		}
		kit.Reveal(i < len(failing), c.content)
	}
	more := len(failing) - len(a.cards)
	kit.Reveal(more > 0, a.rest)
	kit.SetText(a.rest, lang.L("{{.Count}} more below", map[string]any{"Count": more}))
	kit.Reveal(len(failing) > 0, a.box)
}

func (c *attentionCard) show(g row, h *host.Host) {
	c.row = g
	sign, tone := apptheme.Signs().Bad, theme.ColorNameError
	if !g.failed() {
		sign, tone = apptheme.Signs().Warning, theme.ColorNameWarning
	}
	if c.sign.Resource != sign {
		c.sign.SetResource(sign)
	}
	c.bar.FillColor = theme.Color(tone)
	kit.SetText(c.name, g.tenant.Name)
	c.tell(g.causes)
	text, _ := c.wayOut(h)
	c.help.SetText(text)
	kit.Reveal(text != "", c.help)
	kit.Enable(g.tenant.Enabled && !labels.Running(h.Engine.Activity(g.tenant.Key)), c.syncNow)
}

// tell says why and what to do; where classes differ in that, a line for each.
func (c *attentionCard) tell(causes []labels.Cause) {
	remedy, first := causes[0].Trouble.Remedy, wording.Capital(causes[0].Reason())
	if len(causes) > 1 {
		first, remedy = causes[0].Line(), ""
	}
	kit.SetText(c.why, first)
	kit.SetText(c.remedy, wording.Sentence(remedy))
	kit.Reveal(remedy != "", c.remedy)
	for i, l := range c.others {
		if i+1 < len(causes) {
			kit.SetText(l, causes[i+1].Line())
		}
		kit.Reveal(i+1 < len(causes), l)
	}
	more := len(causes) - mostCauses
	kit.SetText(c.rest, lang.L("and {{.Count}} more: open the tenant to see them", map[string]any{"Count": phrase.Number(int64(more))}))
	kit.Reveal(more > 0, c.rest)
}

// wayOut is what a button can do for the tenant: now, or by what failed last.
func (c *attentionCard) wayOut(h *host.Host) (text string, do func()) {
	if text, do = access.WayOut(h, c.row.tenant); do != nil {
		return text, do
	}
	for _, cause := range c.row.causes {
		if text, do = access.Remedy(h, c.row.tenant, cause.Trouble.Code); do != nil {
			return text, do
		}
	}
	if c.row.held {
		return access.Remedy(h, c.row.tenant, entra.CodeHeld)
	}
	return "", nil
}
