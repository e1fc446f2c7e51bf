package profile

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

const someClient = "11111111-2222-3333-4444-55555555555"

// openProfile puts a profile with credentials (one for each last digit of the
// client id) in front.
func openProfile(f *hosttest.Fixture, name, digits string) *Page {
	f.Helper()
	for _, digit := range digits {
		f.Must(signin.AddCredential(f.T.Context(), f.Store, f.Vault, name, signin.Material{
			Kind: entra.ClientSecret, ClientID: someClient + string(digit), Secret: vault.NewSecret([]byte("s3cret"))}))
	}
	p, err := f.Store.Profile(f.T.Context(), name)
	f.Must(err)
	return hosttest.Show(f, New(f.Host, p))
}

// order are the last digits of the client ids on screen.
func order(p *Page) string {
	digits := ""
	for _, c := range p.grid.Rows() {
		digits += strings.TrimPrefix(c.ClientID, someClient)
	}
	return digits
}

func TestCredentialsAreMoved(t *testing.T) {
	f := hosttest.New(t)
	p := openProfile(f, "alpha", "123")
	for _, b := range []*kit.Button{p.up, p.down, p.replace, p.detach} {
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

// Whose last credential goes can't be synced any more: that is said before.
func TestTheLastCredentialOfTenantsIsTold(t *testing.T) {
	f := hosttest.New(t)
	for _, digit := range []string{"1", "2"} {
		p := openProfile(f, "alpha", digit)
		p.grid.Select(0)
		test.Tap(p.detach)
		if told := strings.Join(hosttest.Texts(f.Top()), " "); strings.Contains(told, "It is the last one: 1 tenant uses the profile") != (digit == "1") {
			t.Errorf("of %d credentials it says %q", len(p.profile.Credentials), told)
		}
		f.Press("Cancel")
	}
}

func TestProfileIsRenamed(t *testing.T) {
	f := hosttest.New(t)
	p := openProfile(f, "alpha", "1")
	test.Tap(p.edit)
	f.Filled("alpha").SetText("beta") // is taken
	f.Press("Save")
	if f.Top() == nil {
		t.Fatal("the dialog closed though the name is taken")
	}
	f.Filled("beta").SetText("readers of all")
	f.Press("Save")
	if f.Top() != nil || p.title.String() != "readers of all" || f.Tenant("alpha").Profile != "readers of all" {
		t.Errorf("the page is titled %q, the tenant's profile is %q", p.title.String(), f.Tenant("alpha").Profile)
	}
}

func TestSecretIsReplaced(t *testing.T) {
	f := hosttest.New(t)
	p := openProfile(f, "alpha", "12")
	before := p.grid.Rows()[1]
	sealed, err := f.Store.Secrets(t.Context(), before.ID)
	f.Must(err)
	p.grid.Select(1)
	test.Tap(p.replace)
	secret := f.Filled("") // the old secret is not shown
	f.Press("Replace")
	if f.Top() == nil {
		t.Fatal("a secret can be replaced by nothing")
	}
	secret.SetText("another")
	f.Press("Replace")
	after, err := f.Store.Secrets(t.Context(), before.ID)
	f.Must(err)
	if string(after[entra.FieldSecret]) == string(sealed[entra.FieldSecret]) || order(p) != "12" {
		t.Errorf("the secret is as it was, or the order is not: %s", order(p))
	}
}

func TestUsedProfileIsNotDeleted(t *testing.T) {
	f := hosttest.New(t)
	p := openProfile(f, "alpha", "1")
	test.Tap(p.remove)
	want := "alpha can't be deleted while these tenants use it: alpha.onmicrosoft.com. Give them another profile first."
	if top := f.Top(); !hosttest.Says(top, want) || hosttest.Says(top, "Delete") {
		t.Error("the dialog does not name the tenant, or offers to delete")
	}
}

func TestPersonKindsAreAdded(t *testing.T) {
	f := hosttest.New(t)
	p := openProfile(f, "alpha", "1")
	for _, kind := range []entra.Kind{entra.DeviceCode, entra.InteractiveBrowser} {
		f.Must(signin.AddCredential(t.Context(), f.Store, f.Vault, "alpha", signin.Material{Kind: kind, ClientID: someClient + "2"}))
	}
	f.Changed()
	p.grid.Select(0)
	if p.signIn.Visible() {
		t.Error("a client secret offers a person to sign in")
	}
	p.grid.Select(1)
	if !p.signIn.Visible() || len(p.profile.Credentials) != 3 {
		t.Errorf("of %d credentials the second does not offer to sign in", len(p.profile.Credentials))
	}
}

func TestFormDialogIsServedFromItsFields(t *testing.T) {
	f := hosttest.New(t)
	p := openProfile(f, "alpha", "1")
	test.Tap(p.edit)
	hosttest.ExpectFocusStays(t, f.Window)
	f.Filled("alpha").TypedKey(hosttest.Escape)
	if f.Top() != nil {
		t.Fatal("Escape in a field does not close the dialog")
	}
	test.Tap(p.edit)
	f.Filled("alpha").TypedKey(hosttest.Enter)
	if f.Top() == nil {
		t.Fatal("Enter saved what has not changed")
	}
	name := f.Filled("alpha")
	name.SetText("readers")
	name.TypedKey(hosttest.Enter)
	if f.Top() != nil || p.title.String() != "readers" {
		t.Errorf("Enter in a field does not save: the page is titled %q", p.title.String())
	}
}

func TestProfilesAreCountedWithWhatEndsFirst(t *testing.T) {
	test.NewTempApp(t)
	end := func(day int) entra.Credential {
		return entra.Credential{Expires: time.Date(2027, 5, day, 12, 0, 0, 0, time.UTC)}
	}
	got := sumProfiles([]entra.Profile{{Name: "a", Credentials: []entra.Credential{end(9), {}}}, {Name: "b", Credentials: []entra.Credential{end(3)}}, {Name: "c"}})
	if want := "Profiles: 3 · credentials: 3 · first to end: b, 3 May 2027"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCredentialsTellWhenTheyEnd(t *testing.T) {
	f := hosttest.New(t)
	f.Must(f.Store.AddCredential(t.Context(), "alpha", entra.Credential{ID: "c1", Kind: entra.Certificate, ClientID: someClient + "1", Expires: time.Now().Add(12*24*time.Hour + time.Hour)}, nil))
	if p := openProfile(f, "alpha", ""); !hosttest.Says(p.grid, "in 12 days") {
		t.Errorf("the page shows %q", hosttest.Texts(p.grid))
	}
}

func TestProfilesAreOpenedAndSought(t *testing.T) {
	f := hosttest.New(t)
	l := hosttest.Show(f, NewList(f.Host))
	l.FocusSearch()
	search := hosttest.The[*kit.SearchEntry](f, f.Window.Content())
	if f.Focused() != fyne.Focusable(search) {
		t.Errorf("the focus is on %T", f.Focused())
	}
	search.SetText("bet")
	if len(l.Grid.Rows()) != 1 {
		t.Fatalf("%d rows are in sight", len(l.Grid.Rows()))
	}
	l.Grid.OnOpen(l.Grid.Rows()[0])
	if beta, err := f.Store.Profile(t.Context(), "beta"); err != nil || f.At != host.ToProfile(beta.ID) {
		t.Errorf("it leads to %s, %v", f.At, err)
	}
}

// Who uses a profile is not told in a line of hundreds.
func TestTenantsOfAProfileAreNamed(t *testing.T) {
	test.NewTempApp(t)
	for want, tenants := range map[string][]string{
		"customer-2.com, customer-10.com":                   {"customer-2.com", "customer-10.com"},
		"a1.com, a2.com, a3.com, a4.com, a10.com":           {"a1.com", "a2.com", "a3.com", "a4.com", "a10.com"},
		"a1.com, a2.com, a3.com, a4.com and 2 more tenants": {"a1.com", "a2.com", "a3.com", "a4.com", "a10.com", "a11.com"},
	} {
		if got := named(tenants); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
