package access

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

const someClient = "11111111-2222-3333-4444-55555555555"

func TestCredentialIsValidated(t *testing.T) {
	hosttest.New(t)
	form := NewCredentialForm(test.NewTempWindow(t, nil), func() {})
	for _, c := range []struct {
		kind           int
		client, secret string
		complete       bool
		wrong          string
	}{
		{0, "", "", false, ""},
		{0, "contoso", "x", false, "An application (client) ID looks like 00000000-0000-0000-0000-000000000000."},
		{0, someClient + "1", "", false, ""},
		{0, someClient + "1", someClient + "2", false, "This is the secret's ID. Paste its value."},
		{0, strings.ToUpper(someClient) + "1 ", "x", true, ""},
		{1, someClient + "1", "", false, ""},
		{2, "", "", true, ""},
		{2, "x", "", false, "An application (client) ID looks like 00000000-0000-0000-0000-000000000000."},
		{4, "x", "", true, ""},
	} {
		form.client.SetText(c.client)
		form.secret.SetText(c.secret)
		form.kind.SetSelectedIndex(c.kind)
		if form.Complete() != c.complete {
			t.Errorf("%v: complete is %v", c, form.Complete())
		}
		if c.wrong != "" && !hosttest.Says(form.Content(), c.wrong) {
			t.Errorf("%v: does not say what is wrong", c)
		}
	}
}

func TestNeedsCoverTheClassTable(t *testing.T) {
	hosttest.New(t)
	all := needs(nil)
	for _, c := range entra.Choices() {
		i := slices.IndexFunc(all, func(n need) bool { return n.permission == c.Permission })
		if i < 0 || !slices.ContainsFunc(all[i].reads, func(r reading) bool { return r.licence == c.Licence && slices.Contains(r.classes, c.Label) }) {
			t.Errorf("%s is missing, or its licence is", c.Name)
		}
	}
	if got := names(needs([]string{"users", "applications", "servicePrincipals"})); got != "User.Read.All\nApplication.Read.All" {
		t.Errorf("three classes need %q", got)
	}
}

func TestPermissionsAreCopied(t *testing.T) {
	f := hosttest.New(t)
	f.Must(signin.AddCredential(t.Context(), f.Store, f.Vault, "alpha", signin.Material{Kind: entra.ClientSecret, ClientID: someClient + "1", Secret: vault.NewSecret([]byte("s3cret"))}))
	askPermissions(f.Host, f.Tenant("alpha"))
	for _, want := range []string{"User.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"} {
		if !hosttest.Says(f.Top(), want) {
			t.Errorf("the list lacks %s", want)
		}
	}
	if got := f.Copied("Copy the permissions"); !strings.HasPrefix(got, "User.Read.All\nGroupMember.Read.All") || strings.Contains(got, "Hidden") {
		t.Errorf("copied %q", got)
	}
	askPermissions(f.Host, f.Tenant("alpha"))
	want := "https://login.microsoftonline.com/alpha.onmicrosoft.com/adminconsent?client_id=" + someClient + "1"
	if got := f.Copied("Copy the consent link"); got != want {
		t.Errorf("the consent link is %q, want %q", got, want)
	}
}

func TestEscapeLeavesTheFileDialog(t *testing.T) {
	f := hosttest.New(t)
	c := f.Window.Canvas()
	NewCredentialForm(f.Window, func() {}).certificate.ask()
	if c.Overlays().Top() == nil {
		t.Fatal("no file dialog")
	}
	c.OnTypedKey()(hosttest.Escape)
	if c.Overlays().Top() != nil {
		t.Error("the file dialog stays")
	}
}

// A file that was chosen by mistake is taken out again, and the keyboard is not lost with its button.
func TestAChosenFileIsTakenOutAgain(t *testing.T) {
	f := hosttest.New(t)
	changed := 0
	form := NewCredentialForm(f.Window, func() { changed++ })
	f.Display(form.Content())
	form.client.SetText(someClient + "1")
	form.kind.SetSelectedIndex(slices.Index(kinds, entra.Certificate))
	file := form.certificate
	if file.out.Visible() {
		t.Error("what was not chosen can be taken out")
	}
	file.put("wrong.pem", []byte("-----BEGIN"))
	if !form.Complete() || !file.out.Visible() || file.name.Text != "wrong.pem" {
		t.Errorf("chosen: complete %v, %q", form.Complete(), file.name.Text)
	}
	f.Window.Canvas().Focus(file.out)
	test.Tap(file.out)
	if form.Complete() || len(form.Material().Certificate) > 0 || file.name.Text != "PEM or PFX" || f.Focused() != fyne.Focusable(file.choose) {
		t.Errorf("taken out: complete %v, %q, the focus is on %T", form.Complete(), file.name.Text, f.Focused())
	}
	AskCloud(f.Host, func(string) {})
	if shown := hosttest.All[*kit.Button](f.Top()); slices.ContainsFunc(shown, func(b *kit.Button) bool { return b.Text == "Remove" && b.Visible() }) {
		t.Error("a cloud without a file has one to take out")
	}
}

