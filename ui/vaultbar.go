package ui

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// vaultBar stands over every page while the vault is locked: why, what still
// works, and the way to open it.
type vaultBar struct {
	desk       *desk
	box        *fyne.Container
	why        *widget.Label
	wrong      *widget.Label
	passphrase *textField
	unlock     *button
	keychain   *button
	question   latest
}

func newVaultBar(d *desk) *vaultBar {
	b := &vaultBar{desk: d, why: cut(muted("")), wrong: newComplaint(), passphrase: newPasswordField()}
	b.passphrase.SetPlaceHolder(lang.L("Passphrase"))
	b.passphrase.OnChanged = func(text string) { enable(text != "", b.unlock) }
	b.passphrase.OnSubmitted = func(string) { b.press() }
	b.unlock = newButton(lang.L("Unlock"), b.press).important(widget.HighImportance)
	b.keychain = newButton(lang.L("Ask the keychain again"), func() { b.open("") })
	enable(false, b.unlock)
	title := widget.NewLabelWithStyle(lang.L("The vault is locked: data can be read, syncs that need a secret wait."), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	ways := container.NewHBox(container.NewGridWrap(fyne.NewSize(15*theme.TextSize(), b.passphrase.MinSize().Height), b.passphrase), b.unlock, b.keychain)
	sign := container.NewGridWrap(fyne.NewSize(theme.IconInlineSize(), title.MinSize().Height), widget.NewIcon(signs().warning))
	b.box = container.NewVBox(card(container.NewVBox(container.NewHBox(sign, title), container.NewBorder(nil, nil, nil, ways, b.why), b.wrong)), gap(1))
	b.box.Hide()
	return b
}

// refresh asks how the vault stands. The keychain may take its time.
func (b *vaultBar) refresh() {
	keepUp(b.desk.crew, &b.question, b.desk.keeper.Status, func(v signin.VaultStatus, err error) {
		if err == nil {
			b.show(v)
		}
	})
}

func (b *vaultBar) show(v signin.VaultStatus) {
	if !v.Locked {
		b.box.Hide()
		return
	}
	if v.Err != nil {
		setText(b.why, sentence(lockedBy(v.Err)))
	}
	reveal(slices.Contains(v.Kinds, vault.KindPassphrase), b.passphrase, b.unlock)
	reveal(slices.Contains(v.Kinds, vault.KindKeychain), b.keychain)
	b.box.Show()
}

// lockedBy says why the vault does not open, beside words that say that it is
// locked.
func lockedBy(e *entra.Error) string {
	return strings.TrimPrefix(wording.Say(e.Why), wording.Say(vault.ErrLocked.Error())+": ")
}

func (b *vaultBar) press() {
	if b.passphrase.Text != "" {
		b.open(b.passphrase.Text)
	}
}

// open tries the passphrase; an empty one asks the keychain.
func (b *vaultBar) open(passphrase string) {
	enable(false, b.unlock)
	enable(false, b.keychain)
	b.desk.act(func(ctx context.Context) error { return b.desk.unlock(ctx, passphrase) }, func(err error) {
		enable(b.passphrase.Text != "", b.unlock)
		enable(true, b.keychain)
		if err != nil {
			complain(b.wrong, sentences(entra.AsError(err).Why))
			return
		}
		complain(b.wrong, "")
		b.passphrase.SetText("")
		b.desk.unlocked()
	})
}
