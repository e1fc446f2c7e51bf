package ui

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
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
		return storeProfile(ctx, d.store, d.keeper, newProfile{name, description, material})
	}, func() {})
}

// newProfile is a profile as the form has it.
type newProfile struct {
	name, description string
	first             signin.Material
}

// storeProfile stores a profile with its first credential, or nothing.
func storeProfile(ctx context.Context, st *store.Store, k *signin.VaultAccess, p newProfile) (node, error) {
	if err := st.AddProfile(ctx, p.name, p.description); err != nil {
		return "", err
	}
	if err := signin.AddCredential(ctx, st, k, p.name, p.first); err != nil {
		return "", errors.Join(err, st.RemoveProfile(context.WithoutCancel(ctx), p.name))
	}
	stored, err := st.Profile(ctx, p.name)
	return profileNode(stored.ID), err
}

func (f *addProfile) leave() {}
