package settings

import (
	"net/http"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/translations"
)

func TestF5SyncsFromAField(t *testing.T) {
	f := hosttest.New(t)
	pressed := 0
	f.Window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyF5 {
			pressed++
		}
	})
	p := hosttest.Show(f, New(f.Host))
	fields := []fyne.Focusable{p.mode, p.tray, p.proxy.address}
	for _, field := range fields {
		field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF5})
	}
	if pressed != len(fields) {
		t.Errorf("F5 reached the window %d times of %d", pressed, len(fields))
	}
}

func TestPreferencesAreRemembered(t *testing.T) {
	f := hosttest.New(t)
	p := hosttest.Show(f, New(f.Host))
	if !p.tray.Disabled() {
		t.Error("the tray can be chosen where there is none")
	}
	p.notify.SetChecked(false)
	t.Cleanup(func() { f.Must(translations.Speak("en")) })
	p.language.SetSelectedIndex(2)
	again, err := host.NewApp(f.Backend, hosttest.Surroundings(t, f.Clock, f.Recorder))
	f.Must(err)
	if want := (host.Preferences{Language: "de", Quiet: true}); again.Preferences != want || f.Spoke != "de" {
		t.Errorf("stored %v, want %v; the window speaks %q", again.Preferences, want, f.Spoke)
	}
}

func TestAppearanceIsChosen(t *testing.T) {
	f := hosttest.New(t)
	p := hosttest.Show(f, New(f.Host))
	p.mode.SetSelectedIndex(2)
	p.zoom.SetSelectedIndex(4)
	if want := (host.Look{Mode: "dark", Zoom: 125}); f.Worn != want {
		t.Errorf("the window wears %v, want %v", f.Worn, want)
	}
}

func TestProxyIsChosen(t *testing.T) {
	f := hosttest.New(t)
	var err error
	f.Proxy, err = syncer.NewProxy(t.Context(), f.Store)
	f.Must(err)
	s := hosttest.Show(f, New(f.Host)).proxy
	s.mode.SetSelectedIndex(2)
	for _, c := range []struct{ typed, used, wrong string }{
		{"proxy.contoso.com:8080", "http://proxy.contoso.com:8080", ""},
		{"http://me:secret@proxy:1", "http://proxy.contoso.com:8080", "Its address holds a user name; it would be stored unprotected."},
		{"ftp://proxy", "http://proxy.contoso.com:8080", "Its address begins with neither"},
		{"https://other:8443", "https://other:8443", ""},
	} {
		s.address.SetText(c.typed)
		f.Clock.Pass()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://graph.microsoft.com", nil)
		f.Must(err)
		used, err := f.Proxy.For(r)
		f.Must(err)
		if used.String() != c.used || s.wrong.Visible() != (c.wrong != "") || !strings.HasPrefix(s.wrong.Text, c.wrong) {
			t.Errorf("%q: uses %s, says %q", c.typed, used, s.wrong.Text)
		}
	}
	s.address.SetText("ftp://proxy")
	s.leave() // before typing has rested
	if told := f.Toasted(); !strings.Contains(told, "Its address begins with neither") {
		t.Errorf("whoever leaves a wrong address is told %q", told)
	}
	s.address.SetText("https://other:8444")
	s.leave()
	again, err := syncer.NewProxy(t.Context(), f.Store)
	f.Must(err)
	if got := again.Choice(); got.Mode != syncer.ManualProxy || got.Address != "https://other:8444" {
		t.Errorf("after a restart: %v", got)
	}
}

func TestLoginShowsHowItStands(t *testing.T) {
	f := hosttest.New(t)
	on := true
	f.Login = &host.Login{Enabled: func() (bool, error) { return on, nil }, Set: func(want bool) error { on = want; return nil }}
	p := hosttest.Show(f, New(f.Host))
	if !p.login.Checked || p.login.Disabled() {
		t.Fatal("the check does not show that it is on")
	}
	p.login.SetChecked(false)
	if on {
		t.Error("it is still on")
	}
	f.Login.Set = func(bool) error { return entra.Invalid("it can't be set", "no", "") }
	p.login.SetChecked(true)
	if p.login.Checked {
		t.Error("the check is on though it could not be set")
	}
}

