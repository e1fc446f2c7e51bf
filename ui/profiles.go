package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// profilesPage is the table of all credential profiles.
type profilesPage struct {
	roster[entra.Profile]
	question latest
}

func newProfilesPage(d *desk) *profilesPage {
	p := &profilesPage{}
	p.roster = roster[entra.Profile]{desk: d, sum: sumProfiles, hint: lang.L("Enter opens"),
		texts: func(p entra.Profile) []string { return append([]string{p.Name, p.Description}, p.Tenants...) }}
	p.grid = table.New(func(p entra.Profile) string { return p.ID },
		table.Column[entra.Profile]{Key: "name", Title: lang.L("Name"), Width: 110, Grow: true, Text: func(p entra.Profile) string { return p.Name }},
		table.Column[entra.Profile]{Key: "description", Title: lang.X("profile description", "Description"), Width: 250, Grow: true, Text: func(p entra.Profile) string { return p.Description }},
		table.Column[entra.Profile]{Key: "credentials", Title: lang.L("Credentials"), Width: 112, Align: fyne.TextAlignTrailing,
			Text: func(p entra.Profile) string { return phrase.Number(int64(len(p.Credentials))) }},
		table.Column[entra.Profile]{Key: "expires", Title: lang.L("Expires"), Width: 150, Text: func(p entra.Profile) string { return expiry(soonest(p), d.now()) },
			Icon: func(p entra.Profile) fyne.Resource { return expirySign(soonest(p), d.now()) }},
		table.Column[entra.Profile]{Key: "tenants", Title: lang.L("Used by"), Width: 200, Grow: true,
			Text: func(p entra.Profile) string { return strings.Join(p.Tenants, ", ") }})
	rememberWidths(d, "profiles", p.grid)
	p.grid.OnOpen = func(q entra.Profile) { d.open(profileNode(q.ID)) }
	return p
}

func (p *profilesPage) content() fyne.CanvasObject {
	defer p.refresh()
	return p.build(lang.L("Credential Profiles"), newButton(lang.L("Add a credential profile"), func() { p.desk.add(credentialProfile) }))
}

// sumProfiles counts the profiles in a line, and names the one whose credential
// ends first.
func sumProfiles(profiles []entra.Profile) string {
	credentials, first, of := 0, entra.Credential{}, ""
	for _, p := range profiles {
		credentials += len(p.Credentials)
		if c := soonest(p); !c.Expires.IsZero() && (first.Expires.IsZero() || c.Expires.Before(first.Expires)) {
			first, of = c, p.Name
		}
	}
	text := lang.L("Profiles: {{.Count}} · credentials: {{.Credentials}}", map[string]any{
		"Count": phrase.Number(int64(len(profiles))), "Credentials": phrase.Number(int64(credentials))})
	if of != "" {
		text += " · " + lang.L("first to end: {{.Name}}, {{.Date}}", map[string]any{"Name": of, "Date": date(first.Expires)})
	}
	return text
}

func (p *profilesPage) refresh() { keepUp(p.desk.crew, &p.question, p.desk.store.Profiles, p.list) }
func (p *profilesPage) leave()   { p.question.drop() }

func (p *profilesPage) list(profiles []entra.Profile, err error) {
	switch {
	case err != nil:
		p.say(troubleState(err, p.refresh))
	case len(profiles) == 0:
		p.say(table.State{Icon: signs().key, Title: lang.L("No credential profiles yet"),
			Text:   lang.L("A credential profile holds how to sign in to a tenant: a client secret, a certificate …"),
			Action: lang.L("Add a credential profile"), Do: func() { p.desk.add(credentialProfile) }})
	default:
		p.show(profiles)
	}
}
