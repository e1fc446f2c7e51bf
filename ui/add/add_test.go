package add

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
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
		{"ALPHA.onmicrosoft.com", "alpha.onmicrosoft.com is there already.", false},
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

// noKeychain is what a computer without one has.
type noKeychain struct{}

func (noKeychain) Get(string) (vault.Secret, error) { return vault.Secret{}, vault.ErrNoKeychain }
func (noKeychain) Set(string, vault.Secret) error   { return vault.ErrNoKeychain }
func (noKeychain) Delete(string) error              { return vault.ErrNoKeychain }

// fillProfile fills in a profile with a client secret.
func fillProfile(f *hosttest.Fixture, a *Window, name string) {
	f.Helper()
	a.form.(*addProfile).name.SetText(name)
	shown := a.host.Window.Content()
	f.Hinted(shown, "00000000-0000-0000-0000-000000000000").SetText("11111111-2222-3333-4444-555555555555")
	f.Secret(shown).SetText("s3cret")
}

// dialog is the dialog on top of the window.
func dialog(a *Window) fyne.CanvasObject { return a.host.Window.Canvas().Overlays().Top() }

// press presses the button of a text in the dialog on top of the window.
func press(t *testing.T, a *Window, text string) {
	t.Helper()
	for _, b := range hosttest.All[*kit.Button](dialog(a)) {
		if b.Text == text {
			b.OnTapped()
			return
		}
	}
	t.Fatalf("the dialog has no button %q", text)
}

func TestPassphraseIsAskedForWhereThereIsNoKeychain(t *testing.T) {
	f := hosttest.New(t)
	f.UseVault(signin.NewVaultAccess(f.Store, noKeychain{}, nil))
	a := Open(f.Host, host.CredentialProfile)
	fillProfile(f, a, "gamma")
	test.Tap(a.submit)
	if dialog(a) == nil || f.Toasted() != "" {
		t.Fatalf("nothing asks for a passphrase; the toasts say %q", f.Toasted())
	}
	press(t, a, "Cancel")
	if a.submit.Disabled() || !a.form.touched() || !isOpen(a.host.Window) {
		t.Error("what was typed is lost where no passphrase is given")
	}
	test.Tap(a.submit)
	fields := hosttest.All[*kit.TextField](dialog(a))
	fields[0].SetText("correct horse")
	fields[1].SetText("wrong horse")
	if !hosttest.Says(dialog(a), "The two differ.") {
		t.Error("two passphrases that differ are not told")
	}
	fields[1].SetText("correct horse")
	press(t, a, "Set the passphrase")
	if p, err := f.Store.Profile(t.Context(), "gamma"); err != nil || len(p.Credentials) != 1 {
		t.Errorf("the profile was not added after the passphrase: %v, %v", p, err)
	}
	if f.At.Place != host.Profile || isOpen(a.host.Window) {
		t.Errorf("the page is %s", f.At)
	}
}

func TestLockedVaultIsUnlockedOnTheWay(t *testing.T) {
	f := hosttest.New(t)
	f.Lock()
	a := Open(f.Host, host.CredentialProfile)
	fillProfile(f, a, "gamma")
	test.Tap(a.submit)
	hosttest.All[*kit.TextField](dialog(a))[0].SetText(hosttest.RightPassphrase)
	press(t, a, "Unlock")
	if _, err := f.Store.Profile(t.Context(), "gamma"); err != nil {
		t.Errorf("the profile was not added: %v", err)
	}
}

func TestNewProfileComesBackToTheTenant(t *testing.T) {
	f := hosttest.New(t)
	a := Open(f.Host, host.EntraIDSync)
	form := a.form.(*addTenant)
	form.tenant.SetText("contoso.onmicrosoft.com")
	form.cloud.SetSelectedIndex(2)
	form.newProfile()
	if p, ok := a.form.(*addProfile); !ok || a.host.Window.Canvas().Focused() != fyne.Focusable(p.name) {
		t.Fatalf("New… leads to %T, the focus is on %T", a.form, a.host.Window.Canvas().Focused())
	}
	fillProfile(f, a, "gamma")
	test.Tap(a.submit)
	if a.form != addForm(form) || !isOpen(a.host.Window) {
		t.Fatalf("after the profile there is %T", a.form)
	}
	if form.tenant.Text != "contoso.onmicrosoft.com" || form.cloud.SelectedIndex() != 2 || form.profile.Selected != "gamma" {
		t.Errorf("the form has %q in cloud %d with %q", form.tenant.Text, form.cloud.SelectedIndex(), form.profile.Selected)
	}
	if a.host.Window.Canvas().Focused() != fyne.Focusable(form.tenant) {
		t.Errorf("the focus is on %T", a.host.Window.Canvas().Focused())
	}
	form.newProfile()
	a.typed(hosttest.Escape)
	if a.form != addForm(form) || form.tenant.Text == "" || !isOpen(a.host.Window) {
		t.Error("Escape from the profile does not lead back to the tenant")
	}
}

