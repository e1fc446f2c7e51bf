package help

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/updates"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// updateSection switches on that somebody is asked for newer versions, and says
// what came of it.
type updateSection struct {
	host     *host.Host
	on       *kit.CheckField
	address  *kit.TextField
	wrong    *widget.Label
	state    *widget.Label
	news     *kit.Button
	choice   updates.Choice // that is stored
	question tasks.Latest
	found    *updates.Release
}

func newUpdateSection(h *host.Host) *updateSection {
	s := &updateSection{host: h, wrong: kit.NewComplaint(), state: kit.Cut(kit.Muted(""))}
	s.on = kit.NewCheckField(lang.L("Look for newer versions, once a day"), false, func(bool) { s.apply() })
	s.address = kit.NewTextField("", updates.DefaultAddress)
	s.address.Entered = s.apply // not what is half typed: it would be asked
	s.news = kit.NewButton(lang.L("What is new…"), func() { ShowRelease(h, *s.found) })
	s.news.Hide()
	kit.Enable(s.possible(), s.on)
	kit.Enable(s.possible(), s.address)
	return s
}

func (s *updateSection) possible() bool { return s.host.Updates != nil && s.host.Updates.Possible() }

func (s *updateSection) content() fyne.CanvasObject {
	box := container.NewVBox(kit.CheckLine(s.on), kit.Fields(lang.L("Address"), container.NewVBox(s.address, s.wrong)),
		container.NewBorder(nil, nil, nil, s.news, s.state))
	switch {
	case s.host.Updates == nil:
		box.Add(kit.Muted(lang.L("The demo looks for none.")))
	case !s.possible():
		box.Add(kit.Muted(lang.L("This build has no version that others could be newer than.")))
	default:
		box.Add(kit.Muted(lang.L("One signed file is read, and nothing told. Nothing is installed.")))
	}
	return box
}

// apply stores what is chosen, if it can be used. Somebody who was not asked in
// the last day is asked at once, where it is switched on.
func (s *updateSection) apply() {
	chosen := updates.Choice{On: s.on.Checked, Address: s.address.Text}
	if chosen == s.choice {
		return
	}
	s.host.Act(func(ctx context.Context) error { return s.host.Updates.Choose(ctx, chosen) }, func(err error) {
		kit.Complain(s.wrong, "")
		if err != nil {
			e := entra.AsError(err)
			kit.Complain(s.wrong, wording.Sentences(e.Why, e.Remedy))
			return
		}
		s.choice = chosen
		s.host.LookForUpdates()
		s.refresh()
	})
}

// refresh shows how it stands.
func (s *updateSection) refresh() {
	if !s.possible() {
		return
	}
	tasks.Ask(s.host.Group, &s.question, s.host.Updates.Status, func(now updates.Status, err error) {
		if err != nil {
			return
		}
		s.choice, s.found = now.Choice, now.Found
		if s.on.Checked != now.On {
			s.on.Checked = now.On
			s.on.Refresh()
		}
		if s.address.Text != now.Address && s.wrong.Hidden && s.host.Window.Canvas().Focused() != s.address {
			s.address.Text = now.Address
			s.address.Refresh()
		}
		kit.SetText(s.state, s.says(now))
		kit.Reveal(now.Found != nil, s.news)
	})
}

// says is the status in words.
func (s *updateSection) says(now updates.Status) string {
	ago := phrase.Ago(now.Asked, s.host.Now())
	switch {
	case now.Found != nil:
		return lang.L("Version {{.Version}} can be had.", map[string]any{"Version": now.Found.Version})
	case !now.On:
		return lang.L("Nobody is asked.")
	case now.Asked.IsZero():
		return lang.L("Nobody was asked yet.")
	case now.Trouble != "":
		return lang.L("Asked {{.Ago}}, without an answer that counts: {{.Why}}", map[string]any{"Ago": ago, "Why": wording.Say(now.Trouble)})
	case now.Unanswered:
		return lang.L("Asked {{.Ago}}; nobody answered.", map[string]any{"Ago": ago})
	}
	return lang.L("Asked {{.Ago}}; none is known of.", map[string]any{"Ago": ago})
}

// ShowRelease tells what is new in a release, and leads to where it can be had.
func ShowRelease(h *host.Host, r updates.Release) {
	notes := container.NewVScroll(kit.Paragraph(r.Notes))
	notes.SetMinSize(fyne.NewSize(0, 240))
	kit.AskUser(h.Window, lang.L("Version {{.Version}}", map[string]any{"Version": r.Version}), notes,
		kit.Choice{Text: lang.L("Open its page"), Do: func() { h.OpenOutside(r.Page) }},
		kit.Choice{Text: lang.L("Close"), Rank: widget.HighImportance})
}

func (s *updateSection) leave() { s.question.Drop() }
