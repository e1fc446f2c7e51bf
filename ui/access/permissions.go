package access

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// need is a permission of Microsoft Graph and what it is needed for.
type need struct {
	permission string
	reads      []reading
}

// reading is what a permission is needed for, by the licence that it takes besides.
type reading struct {
	licence say.Sentence // "": none
	classes []string     // labels
}

func (r reading) String() string {
	text := strings.Join(r.classes, ", ")
	if r.licence != "" {
		text += " – " + lang.L("licence: {{.Licence}}", map[string]any{"Licence": wording.Say(r.licence)})
	}
	return text
}

// needs lists the permissions that object classes take, each once, in the order
// of the class table; no classes: of them all.
func needs(classes []string) (out []need) {
	for _, c := range entra.Choices() {
		if len(classes) > 0 && !slices.Contains(classes, c.Name) {
			continue
		}
		i := slices.IndexFunc(out, func(n need) bool { return n.permission == c.Permission })
		if i < 0 {
			i, out = len(out), append(out, need{permission: c.Permission})
		}
		out[i].read(c)
	}
	return out
}

// read adds a class.
func (n *need) read(c entra.Class) {
	i := slices.IndexFunc(n.reads, func(r reading) bool { return r.licence == c.Licence })
	if i < 0 {
		i, n.reads = len(n.reads), append(n.reads, reading{licence: c.Licence})
	}
	n.reads[i].classes = append(n.reads[i].classes, lang.L(c.Label))
}

// names are the permissions alone, one a line.
func names(list []need) string {
	var out []string
	for _, n := range list {
		out = append(out, n.permission)
	}
	return strings.Join(out, "\n")
}

// askPermissions shows what the app registration of a tenant needs to read its
// classes. The tenant may be one that is not stored yet, or the zero value.
func askPermissions(h *host.Host, t entra.Tenant) {
	link := ""
	h.Act(func(ctx context.Context) (err error) {
		link, err = consentPage(ctx, h, t)
		return err
	}, func(err error) {
		if err != nil && entra.CodeOf(err) != entra.CodeNotFound {
			h.Failed(err)
			return
		}
		showPermissions(h, needs(t.Classes), link)
	})
}

// openConsent lets the desktop open the consent page.
func openConsent(h *host.Host, t entra.Tenant) {
	link := ""
	h.Act(func(ctx context.Context) (err error) {
		link, err = consentPage(ctx, h, t)
		return err
	}, func(err error) {
		switch {
		case err != nil:
			h.Failed(err)
		case link == "":
			h.Failed(entra.Invalid("the consent page can't be opened", "the profile names no app", "sign in to Entra, and consent there under the app registration's API permissions"))
		default:
			h.OpenOutside(link)
		}
	})
}

// consentPage is where an admin of the tenant consents to what the app of its
// profile requests; "" where the tenant or the app is not known.
func consentPage(ctx context.Context, h *host.Host, t entra.Tenant) (string, error) {
	if t.Name == "" || t.Profile == "" {
		return "", nil
	}
	cloud, err := h.Store.Cloud(ctx, t.Cloud)
	if err != nil {
		return "", err
	}
	p, err := h.Store.Profile(ctx, t.Profile)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(p.Credentials, func(c entra.Credential) bool { return c.ClientID != "" })
	if i < 0 {
		return "", nil
	}
	return cloud.Authority + "/" + t.Name + "/adminconsent?client_id=" + url.QueryEscape(p.Credentials[i].ClientID), nil
}

func showPermissions(h *host.Host, list []need, consent string) {
	rows := container.NewVBox(kit.Paragraph(lang.L("Give the app registration these application permissions of Microsoft Graph, and nothing else. They only read. Somebody who signs in as a person needs them as delegated permissions.")), kit.Gap(1))
	for _, n := range list {
		var lines []string
		for _, r := range n.reads {
			lines = append(lines, r.String())
		}
		rows.Add(permissionRow(n.permission, strings.Join(lines, "\n")))
	}
	rows.Add(kit.Gap(1))
	rows.Add(kit.Wide(kit.Muted(lang.L("If wanted, too:")), 34*theme.TextSize()))
	if !strings.Contains(names(list), "Organization.Read.All") {
		rows.Add(permissionRow("Organization.Read.All", lang.L("the tenant's display name")))
	}
	rows.Add(permissionRow("Member.Read.Hidden", lang.L("the members of groups that hide them")))
	copied := func(text string) func() { return func() { fyne.CurrentApp().Clipboard().SetContent(text) } }
	choices := []kit.Choice{{Text: lang.L("How to register the app"), Do: func() { h.ReadRegistration() }}, {Text: lang.L("Copy the permissions"), Do: copied(names(list))}, {Text: lang.L("Close"), Rank: widget.HighImportance}}
	if consent != "" {
		choices = slices.Insert(choices, 2, kit.Choice{Text: lang.L("Copy the consent link"), Do: copied(consent)},
			kit.Choice{Text: lang.L("Open the consent page"), Do: func() { h.OpenOutside(consent) }})
	}
	kit.AskUser(h.Window, lang.L("Permissions"), rows, choices...)
}

func permissionRow(permission, text string) fyne.CanvasObject {
	name := widget.NewLabelWithStyle(permission, fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	name.Selectable = true
	unit := theme.TextSize()
	return container.NewHBox(container.NewVBox(kit.Wide(name, 25*unit)), kit.Wide(widget.NewLabel(text), 22*unit))
}

// PermissionsButton shows the permissions of the tenant that form gives.
func PermissionsButton(h *host.Host, form func() entra.Tenant) *kit.Button {
	b := kit.NewButton(lang.L("Permissions…"), func() { askPermissions(h, form()) })
	b.Icon = theme.ListIcon()
	return b
}
