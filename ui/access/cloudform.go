package access

import (
	"context"
	"net/url"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// AskCloud takes a custom cloud; added is told of its name.
func AskCloud(h *host.Host, added func(name string)) {
	name, authority, graph := kit.NewTextField("", "contoso-cloud"), kit.NewTextField("", "https://login.example.com"), kit.NewTextField("", "https://graph.example.com")
	f := &kit.FormDialog{Title: lang.L("Add a custom cloud"), Submit: lang.L("Add")}
	roots := newChosenFile(h.Window, lang.L("Choose CA certificates"), lang.L("PEM, or those of this computer"), f.Check)
	f.Fields = container.NewVBox(kit.Paragraph(lang.L("For a cloud that is not among the built-in ones: where its tenants sign in, and where its Graph is.")),
		kit.Fields(lang.L("Name"), name, lang.L("Sign-in address"), addressField(authority, f.Check), lang.L("Graph address"), addressField(graph, f.Check),
			lang.L("CA certificates"), roots.line))
	name.OnChanged = func(string) { f.Check() }
	f.Valid = func() bool {
		return strings.TrimSpace(name.Text) != "" && secure(authority.Text) && secure(graph.Text)
	}
	f.Work = func(ctx context.Context) (err error) {
		c := entra.Cloud{Name: strings.TrimSpace(name.Text), Authority: strings.TrimSpace(authority.Text), Graph: strings.TrimSpace(graph.Text)}
		if len(roots.content) > 0 {
			if c.CA, err = signin.Roots(roots.content); err != nil {
				return err
			}
		}
		return h.Store.AddCloud(ctx, c)
	}
	f.Done = func() { added(strings.TrimSpace(name.Text)) }
	f.Open(h.Window, h.Group)
}

// addressField is a field for an address, which says under it why it can't be one of a cloud.
func addressField(field *kit.TextField, changed func()) fyne.CanvasObject {
	wrong := kit.NewComplaint()
	field.OnChanged = func(text string) {
		said := ""
		if !secure(text) && !strings.HasPrefix("https://", strings.TrimSpace(text)) { // else it is being typed
			said = lang.L("An address of a cloud looks like https://login.example.com.")
		}
		kit.Complain(wrong, said)
		changed()
	}
	return container.NewVBox(field, wrong)
}

// secure tells whether an address can be one of a cloud.
func secure(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	return err == nil && u.Scheme == "https" && u.Host != ""
}
