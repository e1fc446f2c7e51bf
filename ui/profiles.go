package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// profilesPage is the table of all credential profiles.
type profilesPage struct {
	desk     *desk
	grid     *table.Grid[entra.Profile]
	question latest
}

func newProfilesPage(d *desk) *profilesPage {
	p := &profilesPage{desk: d}
	p.grid = table.New(func(p entra.Profile) string { return p.ID },
		table.Column[entra.Profile]{Key: "name", Title: lang.L("Name"), Width: 150, Grow: true, Text: func(p entra.Profile) string { return p.Name }},
		table.Column[entra.Profile]{Key: "description", Title: lang.X("profile description", "Description"), Width: 200, Grow: true, Text: func(p entra.Profile) string { return p.Description }},
		table.Column[entra.Profile]{Key: "credentials", Title: lang.L("Credentials"), Width: 90, Align: fyne.TextAlignTrailing,
			Text: func(p entra.Profile) string { return phrase.Number(int64(len(p.Credentials))) }},
		table.Column[entra.Profile]{Key: "expires", Title: lang.L("Expires"), Width: 150, Text: func(p entra.Profile) string { return expiry(soonest(p), d.now()) },
			Icon: func(p entra.Profile) fyne.Resource { return expirySign(soonest(p), d.now()) }},
		table.Column[entra.Profile]{Key: "tenants", Title: lang.L("Used by"), Width: 200, Grow: true,
			Text: func(p entra.Profile) string { return strings.Join(p.Tenants, ", ") }})
	rememberWidths(d, "profiles", p.grid)
	p.grid.OnOpen = func(q entra.Profile) { d.open(profileNode(q.ID)) }
	p.grid.SetState(table.State{Title: lang.L("Loading…")})
	p.refresh()
	return p
}

func (p *profilesPage) content() fyne.CanvasObject {
	add := newButton(lang.L("Add a credential profile"), func() { p.desk.add(credentialProfile) })
	add.Icon = theme.ContentAddIcon()
	return container.NewBorder(pageTitle(lang.L("Credential Profiles"), add), nil, nil, nil, p.grid)
}

func (p *profilesPage) refresh() { keepUp(p.desk.crew, &p.question, p.desk.store.Profiles, p.show) }
func (p *profilesPage) leave()   { p.question.drop() }

func (p *profilesPage) show(profiles []entra.Profile, err error) {
	switch {
	case err != nil:
		p.grid.SetState(troubleState(err, p.refresh))
	case len(profiles) == 0:
		p.grid.SetState(table.State{Icon: signs().key, Title: lang.L("No credential profiles yet"),
			Text:   lang.L("A credential profile holds how to sign in to a tenant: a client secret, a certificate …"),
			Action: lang.L("Add a credential profile"), Do: func() { p.desk.add(credentialProfile) }})
	default:
		p.grid.SetRows(profiles)
	}
}
