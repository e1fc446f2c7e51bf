package ui

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
)

// vaultSection says how the vault stands, unlocks it, changes what opens it and
// resets it.
type vaultSection struct {
	desk    *desk
	state   *widget.Label
	unlock  *button
	protect *button // sets or changes the passphrase
	unprotect,
	keychain, unchain *button
	reset    *button
	question latest
}

func newVaultSection(d *desk) *vaultSection {
	s := &vaultSection{desk: d, state: widget.NewLabel("")}
	s.state.Wrapping = fyne.TextWrapWord
	s.unlock = newButton(lang.L("Unlock…"), d.askUnlock).important(widget.HighImportance)
	s.protect = newButton(lang.L("Set a passphrase…"), s.askPassphrase)
	s.unprotect = newButton(lang.L("Remove the passphrase"), func() { s.removeSlot(vault.KindPassphrase) })
	s.keychain = newButton(lang.L("Use the keychain, too"), func() { s.change(d.keeper.AddKeychain, lang.L("The keychain opens the vault now")) })
	s.unchain = newButton(lang.L("Remove from the keychain"), func() { s.removeSlot(vault.KindKeychain) })
	s.reset = newButton(lang.L("Reset the vault…"), s.askReset)
	enable(!d.options.Demo, s.protect)
	enable(false, s.reset)
	s.show(signin.VaultStatus{})
	return s
}

func (s *vaultSection) content() fyne.CanvasObject {
	buttons := container.NewHBox(s.unlock, s.protect, s.unprotect, s.keychain, s.unchain, s.reset)
	return container.NewVBox(fields(lang.L("Secrets"), s.state), fields("", container.NewHScroll(buttons)))
}

// refresh asks how the vault stands. The keychain may take its time.
func (s *vaultSection) refresh() {
	if s.desk.options.Demo {
		s.state.SetText(lang.L("The demo keeps its secrets in memory only."))
		return
	}
	keepUp(s.desk.crew, &s.question, s.desk.keeper.Status, func(v signin.VaultStatus, err error) {
		if err != nil {
			setText(s.state, lang.L("How the vault stands can't be told."))
			return
		}
		s.show(v)
	})
}

// show offers what can be done with a vault that stands so.
func (s *vaultSection) show(v signin.VaultStatus) {
	setText(s.state, vaultText(v))
	passphrase, keychain := protects(v)
	s.protect.SetText(lang.L("Set a passphrase…"))
	if passphrase {
		s.protect.SetText(lang.L("Change the passphrase…"))
	}
	open := len(v.Kinds) > 0 && !v.Locked
	reveal(v.Locked && passphrase, s.unlock)
	reveal(!v.Locked, s.protect)
	reveal(open && passphrase && keychain, s.unprotect, s.unchain)
	reveal(open && !keychain, s.keychain)
	enable(len(v.Kinds) > 0, s.reset)
}

func protects(v signin.VaultStatus) (passphrase, keychain bool) {
	return slices.Contains(v.Kinds, vault.KindPassphrase), slices.Contains(v.Kinds, vault.KindKeychain)
}

// vaultText says how a vault stands.
func vaultText(v signin.VaultStatus) string {
	passphrase, keychain := protects(v)
	switch {
	case len(v.Kinds) == 0:
		return lang.L("There is no vault yet. The first secret makes one.")
	case v.Locked && v.Err != nil:
		return lang.L("Locked: {{.Why}}.", map[string]any{"Why": lockedBy(v.Err)})
	case v.Locked:
		return lang.L("Locked.")
	case passphrase && keychain:
		return lang.L("Open, protected by the keychain and a passphrase.")
	case passphrase:
		return lang.L("Open, protected by a passphrase.")
	}
	return lang.L("Open, protected by the keychain.")
}

// askPassphrase asks for a new passphrase, twice.
func (s *vaultSection) askPassphrase() {
	first, second := newPasswordField(), newPasswordField()
	f := &formDialog{title: lang.L("Set a passphrase"), submit: lang.L("Set the passphrase"), done: func() {}}
	f.fields = container.NewVBox(paragraph(lang.L("The passphrase opens the secrets where the keychain does not: here, or by ENTRASYNC_PASSPHRASE. It can't be recovered.")),
		fields(lang.L("Passphrase"), first, lang.L("Once more"), second))
	first.OnChanged = func(string) { f.check() }
	second.OnChanged = first.OnChanged
	f.valid = func() bool { return first.Text != "" && first.Text == second.Text }
	f.work = func(ctx context.Context) error {
		passphrase := vault.NewSecret([]byte(first.Text))
		defer passphrase.Clear()
		return s.desk.keeper.AddPassphrase(ctx, passphrase)
	}
	f.done = func() { s.done(lang.L("The passphrase is set")) }
	f.open(s.desk)
}

// removeSlot takes away one way to open the vault; the other stays.
func (s *vaultSection) removeSlot(kind vault.Kind) {
	s.change(func(ctx context.Context) error { return s.desk.keeper.RemoveSlot(ctx, kind) }, lang.L("It no longer opens the vault"))
}

// change does something to the vault and tells its end.
func (s *vaultSection) change(work func(context.Context) error, told string) {
	s.desk.act(work, func(err error) {
		if err != nil {
			s.desk.failed(err)
			return
		}
		s.done(told)
	})
}

func (s *vaultSection) done(told string) {
	s.desk.succeeded(told, "")
	s.desk.changed()
}

// askReset names what would be lost, then asks.
func (s *vaultSection) askReset() {
	var profiles []entra.Profile
	s.desk.act(func(ctx context.Context) (err error) {
		profiles, err = s.desk.store.Profiles(ctx)
		return err
	}, func(err error) {
		if err != nil {
			s.desk.failed(err)
			return
		}
		askUser(s.desk.window, lang.L("Reset the vault"), paragraph(resetText(profiles)),
			choice{text: lang.L("Reset the vault"), rank: widget.DangerImportance, do: func() { s.change(s.desk.engine.ResetVault, lang.L("The vault is reset")) }},
			choice{text: lang.L("Cancel")})
	})
}

// resetText says which secrets a reset forgets, and what stays.
func resetText(profiles []entra.Profile) string {
	lost, of := 0, []string{}
	for _, p := range profiles {
		before := lost
		for _, c := range p.Credentials {
			if c.Kind == entra.ClientSecret || c.Kind == entra.Certificate || c.Kind.Person() {
				lost++
			}
		}
		if lost > before {
			of = append(of, p.Name)
		}
	}
	text := lang.L("No credential loses a secret.")
	if lost > 0 {
		text = lang.L("This forgets the secrets and sign-ins of {{.Count}} credentials ({{.Profiles}}). Each needs its secret again before its tenants sync.",
			map[string]any{"Count": lost, "Profiles": strings.Join(of, ", ")})
	}
	return text + "\n\n" + lang.L("Tenants, objects, changes and history stay.")
}
