package overview

import (
	"context"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// firstSteps is the overview before there is a tenant: what to do, in order.
type firstSteps struct {
	content fyne.CanvasObject
	profile *step
	tenant  *step
}

// stepsWide is how wide the steps are at 100% zoom.
const stepsWide = 560

// step is one thing to do.
type step struct {
	content fyne.CanvasObject
	number  *widget.Label
	done    *widget.Icon
	do      *kit.Button
}

func newFirstSteps(h *host.Host) *firstSteps {
	s := &firstSteps{
		profile: newStep(1, lang.L("Add a credential profile"), lang.L("How to sign in: the client secret or certificate of an app registration that may read your tenant.")),
		tenant:  newStep(2, lang.L("Add a tenant"), lang.L("Its users, groups and devices are read once, and updated continuously from then on.")),
	}
	watch := newStep(3, lang.L("See what changes"), lang.L("Every sync and every change is kept here, for longer than Entra ID keeps them."))
	s.profile.offer(lang.L("Add a credential profile"), func() { h.Add(host.CredentialProfile) })
	s.tenant.offer(lang.L("Add a tenant"), func() { h.Add(host.EntraIDSync) })
	var demo *kit.Button
	demo = kit.NewButton(lang.L("Look around in a demo"), func() {
		kit.Enable(false, demo) // a double click asks for one
		h.After(demoRest, func() { kit.Enable(true, demo) })
		h.Act(func(context.Context) error { return h.ShowDemo() }, func(err error) {
			if err != nil {
				h.Failed(err)
			}
		})
	})
	demo.Icon = theme.VisibilityIcon()
	told := kit.Wide(kit.Muted(lang.L("A simulated tenant opens in a window of its own. Nothing of it stays.")), stepsWide*theme.TextSize()/13-demo.MinSize().Width-theme.Padding())
	look := container.NewVBox(kit.Gap(3), container.NewHBox(container.NewCenter(demo), told))
	kit.Reveal(h.ShowDemo != nil, look)
	title := kit.Heading(lang.L("Keep a local copy of your Entra ID tenants"))
	title.Truncation = fyne.TextTruncateOff
	flush := container.New(layout.NewCustomPaddedLayout(0, 0, -theme.InnerPadding(), 0), title)
	box := container.NewVBox(flush, kit.Gap(3), s.profile.content, kit.Gap(2), s.tenant.content, kit.Gap(2), watch.content, look)
	s.content = container.NewCenter(container.NewGridWrap(fyne.NewSize(stepsWide*theme.TextSize()/13, box.MinSize().Height), box))
	s.content.Hide()
	return s
}

// demoRest is about how long a demo takes to appear.
const demoRest = 5 * time.Second

func newStep(n int, what, why string) *step {
	s := &step{number: widget.NewLabelWithStyle(strconv.Itoa(n), fyne.TextAlignCenter, fyne.TextStyle{Bold: true}), done: widget.NewIcon(apptheme.Signs().Good)}
	s.done.Hide()
	text := kit.Muted(why)
	text.Wrapping = fyne.TextWrapWord
	text.Resize(fyne.NewSize(480*theme.TextSize()/13, 0))
	s.do = kit.NewButton("", nil)
	s.do.Hide()
	mark := container.NewGridWrap(fyne.NewSquareSize(2*theme.IconInlineSize()), container.NewStack(s.number, container.NewPadded(s.done)))
	words := container.New(kit.TightLines{}, widget.NewLabelWithStyle(what, fyne.TextAlignLeading, fyne.TextStyle{Bold: true}), text)
	s.content = kit.Card(container.NewBorder(nil, nil, container.NewCenter(mark), container.NewPadded(container.NewCenter(s.do)), words))
	return s
}

// offer gives the step a button.
func (s *step) offer(text string, do func()) {
	s.do.Text, s.do.OnTapped = text, do
}

// is shows whether the step is done, or the next to do.
func (s *step) is(done, next bool) {
	kit.Reveal(!done, s.number)
	kit.Reveal(done, s.done)
	kit.Reveal(next, s.do)
	s.do.Important(widget.HighImportance).Refresh()
}

// show takes how far things are.
func (s *firstSteps) show(needed, hasProfile bool) {
	kit.Reveal(needed, s.content)
	if needed {
		s.profile.is(hasProfile, !hasProfile)
		s.tenant.is(false, hasProfile)
		s.content.Refresh()
	}
}
