package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// firstSteps is the overview before there is a tenant: what to do, in order.
type firstSteps struct {
	content fyne.CanvasObject
	profile *step
	tenant  *step
}

// step is one thing to do.
type step struct {
	content fyne.CanvasObject
	number  *widget.Label
	done    *widget.Icon
	do      *button
}

func newFirstSteps(d *desk) *firstSteps {
	s := &firstSteps{
		profile: newStep(1, lang.L("Add a credential profile"), lang.L("How to sign in: the client secret or certificate of an app registration that may read your tenant.")),
		tenant:  newStep(2, lang.L("Add a tenant"), lang.L("Its users, groups and devices are read once, and kept in sync from then on.")),
	}
	watch := newStep(3, lang.L("See what changes"), lang.L("Every sync and every change is kept here, for longer than Entra ID keeps them."))
	s.profile.offer(lang.L("Add a credential profile"), func() { d.add(credentialProfile) })
	s.tenant.offer(lang.L("Add a tenant"), func() { d.add(entraIDSync) })
	title := heading(lang.L("Keep a local copy of your Entra ID tenants"))
	title.Truncation = fyne.TextTruncateOff
	flush := container.New(layout.NewCustomPaddedLayout(0, 0, -theme.InnerPadding(), 0), title)
	box := container.NewVBox(flush, gap(3), s.profile.content, gap(2), s.tenant.content, gap(2), watch.content)
	s.content = container.NewCenter(container.NewGridWrap(fyne.NewSize(560*theme.TextSize()/13, box.MinSize().Height), box))
	s.content.Hide()
	return s
}

func newStep(n int, what, why string) *step {
	s := &step{number: widget.NewLabelWithStyle(strconv.Itoa(n), fyne.TextAlignCenter, fyne.TextStyle{Bold: true}), done: widget.NewIcon(signs().good)}
	s.done.Hide()
	text := muted(why)
	text.Wrapping = fyne.TextWrapWord
	text.Resize(fyne.NewSize(480*theme.TextSize()/13, 0))
	s.do = newButton("", nil)
	s.do.Hide()
	mark := container.NewGridWrap(fyne.NewSquareSize(2*theme.IconInlineSize()), container.NewStack(s.number, container.NewPadded(s.done)))
	words := container.New(tightLines{}, widget.NewLabelWithStyle(what, fyne.TextAlignLeading, fyne.TextStyle{Bold: true}), text)
	s.content = card(container.NewBorder(nil, nil, container.NewCenter(mark), container.NewPadded(container.NewCenter(s.do)), words))
	return s
}

// offer gives the step a button.
func (s *step) offer(text string, do func()) {
	s.do.Text, s.do.OnTapped = text, do
}

// is shows whether the step is done, or the next to do.
func (s *step) is(done, next bool) {
	reveal(!done, s.number)
	reveal(done, s.done)
	reveal(next, s.do)
	s.do.important(widget.HighImportance).Refresh()
}

// show takes how far things are.
func (s *firstSteps) show(needed, hasProfile bool) {
	reveal(needed, s.content)
	if needed {
		s.profile.is(hasProfile, !hasProfile)
		s.tenant.is(false, hasProfile)
		s.content.Refresh()
	}
}
