package ui

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// profilePage is one credential profile: its credentials in the order in which
// they are tried, and the tenants that use it.
type profilePage struct {
	desk     *desk
	profile  entra.Profile
	question latest
	usedBy   *widget.Label
	remove   *button
	grid     *table.Grid[entra.Credential]
	detach   *button // removes the selected credential
}

func newProfilePage(d *desk, profile entra.Profile) *profilePage {
	p := &profilePage{desk: d, profile: profile, usedBy: cut(muted(""))}
	p.remove = newButton(lang.L("Delete"), p.askRemove)
	p.remove.Icon = theme.DeleteIcon()
	p.detach = newButton(lang.L("Remove"), p.askDetach)
	p.grid = table.New(func(c entra.Credential) string { return c.ID },
		table.Column[entra.Credential]{Key: "index", Title: lang.L("Order"), Width: 60, Align: fyne.TextAlignTrailing, Text: credentialOrder},
		table.Column[entra.Credential]{Key: "kind", Title: lang.L("Kind"), Width: 160, Grow: true, Text: func(c entra.Credential) string { return kindLabel(c.Kind) }},
		table.Column[entra.Credential]{Key: "client", Title: lang.L("Application (client) ID"), Width: 290, Grow: true, Text: func(c entra.Credential) string { return c.ClientID }},
		table.Column[entra.Credential]{Key: "expires", Title: lang.L("Expires"), Width: 150, Text: p.expiry, Icon: p.expirySign})
	p.grid.OnSelect = func(entra.Credential) { enable(true, p.detach) }
	p.show(profile, nil)
	return p
}

func (p *profilePage) content() fyne.CanvasObject {
	top := card(container.NewVBox(container.NewBorder(nil, nil, nil, p.remove, heading(p.profile.Name)), cut(muted(p.profile.Description)), p.usedBy))
	add := newButton(lang.L("Add a credential"), p.addCredential)
	add.Icon = theme.ContentAddIcon()
	bar := container.NewBorder(nil, nil, subheading(lang.L("Credentials, tried in this order")), container.NewHBox(add, p.detach))
	return container.NewBorder(container.NewVBox(top, gap(1), bar), nil, nil, nil, p.grid)
}

func (p *profilePage) refresh() {
	ask(p.desk.crew, &p.question, func(ctx context.Context) (entra.Profile, error) {
		return p.desk.store.Profile(ctx, p.profile.Name)
	}, p.show)
}

func (p *profilePage) leave() { p.question.drop() }

func (p *profilePage) show(profile entra.Profile, err error) {
	if err != nil {
		return // it is gone; the tree leads away
	}
	p.profile = profile
	used := lang.L("not used by any tenant")
	if len(profile.Tenants) > 0 {
		used = lang.L("used by {{.Tenants}}", map[string]any{"Tenants": strings.Join(profile.Tenants, ", ")})
	}
	setText(p.usedBy, used)
	if len(profile.Credentials) == 0 {
		p.grid.SetState(table.State{Icon: signs().key, Title: lang.L("No credentials yet"), Text: lang.L("Add a client secret or a certificate of an app registration."),
			Action: lang.L("Add a credential"), Do: p.addCredential})
	} else {
		p.grid.SetRows(profile.Credentials)
	}
	_, selected := p.grid.Selected()
	enable(selected, p.detach)
}

func credentialOrder(c entra.Credential) string { return phrase.Number(int64(c.Index)) }

func (p *profilePage) expiry(c entra.Credential) string {
	switch {
	case c.Lost:
		return lang.L("secret lost, add it anew")
	case c.Expires.IsZero():
		return lang.L("unknown")
	}
	return c.Expires.Local().Format("2 Jan 2006")
}

func (p *profilePage) expirySign(c entra.Credential) fyne.Resource {
	left := c.Expires.Sub(p.desk.now())
	switch {
	case c.Lost || (!c.Expires.IsZero() && left < 0):
		return signs().bad
	case !c.Expires.IsZero() && left < 30*24*time.Hour:
		return signs().warning
	}
	return nil
}

func (p *profilePage) addCredential() {
	form := newCredentialForm(p.desk.window, nil)
	askUser(p.desk.window, lang.L("Add a credential"), container.New(widthLayout(460), form.content()),
		choice{text: lang.L("Add"), rank: widget.HighImportance, do: func() { p.storeCredential(form.material()) }},
		choice{text: lang.L("Cancel")})
}

func (p *profilePage) storeCredential(m syncer.Material) {
	p.desk.act(func(ctx context.Context) error {
		return syncer.AddCredential(ctx, p.desk.store, p.desk.keeper, p.profile.Name, m)
	}, p.done)
}

func (p *profilePage) done(err error) {
	if err != nil {
		p.desk.failed(err)
		return
	}
	p.desk.changed()
}

func (p *profilePage) askDetach() {
	c, ok := p.grid.Selected()
	if !ok {
		return
	}
	askUser(p.desk.window, lang.L("Remove the credential"), paragraph(lang.L("Remove this credential from {{.Profile}}? Its secret is forgotten.", map[string]any{"Profile": p.profile.Name})),
		choice{text: lang.L("Remove"), rank: widget.DangerImportance, do: func() {
			p.desk.act(func(ctx context.Context) error { return p.desk.store.RemoveCredential(ctx, p.profile.Name, c.Index) }, p.done)
		}},
		choice{text: lang.L("Cancel")})
}

func (p *profilePage) askRemove() {
	askUser(p.desk.window, lang.L("Delete Credential Profile"), paragraph(lang.L("Delete {{.Profile}} with its credentials?", map[string]any{"Profile": p.profile.Name})),
		choice{text: lang.L("Delete"), rank: widget.DangerImportance, do: func() {
			p.desk.act(func(ctx context.Context) error { return p.desk.store.RemoveProfile(ctx, p.profile.Name) }, p.done)
		}},
		choice{text: lang.L("Cancel")})
}
