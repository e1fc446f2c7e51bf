package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

const rightPassphrase = "correct horse battery"

// lock gives the store a vault under a passphrase that nobody has given yet.
func (f *fixture) lock() {
	f.Helper()
	f.must(signin.NewVaultAccess(f.store, nil, nil).AddPassphrase(f.Context(), vault.NewSecret([]byte(rightPassphrase))))
	f.desk.keeper = signin.NewVaultAccess(f.store, nil, nil)
	f.desk.engine = syncer.New(syncer.Options{Store: f.store, Vault: f.desk.keeper})
	f.reload()
}

func (f *fixture) vaultStatus() signin.VaultStatus {
	f.Helper()
	v, err := f.desk.keeper.Status(f.Context())
	f.must(err)
	return v
}

func TestVaultBarUnlocks(t *testing.T) {
	f := newFixture(t)
	b := f.vaultBar
	if b.box.Visible() {
		t.Fatal("the bar is shown though nothing is locked")
	}
	f.lock()
	if !b.box.Visible() || !b.passphrase.Visible() || b.keychain.Visible() || b.why.Text == "" {
		t.Fatalf("a locked vault: shown %v, offers a passphrase %v, the keychain %v, says %q", b.box.Visible(), b.passphrase.Visible(), b.keychain.Visible(), b.why.Text)
	}
	b.passphrase.SetText("wrong")
	test.Tap(b.unlock)
	if !b.wrong.Visible() || !strings.Contains(b.wrong.Text, "passphrase") || !b.box.Visible() {
		t.Errorf("a wrong passphrase: it says %q", b.wrong.Text)
	}
	b.passphrase.SetText(rightPassphrase)
	b.passphrase.OnSubmitted(b.passphrase.Text)
	if b.box.Visible() || f.vaultStatus().Locked || b.passphrase.Text != "" {
		t.Errorf("the right passphrase: shown %v, locked %v, still typed %v", b.box.Visible(), f.vaultStatus().Locked, b.passphrase.Text != "")
	}
}

func TestVaultSection(t *testing.T) {
	f := newFixture(t)
	f.desk.keeper = signin.NewVaultAccess(f.store, nil, nil)
	f.desk.engine = syncer.New(syncer.Options{Store: f.store, Vault: f.desk.keeper})
	f.open(settingsNode)
	s := f.screen.(*settingsPage).vault
	if s.state.Text != "There is no vault yet. The first secret makes one." || !s.reset.Disabled() || s.unlock.Visible() {
		t.Fatalf("without a vault it says %q", s.state.Text)
	}
	f.lock()
	if !strings.HasPrefix(s.state.Text, "Locked: ") || s.reset.Disabled() || !s.unlock.Visible() || s.protect.Visible() {
		t.Fatalf("a locked vault: it says %q", s.state.Text)
	}
	test.Tap(s.unlock)
	f.filled("").SetText(rightPassphrase)
	f.press("Unlock")
	if s.state.Text != "Open, protected by a passphrase." || s.unlock.Visible() || s.protect.Text != "Change the passphrase…" || s.unprotect.Visible() {
		t.Fatalf("unlocked it says %q", s.state.Text)
	}
}

func TestPassphraseIsTypedTwice(t *testing.T) {
	f := newFixture(t)
	f.desk.keeper = signin.NewVaultAccess(f.store, nil, nil)
	f.open(settingsNode)
	test.Tap(f.screen.(*settingsPage).vault.protect)
	f.filled("").SetText("one")
	f.press("Set the passphrase")
	f.filled("").SetText("other")
	f.press("Set the passphrase")
	if len(f.vaultStatus().Kinds) > 0 {
		t.Fatal("two different passphrases were taken")
	}
	f.filled("other").SetText("one")
	f.press("Set the passphrase")
	if v := f.vaultStatus(); len(v.Kinds) != 1 || v.Locked {
		t.Errorf("the vault has %v, locked %v", v.Kinds, v.Locked)
	}
}

func TestVaultIsReset(t *testing.T) {
	f := newFixture(t)
	f.openProfile("alpha", "12")
	f.lock()
	f.open(settingsNode)
	test.Tap(f.screen.(*settingsPage).vault.reset)
	want := "This forgets the secrets and sign-ins of 2 credentials (alpha). Each needs its secret again before its tenants sync.\n\nTenants, objects, changes and history stay."
	if !says(f.desk.window.Canvas().Overlays().Top(), want) {
		t.Error("the question does not name what is lost")
	}
	f.press("Reset the vault")
	if v := f.vaultStatus(); len(v.Kinds) > 0 || f.vaultBar.box.Visible() {
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

func TestWayOut(t *testing.T) {
	f := newFixture(t)
	if text, do := f.desk.wayOut(f.tenant("alpha")); text != "" || do != nil {
		t.Errorf("a tenant that waits for nobody is offered %q", text)
	}
	for code, want := range map[entra.Code]string{entra.CodeVaultLocked: "Unlock the vault", entra.CodeSignInAgain: "Sign in again", entra.CodeNetwork: ""} {
		text, do := f.desk.remedy(f.tenant("alpha"), code)
		if text != want || (do == nil) != (want == "") {
			t.Errorf("%s: %q", code, text)
		}
	}
	_, do := f.desk.remedy(f.tenant("alpha"), entra.CodeVaultLocked)
	do()
	if f.desk.window.Canvas().Overlays().Top() == nil {
		t.Error("nothing asks for the passphrase")
	}
}
