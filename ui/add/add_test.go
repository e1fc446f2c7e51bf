package add

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

func TestAddTenantIsValidated(t *testing.T) {
	f := hosttest.New(t)
	a := Open(f.Host, host.EntraIDSync)
	form := a.form.(*addTenant)
	form.profile.SetSelected("alpha")
	for _, c := range []struct {
		typed, wrong string
		valid        bool
	}{
		{"", "", false},
		{"contoso", "It is neither a domain nor a tenant id. Give a domain such as contoso.onmicrosoft.com, or the tenant id.", false},
		{"ALPHA.onmicrosoft.com", "This tenant exists already.", false},
		{"contoso.onmicrosoft.com", "", true},
		{"0a1b2c3d-0000-4000-8000-123456789abc", "", true},
	} {
		form.tenant.SetText(c.typed)
		if form.wrong.Text != c.wrong || form.wrong.Visible() != (c.wrong != "") {
			t.Errorf("%q: says %q, want %q", c.typed, form.wrong.Text, c.wrong)
		}
		if valid := !a.submit.Disabled(); valid != c.valid || form.test.Button.Disabled() == c.valid {
			t.Errorf("%q: Add is enabled: %v, want %v", c.typed, valid, c.valid)
		}
	}
}

func TestAddProfileWithASecret(t *testing.T) {
	f := hosttest.New(t)
	a := Open(f.Host, host.CredentialProfile)
	form := a.form.(*addProfile)
	form.name.SetText("gamma")
	shown := a.host.Window.Content()
	f.Hinted(shown, "00000000-0000-0000-0000-000000000000").SetText("11111111-2222-3333-4444-555555555555")
	if !a.submit.Disabled() {
		t.Error("a credential without its secret can be added")
	}
	f.Secret(shown).SetText("s3cret")
	test.Tap(a.submit)
	p, err := f.Store.Profile(t.Context(), "gamma")
	f.Must(err)
	if len(p.Credentials) != 1 || p.Credentials[0].Kind != entra.ClientSecret {
		t.Errorf("stored %v", p.Credentials)
	}
	if f.At != host.ToProfile(p.ID) {
		t.Errorf("the page is %s, want the new profile's", f.At)
	}
}

func TestProfileIsStoredWholeOrNotAtAll(t *testing.T) {
	f := hosttest.New(t)
	bad := signin.Material{Kind: entra.Certificate, ClientID: "11111111-2222-3333-4444-555555555555", Certificate: []byte("no certificate")}
	if f.Engine.AddProfileWith(t.Context(), "gamma", "", bad) == nil {
		t.Fatal("what is no certificate was taken for one")
	}
	if _, err := f.Store.Profile(t.Context(), "gamma"); entra.CodeOf(err) != entra.CodeNotFound {
		t.Errorf("a profile without its credential was left behind: %v", err)
	}
}

func TestAddCanBePressedAgainAfterAFailure(t *testing.T) {
	f := hosttest.New(t)
	a := Open(f.Host, host.CredentialProfile)
	form := a.form.(*addProfile)
	form.name.SetText("alpha") // is taken
	f.Hinted(a.host.Window.Content(), "00000000-0000-0000-0000-000000000000").SetText("11111111-2222-3333-4444-555555555555")
	f.Secret(a.host.Window.Content()).SetText("s3cret")
	test.Tap(a.submit)
	if a.submit.Disabled() || !isOpen(a.host.Window) {
		t.Error("Add can't be pressed again")
	}
}

// isOpen tells whether a window has not been closed.
func isOpen(w fyne.Window) bool {
	return slices.Contains(fyne.CurrentApp().Driver().AllWindows(), w)
}

func TestEscapeLeavesAddFromEveryField(t *testing.T) {
	f := hosttest.New(t)
	for name, field := range map[string]func(*addTenant) fyne.Focusable{
		"type":    func(a *addTenant) fyne.Focusable { return a.owner.kind },
		"tenant":  func(a *addTenant) fyne.Focusable { return a.tenant },
		"cloud":   func(a *addTenant) fyne.Focusable { return a.cloud },
		"profile": func(a *addTenant) fyne.Focusable { return a.profile },
		"enabled": func(a *addTenant) fyne.Focusable { return a.enabled },
		"test":    func(a *addTenant) fyne.Focusable { return a.test.Button },
	} {
		a := Open(f.Host, host.EntraIDSync)
		field(a.form.(*addTenant)).TypedKey(hosttest.Escape)
		if isOpen(a.host.Window) {
			t.Errorf("%s: the window is still open", name)
			a.close()
		}
	}
}

func TestAddIsPressedFromItsFields(t *testing.T) {
	f := hosttest.New(t)
	for name, press := range map[string]func(*addTenant){
		"Enter":  func(a *addTenant) { a.tenant.TypedKey(hosttest.Enter) },
		"Ctrl+S": func(a *addTenant) { a.tenant.TypedShortcut(hosttest.CtrlS) },
	} {
		a := Open(f.Host, host.EntraIDSync)
		form := a.form.(*addTenant)
		form.profile.SetSelected("alpha")
		press(form)
		if a.host.Window.Canvas().Overlays().Top() != nil {
			t.Errorf("%s: adds without a tenant", name)
		}
		form.tenant.SetText("contoso.onmicrosoft.com")
		press(form)
		if a.host.Window.Canvas().Overlays().Top() == nil {
			t.Errorf("%s: does not ask whether to add without a test", name)
		}
		a.typed(hosttest.Escape)
		if a.host.Window.Canvas().Overlays().Top() != nil || !isOpen(a.host.Window) {
			t.Errorf("%s: Escape does not leave the question alone", name)
			continue
		}
		a.close()
	}
}

func TestAddBeginsInItsFirstField(t *testing.T) {
	f := hosttest.New(t)
	a := Open(f.Host, host.EntraIDSync)
	if a.host.Window.Canvas().Focused() != a.form.(*addTenant).tenant {
		t.Errorf("the focus is on %T", a.host.Window.Canvas().Focused())
	}
	p := Open(f.Host, host.CredentialProfile)
	if p.host.Window.Canvas().Focused() != p.form.(*addProfile).name {
		t.Errorf("the focus is on %T", p.host.Window.Canvas().Focused())
	}
}

func TestPermissionsOfNoTenant(t *testing.T) {
	f := hosttest.New(t)
	a := Open(f.Host, host.EntraIDSync)
	test.Tap(a.form.buttons()[0].(*kit.Button))
	top := a.host.Window.Canvas().Overlays().Top()
	if !hosttest.Says(top, "User.Read.All") {
		t.Error("no permissions are shown while nothing is typed")
	}
	for _, b := range hosttest.All[*kit.Button](top) {
		if b.Text == "Copy the consent link" {
			t.Error("a consent link is offered though there is neither tenant nor app")
		}
	}
}