func TestWayOut(t *testing.T) {
	f := hosttest.New(t)
	if text, do := WayOut(f.Host, f.Tenant("alpha")); text != "" || do != nil {
		t.Errorf("a tenant that waits for nobody is offered %q", text)
	}
	for code, want := range map[entra.Code]string{entra.CodeVaultLocked: "Unlock the vault", entra.CodeSignInAgain: "Sign in again", entra.CodeNetwork: ""} {
		text, do := Remedy(f.Host, f.Tenant("alpha"), code)
		if text != want || (do == nil) != (want == "") {
			t.Errorf("%s: %q", code, text)
		}
	}
	_, do := Remedy(f.Host, f.Tenant("alpha"), entra.CodeVaultLocked)
	do()
	if f.Top() == nil {
		t.Error("nothing asks for the passphrase")
	}
}

func TestPersonKindsNeedTheirAppAlone(t *testing.T) {
	f := hosttest.New(t)
	for i, kind := range kinds {
		if !kind.Person() {
			continue
		}
		form := NewCredentialForm(f.Window, func() {})
		form.kind.SetSelectedIndex(i)
		if form.Complete() {
			t.Errorf("%s: can be added without its app", kind)
		}
		form.client.SetText(someClient + "2")
		if m := form.Material(); !form.Complete() || m.Kind != kind || m.ClientID != someClient+"2" || !m.Secret.Empty() {
			t.Errorf("%s: gives %v", kind, m)
		}
	}
}

func TestEndOfASecretIsTyped(t *testing.T) {
	f := hosttest.New(t)
	form := NewCredentialForm(f.Window, func() {})
	form.client.SetText(someClient + "1")
	form.secret.SetText("s3cret")
	for typed, want := range map[string]string{"2031-05-31": "2031-05-31", " 31.5.2031 ": "2031-05-31", "": "0001-01-01"} {
		form.ends.SetText(typed)
		if got := form.Material().Expires; !form.Complete() || got.Format(time.DateOnly) != want {
			t.Errorf("%q: ends on %s, complete: %v", typed, got, form.Complete())
		}
	}
	form.ends.SetText("next year")
	if form.Complete() || !hosttest.Says(form.Content(), "Give the date on which the secret ends, such as 2027-05-31, or nothing.") {
		t.Error("what is no date is taken for one")
	}
	form.ends.SetText("2020-01-01")
	if over := "This day is over: nothing can sign in with the secret any more."; !form.Complete() || !hosttest.Says(form.Content(), over) || form.wrongEnd.Importance != widget.WarningImportance {
		t.Errorf("of an end in the past it says %q, complete: %v", form.wrongEnd.Text, form.Complete())
	}
	form.ends.SetText("2031-05-31")
	f.Must(signin.AddCredential(t.Context(), f.Store, f.Vault, "alpha", form.Material()))
	p, err := f.Store.Profile(t.Context(), "alpha")
	f.Must(err)
	if got := p.Credentials[0].Expires.Local().Format(time.DateOnly); got != "2031-05-31" {
		t.Errorf("it is stored to end on %s", got)
	}
}

func TestEndOfAStoredSecretIsTyped(t *testing.T) {
	f := hosttest.New(t)
	f.Must(signin.AddCredential(t.Context(), f.Store, f.Vault, "alpha", signin.Material{Kind: entra.ClientSecret, ClientID: someClient + "1", Secret: vault.NewSecret([]byte("s3cret"))}))
	stored := func() entra.Credential {
		p, err := f.Store.Profile(t.Context(), "alpha")
		f.Must(err)
		return p.Credentials[0]
	}
	AskEnd(f.Host, stored())
	f.Hinted(f.Top(), "a date, such as 2027-05-31").SetText("soon")
	if !hosttest.Says(f.Top(), "Give the date on which the secret ends, such as 2027-05-31, or nothing.") {
		t.Error("what is no date is not told")
	}
	f.Hinted(f.Top(), "a date, such as 2027-05-31").SetText("2031-05-31")
	f.Press("Save")
	if got := stored().Expires.Local().Format(time.DateOnly); got != "2031-05-31" || f.Top() != nil {
		t.Errorf("it is stored to end on %s", got)
	}
}

func TestCloudIsAddedInTheWindow(t *testing.T) {
	f := hosttest.New(t)
	added := ""
	AskCloud(f.Host, func(name string) { added = name })
	fields := hosttest.All[*kit.TextField](f.Top())
	for i, text := range []string{"lab", "http://login.lab", "https://graph.lab"} {
		fields[i].SetText(text)
	}
	f.Press("Add")
	if added != "" {
		t.Fatal("a cloud without https was added")
	}
	if !hosttest.Says(f.Top(), "An address of a cloud looks like https://login.example.com.") {
		t.Errorf("what is wrong does not stand beside its field: %q", hosttest.Texts(f.Top()))
	}
	fields[1].SetText("https://login.lab")
	f.Press("Add")
	c, err := f.Store.Cloud(t.Context(), "lab")
	f.Must(err)
	if added != "lab" || c.Authority != "https://login.lab" || c.Graph != "https://graph.lab" || f.Top() != nil {
		t.Errorf("added %q: %+v", added, c)
	}
}
