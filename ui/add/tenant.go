package add

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
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// addTenant is Add New Integration for a tenant.
type addTenant struct {
	owner    *addWindow
	tenant   *kit.TextField
	wrong    *widget.Label // what is wrong with the tenant, beside its field
	cloud    *kit.SelectField
	profile  *kit.SelectField
	enabled  *kit.Toggle
	test     *access.ConnectionTest
	question tasks.Latest

	clouds   []entra.Cloud
	profiles []entra.Profile
	names    []string // of the tenants there are
}

func newAddTenant(a *addWindow) *addTenant {
	f := &addTenant{owner: a, tenant: kit.NewTextField("", "contoso.onmicrosoft.com"), wrong: kit.NewComplaint()}
	f.tenant.OnChanged = func(string) { f.check() }
	f.cloud = kit.NewSelectField(nil, 0, f.check)
	f.profile = kit.NewSelectField(nil, 0, f.check)
	f.profile.PlaceHolder = lang.L("Choose a profile")
	f.enabled = kit.NewToggle(lang.L("Enabled"), nil)
	f.enabled.Off = lang.L("Disabled")
	f.enabled.SetChecked(true)
	f.test = access.NewConnectionTest(a.host, f.form)
	f.load()
	return f
}

// choices are what the drop-downs offer.
type choices struct {
	clouds []entra.Cloud
	lists  host.Lists
}

func (f *addTenant) load() {
	h := f.owner.host
	tasks.Ask(h.Group, &f.question, func(ctx context.Context) (c choices, err error) {
		if c.clouds, err = h.Store.Clouds(ctx); err == nil {
			c.lists, err = h.Lists(ctx)
		}
		return c, err
	}, func(c choices, err error) {
		if err != nil {
			h.Failed(err)
			return
		}
		f.offer(c)
	})
}

func (f *addTenant) offer(c choices) {
	f.clouds, f.profiles = c.clouds, c.lists.Profiles
	names := make([]string, len(c.clouds))
	for i, cloud := range c.clouds {
		names[i] = labels.Cloud(cloud)
	}
	f.cloud.SetOptions(names)
	f.cloud.SetSelectedIndex(0)
	f.profile.SetOptions(labels.ProfileNames(c.lists.Profiles))
	if len(c.lists.Profiles) == 1 {
		f.profile.SetSelectedIndex(0)
	}
	for _, t := range c.lists.Tenants {
		f.names = append(f.names, t.Name, t.TenantID)
	}
	f.check()
}

func (f *addTenant) content() fyne.CanvasObject {
	newProfile := kit.NewButton(lang.L("New…"), func() { f.owner.kind.SetSelectedIndex(int(host.CredentialProfile)) })
	form := container.New(layout.NewFormLayout(),
		kit.FieldName(lang.L("Tenant")), container.NewVBox(f.tenant, f.wrong),
		kit.FieldName(lang.L("Azure Cloud")), f.cloud,
		kit.FieldName(lang.L("Credential Profile")), container.NewBorder(nil, nil, nil, newProfile, f.profile),
		kit.FieldName(lang.L("Sync")), f.enabled)
	return form
}

func (f *addTenant) buttons() []fyne.CanvasObject {
	return []fyne.CanvasObject{access.PermissionsButton(f.owner.host, f.form), layout.NewSpacer(), f.test.Button}
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
		return wording.Sentences(e.Why, e.Remedy)
	}
	if slices.Contains(f.names, name) {
		return lang.L("This tenant exists already.")
	}
	return ""
}

func (f *addTenant) check() {
	kit.Complain(f.wrong, f.problem())
	kit.Enable(f.valid(), f.test.Button)
	f.owner.check()
}

func (f *addTenant) valid() bool {
	return f.problem() == "" && strings.TrimSpace(f.tenant.Text) != "" && f.cloud.SelectedIndex() >= 0 && f.profile.Selected != ""
}

// add adds the tenant; without a successful test it asks once.
func (f *addTenant) add() {
	if f.test.Connected() {
		f.store()
		return
	}
	kit.AskUser(f.owner.host.Window, lang.L("Add anyway?"), kit.Paragraph(lang.L("The connection has not been tested successfully.")),
		kit.Choice{Text: lang.L("Add anyway"), Do: f.store},
		kit.Choice{Text: lang.L("Back"), Rank: widget.HighImportance})
}

func (f *addTenant) store() {
	t, main, then := f.form(), f.owner.main, func() {}
	if f.takesPerson() && !f.test.Connected() {
		then = func() { access.SignIn(main, t, "") }
	}
	f.owner.finish(func(ctx context.Context) (host.Route, error) {
		added, err := f.owner.host.Engine.AddTenant(ctx, t)
		return host.ToTenant(added.Key), err
	}, then)
}

// takesPerson tells whether somebody has to sign in with the chosen profile.
func (f *addTenant) takesPerson() bool {
	i := slices.IndexFunc(f.profiles, func(p entra.Profile) bool { return p.Name == f.profile.Selected })
	return i >= 0 && len(f.profiles[i].Credentials) > 0 && f.profiles[i].Credentials[0].Kind.Person()
}

func (f *addTenant) leave() {
	f.question.Drop()
	f.test.Cancel()
}