func TestLeavingAsksOverTheOtherType(t *testing.T) {
	f := hosttest.New(t)
	a := Open(f.Host, host.CredentialProfile)
	a.form.(*addProfile).name.SetText("gamma")
	a.kind.SetSelectedIndex(int(host.EntraIDSync))
	a.typed(hosttest.Escape)
	if dialog(a) == nil || !isOpen(a.host.Window) {
		t.Fatal("a profile that was typed is lost without a question")
	}
	press(t, a, "Discard")
	if isOpen(a.host.Window) {
		t.Error("the window stays")
	}
}

func TestTypeKeepsWhatWasTyped(t *testing.T) {
	f := hosttest.New(t)
	a := Open(f.Host, host.EntraIDSync)
	a.form.(*addTenant).tenant.SetText("contoso.onmicrosoft.com")
	a.kind.SetSelectedIndex(int(host.CredentialProfile))
	a.form.(*addProfile).name.SetText("gamma")
	a.kind.SetSelectedIndex(int(host.EntraIDSync))
	if got := a.form.(*addTenant).tenant.Text; got != "contoso.onmicrosoft.com" {
		t.Errorf("the tenant is %q", got)
	}
	a.kind.SetSelectedIndex(int(host.CredentialProfile))
	if got := a.form.(*addProfile).name.Text; got != "gamma" {
		t.Errorf("the profile is %q", got)
	}
}

func TestFirstProfileLeadsToTheTenant(t *testing.T) {
	f := hosttest.New(t)
	for _, name := range []string{"alpha", "beta"} {
		f.Must(f.Store.RemoveTenant(t.Context(), f.Tenant(name).Key))
		f.Must(f.Engine.RemoveProfile(t.Context(), name))
	}
	a := Open(f.Host, host.CredentialProfile)
	fillProfile(f, a, "gamma")
	test.Tap(a.submit)
	form, ok := a.form.(*addTenant)
	if !ok || form.profile.Selected != "gamma" || a.host.Window.Canvas().Focused() != fyne.Focusable(form.tenant) {
		t.Fatalf("after the first profile there is %T", a.form)
	}
	form.tenant.SetText("contoso.onmicrosoft.com")
	test.Tap(a.submit)
	press(t, a, "Add anyway")
	if got := f.At.Place; got != host.Tenant || isOpen(a.host.Window) {
		t.Errorf("the page is %s", f.At)
	}
}

func TestLeavingAsksOverWhatWasTyped(t *testing.T) {
	f := hosttest.New(t)
	for name, leave := range map[string]func(*Window){
		"Escape": func(a *Window) { a.typed(hosttest.Escape) },
		"Cancel": func(a *Window) { test.Tap(a.bar.Objects[len(a.bar.Objects)-1].(*kit.Button)) },
		"close":  func(a *Window) { a.askClose() },
	} {
		a := Open(f.Host, host.EntraIDSync)
		a.form.(*addTenant).tenant.SetText("contoso")
		leave(a)
		if dialog(a) == nil || !isOpen(a.host.Window) {
			t.Errorf("%s: nothing asks", name)
			continue
		}
		press(t, a, "Stay")
		if got := a.form.(*addTenant).tenant.Text; got != "contoso" || !isOpen(a.host.Window) {
			t.Errorf("%s: after Stay the tenant is %q", name, got)
		}
		leave(a)
		press(t, a, "Discard")
		if isOpen(a.host.Window) {
			t.Errorf("%s: the window stays", name)
		}
	}
}

// The second press of a double click on the button that opens the window falls into it.
func TestAPressBesideTheFieldsLeavesTheFocus(t *testing.T) {
	f := hosttest.New(t)
	a := Open(f.Host, host.EntraIDSync)
	hosttest.ExpectFocusStays(t, a.host.Window)
	a.form.(*addTenant).tenant.SetText("contoso.onmicrosoft.com")
	a.askClose()
	hosttest.ExpectFocusStays(t, a.host.Window)
}
