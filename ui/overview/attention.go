package overview

import (
	"cmp"
	"strings"

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
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// mostAttention is how many failing tenants have a card of their own; the table
// puts all of them first.
const mostAttention = 2

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
	c.syncNow = kit.NewButton(lang.L("Sync now"), func() { h.Engine.SyncNow(c.row.tenant.Key) })
	c.help = kit.NewButton("", func() {
		if _, do := c.wayOut(h); do != nil {
			do()
		}
	}).Important(widget.HighImportance)
	c.bar.SetMinSize(fyne.NewSize(4, 0))
	sign := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(theme.IconInlineSize()*1.25), c.sign))
	lines := container.New(kit.TightLines{}, c.name, c.why, c.remedy)
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
		if g.trouble != nil {
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
	if g.tenant.LastSyncStatus == entra.Warning || g.trouble.Code == entra.CodeManyRemoved {
		sign, tone = apptheme.Signs().Warning, theme.ColorNameWarning
	}
	if c.sign.Resource != sign {
		c.sign.SetResource(sign)
	}
	c.bar.FillColor = theme.Color(tone)
	kit.SetText(c.name, g.tenant.Name)
	kit.SetText(c.why, wording.Capital(g.reason()))
	kit.SetText(c.remedy, wording.Sentence(g.trouble.Remedy))
	kit.Reveal(g.trouble.Remedy != "", c.remedy)
	text, _ := c.wayOut(h)
	c.help.SetText(text)
	kit.Reveal(text != "", c.help)
	kit.Enable(g.tenant.Enabled && !labels.Running(h.Engine.Activity(g.tenant.Key)), c.syncNow)
}

// wayOut is what a button can do for the tenant: now, or by what failed last.
func (c *attentionCard) wayOut(h *host.Host) (text string, do func()) {
	if text, do = access.WayOut(h, c.row.tenant); do != nil {
		return text, do
	}
	if text, do = access.Remedy(h, c.row.tenant, c.row.trouble.Code); do == nil && c.row.held {
		return access.Remedy(h, c.row.tenant, entra.CodeHeld)
	}
	return text, do
}

// reason says in a line why the tenant fails, and of which classes where others
// do not.
func (g row) reason() string {
	why := wording.Say(cmp.Or(g.trouble.Why, g.trouble.What))
	var classes []string
	for _, c := range entra.Classes() {
		if g.failing[c.Name] {
			classes = append(classes, labels.Class(c.Name))
		}
	}
	if len(classes) == 0 || len(classes) >= len(g.tenant.Classes) {
		return why
	}
	return strings.Join(classes, ", ") + ": " + why
}
