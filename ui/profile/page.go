package profile

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
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Page is one credential profile: its credentials in the order in which
// they are tried, and the tenants that use it.
type Page struct {
	host.Plain
	host        *host.Host
	profile     entra.Profile
	question    tasks.Latest
	title       *widget.RichText
	description *widget.Label
	usedBy      *widget.Label
	edit        *kit.Button
	remove      *kit.Button
	grid        *table.Grid[entra.Credential]

	signIn, replace, ending, up, down, detach *kit.Button // of the selected credential
}

// New makes the page of a profile.
func New(h *host.Host, profile entra.Profile) *Page {
	p := &Page{host: h, profile: profile, title: kit.Heading(profile.Name), description: kit.Cut(kit.Muted("")), usedBy: kit.Cut(kit.Muted(""))}
	icon := func(b *kit.Button, r fyne.Resource) *kit.Button { b.Icon = r; return b }
	p.edit = icon(kit.NewButton(lang.L("Edit"), p.askEdit), theme.DocumentCreateIcon())
	p.remove = icon(kit.NewButton(lang.L("Delete"), p.askRemove), theme.DeleteIcon())
	p.signIn = kit.NewButton(lang.L("Sign in…"), p.signInSelected)
	p.replace = kit.NewButton(lang.L("Replace"), p.askReplace)
	p.ending = kit.NewButton(lang.L("Its end…"), func() {
		if c, ok := p.grid.Selected(); ok {
			access.AskEnd(p.host, c)
		}
	})
	p.up = icon(kit.NewButton("", func() { p.move(-1) }), theme.MenuDropUpIcon())
	p.down = icon(kit.NewButton("", func() { p.move(1) }), theme.MenuDropDownIcon())
	p.detach = kit.NewButton(lang.L("Remove"), p.askDetach)
	p.grid = table.New(func(c entra.Credential) string { return c.ID },
		table.Column[entra.Credential]{Key: "index", Title: lang.L("Order"), Width: 60, Align: fyne.TextAlignTrailing, Text: credentialOrder},
		table.Column[entra.Credential]{Key: "kind", Title: lang.L("Kind"), Width: 160, Grow: true, Text: func(c entra.Credential) string { return labels.Kind(c.Kind) }},
		table.Column[entra.Credential]{Key: "client", Title: lang.L("Application (client) ID"), Width: 290, Grow: true, Text: func(c entra.Credential) string { return c.ClientID }},
		table.Column[entra.Credential]{Key: "expires", Keep: true, Title: lang.L("Expires"), Width: 170,
			Text: func(c entra.Credential) string { return labels.Expiry(c, h.Now()) }, Icon: func(c entra.Credential) fyne.Resource { return labels.ExpirySign(c, h.Now()) }})
	lists.RememberColumns(h, "credentials", p.grid)
	p.grid.OnSelect = func(entra.Credential) { p.offer() }
	p.show(profile, nil)
	p.Refresh()
	return p
}

// Content is the box with the name, over the credentials.
func (p *Page) Content() fyne.CanvasObject {
	buttons := kit.Flow(p.edit, p.remove)
	top := kit.Card(container.NewVBox(kit.Beside(p.title, buttons), p.description, p.usedBy))
	add := kit.NewButton(lang.L("Add a credential"), p.askAdd)
	add.Icon = theme.ContentAddIcon()
	bar := kit.Beside(kit.Subheading(lang.L("Credentials, tried in this order")), kit.Flow(add, p.signIn, p.replace, p.ending, p.up, p.down, p.detach))
	return container.NewBorder(container.NewVBox(top, kit.Gap(1), bar), nil, nil, nil, p.grid)
}

// offer enables what can be done with the selected credential.
func (p *Page) offer() {
	c, selected := p.grid.Selected()
	kit.Reveal(selected && c.Kind.Person() && len(p.profile.Tenants) > 0, p.signIn)
	kit.Reveal(selected && c.Kind == entra.ClientSecret, p.ending)
	kit.Enable(selected, p.replace)
	kit.Enable(selected, p.detach)
	kit.Enable(selected && c.Index > 1, p.up)
	kit.Enable(selected && c.Index < len(p.profile.Credentials), p.down)
}

