package tenant

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

func TestSaveIsEnabledWhileSomethingDiffers(t *testing.T) {
	f := hosttest.New(t)
	c := form(f, "alpha")
	for name, set := range map[string]func(changed bool){
		"profile": func(changed bool) {
			if changed {
				c.profile.SetSelected("beta")
			} else {
				c.profile.SetSelected("alpha")
			}
		},
		"enabled":   func(changed bool) { c.enabled.SetChecked(!changed) },
		"full scan": func(changed bool) { c.fullScan.SetChecked(!changed) }, // on for a new tenant
		"interval": func(changed bool) {
			if changed {
				c.interval.SetSelectedIndex(3)
			} else {
				c.interval.SetSelected("5 min")
			}
		},
		"classes": func(changed bool) { c.rule("applications").check.SetChecked(changed) },
		"filter": func(changed bool) {
			c.rule("users").filter.SetText(map[bool]string{true: `userType == "Guest"`, false: " "}[changed])
		},
		"properties": func(changed bool) {
			c.rule("groups").more.SetText(map[bool]string{true: "extension_a, theme", false: ""}[changed])
		},
	} {
		if !c.submit.Disabled() {
			t.Fatalf("%s: Save is enabled though nothing differs", name)
		}
		set(true)
		if c.submit.Disabled() {
			t.Errorf("%s: Save is disabled though it differs", name)
		}
		set(false)
	}
	if !c.submit.Disabled() {
		t.Error("Save is enabled though everything was changed back")
	}
}

func TestSavingStoresTheForm(t *testing.T) {
	f := hosttest.New(t)
	c := form(f, "alpha")
	c.profile.SetSelected("beta")
	c.rule("applications").check.SetChecked(true)
	test.Tap(c.submit)
	got := f.Tenant("alpha")
	if got.Profile != "beta" || strings.Join(got.Classes, " ") != "users groups devices applications" {
		t.Errorf("stored: profile %s, classes %v", got.Profile, got.Classes)
	}
	if !c.submit.Disabled() || c.unsaved() {
		t.Error("Save is still enabled")
	}
}

// Who leaves while the form is being saved is not asked about what is being
// saved: the page leaves when that is done.
func TestLeavingWaitsForTheSave(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f, "alpha")
	p.bar.SelectIndex(0)
	c := p.tabs[0].(*configuration)
	run := f.Later()
	c.profile.SetSelected("beta")
	test.Tap(c.submit)
	if p.bar.SelectIndex(1); f.Top() != nil || p.bar.SelectedIndex() != 0 {
		t.Fatalf("before it is saved, the tab is %d, a dialog is open: %v", p.bar.SelectedIndex(), f.Top() != nil)
	}
	if run(); p.bar.SelectedIndex() != 1 || f.Tenant("alpha").Profile != "beta" {
		t.Errorf("after it was saved, the tab is %d", p.bar.SelectedIndex())
	}
}

func TestFullScanGoesOffByItself(t *testing.T) {
	f := hosttest.New(t)
	c := form(f, "alpha")
	c.profile.SetSelected("beta") // not saved yet
	off := false
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{FullScan: &off})) // as a full scan does
	f.Changed()
	if c.fullScan.Checked {
		t.Error("the check is still on")
	}
	if c.profile.Selected != "beta" || c.submit.Disabled() {
		t.Error("what was changed on the form is lost")
	}
}

func TestNoClassNoSave(t *testing.T) {
	f := hosttest.New(t)
	c := form(f, "alpha")
	for _, name := range entra.DefaultClasses() {
		c.rule(name).check.SetChecked(false)
	}
	if !c.submit.Disabled() {
		t.Error("a tenant without classes can be saved")
	}
}

// rule is the rule of a class on the form.
func (c *configuration) rule(class string) *classRule {
	return c.rules[slices.IndexFunc(c.rules, func(r *classRule) bool { return r.name == class })]
}

