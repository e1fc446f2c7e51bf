package profile

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// List is the table of all credential profiles.
type List struct {
	lists.Filtered[entra.Profile]
	question tasks.Latest
}

// NewList makes the table.
func NewList(h *host.Host) *List {
	p := &List{}
	p.Filtered = lists.Filtered[entra.Profile]{Host: h, Sum: sumProfiles, Hint: lang.L("Enter opens"),
		Texts: func(p entra.Profile) []string { return append([]string{p.Name, p.Description}, p.Tenants...) }}
	p.Grid = table.New(func(p entra.Profile) string { return p.ID },
		table.Column[entra.Profile]{Key: "name", Title: lang.L("Name"), Width: 110, Grow: true, Text: func(p entra.Profile) string { return p.Name }},
		table.Column[entra.Profile]{Key: "description", Title: lang.X("profile description", "Description"), Width: 250, Grow: true, Text: func(p entra.Profile) string { return p.Description }},
		table.Column[entra.Profile]{Key: "credentials", Title: lang.L("Credentials"), Width: 112, Align: fyne.TextAlignTrailing,
			Text: func(p entra.Profile) string { return phrase.Number(int64(len(p.Credentials))) }},
		table.Column[entra.Profile]{Key: "expires", Keep: true, Title: lang.L("Expires"), Width: 150, Text: func(p entra.Profile) string { return labels.Expiry(labels.Soonest(p), h.Now()) },
			Icon: func(p entra.Profile) fyne.Resource { return labels.ExpirySign(labels.Soonest(p), h.Now()) }},
		table.Column[entra.Profile]{Key: "tenants", Title: lang.L("Used by"), Width: 200, Grow: true,
			Text: func(p entra.Profile) string { return strings.Join(p.Tenants, ", ") }})
	lists.RememberColumns(h, "profiles", p.Grid)
	p.Grid.OnOpen = func(q entra.Profile) { h.Open(host.ToProfile(q.ID)) }
	return p
}

// Content is the table under its title.
func (p *List) Content() fyne.CanvasObject {
	defer p.Refresh()
	return p.Build(lang.L("Credential Profiles"), kit.NewButton(lang.L("Add a credential profile"), func() { p.Host.Add(host.CredentialProfile) }))
}

// sumProfiles counts the profiles in a line, and names the one whose credential
// ends first.
func sumProfiles(profiles []entra.Profile) string {
	credentials, first, of := 0, entra.Credential{}, ""
	for _, p := range profiles {
		credentials += len(p.Credentials)
		if c := labels.Soonest(p); !c.Expires.IsZero() && (first.Expires.IsZero() || c.Expires.Before(first.Expires)) {
			first, of = c, p.Name
		}
	}
	text := lang.L("Profiles: {{.Count}} · credentials: {{.Credentials}}", map[string]any{
		"Count": phrase.Number(int64(len(profiles))), "Credentials": phrase.Number(int64(credentials))})
	if of != "" {
		text += " · " + lang.L("first to end: {{.Name}}, {{.Date}}", map[string]any{"Name": of, "Date": labels.Date(first.Expires)})
	}
	return text
}

// Refresh reads the profiles anew.
func (p *List) Refresh() { tasks.KeepUp(p.Host.Group, &p.question, p.Host.Store.Profiles, p.list) }

// Leave forgets what is being asked.
func (p *List) Leave() { p.question.Drop() }

func (p *List) list(profiles []entra.Profile, err error) {
	switch {
	case err != nil:
		p.Say(kit.TroubleState(err, p.Refresh))
	case len(profiles) == 0:
		p.Say(table.State{Icon: apptheme.Signs().Key, Title: lang.L("No credential profiles yet"),
			Text:   lang.L("A credential profile holds how to sign in to a tenant: a client secret, a certificate …"),
			Action: lang.L("Add a credential profile"), Do: func() { p.Host.Add(host.CredentialProfile) }})
	default:
		p.Show(profiles)
	}
}