// Refresh reads the profile anew.
func (p *Page) Refresh() {
	tasks.Ask(p.host.Group, &p.question, func(ctx context.Context) (entra.Profile, error) {
		return p.host.Store.Profile(ctx, p.profile.Name)
	}, p.show)
}

// Leave forgets what is being asked.
func (p *Page) Leave() { p.question.Drop() }

func (p *Page) show(profile entra.Profile, err error) {
	if err != nil {
		return // it is gone; the tree leads away
	}
	p.profile = profile
	used := lang.L("not used by any tenant")
	if len(profile.Tenants) > 0 {
		used = lang.L("used by {{.Tenants}}", map[string]any{"Tenants": named(profile.Tenants)})
	}
	kit.SetHeading(p.title, profile.Name)
	kit.SetText(p.description, profile.Description)
	kit.Reveal(profile.Description != "", p.description)
	kit.SetText(p.usedBy, used)
	if len(profile.Credentials) == 0 {
		p.grid.SetState(table.State{Icon: apptheme.Signs().Key, Title: lang.L("No credentials yet"), Text: lang.L("Add a client secret or a certificate of an app registration."),
			Action: lang.L("Add a credential"), Do: p.askAdd})
	} else {
		p.grid.SetRows(profile.Credentials)
	}
	p.offer()
}

// mostNamed is how many tenants a line names; the tree and the table have all.
const mostNamed = 4

// named are tenants in a line.
func named(tenants []string) string {
	more := len(tenants) - mostNamed
	if more <= 1 {
		return strings.Join(tenants, ", ")
	}
	return lang.L(`{{.Names}} and {{.Count.Of "more tenant" "more tenants"}}`, map[string]any{"Names": strings.Join(tenants[:mostNamed], ", "), "Count": phrase.Count(more)})
}

func credentialOrder(c entra.Credential) string { return phrase.Number(int64(c.Index)) }

// signInSelected signs a person in with the selected credential.
func (p *Page) signInSelected() {
	if c, ok := p.grid.Selected(); ok {
		p.signInWith(func(entra.Profile) string { return c.ID })
	}
}

// signInWith signs a person in for the first tenant that uses the profile, with
// one of its credentials as they are stored now. Other tenants that the same
// person may read take the sign-in over.
func (p *Page) signInWith(which func(entra.Profile) string) {
	var profile entra.Profile
	var tenant entra.Tenant
	p.host.Act(func(ctx context.Context) (err error) {
		if profile, err = p.host.Store.Profile(ctx, p.profile.Name); err == nil && len(profile.Tenants) > 0 {
			tenant, err = p.host.Store.Tenant(ctx, profile.Tenants[0])
		}
		return err
	}, func(err error) {
		switch {
		case err != nil:
			p.host.Failed(err)
		case tenant.Name != "":
			access.SignIn(p.host, tenant, which(profile))
		}
	})
}

func (p *Page) askAdd() {
	profile := p.profile.Name
	p.askNew(func(ctx context.Context, m signin.Material) error {
		return p.host.Engine.AddCredential(ctx, profile, m)
	})
}

// added asks for the sign-in that a credential just added at the end takes.
func (p *Page) added(kind entra.Kind) {
	p.host.Changed()
	if kind.Person() {
		p.signInWith(func(stored entra.Profile) string { return stored.Credentials[len(stored.Credentials)-1].ID })
	}
}

// askReplace takes a new secret, or another credential, for the selected place.
func (p *Page) askReplace() {
	c, ok := p.grid.Selected()
	if !ok {
		return
	}
	access.AskReplace(p.host, p.profile, c, func() {})
}