func TestFileURL(t *testing.T) {
	for path, want := range map[string]string{"/home/a b/entrasync.log": "file:///home/a%20b/entrasync.log", "C:/Users/a": "file:///C:/Users/a"} {
		if got := host.FileURL(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestVaultSection(t *testing.T) {
	f := hosttest.New(t)
	f.UseVault(signin.NewVaultAccess(f.Store, nil, nil))
	s := hosttest.Show(f, New(f.Host)).vault
	if s.state.Text != "There is no vault yet. The first secret makes one." || !s.reset.Disabled() || s.unlock.Visible() {
		t.Fatalf("without a vault it says %q", s.state.Text)
	}
	f.Lock()
	if !strings.HasPrefix(s.state.Text, "Locked: ") || s.reset.Disabled() || !s.unlock.Visible() || s.protect.Visible() {
		t.Fatalf("a locked vault: it says %q", s.state.Text)
	}
	test.Tap(s.unlock)
	f.Filled("").SetText(hosttest.RightPassphrase)
	f.Press("Unlock")
	if s.state.Text != "Open, protected by a passphrase." || s.unlock.Visible() || s.protect.Text != "Change the passphrase…" || s.unprotect.Visible() {
		t.Fatalf("unlocked it says %q", s.state.Text)
	}
}

func TestPassphraseIsTypedTwice(t *testing.T) {
	f := hosttest.New(t)
	f.UseVault(signin.NewVaultAccess(f.Store, nil, nil))
	test.Tap(hosttest.Show(f, New(f.Host)).vault.protect)
	first := f.Filled("")
	first.SetText("short")
	f.Filled("").SetText("short")
	f.Press("Set the passphrase")
	if len(f.VaultStatus().Kinds) > 0 || !hosttest.Says(f.Top(), "A passphrase has at least 8 characters.") {
		t.Fatalf("a short passphrase: %q", hosttest.Texts(f.Top()))
	}
	f.Filled("short").SetText("one of many")
	f.Filled("short").SetText("other")
	f.Press("Set the passphrase")
	if len(f.VaultStatus().Kinds) > 0 {
		t.Fatal("two different passphrases were taken")
	}
	f.Filled("other").SetText("one of many")
	f.Press("Set the passphrase")
	if v := f.VaultStatus(); len(v.Kinds) != 1 || v.Locked {
		t.Errorf("the vault has %v, locked %v", v.Kinds, v.Locked)
	}
}

func TestVaultIsReset(t *testing.T) {
	f := hosttest.New(t)
	for _, client := range []string{"11111111-2222-3333-4444-555555555551", "11111111-2222-3333-4444-555555555552"} {
		f.Must(signin.AddCredential(t.Context(), f.Store, f.Vault, "alpha", signin.Material{Kind: entra.ClientSecret, ClientID: client, Secret: vault.NewSecret([]byte("s3cret"))}))
	}
	f.Lock()
	test.Tap(hosttest.Show(f, New(f.Host)).vault.reset)
	want := "This forgets the secrets and sign-ins of 2 credentials (alpha). Each needs its secret again before its tenants sync.\n\nTenants, objects, changes and history stay."
	if !hosttest.Says(f.Top(), want) {
		t.Error("the question does not name what is lost")
	}
	f.Press("Reset the vault")
	if v := f.VaultStatus(); len(v.Kinds) > 0 {
		t.Errorf("after the reset the vault has %v", v.Kinds)
	}
}

func TestVaultText(t *testing.T) {
	for want, v := range map[string]signin.VaultStatus{
		"Open, protected by the keychain.":                   {Kinds: []vault.Kind{vault.KindKeychain}},
		"Open, protected by a passphrase.":                   {Kinds: []vault.Kind{vault.KindPassphrase}},
		"Open, protected by the keychain and a passphrase.":  {Kinds: []vault.Kind{vault.KindKeychain, vault.KindPassphrase}},
		"There is no vault yet. The first secret makes one.": {},
		"Locked: the passphrase is wrong.":                   {Kinds: []vault.Kind{vault.KindPassphrase}, Locked: true, Err: &entra.Error{Why: "the passphrase is wrong"}},
	} {
		if got := vaultText(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}
