package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

// profilePage is one credential profile: its credentials in the order in which
// they are tried, and the tenants that use it.
type profilePage struct {
	desk        *desk
	profile     entra.Profile
	question    latest
	title       *widget.RichText
	description *widget.Label
	usedBy      *widget.Label
	edit        *button
	remove      *button
	grid        *table.Grid[entra.Credential]

	signIn, replace, up, down, detach *button // of the selected credential
}

func newProfilePage(d *desk, profile entra.Profile) *profilePage {
	p := &profilePage{desk: d, profile: profile, title: heading(profile.Name), description: cut(muted("")), usedBy: cut(muted(""))}
	icon := func(b *button, r fyne.Resource) *button { b.Icon = r; return b }
	p.edit = icon(newButton(lang.L("Edit"), p.askEdit), theme.DocumentCreateIcon())
	p.remove = icon(newButton(lang.L("Delete"), p.askRemove), theme.DeleteIcon())
	p.signIn = newButton(lang.L("Sign in…"), p.signInSelected)
	p.replace = newButton(lang.L("Replace"), p.askReplace)
	p.up = icon(newButton("", func() { p.move(-1) }), theme.MenuDropUpIcon())
	p.down = icon(newButton("", func() { p.move(1) }), theme.MenuDropDownIcon())
	p.detach = newButton(lang.L("Remove"), p.askDetach)
	p.grid = table.New(func(c entra.Credential) string { return c.ID },
		table.Column[entra.Credential]{Key: "index", Title: lang.L("Order"), Width: 60, Align: fyne.TextAlignTrailing, Text: credentialOrder},
		table.Column[entra.Credential]{Key: "kind", Title: lang.L("Kind"), Width: 160, Grow: true, Text: func(c entra.Credential) string { return kindLabel(c.Kind) }},
		table.Column[entra.Credential]{Key: "client", Title: lang.L("Application (client) ID"), Width: 290, Grow: true, Text: func(c entra.Credential) string { return c.ClientID }},
		table.Column[entra.Credential]{Key: "expires", Title: lang.L("Expires"), Width: 170,
			Text: func(c entra.Credential) string { return expiry(c, d.now()) }, Icon: func(c entra.Credential) fyne.Resource { return expirySign(c, d.now()) }})
	rememberWidths(d, "credentials", p.grid)
	p.grid.OnSelect = func(entra.Credential) { p.offer() }
	p.show(profile, nil)
	p.refresh()
	return p
}

func (p *profilePage) content() fyne.CanvasObject {
	buttons := container.NewHBox(p.edit, p.remove)
	top := card(container.NewVBox(container.NewBorder(nil, nil, nil, buttons, p.title), p.description, p.usedBy))
	add := newButton(lang.L("Add a credential"), p.askAdd)
	add.Icon = theme.ContentAddIcon()
	bar := container.NewBorder(nil, nil, subheading(lang.L("Credentials, tried in this order")), container.NewHBox(add, p.signIn, p.replace, p.up, p.down, p.detach))
	return container.NewBorder(container.NewVBox(top, gap(1), bar), nil, nil, nil, p.grid)
}

// offer enables what can be done with the selected credential.
func (p *profilePage) offer() {
	c, selected := p.grid.Selected()
	reveal(selected && c.Kind.Person() && len(p.profile.Tenants) > 0, p.signIn)
	enable(selected, p.replace)
	enable(selected, p.detach)
	enable(selected && c.Index > 1, p.up)
	enable(selected && c.Index < len(p.profile.Credentials), p.down)
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
	setHeading(p.title, profile.Name)
	setText(p.description, profile.Description)
	reveal(profile.Description != "", p.description)
	setText(p.usedBy, used)
	if len(profile.Credentials) == 0 {
		p.grid.SetState(table.State{Icon: signs().key, Title: lang.L("No credentials yet"), Text: lang.L("Add a client secret or a certificate of an app registration."),
			Action: lang.L("Add a credential"), Do: p.askAdd})
	} else {
		p.grid.SetRows(profile.Credentials)
	}
	p.offer()
}

func credentialOrder(c entra.Credential) string { return phrase.Number(int64(c.Index)) }

// signInSelected signs a person in with the selected credential.
func (p *profilePage) signInSelected() {
	if c, ok := p.grid.Selected(); ok {
		p.signInWith(func(entra.Profile) string { return c.ID })
	}
}

