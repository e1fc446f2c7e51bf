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
	tenant   *widget.Entry
	wrong    *widget.Label // what is wrong with the tenant, beside its field
	cloud    *widget.Select
	profile  *widget.Select
	enabled  *toggle
	test     *connectionTest
	question latest

	clouds []entra.Cloud
	names  []string // of the tenants there are
}

func newAddTenant(a *addWindow) *addTenant {
	f := &addTenant{owner: a, tenant: widget.NewEntry(), wrong: widget.NewLabel("")}
	f.wrong.Importance, f.wrong.Wrapping = widget.DangerImportance, fyne.TextWrapWord
	f.wrong.Hide()
	f.tenant.SetPlaceHolder("contoso.onmicrosoft.com")
	f.tenant.OnChanged = func(string) { f.check() }
	f.cloud = widget.NewSelect(nil, func(string) { f.check() })
	f.profile = widget.NewSelect(nil, func(string) { f.check() })
	f.profile.PlaceHolder = lang.L("Choose a profile")
	f.enabled = newToggle(lang.L("Enabled"), nil)
	f.enabled.SetChecked(true)
	f.test = newConnectionTest(a.desk.crew, a.desk.engine, f.form, a.desk.tellConnection)
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
	f.clouds = c.clouds
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
	newProfile.onEscape = f.owner.close
	form := container.New(layout.NewFormLayout(),
		fieldName(lang.L("Tenant")), container.NewVBox(f.tenant, f.wrong),
		fieldName(lang.L("Azure Cloud")), f.cloud,
		fieldName(lang.L("Credential Profile")), container.NewBorder(nil, nil, nil, newProfile, f.profile),
		fieldName(lang.L("Sync")), f.enabled)
	return form
}

func (f *addTenant) buttons() []fyne.CanvasObject {
	f.test.button.onEscape = f.owner.close
	return []fyne.CanvasObject{f.test.button}
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
		return sentence(e.Why) + ". " + sentence(e.Remedy)
	}
	if slices.Contains(f.names, name) {
		return lang.L("This tenant exists already.")
	}
	return ""
}

func (f *addTenant) check() {
	problem := f.problem()
	f.wrong.SetText(problem)
	if problem == "" {
		f.wrong.Hide()
	} else {
		f.wrong.Show()
	}
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
	t := f.form()
	f.owner.finish(func(ctx context.Context) (node, error) {
		added, err := f.owner.desk.engine.AddTenant(ctx, t)
		return tenantNode(added.Key), err
	})
}

func (f *addTenant) leave() {
	f.question.drop()
	f.test.cancel()
}
