package add

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// addProfile is Add New Integration for a credential profile with its first
// credential.
type addProfile struct {
	owner       *Window
	name        *kit.TextField
	description *kit.TextField
	credential  *access.CredentialForm
	side        fyne.CanvasObject
	fields      fyne.CanvasObject
}

func newAddProfile(a *Window) *addProfile {
	f := &addProfile{owner: a, name: kit.NewTextField("", ""), description: kit.NewTextField("", "")}
	f.name.OnChanged = func(string) { a.check() }
	f.credential = access.NewCredentialForm(a.host.Window, a.check)
	form := container.New(layout.NewFormLayout(), kit.FieldName(lang.L("Name")), f.name, kit.FieldName(lang.X("profile description", "Description")), f.description)
	f.fields = container.NewVBox(form, kit.Gap(1), kit.Subheading(lang.L("First credential")), f.credential.Content())
	f.side = access.NewRegistrationHelp(a.host).Content()
	return f
}

func (f *addProfile) content() fyne.CanvasObject { return f.fields }

func (f *addProfile) aside() fyne.CanvasObject { return f.side }

func (f *addProfile) buttons() []fyne.CanvasObject {
	usual := func() entra.Tenant { return entra.Tenant{Classes: entra.DefaultClasses()} }
	return []fyne.CanvasObject{access.PermissionsButton(f.owner.host, usual), layout.NewSpacer()}
}

func (f *addProfile) first() fyne.Focusable { return f.name }

func (f *addProfile) touched() bool {
	return f.name.Text != "" || f.description.Text != "" || !f.credential.Empty()
}

func (f *addProfile) valid() bool {
	return strings.TrimSpace(f.name.Text) != "" && f.credential != nil && f.credential.Complete()
}

// add adds the profile. The first one of all, and one that a tenant's form asked
// for, are followed by that form.
func (f *addProfile) add() {
	name, description, material := strings.TrimSpace(f.name.Text), strings.TrimSpace(f.description.Text), f.credential.Material()
	h := f.owner.host
	var stored entra.Profile
	only := false
	f.owner.finish(func(ctx context.Context) error {
		if err := h.Engine.AddProfileWith(ctx, name, description, material); err != nil {
			return err
		}
		all, err := h.Store.Profiles(ctx)
		if err != nil {
			return err
		}
		only = len(all) == 1
		stored, err = h.Store.Profile(ctx, name)
		return err
	}, func() {
		if f.owner.onTo == nil && !only {
			f.owner.end(host.ToProfile(stored.ID))
			return
		}
		f.owner.forget()
		f.owner.resume(stored.Name)
		h.Changed()
		h.Succeeded(lang.L("{{.Profile}} has been added", map[string]any{"Profile": stored.Name}), lang.L("Now the tenant that is read with it."))
	})
}

func (f *addProfile) leave() {}
