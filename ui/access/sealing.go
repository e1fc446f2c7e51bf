package access

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// Sealing does work on the side that may have to seal a secret. Where the vault
// does not open it asks for what opens it, or for a passphrase that makes one, and
// then goes on with the work. done is told of the end: of [context.Canceled] where
// nobody gave what the vault takes.
func Sealing(h *host.Host, work func(context.Context) error, done func(error)) {
	h.Act(work, func(err error) {
		if entra.CodeOf(err) != entra.CodeVaultLocked || h.Demo {
			done(err)
			return
		}
		openVault(h, err, func() { Sealing(h, work, done) }, func() { done(context.Canceled) })
	})
}

// SealingHere is Sealing, for forms.
func SealingHere(h *host.Host) func(work func(context.Context) error, done func(error)) {
	return func(work func(context.Context) error, done func(error)) { Sealing(h, work, done) }
}

// openVault asks for what opens the vault, as it stands. why is what it said; nil: as it says now.
func openVault(h *host.Host, why error, then, declined func()) {
	var now signin.VaultStatus
	h.Act(func(ctx context.Context) (err error) {
		now, err = h.Vault.Status(ctx)
		return err
	}, func(err error) {
		switch {
		case err != nil:
			h.Failed(err)
			declined()
		case len(now.Kinds) > 0 && !now.Locked: // somebody was faster
			then()
		case len(now.Kinds) == 0:
			askFirst(h, why, then, declined)
		case slices.Contains(now.Kinds, vault.KindPassphrase):
			askUnlock(h, then, declined)
		default:
			if why == nil {
				why = now.Err
			}
			askKeychain(h, why, then, declined)
		}
	})
}

// askFirst asks for a passphrase where there is no vault yet and the keychain did
// not take its key.
func askFirst(h *host.Host, why error, then, declined func()) {
	known := lang.L("Secrets are sealed in a vault. This computer has no keychain that could keep its key, so a passphrase has to open it.")
	if !errors.Is(why, vault.ErrNoKeychain) {
		known = lang.L("Secrets are sealed in a vault. The keychain did not take its key ({{.Why}}), so a passphrase has to open it.", map[string]any{"Why": LockedBy(entra.AsError(why))})
	}
	passphraseForm(h, kit.Question(lang.L("Which passphrase shall protect the secrets?"), known+" "+irrecoverable()), then, declined).Open(h.Window, h.Group)
}

func irrecoverable() string {
	return lang.L("You are asked for it at each start, unless ENTRASYNC_PASSPHRASE gives it. It can't be recovered.")
}

// AskPassphrase asks for a new passphrase of the vault, twice.
func AskPassphrase(h *host.Host, then func()) {
	known := lang.L("The passphrase opens the secrets where the keychain does not: here, or by ENTRASYNC_PASSPHRASE. It can't be recovered.")
	passphraseForm(h, kit.Paragraph(known), then, func() {}).Open(h.Window, h.Group)
}

// leastPassphrase is how long a new passphrase is at least: who has the file can try as many as
// they like.
const leastPassphrase = 8

func long(passphrase string) bool { return utf8.RuneCountInString(passphrase) >= leastPassphrase }

func passphraseForm(h *host.Host, says fyne.CanvasObject, then, declined func()) *kit.FormDialog {
	first, second, differ := kit.NewPasswordField(), kit.NewPasswordField(), kit.NewComplaint()
	f := &kit.FormDialog{Light: true, Title: lang.L("Set a passphrase"), Submit: lang.L("Set the passphrase"), Done: then, Left: declined}
	f.Fields = container.NewVBox(says, kit.Fields(lang.L("Passphrase"), first, lang.L("Once more"), container.NewVBox(second, differ)))
	first.OnChanged = func(string) {
		wrong := ""
		if first.Text != "" && second.Text != "" && !long(first.Text) {
			wrong = lang.L(`A passphrase has at least {{.Count.Of "character" "characters"}}.`, map[string]any{"Count": phrase.Count(leastPassphrase)})
		}
		if second.Text != "" && first.Text != second.Text {
			wrong = lang.L("The two differ.")
		}
		kit.Complain(differ, wrong)
		f.Check()
	}
	second.OnChanged = first.OnChanged
	f.Valid = func() bool { return long(first.Text) && first.Text == second.Text }
	f.Work = func(ctx context.Context) error {
		passphrase := vault.NewSecret([]byte(first.Text))
		defer passphrase.Clear()
		return h.Vault.AddPassphrase(ctx, passphrase)
	}
	return f
}

// AskUnlock asks for what opens the vault: its passphrase, or the keychain's key.
func AskUnlock(h *host.Host) { openVault(h, nil, func() {}, func() {}) }

func askUnlock(h *host.Host, then, declined func()) {
	passphrase := kit.NewPasswordField()
	f := &kit.FormDialog{Light: true, Title: lang.L("Unlock the vault"), Submit: lang.L("Unlock"), Valid: func() bool { return passphrase.Text != "" }, Left: declined}
	f.Fields = kit.Fields(lang.L("Passphrase"), passphrase)
	passphrase.OnChanged = func(string) { f.Check() }
	f.Work = func(ctx context.Context) error { return Unlock(ctx, h, passphrase.Text) }
	f.Done = func() {
		Unlocked(h)
		then()
	}
	f.Open(h.Window, h.Group)
}

// askKeychain asks whether the keychain shall be asked again, which alone opens the
// vault.
func askKeychain(h *host.Host, why error, then, declined func()) {
	e := entra.AsError(why)
	kit.AskUser(h.Window, lang.L("Unlock the vault"), kit.Question(lang.L("Ask the keychain again?"), wording.Capital(LockedBy(e))),
		kit.Choice{Text: lang.L("Ask the keychain again"), Rank: widget.HighImportance, Do: func() {
			h.Act(func(ctx context.Context) error { return Unlock(ctx, h, "") }, func(err error) {
				if err != nil {
					askKeychain(h, err, then, declined)
					return
				}
				Unlocked(h)
				then()
			})
		}},
		kit.Choice{Text: lang.L("Cancel"), Do: declined})
}