// askNew takes another credential.
func (p *Page) askNew(keep func(context.Context, signin.Material) error) {
	f := &kit.FormDialog{Title: lang.L("Add a credential"), Submit: lang.L("Add"), Act: access.SealingHere(p.host)}
	form := access.NewCredentialForm(p.host.Window, f.Check)
	f.Fields, f.Valid = form.Content(), form.Complete
	f.Work = func(ctx context.Context) error { return keep(ctx, form.Material()) }
	f.Done = func() { p.added(form.Chosen()) }
	f.Open(p.host.Window, p.host.Group)
}

// askEdit takes another name and description.
func (p *Page) askEdit() {
	name, description := kit.NewTextField(p.profile.Name, ""), kit.NewTextField(p.profile.Description, "")
	f := &kit.FormDialog{Title: lang.L("Edit the profile"), Submit: lang.L("Save"),
		Fields: kit.Fields(lang.L("Name"), name, lang.X("profile description", "Description"), description)}
	name.OnChanged = func(string) { f.Check() }
	description.OnChanged = name.OnChanged
	f.Valid = func() bool {
		typed := strings.TrimSpace(name.Text)
		return typed != "" && (typed != p.profile.Name || strings.TrimSpace(description.Text) != p.profile.Description)
	}
	f.Work = func(ctx context.Context) error {
		return p.host.Engine.SetProfile(ctx, p.profile.Name, name.Text, strings.TrimSpace(description.Text))
	}
	f.Done = func() {
		p.profile.Name = strings.TrimSpace(name.Text)
		p.host.Changed()
	}
	f.Open(p.host.Window, p.host.Group)
}

// move changes the order of the selected credential by one.
func (p *Page) move(by int) {
	c, ok := p.grid.Selected()
	if !ok {
		return
	}
	p.host.Act(func(ctx context.Context) error {
		return p.host.Engine.MoveCredential(ctx, p.profile.Name, c.Index, c.Index+by)
	}, p.done)
}

func (p *Page) done(err error) {
	if err != nil {
		p.host.Failed(err)
		return
	}
	p.host.Changed()
}

func (p *Page) askDetach() {
	c, ok := p.grid.Selected()
	if !ok {
		return
	}
	known := lang.L("Its secret is forgotten.")
	if n := len(p.profile.Tenants); n > 0 && len(p.profile.Credentials) == 1 {
		known += " " + lang.L(`It is the last one: {{.Count.Of "tenant uses" "tenants use"}} the profile, and can't be synced until there is another.`, map[string]any{"Count": phrase.Count(n)})
	}
	kit.AskUser(p.host.Window, lang.L("Remove the credential"), kit.Question(lang.L("Remove this credential from {{.Profile}}?", map[string]any{"Profile": p.profile.Name}), known),
		kit.Choice{Text: lang.L("Remove"), Rank: widget.DangerImportance, Do: func() {
			p.host.Act(func(ctx context.Context) error { return p.host.Engine.RemoveCredential(ctx, p.profile.Name, c.Index) }, p.done)
		}},
		kit.Choice{Text: lang.L("Cancel")})
}

func (p *Page) askRemove() {
	if len(p.profile.Tenants) > 0 {
		kit.AskUser(p.host.Window, lang.L("Delete Credential Profile"), kit.Paragraph(lang.L("{{.Profile}} can't be deleted while these tenants use it: {{.Tenants}}. Give them another profile first.",
			map[string]any{"Profile": p.profile.Name, "Tenants": strings.Join(p.profile.Tenants, ", ")})), kit.Choice{Text: lang.L("Close"), Rank: widget.HighImportance})
		return
	}
	kit.AskUser(p.host.Window, lang.L("Delete Credential Profile"), kit.Question(lang.L("Delete {{.Profile}} with its credentials?", map[string]any{"Profile": p.profile.Name}), ""),
		kit.Choice{Text: lang.L("Delete"), Rank: widget.DangerImportance, Do: func() {
			p.host.Act(func(ctx context.Context) error { return p.host.Engine.RemoveProfile(ctx, p.profile.Name) }, p.done)
		}},
		kit.Choice{Text: lang.L("Cancel")})
}
