package access

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/toast"
)

const consentLinkOfPartial = "https://login.microsoftonline.com/0a1b/adminconsent?client_id=11111111"

// partial is a connection that works, but for the groups.
func partial() signin.Diagnosis {
	return signin.Diagnosis{Connection: entra.Connection{OK: true, TenantID: "0a1b", DisplayName: "Contoso Ltd", Credential: 2, Permissions: []entra.Permission{
		{Class: "users", Permission: "User.Read.All", Granted: true},
		{Class: "groups", Permission: "GroupMember.Read.All", Reason: "the app lacks it; let an admin consent"},
	}}, Notes: []say.Sentence{say.With("an admin consents to what the app requests at %s", consentLinkOfPartial)}}
}

// connection puts the button Test Connection in the window, for the tenant alpha.
func connection(f *hosttest.Fixture) *ConnectionTest {
	f.Helper()
	tenant := f.Tenant("alpha")
	c := NewConnectionTest(f.Host, func() entra.Tenant { return tenant })
	f.Display(c.Button)
	return c
}

func TestDiagnosisIsShownAndCopied(t *testing.T) {
	f := hosttest.New(t)
	c := connection(f)
	c.diagnose = func(context.Context, entra.Tenant) signin.Diagnosis { return partial() }
	test.Tap(c.Button)
	if !strings.Contains(f.Toasted(), "Groups: GroupMember.Read.All: the app lacks it; let an admin consent") {
		t.Errorf("the toast does not say why groups can't be read: %q", f.Toasted())
	}
	f.PressToast("Details")
	for _, want := range []string{"works, with credential 2 of alpha", "Contoso Ltd (0a1b)", "can be read (User.Read.All)", "GroupMember.Read.All: the app lacks it; let an admin consent"} {
		if !hosttest.Says(f.Top(), want) {
			t.Errorf("the diagnosis does not say %q", want)
		}
	}
	if got := f.Copied("Copy the consent link"); got != consentLinkOfPartial {
		t.Errorf("the link that is copied is %q", got)
	}
	f.PressToast("Details")
	text := f.Copied("Copy as text")
	for _, want := range []string{"alpha.onmicrosoft.com\n", "[ok]   Users: can be read", "[!]    Groups: GroupMember.Read.All", consentLinkOfPartial} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

// What can't be read is told for each class with its own cause, in the form as in the
// details, and counted in the toast, and for want of a permission only where that is why.
func TestFormAndDetailsTellTheSameCauses(t *testing.T) {
	f := hosttest.New(t)
	c := connection(f)
	c.diagnose = func(context.Context, entra.Tenant) signin.Diagnosis {
		d := partial()
		d.Permissions = []entra.Permission{
			{Class: "administrativeUnits", Permission: "AdministrativeUnit.Read.All", Code: entra.CodeNotOffered, Reason: "this cloud or tenant has no administrative units; take the class out"},
			{Class: "riskyUsers", Permission: "IdentityRiskyUser.Read.All", Code: entra.CodePermission, Reason: "the app lacks the permission IdentityRiskyUser.Read.All; grant it"},
		}
		return d
	}
	test.Tap(c.Button)
	toasted := strings.Join(hosttest.Texts(c.Outcome.Content()), "\n")
	if got := f.Toasted(); !strings.Contains(got, "2 object classes can't be read. The form tells why.") || strings.Contains(got, "administrative units") {
		t.Errorf("the toast says %q", got) // it lies over the form
	}
	f.PressToast("Details")
	for _, want := range []string{"this cloud or tenant has no administrative units; take the class out", "the app lacks the permission IdentityRiskyUser.Read.All; grant it"} {
		if !strings.Contains(toasted, ": "+want) || !hosttest.Says(f.Top(), want) {
			t.Errorf("form %q, details %v: not %q", toasted, hosttest.Texts(f.Top()), want)
		}
	}
	for _, wrong := range []string{"Not granted", "AdministrativeUnit.Read.All"} {
		if strings.Contains(toasted, wrong) || strings.Contains(strings.Join(hosttest.Texts(f.Top()), " "), wrong) {
			t.Errorf("told as want of a permission: %q", wrong)
		}
	}
}

func TestDiagnosisOfAFailure(t *testing.T) {
	f := hosttest.New(t)
	c := connection(f)
	c.diagnose = func(context.Context, entra.Tenant) signin.Diagnosis {
		return signin.Diagnosis{Connection: entra.Connection{Error: &entra.Trouble{Code: entra.CodeSignIn, Message: "the client secret is wrong", Remedy: "paste its value", Detail: "AADSTS7000215"}}}
	}
	test.Tap(c.Button)
	if c.Connected() || !strings.Contains(f.Toasted(), "The client secret is wrong. Paste its value.") {
		t.Error("the toast does not say why and what to do")
	}
	f.PressToast("Details")
	if !hosttest.Says(f.Top(), "The client secret is wrong. Paste its value.\nAADSTS7000215") {
		t.Error("the diagnosis lacks the technical text")
	}
}

func TestConnectionTestIsCancelled(t *testing.T) {
	f := hosttest.New(t)
	var pending []func()
	f.Start = func(work func()) { pending = append(pending, work) }
	c := connection(f)
	var end error
	c.diagnose = func(ctx context.Context, _ entra.Tenant) signin.Diagnosis { end = ctx.Err(); return partial() }
	pending = nil
	test.Tap(c.Button)
	if c.Button.Text != "Cancel the test" {
		t.Errorf("at work the button says %q", c.Button.Text)
	}
	test.Tap(c.Button)
	pending[0]()
	if end == nil || c.Button.Text != "Test Connection" || c.Connected() {
		t.Errorf("the cancelled test went on: %v, %q", end, c.Button.Text)
	}
}

func TestSignInDuringATest(t *testing.T) {
	f := hosttest.New(t)
	c := connection(f)
	prompt := entra.Prompt{Message: "To sign in …", Code: "ABCD1234", URL: "https://microsoft.com/devicelogin"}
	var end error
	c.diagnose = func(ctx context.Context, _ entra.Tenant) signin.Diagnosis {
		c.box.prompt(prompt)
		if top := f.Top(); !hosttest.Says(top, prompt.Code) || !hosttest.Says(top, prompt.URL) {
			t.Error("the box shows neither the code nor the page")
		}
		if got := f.Copied("Copy the code"); got != prompt.Code {
			t.Errorf("the code that is copied is %q", got)
		}
		f.Press("Cancel")
		end = ctx.Err()
		return signin.Diagnosis{}
	}
	test.Tap(c.Button)
	if end == nil || f.Top() != nil {
		t.Errorf("cancelling the box did not end the test: %v", end)
	}
}

func TestSignInThatFailsIsTold(t *testing.T) {
	f := hosttest.New(t)
	SignIn(f.Host, entra.Tenant{Name: "contoso.onmicrosoft.com", Cloud: "public", Profile: "gone"}, "")
	if f.Top() != nil {
		t.Error("the box stays")
	}
	if !strings.Contains(f.Toasted(), "gone") {
		t.Errorf("the toasts say %q", f.Toasted())
	}
}

// refused is a connection whose secret Entra does not take.
func refused() signin.Diagnosis {
	return signin.Diagnosis{Connection: entra.Connection{Error: &entra.Trouble{Code: entra.CodeSignIn, Message: "the client secret is wrong", Remedy: "paste its value"}}}
}

func TestResultStandsInTheForm(t *testing.T) {
	f := hosttest.New(t)
	tenant := f.Tenant("alpha")
	c := NewConnectionTest(f.Host, func() entra.Tenant { return tenant })
	f.Display(container.NewVBox(c.Button, c.Outcome.Content()))
	c.diagnose = func(context.Context, entra.Tenant) signin.Diagnosis { return refused() }
	test.Tap(c.Button)
	if !hosttest.Says(c.Outcome.Content(), "The client secret is wrong. Paste its value.") {
		t.Error("the form does not say why the test failed")
	}
	c.diagnose = func(context.Context, entra.Tenant) signin.Diagnosis { return partial() }
	test.Tap(c.Button)
	if told := f.Toasted(); strings.Contains(told, "failed") || !strings.Contains(told, "Connected to Contoso Ltd") {
		t.Errorf("after a test that connects the toasts say %q", told)
	}
	if shown := hosttest.Texts(c.Outcome.Content()); !strings.Contains(strings.Join(shown, " "), "Connected to Contoso Ltd") {
		t.Errorf("the form says %q", shown)
	}
	tenant.Name = "other.onmicrosoft.com"
	c.Outcome.Compare()
	if f.Toasted() != "" {
		t.Errorf("beside settings that were not tested a toast says %q", f.Toasted())
	}
	if c.Outcome.Content().Visible() {
		t.Error("the result stands beside settings that were not tested")
	}
}

func TestSecretIsReplacedFromTheFailedTest(t *testing.T) {
	f := hosttest.New(t)
	f.Must(signin.AddCredential(t.Context(), f.Store, f.Vault, "alpha", signin.Material{Kind: entra.ClientSecret, ClientID: someClient + "1", Secret: vault.NewSecret([]byte("old"))}))
	c := connection(f)
	f.Display(container.NewVBox(c.Button, c.Outcome.Content()))
	c.diagnose = func(context.Context, entra.Tenant) signin.Diagnosis { return refused() }
	test.Tap(c.Button)
	for _, b := range hosttest.All[*kit.Button](c.Outcome.Content()) {
		if b.Text == "Replace the secret…" {
			test.Tap(b)
		}
	}
	secret, ok := f.Focused().(*kit.TextField)
	if !ok || !secret.Password {
		t.Fatalf("the focus is on %T", f.Focused())
	}
	secret.SetText("new")
	c.diagnose = func(context.Context, entra.Tenant) signin.Diagnosis { return partial() }
	f.Press("Replace")
	if !c.Connected() {
		t.Error("the new secret is not tested")
	}
	p, err := f.Store.Profile(t.Context(), "alpha")
	f.Must(err)
	if p.Credentials[0].Revision < 1 || p.Credentials[0].ClientID != someClient+"1" {
		t.Errorf("stored %+v", p.Credentials)
	}
}

// Of a tenant whose classes nobody has chosen the result names what can be read and what
// it took; what it may not read is no warning.
func TestPermittedClassesAreTold(t *testing.T) {
	tested := entra.Tenant{Name: "a.example", Profile: "Main", Unchosen: true}
	found := signin.Diagnosis{Connection: entra.Connection{OK: true, Credential: 1, DisplayName: "A", Permissions: []entra.Permission{
		{Class: "users", Permission: "User.Read.All", Granted: true}, {Class: "applications", Permission: "Application.Read.All", Granted: true, Unchosen: true},
		{Class: "domains", Permission: "Domain.Read.All", Code: entra.CodePermission, Reason: "the app lacks it", Unchosen: true}}}}
	button := &ConnectionTest{}
	if told := button.news(tested, found); told.Kind != toast.Success || told.Text != "Can be read, and is synced: Users, Applications" {
		t.Errorf("%v %q", told.Kind, told.Text)
	}
	found.Taken = []string{"applications"}
	if told := button.news(tested, found); told.Kind != toast.Success || told.Text != "From now on synced, because they may be read: Applications" {
		t.Errorf("%v %q", told.Kind, told.Text)
	}
	text := diagnosisText(tested, found)
	for _, line := range []string{"[ok]   From now on synced: Applications", "[-]    Domains: is not synced: Domain.Read.All: the app lacks it"} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is missing in\n%s", line, text)
		}
	}
}
