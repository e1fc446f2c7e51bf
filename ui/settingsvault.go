package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// vaultSection says how the vault stands, adds a passphrase and resets it.
type vaultSection struct {
	desk     *desk
	state    *widget.Label
	protect  *button
	reset    *button
	question latest
}

func newVaultSection(d *desk) *vaultSection {
	s := &vaultSection{desk: d, state: widget.NewLabel("")}
	s.protect = newButton(lang.L("Set a passphrase…"), s.askPassphrase)
	s.reset = newButton(lang.L("Reset the vault…"), s.askReset)
	enable(!d.options.Demo, s.protect)
	enable(false, s.reset)
	return s
}

func (s *vaultSection) content() fyne.CanvasObject {
	buttons := container.NewHBox(s.protect, s.reset)
	return container.NewVBox(container.New(layout.NewFormLayout(), fieldName(lang.L("Secrets")), s.state), buttons)
}

// refresh asks how the vault stands. The keychain may take its time.
func (s *vaultSection) refresh() {
	if s.desk.options.Demo {
		s.state.SetText(lang.L("The demo keeps its secrets in memory only."))
		return
	}
	keepUp(s.desk.crew, &s.question, s.desk.keeper.Status, func(v syncer.VaultStatus, err error) {
		if err != nil {
			setText(s.state, lang.L("How the vault stands can't be told."))
			return
		}
		setText(s.state, vaultText(v))
		enable(len(v.Kinds) > 0, s.reset)
	})
}

// vaultText says how a vault stands.
func vaultText(v syncer.VaultStatus) string {
	passphrase, keychain := slices.Contains(v.Kinds, vault.KindPassphrase), slices.Contains(v.Kinds, vault.KindKeychain)
	switch {
	case len(v.Kinds) == 0:
		return lang.L("There is no vault yet. The first secret makes one.")
	case v.Locked:
		return lang.L("Locked. Unlock the keychain, or give ENTRASYNC_PASSPHRASE at the start.")
	case passphrase && keychain:
		return lang.L("Open, protected by the keychain and a passphrase.")
	case passphrase:
		return lang.L("Open, protected by a passphrase.")
	}
	return lang.L("Open, protected by the keychain.")
}

// askPassphrase asks for a passphrase, twice.
func (s *vaultSection) askPassphrase() {
	first, second := newPasswordField(), newPasswordField()
	form := container.New(layout.NewFormLayout(), fieldName(lang.L("Passphrase")), narrow(first), fieldName(lang.L("Once more")), narrow(second))
	text := paragraph(lang.L("With the passphrase the secrets can be opened without the keychain, by ENTRASYNC_PASSPHRASE. It can't be recovered."))
	var d dialog.Dialog
	set := newButton(lang.L("Set the passphrase"), func() {
		d.Hide()
		s.setPassphrase(vault.NewSecret([]byte(first.Text)))
		first.SetText("")
		second.SetText("")
	}).important(widget.HighImportance)
	check := func(string) { enable(first.Text != "" && first.Text == second.Text, set) }
	first.OnChanged, second.OnChanged = check, check
	check("")
	d = dialog.NewCustomWithoutButtons(lang.L("Set a passphrase"), container.NewVBox(text, form), s.desk.window)
	cancel := newButton(lang.L("Cancel"), func() { d.Hide() })
	cancel.onEscape = d.Hide
	d.(*dialog.CustomDialog).SetButtons([]fyne.CanvasObject{set, cancel})
	d.Show()
	s.desk.window.Canvas().Focus(first)
}

func (s *vaultSection) setPassphrase(passphrase vault.Secret) {
	enable(false, s.protect)
	s.desk.act(func(ctx context.Context) error {
		defer passphrase.Clear()
		return s.desk.keeper.AddPassphrase(ctx, passphrase)
	}, func(err error) {
		enable(true, s.protect)
		if err != nil {
			s.desk.failed(err)
			return
		}
		s.desk.succeeded(lang.L("The passphrase is set"), "")
		s.refresh()
	})
}

func (s *vaultSection) askReset() {
	askUser(s.desk.window, lang.L("Reset the vault"),
		paragraph(lang.L("This forgets all secrets: every credential needs its secret again before its tenants sync. Tenants, objects, changes and history stay.")),
		choice{text: lang.L("Reset the vault"), rank: widget.DangerImportance, do: func() {
			s.desk.act(s.desk.keeper.Reset, func(err error) {
				if err != nil {
					s.desk.failed(err)
					return
				}
				s.desk.succeeded(lang.L("The vault is reset"), "")
				s.desk.changed()
			})
		}},
		choice{text: lang.L("Cancel")})
}
