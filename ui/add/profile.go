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
	owner       *addWindow
	name        *kit.TextField
	description *kit.TextField
	credential  *access.CredentialForm
}

func newAddProfile(a *addWindow) *addProfile {
	f := &addProfile{owner: a, name: kit.NewTextField("", ""), description: kit.NewTextField("", "")}
	f.name.OnChanged = func(string) { a.check() }
	f.credential = access.NewCredentialForm(a.host.Window, a.check)
	return f
}

func (f *addProfile) content() fyne.CanvasObject {
	form := container.New(layout.NewFormLayout(), kit.FieldName(lang.L("Name")), f.name, kit.FieldName(lang.X("profile description", "Description")), f.description)
	return container.NewVBox(form, kit.Gap(1), kit.Subheading(lang.L("First credential")), f.credential.Content())
}

func (f *addProfile) buttons() []fyne.CanvasObject {
	usual := func() entra.Tenant { return entra.Tenant{Classes: entra.DefaultClasses()} }
	return []fyne.CanvasObject{access.PermissionsButton(f.owner.host, usual), layout.NewSpacer()}
}

func (f *addProfile) valid() bool {
	return strings.TrimSpace(f.name.Text) != "" && f.credential != nil && f.credential.Complete()
}

func (f *addProfile) add() {
	name, description, material := strings.TrimSpace(f.name.Text), strings.TrimSpace(f.description.Text), f.credential.Material()
	h := f.owner.host
	f.owner.finish(func(ctx context.Context) (host.Route, error) {
		if err := h.Engine.AddProfileWith(ctx, name, description, material); err != nil {
			return host.Route{}, err
		}
		stored, err := h.Store.Profile(ctx, name)
		return host.ToProfile(stored.ID), err
	}, func() {})
}

func (f *addProfile) leave() {}
