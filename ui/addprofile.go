package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"github.com/entraidsync/entraidsync/core/entra"
)

// addProfile is Add New Integration for a credential profile with its first
// credential.
type addProfile struct {
	owner       *addWindow
	name        *textField
	description *textField
	credential  *credentialForm
}

func newAddProfile(a *addWindow) *addProfile {
	f := &addProfile{owner: a, name: newTextField("", ""), description: newTextField("", "")}
	f.name.OnChanged = func(string) { a.check() }
	f.credential = newCredentialForm(a.desk.window, a.check)
	return f
}

func (f *addProfile) content() fyne.CanvasObject {
	form := container.New(layout.NewFormLayout(), fieldName(lang.L("Name")), f.name, fieldName(lang.X("profile description", "Description")), f.description)
	return container.NewVBox(form, gap(1), subheading(lang.L("First credential")), f.credential.content())
}

func (f *addProfile) buttons() []fyne.CanvasObject {
	usual := func() entra.Tenant { return entra.Tenant{Classes: entra.DefaultClasses()} }
	return []fyne.CanvasObject{newPermissionsButton(f.owner.desk, usual), layout.NewSpacer()}
}

func (f *addProfile) valid() bool {
	return strings.TrimSpace(f.name.Text) != "" && f.credential != nil && f.credential.complete()
}

func (f *addProfile) add() {
	name, description, material := strings.TrimSpace(f.name.Text), strings.TrimSpace(f.description.Text), f.credential.material()
	d := f.owner.desk
	f.owner.finish(func(ctx context.Context) (node, error) {
		if err := d.engine.AddProfileWith(ctx, name, description, material); err != nil {
			return "", err
		}
		stored, err := d.store.Profile(ctx, name)
		return profileNode(stored.ID), err
	}, func() {})
}

func (f *addProfile) leave() {}
