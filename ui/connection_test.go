package ui

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
)

const consentPage = "https://login.microsoftonline.com/0a1b/adminconsent?client_id=11111111"

// partial is a connection that works, but for the groups.
func partial() signin.Diagnosis {
	return signin.Diagnosis{Connection: entra.Connection{OK: true, TenantID: "0a1b", DisplayName: "Contoso Ltd", Credential: 2, Permissions: []entra.Permission{
		{Class: "users", Permission: "User.Read.All", Granted: true},
		{Class: "groups", Permission: "GroupMember.Read.All", Reason: "the app lacks it; let an admin consent"},
	}}, Notes: []string{"an admin consents to what the app requests at " + consentPage}}
}

// pressToast presses the button of a text in a toast.
func (f *fixture) pressToast(text string) {
	f.Helper()
	for _, o := range test.LaidOutObjects(f.desk.toasts.Object()) {
		v := reflect.Indirect(reflect.ValueOf(o))
		if b, ok := o.(fyne.Tappable); ok && v.FieldByName("OnTapped").IsValid() && v.FieldByName("Text").String() == text {
			b.Tapped(&fyne.PointEvent{})
			return
		}
	}
	f.Fatalf("no toast has a button %q", text)
}

// toasted are the texts of all toasts.
func (f *fixture) toasted() string {
	var lines []string
	for _, o := range test.LaidOutObjects(f.desk.toasts.Object()) {
		if line := textOf(o); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " ")
}

// copied is what a button of the dialog on top puts on the clipboard.
func (f *fixture) copied(button string) string {
	f.Helper()
	f.press(button)
	return fyne.CurrentApp().Clipboard().Content()
}

func TestDiagnosisIsShownAndCopied(t *testing.T) {
	f := newFixture(t)
	c := f.openForm("alpha")
	c.test.diagnose = func(context.Context, entra.Tenant) signin.Diagnosis { return partial() }
	test.Tap(c.test.button)
	if !strings.Contains(f.toasted(), "Not granted: GroupMember.Read.All") {
		t.Error("the toast does not name the missing permission")
	}
	f.pressToast("Details")
	for _, want := range []string{"works, with credential 2 of alpha", "Contoso Ltd (0a1b)", "can be read (User.Read.All)", "GroupMember.Read.All: the app lacks it; let an admin consent"} {
		if !says(f.desk.window.Canvas().Overlays().Top(), want) {
			t.Errorf("the diagnosis does not say %q", want)
		}
	}
	if got := f.copied("Copy the consent link"); got != consentPage {
		t.Errorf("the link that is copied is %q", got)
	}
	f.pressToast("Details")
	text := f.copied("Copy as text")
	for _, want := range []string{"alpha.onmicrosoft.com\n", "[ok]   Users: can be read", "[!]    Groups: GroupMember.Read.All", consentPage} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

func TestDiagnosisOfAFailure(t *testing.T) {
	f := newFixture(t)
	c := f.openForm("alpha")
	c.test.diagnose = func(context.Context, entra.Tenant) signin.Diagnosis {
		return signin.Diagnosis{Connection: entra.Connection{Error: &entra.Trouble{Code: entra.CodeSignIn, Message: "the client secret is wrong", Remedy: "paste its value", Detail: "AADSTS7000215"}}}
	}
	test.Tap(c.test.button)
	if c.test.connected() || !strings.Contains(f.toasted(), "The client secret is wrong. Paste its value.") {
		t.Error("the toast does not say why and what to do")
	}
	f.pressToast("Details")
	if !says(f.desk.window.Canvas().Overlays().Top(), "The client secret is wrong. Paste its value.\nAADSTS7000215") {
		t.Error("the diagnosis lacks the technical text")
	}
}

func TestConnectionTestIsCancelled(t *testing.T) {
	f := newFixture(t)
	var pending []func()
	f.desk.crew.start = func(work func()) { pending = append(pending, work) }
	c := f.openForm("alpha")
	var end error
	c.test.diagnose = func(ctx context.Context, _ entra.Tenant) signin.Diagnosis { end = ctx.Err(); return partial() }
	pending = nil
	test.Tap(c.test.button)
	if c.test.button.Text != "Cancel the test" {
		t.Errorf("at work the button says %q", c.test.button.Text)
	}
	test.Tap(c.test.button)
	pending[0]()
	if end == nil || c.test.button.Text != "Test Connection" || c.test.connected() {
		t.Errorf("the cancelled test went on: %v, %q", end, c.test.button.Text)
	}
}

func TestSignInDuringATest(t *testing.T) {
	f := newFixture(t)
	c := f.openForm("alpha")
	prompt := entra.Prompt{Message: "To sign in …", Code: "ABCD1234", URL: "https://microsoft.com/devicelogin"}
	var end error
	c.test.diagnose = func(ctx context.Context, _ entra.Tenant) signin.Diagnosis {
		c.test.box.prompt(prompt)
		if top := f.desk.window.Canvas().Overlays().Top(); !says(top, prompt.Code) || !says(top, prompt.URL) {
			t.Error("the box shows neither the code nor the page")
		}
		if got := f.copied("Copy the code"); got != prompt.Code {
			t.Errorf("the code that is copied is %q", got)
		}
		f.press("Cancel")
		end = ctx.Err()
		return signin.Diagnosis{}
	}
	test.Tap(c.test.button)
	if end == nil || f.desk.window.Canvas().Overlays().Top() != nil {
		t.Errorf("cancelling the box did not end the test: %v", end)
	}
}

func TestSignInThatFailsIsTold(t *testing.T) {
	f := newFixture(t)
	f.desk.signIn(entra.Tenant{Name: "contoso.onmicrosoft.com", Cloud: "public", Profile: "gone"}, "")
	if f.desk.window.Canvas().Overlays().Top() != nil {
		t.Error("the box stays")
	}
	if !strings.Contains(f.toasted(), "gone") {
		t.Errorf("the toasts say %q", f.toasted())
	}
}

func TestWideTextKnowsItsHeight(t *testing.T) {
	newFixture(t)
	line := wide(widget.NewLabel("short"), 400).MinSize().Height
	box := container.NewVBox()
	box.Add(wide(widget.NewLabel(strings.Repeat("many words ", 40)), 400))
	if got := box.MinSize().Height; got < 4*line {
		t.Errorf("a long text is %v high, one line %v", got, line)
	}
}

func TestHistoryTellsTheCredential(t *testing.T) {
	f := newFixture(t)
	key := f.tenant("alpha").Key
	run, err := f.store.BeginRun(t.Context(), key)
	f.must(err)
	row, err := f.store.BeginClass(t.Context(), run, key, "users")
	f.must(err)
	_, err = f.store.EndClass(t.Context(), row, store.ClassEnd{Status: entra.Succeeded})
	f.must(err)
	f.must(f.store.EndRun(t.Context(), run, store.RunEnd{Status: entra.Succeeded,
		SignedIn: entra.SignedIn{Index: 2, Kind: entra.Certificate, Refused: []string{"credential 1 (client-secret): it has expired"}}}))
	p := f.openTenant("alpha")
	p.history.details.open(entra.ClassRun{Run: run, Class: "users", Status: entra.Succeeded})
	want := "2 (Certificate) signed in\nCredential 1 (client-secret): it has expired"
	if !says(p.history.details.box, want) {
		t.Errorf("the details do not say %q", want)
	}
}
