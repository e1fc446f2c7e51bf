package window

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/translations"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// simulated makes the tenant alpha a simulated one that the app may read users
// of, and gives its profile a secret.
func (f *fixture) simulated(secret string) entra.Tenant {
	f.Helper()
	app := graphsim.App{ClientID: "7d3a1c55-0c3f-4a43-9a4d-0c9b2f1f2a10", Secret: "right~secret", Roles: []string{"User.Read.All", "Organization.Read.All"}}
	sim, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{Domain: "gamma.onmicrosoft.com", DisplayName: "Gamma", Seed: 1, Users: 5, Apps: []graphsim.App{app}}}})
	f.Must(err)
	f.Cleanup(func() { sim.Close() })
	f.Must(f.Store.AddCloud(f.T.Context(), entra.Cloud{Name: "lab", Label: "Lab", Authority: sim.Authority(), Graph: sim.Graph(), CA: sim.CA()}))
	f.Must(f.Store.AddProfile(f.T.Context(), "gamma", ""))
	f.Must(signin.AddCredential(f.T.Context(), f.Store, f.Vault, "gamma",
		signin.Material{Kind: entra.ClientSecret, ClientID: app.ClientID, Secret: vault.NewSecret([]byte(secret))}))
	tenant, err := f.Engine.AddTenant(f.T.Context(), entra.Tenant{Name: "gamma.onmicrosoft.com", Cloud: "lab", Profile: "gamma", Enabled: true})
	f.Must(err)
	return tenant
}

// A wrong secret, as it comes from the sign-in through core and the history: on
// the overview, in the history, in the toast and in the dialog behind it.
func TestFailureIsToldInGerman(t *testing.T) {
	f := newFixture(t)
	tenant := f.simulated("wrong~secret")
	_, failure := f.Engine.Sync(t.Context(), tenant.Key, syncer.SyncOptions{})
	if entra.CodeOf(failure) != entra.CodeSignIn {
		t.Fatalf("the sync ended with %v", failure)
	}
	f.InGerman()
	f.Changed()
	detail := entra.AsError(failure).Detail
	f.ExpectGerman("the overview", f.room)
	if !hosttest.Says(f.room, "Der geheime Clientschlüssel ist falsch (AADSTS7000215)") {
		t.Errorf("the overview says %q", hosttest.Texts(f.room))
	}
	f.openTenant("gamma")
	grid := hosttest.The[*table.Grid[entra.ClassRun]](f.Fixture, f.room)
	grid.OnOpen(grid.Rows()[0])
	f.ExpectGerman("the page", f.room, detail)
	if !hosttest.Says(f.room, "Die Anmeldung bei gamma.onmicrosoft.com ist fehlgeschlagen") {
		t.Errorf("the details say %q", hosttest.Texts(f.room))
	}
	f.Failed(failure)
	f.ExpectGerman("the toast", f.Toasts.Object())
	f.PressToast("Details")
	f.ExpectGerman("the dialog", f.Top(), wording.Capital(detail))
	if copied := f.Copied("Kopieren"); !strings.Contains(copied, "the client secret is wrong") {
		t.Errorf("what helps others is copied as %q", copied)
	}
}

func TestDiagnosisIsToldInGerman(t *testing.T) {
	f := newFixture(t)
	f.simulated("right~secret")
	f.InGerman()
	f.Changed()
	f.openForm("gamma")
	for _, b := range hosttest.All[*kit.Button](f.room) {
		if b.Text == "Verbindung testen" {
			test.Tap(b)
		}
	}
	f.ExpectGerman("the toast", f.Toasts.Object())
	f.PressToast("Details")
	f.ExpectGerman("the diagnosis", f.Top())
}

func TestLockedVaultIsToldInGerman(t *testing.T) {
	f := newFixture(t)
	f.InGerman()
	why := say.With("%s: the OS keychain gave no key (%s): give the passphrase", vault.ErrLocked, "timeout")
	if got, want := access.LockedBy(&entra.Error{Why: why}), "der Schlüsselbund hat keinen Schlüssel herausgegeben (timeout): die Passphrase angeben"; got != want {
		t.Errorf("the vault is said to be locked by %q", got)
	}
	f.Lock()
	b := f.vaultBar
	b.refresh()
	b.passphrase.SetText("wrong")
	test.Tap(b.unlock)
	f.ExpectGerman("the bar", b.box)
	if b.wrong.Text != "Die Passphrase ist falsch." {
		t.Errorf("a wrong passphrase: it says %q", b.wrong.Text)
	}
}

func TestPagesAreGerman(t *testing.T) {
	f := newFixture(t)
	f.InGerman()
	f.AddRuns("alpha", 2, entra.Invalid("reading Users failed", "the disk is full", "try again"))
	alpha, err := f.Store.Profile(t.Context(), "alpha")
	f.Must(err)
	for _, page := range []host.Route{host.To(host.Overview), host.To(host.Tenants), host.To(host.Profiles), host.To(host.Settings), host.ToTenant(f.Tenant("alpha").Key), host.ToProfile(alpha.ID)} {
		f.Open(page)
		f.Changed()
		f.ExpectGerman(page.String(), f.Host.Window.Content())
	}
	f.openForm("alpha")
	f.ExpectGerman("the configuration", f.Host.Window.Content())
}