func TestFiltersAreCheckedAndStored(t *testing.T) {
	f := hosttest.New(t)
	c := form(f, "alpha")
	users := c.rule("users")
	for _, bad := range []func(){
		func() { users.filter.SetText(`userType ==`) },
		func() { users.filter.SetText(`userType` + " == 1 +"); users.more.SetText("") },
		func() { users.filter.SetText(""); users.more.SetText("a-b") },
	} {
		bad()
		if !users.wrong.Visible() || !c.submit.Disabled() {
			t.Errorf("%q, %q can be saved, or nothing says why not", users.filter.Text, users.more.Text)
		}
	}
	users.more.SetText("")
	users.filter.SetText(`userTyp == "Guest"`)
	if want := "Users have no property userTyp. Did you mean userType?"; users.wrong.Text != want || !c.submit.Disabled() {
		t.Errorf("of an unknown property it says %q, want %q", users.wrong.Text, want)
	}
	users.filter.SetText(` userType == "Guest" `)
	users.more.SetText("extension_b extension_a")
	if users.wrong.Visible() {
		t.Errorf("says %q", users.wrong.Text)
	}
	test.Tap(c.submit)
	got := f.Tenant("alpha")
	if got.Filters["users"] != `userType == "Guest"` || strings.Join(got.Properties["users"], " ") != "extension_b extension_a" || c.unsaved() {
		t.Errorf("stored %v %v", got.Filters, got.Properties)
	}
	f.Changed()
	if !users.left.Visible() || users.left.Text != "leaves out 0 now" {
		t.Errorf("the filter's count says %q", users.left.Text)
	}
	users.filter.SetText("")
	users.more.SetText("")
	test.Tap(c.submit)
	if got := f.Tenant("alpha"); len(got.Filters)+len(got.Properties) != 0 {
		t.Errorf("stored %v %v after both were emptied", got.Filters, got.Properties)
	}
}

func TestToggleByKeyboard(t *testing.T) {
	f := hosttest.New(t)
	enabled := form(f, "alpha").enabled
	enabled.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if enabled.Checked {
		t.Error("Space does not switch it off")
	}
	test.Tap(enabled)
	if !enabled.Checked {
		t.Error("a click does not switch it on")
	}
}

// The form shows every class once, under what an admin thinks of together, with its
// permission; a test marks which the app has.
func TestClassesAreGrouped(t *testing.T) {
	f := hosttest.New(t)
	c := form(f, "alpha")
	shown := map[string]int{}
	for _, rule := range c.rules {
		shown[rule.name]++
		class, _ := entra.ClassNamed(rule.name)
		if rule.needs.Text != class.Permission {
			t.Errorf("%s says that it needs %q", rule.name, rule.needs.Text)
		}
		if !slices.Contains(entra.Groups(), class.Group) {
			t.Errorf("%s is in the group %q", rule.name, class.Group)
		}
	}
	if len(shown) != len(entra.Choices()) {
		t.Errorf("%d classes are shown of %d", len(shown), len(entra.Choices()))
	}
	content := c.content()
	before := content.MinSize().Width
	for _, class := range entra.Choices() {
		c.found(entra.Connection{Permissions: []entra.Permission{{Class: class.Name, Permission: class.Permission, Code: entra.CodeLicence}}})
	}
	if after := content.MinSize().Width; after != before {
		t.Errorf("what a test says of the classes makes the form %v wide, from %v", after, before)
	}
	c.found(entra.Connection{OK: true, Permissions: []entra.Permission{{Class: "users", Permission: "User.Read.All", Granted: true}, {Class: "domains", Permission: "Domain.Read.All"},
		{Class: "riskyUsers", Permission: "IdentityRiskyUser.Read.All", Code: entra.CodeLicence}}})
	if risky := c.rule("riskyUsers").needs.Text; risky != "IdentityRiskyUser.Read.All: a licence is missing" {
		t.Errorf("risky users: %q", risky)
	}
	if users, domains := c.rule("users").needs.Text, c.rule("domains").needs.Text; users != "User.Read.All: granted" || domains != "Domain.Read.All: not granted" {
		t.Errorf("the form says %q and %q", users, domains)
	}
}

// Whoever is to grant the permission that reads who did what is told what for, and what is kept of it.
func TestTheFormSaysWhatTheLogIsReadFor(t *testing.T) {
	f := hosttest.New(t)
	why := "Who Did It says of changes who made them: AuditLog.Read.All reads the tenant's log of audits, which Entra keeps for 7 days, with Premium P1 for 30. Of an entry is kept who, when and what was changed, no value and no address."
	if !hosttest.Says(form(f, "alpha").content(), why) {
		t.Errorf("the form does not say %q", why)
	}
}

// What is not synced leads to its check: it is in sight, though the form is longer than the window.
func TestTheConfigurationLeadsToAClass(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f, "alpha")
	p.configure("riskyUsers")
	c := p.tabs[0].(*configuration)
	for _, rule := range c.rules {
		if rule.name != "riskyUsers" {
			continue
		}
		place := fyne.CurrentApp().Driver().AbsolutePositionForObject
		if y, top := place(rule.check).Y, place(c.page).Y; y < top || y+rule.check.Size().Height > top+c.page.Size().Height {
			t.Errorf("its check stands at %v, what is seen from %v on, %v high", y, top, c.page.Size().Height)
		}
		if f.Focused() != fyne.Focusable(rule.check) {
			t.Errorf("the focus is on %T", f.Focused())
		}
	}
}
