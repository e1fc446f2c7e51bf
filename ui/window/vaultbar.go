package window

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// vaultBar stands over every page while the vault is locked: why, what still
// works, and the way to open it.
type vaultBar struct {
	host       *host.Host
	box        *fyne.Container
	all        *fyne.Container // the bar, and the pages below it
	why        *widget.Label
	wrong      *widget.Label
	passphrase *kit.TextField
	unlock     *kit.Button
	keychain   *kit.Button
	question   tasks.Latest
}

func newVaultBar(h *host.Host) *vaultBar {
	b := &vaultBar{host: h, why: kit.Cut(kit.Muted("")), wrong: kit.NewComplaint(), passphrase: kit.NewPasswordField()}
	b.passphrase.SetPlaceHolder(lang.L("Passphrase"))
	b.passphrase.OnChanged = func(text string) { kit.Enable(text != "", b.unlock) }
	b.passphrase.OnSubmitted = func(string) { b.press() }
	b.unlock = kit.NewButton(lang.L("Unlock"), b.press).Important(widget.HighImportance)
	b.keychain = kit.NewButton(lang.L("Ask the keychain again"), func() { b.open("") })
	kit.Enable(false, b.unlock)
	title := widget.NewLabelWithStyle(lang.L("The vault is locked: data can be read, syncs that need a secret wait."), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	ways := container.NewHBox(container.NewGridWrap(fyne.NewSize(15*theme.TextSize(), b.passphrase.MinSize().Height), b.passphrase), b.unlock, b.keychain)
	sign := container.NewGridWrap(fyne.NewSize(theme.IconInlineSize(), title.MinSize().Height), widget.NewIcon(apptheme.Signs().Warning))
	b.box = container.NewVBox(kit.Card(container.NewVBox(container.NewHBox(sign, title), container.NewBorder(nil, nil, nil, ways, b.why), b.wrong)), kit.Gap(1))
	b.box.Hide()
	return b
}

// over puts the bar over the pages.
func (b *vaultBar) over(pages fyne.CanvasObject) fyne.CanvasObject {
	b.all = container.NewBorder(b.box, nil, nil, nil, pages)
	return b.all
}

// fit gives the pages the room that the bar leaves them: a container is not laid out anew by
// itself when a part of it goes.
func (b *vaultBar) fit() {
	if b.all != nil {
		b.all.Layout.Layout(b.all.Objects, b.all.Size())
	}
}

// refresh asks how the vault stands. The keychain may take its time.
func (b *vaultBar) refresh() {
	tasks.KeepUp(b.host.Group, &b.question, b.host.Vault.Status, func(v signin.VaultStatus, err error) {
		if err == nil {
			b.show(v)
		}
	})
}

func (b *vaultBar) show(v signin.VaultStatus) {
	defer b.fit()
	if !v.Locked {
		kit.Complain(b.wrong, "")
		b.passphrase.SetText("")
		b.box.Hide()
		return
	}
	if v.Err != nil {
		kit.SetText(b.why, wording.Capital(access.LockedBy(v.Err)))
	}
	kit.Reveal(slices.Contains(v.Kinds, vault.KindPassphrase), b.passphrase, b.unlock)
	kit.Reveal(slices.Contains(v.Kinds, vault.KindKeychain), b.keychain)
	if b.box.Visible() {
		return
	}
	b.box.Show()
	if c := b.host.Window.Canvas(); b.passphrase.Visible() && c.Focused() == nil && c.Overlays().Top() == nil {
		c.Focus(b.passphrase) // at the start it is what is to be typed
	}
}

func (b *vaultBar) press() {
	if b.passphrase.Text != "" {
		b.open(b.passphrase.Text)
	}
}

// open tries the passphrase; an empty one asks the keychain.
func (b *vaultBar) open(passphrase string) {
	kit.Enable(false, b.unlock)
	kit.Enable(false, b.keychain)
	b.host.Act(func(ctx context.Context) error { return access.Unlock(ctx, b.host, passphrase) }, func(err error) {
		kit.Enable(b.passphrase.Text != "", b.unlock)
		kit.Enable(true, b.keychain)
		if err != nil {
			kit.Complain(b.wrong, wording.Sentences(entra.AsError(err).Why))
			b.fit()
			return
		}
		kit.Complain(b.wrong, "")
		b.passphrase.SetText("")
		access.Unlocked(b.host)
	})
}