// language is the field that chooses the language.
func (f *fixture) language() *kit.SelectField {
	f.Helper()
	for _, field := range hosttest.All[*kit.SelectField](f.room) {
		if slices.Contains(field.Options, "Deutsch") {
			return field
		}
	}
	f.Fatal("no language can be chosen")
	return nil
}

func TestLanguageChangesAtOnce(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { f.Must(translations.Speak("en")) })
	said := ""
	f.tray = &tray{set: func(m *fyne.Menu) { said = m.Items[0].Label }}
	f.Changed()
	f.shell.split.SetOffset(0.3)
	f.Open(host.To(host.Settings))
	f.language().SetSelectedIndex(2)
	if f.at != host.To(host.Settings) || f.navigation.current != host.To(host.Settings) {
		t.Fatalf("the page is %s", f.at)
	}
	if f.navigation.header.Text != "Integrationen" || !slices.ContainsFunc(hosttest.All[*kit.CheckField](f.room), func(c *kit.CheckField) bool {
		return c.Text == "Benachrichtigen, wenn die Synchronisierung eines Mandanten zu scheitern beginnt und wenn sie wieder gelingt"
	}) {
		t.Errorf("the header says %q, the page %q", f.navigation.header.Text, hosttest.Texts(f.room))
	}
	if !hosttest.Says(f.Host.Window.Content(), "Einstellungen") {
		t.Error("the window does not show the page in German")
	}
	if got := phrase.Number(1234567) + " " + phrase.Day(time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)) + " " + phrase.Lasted(1400*time.Millisecond); got != "1.234.567 09.03.2026 1,4 s" {
		t.Errorf("a number, a day and a span in German: %q", got)
	}
	if f.shell.offset() != 0.3 || len(f.navigation.tenants) != 2 {
		t.Errorf("the split stands at %v, the tree has %d tenants", f.shell.offset(), len(f.navigation.tenants))
	}
	if f.language().SelectedIndex() != 2 {
		t.Error("the page does not show the language that was chosen")
	}
	if said != trayState(f.navigation.tenants) || said == "All tenants are in sync" {
		t.Errorf("the tray says %q", said)
	}
	f.language().SetSelectedIndex(1)
	if f.navigation.header.Text != "Integrations" {
		t.Errorf("back in English the header says %q", f.navigation.header.Text)
	}
}

func TestLanguageOfTheSystem(t *testing.T) {
	f := newFixture(t)
	f.InGerman()
	f.Must(f.Speak("")) // the tests' system is not German
	if f.navigation.header.Text != "Integrations" {
		t.Errorf("the header says %q", f.navigation.header.Text)
	}
	if err := f.Speak("xx"); err == nil {
		t.Error("a language that is not there was taken")
	}
}

// isPart tells the widgets that a form is made of: fields, buttons, texts, and
// the grounds under them.
func isPart(o fyne.CanvasObject) bool {
	switch o.(type) {
	case *kit.TextField, *kit.CheckField, *kit.Button, *kit.SelectField, *widget.Label:
		return true
	}
	return reflect.TypeOf(o) == reflect.TypeOf(kit.NewGround(kit.GroundCard))
}

// Forms stand beside their scroll bar and not under it, in a small window, too;
// what doesn't scroll ends where its page ends.
func TestFormsFitASmallWindow(t *testing.T) {
	f := newFixture(t)
	t.Cleanup(func() { f.Must(translations.Speak("en")) })
	f.Host.Window.Resize(fyne.NewSize(1024, 640))
	pages := map[string]func() fyne.CanvasObject{
		"configuration": func() fyne.CanvasObject {
			f.openForm("alpha")
			return hosttest.The[*container.AppTabs](f.Fixture, f.room).Selected().Content
		},
		"settings": func() fyne.CanvasObject { f.Open(host.To(host.Settings)); return f.room },
	}
	right := func(o fyne.CanvasObject) float32 {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).X + o.Size().Width
	}
	for _, language := range []string{"en", "de"} {
		f.Must(f.Speak(language))
		for name, open := range pages {
			page := open()
			form := hosttest.The[*container.Scroll](f.Fixture, page)
			inForm := test.LaidOutObjects(form.Content)
			for _, o := range test.LaidOutObjects(page) {
				room := right(page)
				if slices.Contains(inForm, o) {
					room = right(form) - theme.ScrollBarSize()
				}
				if isPart(o) && o.Visible() && right(o) > room+1 {
					t.Errorf("%s, %s: %T %q ends at %v, the room at %v", language, name, o, hosttest.TextOf(o), right(o), room)
				}
			}
		}
	}
}
