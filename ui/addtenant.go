package ui

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
)

// addTenant is Add New Integration for a tenant.
type addTenant struct {
	owner    *addWindow
	tenant   *textField
	wrong    *widget.Label // what is wrong with the tenant, beside its field
	cloud    *selectField
	profile  *selectField
	enabled  *toggle
	test     *connectionTest
	question latest

	clouds   []entra.Cloud
	profiles []entra.Profile
	names    []string // of the tenants there are
}

func newAddTenant(a *addWindow) *addTenant {
	f := &addTenant{owner: a, tenant: newTextField("", "contoso.onmicrosoft.com"), wrong: newComplaint()}
	f.tenant.OnChanged = func(string) { f.check() }
	f.cloud = newSelectField(nil, 0, f.check)
	f.profile = newSelectField(nil, 0, f.check)
	f.profile.PlaceHolder = lang.L("Choose a profile")
	f.enabled = newToggle(lang.L("Enabled"), nil)
	f.enabled.SetChecked(true)
	f.test = newConnectionTest(a.desk, f.form)
	f.load()
	return f
}

// choices are what the drop-downs offer.
type choices struct {
	clouds []entra.Cloud
	lists  tenantLists
}

func (f *addTenant) load() {
	d := f.owner.desk
	ask(d.crew, &f.question, func(ctx context.Context) (c choices, err error) {
		if c.clouds, err = d.store.Clouds(ctx); err == nil {
			c.lists, err = d.listTenants(ctx)
		}
		return c, err
	}, func(c choices, err error) {
		if err != nil {
			d.failed(err)
			return
		}
		f.offer(c)
	})
}

func (f *addTenant) offer(c choices) {
	f.clouds, f.profiles = c.clouds, c.lists.profiles
	labels := make([]string, len(c.clouds))
	for i, cloud := range c.clouds {
		labels[i] = cloudLabel(cloud)
	}
	f.cloud.SetOptions(labels)
	f.cloud.SetSelectedIndex(0)
	f.profile.SetOptions(profileNames(c.lists.profiles))
	if len(c.lists.profiles) == 1 {
		f.profile.SetSelectedIndex(0)
	}
	for _, t := range c.lists.tenants {
		f.names = append(f.names, t.Name, t.TenantID)
	}
	f.check()
}

func (f *addTenant) content() fyne.CanvasObject {
	newProfile := newButton(lang.L("New…"), func() { f.owner.kind.SetSelectedIndex(int(credentialProfile)) })
	form := container.New(layout.NewFormLayout(),
		fieldName(lang.L("Tenant")), container.NewVBox(f.tenant, f.wrong),
		fieldName(lang.L("Azure Cloud")), f.cloud,
		fieldName(lang.L("Credential Profile")), container.NewBorder(nil, nil, nil, newProfile, f.profile),
		fieldName(lang.L("Sync")), f.enabled)
	return form
}

func (f *addTenant) buttons() []fyne.CanvasObject {
	return []fyne.CanvasObject{newPermissionsButton(f.owner.desk, f.form), layout.NewSpacer(), f.test.button}
}

// form is the tenant as the form has it.
func (f *addTenant) form() entra.Tenant {
	name, _ := entra.TenantName(f.tenant.Text)
	t := entra.Tenant{Name: name, Profile: f.profile.Selected, Enabled: f.enabled.Checked, Interval: entra.DefaultInterval, Classes: entra.DefaultClasses()}
	if i := f.cloud.SelectedIndex(); i >= 0 {
		t.Cloud = f.clouds[i].Name
	}
	return t
}

// problem says what is wrong with the tenant's name; "" if nothing is, or
// nothing has been typed.
func (f *addTenant) problem() string {
	if strings.TrimSpace(f.tenant.Text) == "" {
		return ""
	}
	name, err := entra.TenantName(f.tenant.Text)
	if err != nil {
		e := entra.AsError(err)
		return sentences(e.Why, e.Remedy)
	}
	if slices.Contains(f.names, name) {
		return lang.L("This tenant exists already.")
	}
	return ""
}

func (f *addTenant) check() {
	complain(f.wrong, f.problem())
	enable(f.valid(), f.test.button)
	f.owner.check()
}

func (f *addTenant) valid() bool {
	return f.problem() == "" && strings.TrimSpace(f.tenant.Text) != "" && f.cloud.SelectedIndex() >= 0 && f.profile.Selected != ""
}

// add adds the tenant; without a successful test it asks once.
func (f *addTenant) add() {
	if f.test.connected() {
		f.store()
		return
	}
	askUser(f.owner.desk.window, lang.L("Add anyway?"), paragraph(lang.L("The connection has not been tested successfully.")),
		choice{text: lang.L("Add anyway"), do: f.store},
		choice{text: lang.L("Back"), rank: widget.HighImportance})
}

func (f *addTenant) store() {
	t, main, then := f.form(), f.owner.main, func() {}
	if f.takesPerson() && !f.test.connected() {
		then = func() { main.signIn(t, "") }
	}
	f.owner.finish(func(ctx context.Context) (node, error) {
		added, err := f.owner.desk.engine.AddTenant(ctx, t)
		return tenantNode(added.Key), err
	}, then)
}

// takesPerson tells whether somebody has to sign in with the chosen profile.
func (f *addTenant) takesPerson() bool {
	i := slices.IndexFunc(f.profiles, func(p entra.Profile) bool { return p.Name == f.profile.Selected })
	return i >= 0 && len(f.profiles[i].Credentials) > 0 && f.profiles[i].Credentials[0].Kind.Person()
}

func (f *addTenant) leave() {
	f.question.drop()
	f.test.cancel()
}
