package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
)

const someClient = "11111111-2222-3333-4444-55555555555"

// openProfile puts a profile with credentials (one for each last digit of the
// client id) in front.
func (f *fixture) openProfile(name, digits string) *profilePage {
	f.Helper()
	for _, digit := range digits {
		f.must(signin.AddCredential(f.Context(), f.store, f.desk.keeper, name, signin.Material{
			Kind: entra.ClientSecret, ClientID: someClient + string(digit), Secret: vault.NewSecret([]byte("s3cret"))}))
	}
	p, err := f.store.Profile(f.Context(), name)
	f.must(err)
	f.reload()
	f.open(profileNode(p.ID))
	return f.screen.(*profilePage)
}

// order are the last digits of the client ids on screen.
func order(p *profilePage) string {
	digits := ""
	for _, c := range p.grid.Rows() {
		digits += strings.TrimPrefix(c.ClientID, someClient)
	}
	return digits
}

// filled finds the text field that holds a text in the dialog on top.
func (f *fixture) filled(text string) *textField {
	f.Helper()
	for _, o := range test.LaidOutObjects(f.desk.window.Canvas().Overlays().Top()) {
		if field, ok := o.(*textField); ok && field.Text == text && field.Visible() {
			return field
		}
	}
	f.Fatalf("the dialog has no field that holds %q", text)
	return nil
}

func TestCredentialsAreMoved(t *testing.T) {
	f := newFixture(t)
	p := f.openProfile("alpha", "123")
	for _, b := range []*button{p.up, p.down, p.replace, p.detach} {
		if !b.Disabled() {
			t.Error("a button is enabled though nothing is selected")
		}
	}
	p.grid.Select(0)
	if !p.up.Disabled() || p.down.Disabled() {
		t.Error("the first can be moved up, or not down")
	}
	test.Tap(p.down)
	test.Tap(p.down)
	if got := order(p); got != "231" || !p.down.Disabled() || p.up.Disabled() {
		t.Errorf("order %s, down enabled: %v", got, !p.down.Disabled())
	}
	test.Tap(p.up)
	if got := order(p); got != "213" {
		t.Errorf("order %s", got)
	}
}

func TestProfileIsRenamed(t *testing.T) {
	f := newFixture(t)
	p := f.openProfile("alpha", "1")
	test.Tap(p.edit)
	f.filled("alpha").SetText("beta") // is taken
	f.press("Save")
	if f.desk.window.Canvas().Overlays().Top() == nil {
		t.Fatal("the dialog closed though the name is taken")
	}
	f.filled("beta").SetText("readers of all")
	f.press("Save")
	if f.desk.window.Canvas().Overlays().Top() != nil || p.title.String() != "readers of all" || f.tenant("alpha").Profile != "readers of all" {
		t.Errorf("the page is titled %q, the tenant's profile is %q", p.title.String(), f.tenant("alpha").Profile)
	}
}

func TestSecretIsReplaced(t *testing.T) {
	f := newFixture(t)
	p := f.openProfile("alpha", "12")
	before := p.grid.Rows()[1]
	sealed, err := f.store.Secrets(t.Context(), before.ID)
	f.must(err)
	p.grid.Select(1)
	test.Tap(p.replace)
	secret := f.filled("") // the old secret is not shown
	f.press("Replace")
	if f.desk.window.Canvas().Overlays().Top() == nil {
		t.Fatal("a secret can be replaced by nothing")
	}
	secret.SetText("another")
	f.press("Replace")
	after, err := f.store.Secrets(t.Context(), before.ID)
	f.must(err)
	if string(after[entra.FieldSecret]) == string(sealed[entra.FieldSecret]) || order(p) != "12" {
		t.Errorf("the secret is as it was, or the order is not: %s", order(p))
	}
}

func TestUsedProfileIsNotDeleted(t *testing.T) {
	f := newFixture(t)
	p := f.openProfile("alpha", "1")
	test.Tap(p.remove)
	want := "alpha can't be deleted while these tenants use it: alpha.onmicrosoft.com. Give them another profile first."
	if top := f.desk.window.Canvas().Overlays().Top(); !says(top, want) || says(top, "Delete") {
		t.Error("the dialog does not name the tenant, or offers to delete")
	}
}

func TestCredentialIsValidated(t *testing.T) {
	newFixture(t)
	form := newCredentialForm(test.NewTempWindow(t, nil), func() {})
	for _, c := range []struct {
		kind           int
		client, secret string
		complete       bool
		wrong          string
	}{
		{0, "", "", false, ""},
		{0, "contoso", "x", false, "An application (client) ID looks like the one in grey."},
		{0, someClient + "1", "", false, ""},
		{0, someClient + "1", someClient + "2", false, "This is the secret's ID. Paste its value."},
		{0, strings.ToUpper(someClient) + "1 ", "x", true, ""},
		{1, someClient + "1", "", false, ""},
		{2, "", "", true, ""},
		{2, "x", "", false, "An application (client) ID looks like the one in grey."},
		{4, "x", "", true, ""},
	} {
		form.client.SetText(c.client)
		form.secret.SetText(c.secret)
		form.kind.SetSelectedIndex(c.kind)
		if form.complete() != c.complete {
			t.Errorf("%v: complete is %v", c, form.complete())
		}
		if c.wrong != "" && !says(form.content(), c.wrong) {
			t.Errorf("%v: does not say what is wrong", c)
		}
	}
}

func TestPersonKindsAreAdded(t *testing.T) {
	f := newFixture(t)
	p := f.openProfile("alpha", "1")
	for i, kind := range kinds {
		if !kind.Person() {
			continue
		}
		form := newCredentialForm(f.desk.window, func() {})
		form.kind.SetSelectedIndex(i)
		if form.complete() {
			t.Errorf("%s: can be added without its app", kind)
		}
		form.client.SetText(someClient + "2")
		if m := form.material(); !form.complete() || m.Kind != kind || m.ClientID != someClient+"2" || !m.Secret.Empty() {
			t.Errorf("%s: gives %v", kind, m)
		}
		f.must(signin.AddCredential(t.Context(), f.store, f.desk.keeper, "alpha", form.material()))
	}
	f.reload()
	p.grid.Select(0)
	if p.signIn.Visible() {
		t.Error("a client secret offers a person to sign in")
	}
	p.grid.Select(1)
	if !p.signIn.Visible() || len(p.profile.Credentials) != 3 {
		t.Errorf("of %d credentials the second does not offer to sign in", len(p.profile.Credentials))
	}
}
