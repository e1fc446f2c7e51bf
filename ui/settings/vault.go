package settings

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
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// vaultSection says how the vault stands, unlocks it, changes what opens it and
// resets it.
type vaultSection struct {
	host    *host.Host
	state   *widget.Label
	unlock  *kit.Button
	protect *kit.Button // sets or changes the passphrase
	unprotect,
	keychain, unchain *kit.Button
	reset    *kit.Button
	question tasks.Latest
}

func newVaultSection(h *host.Host) *vaultSection {
	s := &vaultSection{host: h, state: widget.NewLabel("")}
	s.state.Wrapping = fyne.TextWrapWord
	s.unlock = kit.NewButton(lang.L("Unlock…"), func() { access.AskUnlock(h) }).Important(widget.HighImportance)
	s.protect = kit.NewButton(lang.L("Set a passphrase…"), s.askPassphrase)
	s.unprotect = kit.NewButton(lang.L("Remove the passphrase"), func() { s.removeSlot(vault.KindPassphrase) })
	s.keychain = kit.NewButton(lang.L("Use the keychain, too"), func() { s.change(h.Vault.AddKeychain, lang.L("The keychain opens the vault now")) })
	s.unchain = kit.NewButton(lang.L("Remove from the keychain"), func() { s.removeSlot(vault.KindKeychain) })
	s.reset = kit.NewButton(lang.L("Reset the vault…"), s.askReset)
	kit.Enable(!h.Demo, s.protect)
	kit.Enable(false, s.reset)
	s.show(signin.VaultStatus{})
	return s
}

// content is the section.
func (s *vaultSection) content() fyne.CanvasObject {
	return container.NewVBox(kit.Fields(lang.L("Secrets"), s.state),
		kit.Fields("", kit.Flow(s.unlock, s.protect, s.unprotect, s.keychain, s.unchain, s.reset)))
}

// refresh asks how the vault stands. The keychain may take its time.
func (s *vaultSection) refresh() {
	if s.host.Demo {
		s.state.SetText(lang.L("The demo keeps its secrets in memory only."))
		return
	}
	tasks.KeepUp(s.host.Group, &s.question, s.host.Vault.Status, func(v signin.VaultStatus, err error) {
		if err != nil {
			kit.SetText(s.state, lang.L("How the vault stands can't be told."))
			return
		}
		s.show(v)
	})
}

// show offers what can be done with a vault that stands so.
func (s *vaultSection) show(v signin.VaultStatus) {
	kit.SetText(s.state, vaultText(v))
	passphrase, keychain := protects(v)
	s.protect.SetText(lang.L("Set a passphrase…"))
	if passphrase {
		s.protect.SetText(lang.L("Change the passphrase…"))
	}
	open := len(v.Kinds) > 0 && !v.Locked
	kit.Reveal(v.Locked && passphrase, s.unlock)
	kit.Reveal(!v.Locked, s.protect)
	kit.Reveal(open && passphrase && keychain, s.unprotect, s.unchain)
	kit.Reveal(open && !keychain, s.keychain)
	kit.Enable(len(v.Kinds) > 0, s.reset)
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
		return lang.L("Locked: {{.Why}}.", map[string]any{"Why": access.LockedBy(v.Err)})
	case v.Locked:
		return lang.L("Locked.")
	case passphrase && keychain:
		return lang.L("Open, protected by the keychain and a passphrase.")
	case passphrase:
		return lang.L("Open, protected by a passphrase.")
	}
	return lang.L("Open, protected by the keychain.")
}

// askPassphrase asks for a new passphrase.
func (s *vaultSection) askPassphrase() {
	access.AskPassphrase(s.host, func() { s.done(lang.L("The passphrase is set")) })
}

// removeSlot takes away one way to open the vault; the other stays.
func (s *vaultSection) removeSlot(kind vault.Kind) {
	s.change(func(ctx context.Context) error { return s.host.Vault.RemoveSlot(ctx, kind) }, lang.L("It no longer opens the vault"))
}

// change does something to the vault and tells its end.
func (s *vaultSection) change(work func(context.Context) error, told string) {
	s.host.Act(work, func(err error) {
		if err != nil {
			s.host.Failed(err)
			return
		}
		s.done(told)
	})
}

func (s *vaultSection) done(told string) {
	s.host.Succeeded(told, "")
	s.host.Changed()
}

// askReset names what would be lost, then asks.
func (s *vaultSection) askReset() {
	var profiles []entra.Profile
	s.host.Act(func(ctx context.Context) (err error) {
		profiles, err = s.host.Store.Profiles(ctx)
		return err
	}, func(err error) {
		if err != nil {
			s.host.Failed(err)
			return
		}
		kit.AskUser(s.host.Window, lang.L("Reset the vault"), kit.Question(lang.L("Forget all secrets?"), resetText(profiles)),
			kit.Choice{Text: lang.L("Reset the vault"), Rank: widget.DangerImportance, Do: func() { s.change(s.host.Engine.ResetVault, lang.L("The vault is reset")) }},
			kit.Choice{Text: lang.L("Cancel")})
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
		text = lang.L(`This forgets the secrets and sign-ins of {{.Count.Of "credential" "credentials"}} ({{.Profiles}}). {{.Count.Has "It" "Each"}} needs its secret again before its tenants sync.`,
			map[string]any{"Count": phrase.Count(lost), "Profiles": strings.Join(of, ", ")})
	}
	return text + "\n\n" + lang.L("Tenants, objects, changes and history stay.")
}
