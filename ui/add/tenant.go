package add

import (
	"cmp"
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
	owner    *Window
	tenant   *kit.TextField
	wrong    *widget.Label // what is wrong with the tenant, beside its field
	cloud    *kit.SelectField
	profile  *kit.SelectField
	enabled  *kit.Toggle
	test     *access.ConnectionTest
	question tasks.Latest

	clouds   []entra.Cloud
	profiles []entra.Profile
	names    map[string]string // of the tenants that there are, by name and by id
	fields   fyne.CanvasObject
	side     fyne.CanvasObject
	consent  *kit.Button
	wanted   string // the name of a cloud to choose once it is offered; "": none
}

func newAddTenant(a *Window) *addTenant {
	f := &addTenant{owner: a, tenant: kit.NewTextField("", "contoso.onmicrosoft.com"), wrong: kit.NewComplaint()}
	f.tenant.OnChanged = func(string) { f.check() }
	f.cloud = kit.NewSelectField(nil, 0, f.check)
	f.profile = kit.NewSelectField(nil, 0, f.check)
	f.profile.PlaceHolder = lang.L("Choose a profile")
	f.enabled = kit.NewToggle(lang.L("Enabled"), nil)
	f.enabled.Off = lang.L("Disabled")
	f.enabled.SetChecked(true)
	f.test = access.NewConnectionTest(a.host, f.form)
	f.consent = access.ConsentButton(a.host, f.form)
	f.lay()
	f.load("")
	return f
}

// choices are what the drop-downs offer.
type choices struct {
	clouds []entra.Cloud
	lists  host.Lists
}

// load asks what there is to choose; profile is chosen then, "": as it was.
func (f *addTenant) load(profile string) {
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
		f.offer(c, profile)
	})
}

func (f *addTenant) offer(c choices, profile string) {
	cloud, chosen := max(f.cloud.SelectedIndex(), 0), cmp.Or(profile, f.profile.Selected)
	f.clouds, f.profiles = c.clouds, c.lists.Profiles
	names := make([]string, len(c.clouds))
	for i, cloud := range c.clouds {
		names[i] = labels.Cloud(cloud)
	}
	f.cloud.SetOptions(names)
	if i := slices.IndexFunc(c.clouds, func(one entra.Cloud) bool { return one.Name == f.wanted }); i >= 0 {
		cloud, f.wanted = i, ""
	}
	f.cloud.SetSelectedIndex(cloud)
	f.profile.SetOptions(labels.ProfileNames(c.lists.Profiles))
	if len(c.lists.Profiles) == 1 {
		chosen = c.lists.Profiles[0].Name
	}
	if chosen != "" {
		f.profile.SetSelected(chosen)
	}
	f.names = map[string]string{}
	for _, t := range c.lists.Tenants {
		f.names[t.Name], f.names[t.TenantID] = t.Name, t.Name
	}
	f.check()
}

// lay lays out the fields, and what helps beside them.
func (f *addTenant) lay() {
	newProfile := kit.NewButton(lang.L("New…"), f.newProfile)
	form := container.New(layout.NewFormLayout(),
		kit.FieldName(lang.L("Tenant")), container.NewVBox(f.tenant, f.wrong),
		kit.FieldName(lang.L("Azure Cloud")), container.NewBorder(nil, nil, nil, kit.NewButton(lang.L("Custom…"), f.newCloud), f.cloud),
		kit.FieldName(lang.L("Credential Profile")), container.NewBorder(nil, nil, nil, newProfile, f.profile),
		kit.FieldName(lang.L("Sync")), f.enabled)
	f.fields = container.NewVBox(form, kit.Gap(1), f.test.Outcome.Content())
	f.side = access.ConsentHelp(f.owner.host, f.consent)
}

// newCloud adds a custom cloud and chooses it.
func (f *addTenant) newCloud() {
	access.AskCloud(f.owner.host, func(name string) {
		f.wanted = name
		f.load("")
	})
}

// newProfile is a step that adds a profile, and comes back with it.
func (f *addTenant) newProfile() {
	f.test.Leave()
	f.owner.stepAside()
	f.owner.kind.SetSelectedIndex(int(host.CredentialProfile))
	f.owner.host.Window.Canvas().Focus(f.owner.form.first())
}

func (f *addTenant) content() fyne.CanvasObject { return f.fields }

func (f *addTenant) aside() fyne.CanvasObject { return f.side }

func (f *addTenant) first() fyne.Focusable { return f.tenant }

func (f *addTenant) touched() bool { return strings.TrimSpace(f.tenant.Text) != "" }

func (f *addTenant) buttons() []fyne.CanvasObject {
	return []fyne.CanvasObject{access.PermissionsButton(f.owner.host, f.usual), layout.NewSpacer(), f.test.Button}
}

// form is the tenant as the form has it.
func (f *addTenant) form() entra.Tenant {
	name, _ := entra.TenantName(f.tenant.Text)
	t := entra.Tenant{Name: name, Profile: f.profile.Selected, Enabled: f.enabled.Checked, Interval: entra.DefaultInterval, Unchosen: true}
	if i := f.cloud.SelectedIndex(); i >= 0 {
		t.Cloud = f.clouds[i].Name
	}
	return t
}

// usual is the tenant with the classes that it syncs at least.
func (f *addTenant) usual() entra.Tenant {
	t := f.form()
	t.Classes = entra.DefaultClasses()
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
	if there, is := f.names[name]; is {
		return lang.L("{{.Tenant}} is there already.", map[string]any{"Tenant": there})
	}
	return ""
}

func (f *addTenant) check() {
	kit.Complain(f.wrong, f.problem())
	kit.Enable(f.valid(), f.test.Button)
	kit.Enable(f.valid(), f.consent)
	f.test.Outcome.Compare()
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
	kit.AskUser(f.owner.host.Window, lang.L("Add New Integration"), kit.Question(lang.L("Add the tenant anyway?"), lang.L("The connection has not been tested successfully.")),
		kit.Choice{Text: lang.L("Add anyway"), Do: f.store},
		kit.Choice{Text: lang.L("Back"), Rank: widget.HighImportance})
}

func (f *addTenant) store() {
	t, main, then := f.form(), f.owner.main, func() {}
	if f.takesPerson() && !f.test.Connected() {
		then = func() { access.SignIn(main, t, "") }
	}
	var added entra.Tenant
	f.owner.finish(func(ctx context.Context) (err error) {
		added, err = f.owner.host.Engine.AddTenant(ctx, t)
		return err
	}, func() {
		f.owner.end(host.ToTenant(added.Key))
		then()
	})
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
