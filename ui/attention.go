package ui

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
	"github.com/entraidsync/entraidsync/ui/wording"
)

// mostAttention is how many failing tenants have a card of their own; the table
// puts all of them first.
const mostAttention = 2

// attention shows the failing tenants: which, why, and the way out.
type attention struct {
	desk  *desk
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
	open      *button
	syncNow   *button
	help      *button // where only a person can mend it
	glance    glance
}

func newAttention(d *desk) *attention {
	a := &attention{desk: d, box: container.New(layout.NewCustomPaddedVBoxLayout(boardGap)), rest: muted("")}
	for range mostAttention {
		c := newAttentionCard(d)
		a.cards = append(a.cards, c)
		a.box.Add(c.content)
	}
	a.box.Add(a.rest)
	a.box.Hide()
	return a
}

func newAttentionCard(d *desk) *attentionCard {
	c := &attentionCard{sign: widget.NewIcon(nil), bar: &canvas.Rectangle{CornerRadius: 2}}
	c.name = cut(widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true}))
	c.why, c.remedy = cut(widget.NewLabel("")), cut(muted(""))
	c.open = newButton(lang.L("Show"), func() { d.open(tenantNode(c.glance.tenant.Key)) })
	c.syncNow = newButton(lang.L("Sync now"), func() { d.engine.SyncNow(c.glance.tenant.Key) })
	c.help = newButton("", func() {
		if _, do := c.wayOut(d); do != nil {
			do()
		}
	}).important(widget.HighImportance)
	c.bar.SetMinSize(fyne.NewSize(4, 0))
	sign := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(theme.IconInlineSize()*1.25), c.sign))
	lines := container.New(tightLines{}, c.name, c.why, c.remedy)
	buttons := container.NewCenter(container.NewHBox(c.help, c.syncNow, c.open))
	ground := newGround(groundCard)
	c.content = container.NewStack(ground, container.NewBorder(nil, nil, container.NewHBox(c.bar, gap(1), sign), container.NewPadded(container.NewPadded(buttons)), lines))
	c.content.Hide()
	return c
}

// tightLines sets lines of text closer than separate labels stand.
type tightLines struct{}

// tight is the part of a label's height that its line takes.
const tight = 0.72

func (tightLines) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if o.Visible() {
			min := o.MinSize()
			size.Width, size.Height = max(size.Width, min.Width), size.Height+min.Height*tight
		}
	}
	return size.AddWidthHeight(0, 2*theme.Padding()+theme.InnerPadding())
}

func (tightLines) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := theme.Padding()
	for _, o := range objects {
		if o.Visible() {
			o.Move(fyne.NewPos(0, y))
			o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
			y += o.MinSize().Height * tight
		}
	}
}

// show takes the tenants as they are now, failing ones first.
func (a *attention) show(glances []glance) {
	var failing []glance
	for _, g := range glances {
		if g.trouble != nil {
			failing = append(failing, g)
		}
	}
	for i, c := range a.cards {
		if i < len(failing) {
			c.show(failing[i], a.desk)
		}
		reveal(i < len(failing), c.content)
	}
	more := len(failing) - len(a.cards)
	reveal(more > 0, a.rest)
	setText(a.rest, lang.L("{{.Count}} more below", map[string]any{"Count": more}))
	reveal(len(failing) > 0, a.box)
}

func (c *attentionCard) show(g glance, d *desk) {
	c.glance = g
	sign, tone := signs().bad, theme.ColorNameError
	if g.tenant.LastSyncStatus == entra.Warning {
		sign, tone = signs().warning, theme.ColorNameWarning
	}
	if c.sign.Resource != sign {
		c.sign.SetResource(sign)
	}
	c.bar.FillColor = theme.Color(tone)
	setText(c.name, g.tenant.Name)
	setText(c.why, capital(g.reason()))
	setText(c.remedy, sentence(g.trouble.Remedy))
	reveal(g.trouble.Remedy != "", c.remedy)
	text, _ := c.wayOut(d)
	c.help.SetText(text)
	reveal(text != "", c.help)
	enable(g.tenant.Enabled && !running(d.engine.Activity(g.tenant.Key)), c.syncNow)
}

// wayOut is what a button can do for the tenant: now, or by what failed last.
func (c *attentionCard) wayOut(d *desk) (text string, do func()) {
	if text, do = d.wayOut(c.glance.tenant); do != nil {
		return text, do
	}
	return d.remedy(c.glance.tenant, c.glance.trouble.Code)
}

// reason says in a line why the tenant fails, and of which classes where others
// do not.
func (g glance) reason() string {
	why := wording.Say(cmp.Or(g.trouble.Why, g.trouble.What))
	var labels []string
	for _, c := range entra.Classes() {
		if g.failing[c.Name] {
			labels = append(labels, classLabel(c.Name))
		}
	}
	if len(labels) == 0 || len(labels) >= len(g.tenant.Classes) {
		return why
	}
	return strings.Join(labels, ", ") + ": " + why
}
