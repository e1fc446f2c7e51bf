package ui

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestAddTenantIsValidated(t *testing.T) {
	f := newFixture(t)
	a := newAddWindow(f.desk, entraIDSync)
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
		if valid := !a.submit.Disabled(); valid != c.valid || form.test.button.Disabled() == c.valid {
			t.Errorf("%q: Add is enabled: %v, want %v", c.typed, valid, c.valid)
		}
	}
}

func TestAddProfileWithASecret(t *testing.T) {
	f := newFixture(t)
	a := newAddWindow(f.desk, credentialProfile)
	form := a.form.(*addProfile)
	form.name.SetText("gamma")
	form.credential.client.SetText("11111111-2222-3333-4444-555555555555")
	if !a.submit.Disabled() {
		t.Error("a credential without its secret can be added")
	}
	form.credential.secret.SetText("s3cret")
	test.Tap(a.submit)
	p, err := f.store.Profile(t.Context(), "gamma")
	f.must(err)
	if len(p.Credentials) != 1 || p.Credentials[0].Kind != entra.ClientSecret {
		t.Errorf("stored %v", p.Credentials)
	}
	if f.at != profileNode(p.ID) {
		t.Errorf("the page is %s, want the new profile's", f.at)
	}
}

func TestProfileIsStoredWholeOrNotAtAll(t *testing.T) {
	f := newFixture(t)
	a := newAddWindow(f.desk, credentialProfile)
	form := a.form.(*addProfile)
	form.name.SetText("gamma")
	form.credential.kind.SetSelectedIndex(1)
	form.credential.client.SetText("11111111-2222-3333-4444-555555555555")
	form.credential.certificate = []byte("no certificate")
	a.check()
	test.Tap(a.submit)
	if _, err := f.store.Profile(t.Context(), "gamma"); entra.CodeOf(err) != entra.CodeNotFound {
		t.Errorf("a profile without its credential was left behind: %v", err)
	}
	if a.submit.Disabled() {
		t.Error("Add can't be pressed again")
	}
}