// signInWith signs a person in for the first tenant that uses the profile, with
// one of its credentials as they are stored now. Other tenants that the same
// person may read take the sign-in over.
func (p *profilePage) signInWith(which func(entra.Profile) string) {
	var profile entra.Profile
	var tenant entra.Tenant
	p.desk.act(func(ctx context.Context) (err error) {
		if profile, err = p.desk.store.Profile(ctx, p.profile.Name); err == nil && len(profile.Tenants) > 0 {
			tenant, err = p.desk.store.Tenant(ctx, profile.Tenants[0])
		}
		return err
	}, func(err error) {
		switch {
		case err != nil:
			p.desk.failed(err)
		case tenant.Name != "":
			p.desk.signIn(tenant, which(profile))
		}
	})
}

func (p *profilePage) askAdd() {
	profile := p.profile.Name
	p.askCredential(lang.L("Add a credential"), lang.L("Add"), nil, func(ctx context.Context, m signin.Material) error {
		return p.desk.engine.AddCredential(ctx, profile, m)
	})
}

// added asks for the sign-in that a credential just added at the end takes.
func (p *profilePage) added(kind entra.Kind) {
	p.desk.changed()
	if kind.Person() {
		p.signInWith(func(stored entra.Profile) string { return stored.Credentials[len(stored.Credentials)-1].ID })
	}
}

// askReplace takes a new secret, or another credential, for the selected place.
func (p *profilePage) askReplace() {
	c, ok := p.grid.Selected()
	if !ok {
		return
	}
	place := signin.Place{Profile: p.profile.ID, Credential: c.ID}
	p.askCredential(lang.L("Replace the credential"), lang.L("Replace"), &c, func(ctx context.Context, m signin.Material) error {
		return p.desk.engine.ReplaceCredential(ctx, place, m)
	})
}

func (p *profilePage) askCredential(title, submit string, old *entra.Credential, keep func(context.Context, signin.Material) error) {
	f := &formDialog{title: title, submit: submit, done: p.desk.changed}
	form := newCredentialForm(p.desk.window, f.check)
	if old != nil {
		form.replacing(*old)
	} else {
		f.done = func() { p.added(form.chosen()) }
	}
	f.fields, f.valid = form.content(), form.complete
	f.work = func(ctx context.Context) error { return keep(ctx, form.material()) }
	f.open(p.desk)
}

// askEdit takes another name and description.
func (p *profilePage) askEdit() {
	name, description := newTextField(p.profile.Name, ""), newTextField(p.profile.Description, "")
	f := &formDialog{title: lang.L("Edit the profile"), submit: lang.L("Save"),
		fields: fields(lang.L("Name"), name, lang.X("profile description", "Description"), description)}
	name.OnChanged = func(string) { f.check() }
	description.OnChanged = name.OnChanged
	f.valid = func() bool {
		typed := strings.TrimSpace(name.Text)
		return typed != "" && (typed != p.profile.Name || strings.TrimSpace(description.Text) != p.profile.Description)
	}
	f.work = func(ctx context.Context) error {
		return p.desk.engine.SetProfile(ctx, p.profile.Name, name.Text, strings.TrimSpace(description.Text))
	}
	f.done = func() {
		p.profile.Name = strings.TrimSpace(name.Text)
		p.desk.changed()
	}
	f.open(p.desk)
}

// move changes the order of the selected credential by one.
func (p *profilePage) move(by int) {
	c, ok := p.grid.Selected()
	if !ok {
		return
	}
	p.desk.act(func(ctx context.Context) error {
		return p.desk.engine.MoveCredential(ctx, p.profile.Name, c.Index, c.Index+by)
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
			p.desk.act(func(ctx context.Context) error { return p.desk.engine.RemoveCredential(ctx, p.profile.Name, c.Index) }, p.done)
		}},
		choice{text: lang.L("Cancel")})
}

func (p *profilePage) askRemove() {
	if len(p.profile.Tenants) > 0 {
		askUser(p.desk.window, lang.L("Delete Credential Profile"), paragraph(lang.L("{{.Profile}} can't be deleted while these tenants use it: {{.Tenants}}. Give them another profile first.",
			map[string]any{"Profile": p.profile.Name, "Tenants": strings.Join(p.profile.Tenants, ", ")})), choice{text: lang.L("Close"), rank: widget.HighImportance})
		return
	}
	askUser(p.desk.window, lang.L("Delete Credential Profile"), paragraph(lang.L("Delete {{.Profile}} with its credentials?", map[string]any{"Profile": p.profile.Name})),
		choice{text: lang.L("Delete"), rank: widget.DangerImportance, do: func() {
			p.desk.act(func(ctx context.Context) error { return p.desk.engine.RemoveProfile(ctx, p.profile.Name) }, p.done)
		}},
		choice{text: lang.L("Cancel")})
}
