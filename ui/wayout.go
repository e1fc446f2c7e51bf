package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/vault"
)

// wayOut is what helps a tenant that waits for somebody, as the text of a button
// and what it does; "" where there is nothing a button could do.
func (d *desk) wayOut(t entra.Tenant) (text string, do func()) {
	trouble := d.engine.Activity(t.Key).Trouble
	if !t.Enabled || trouble == nil {
		return "", nil
	}
	return d.remedy(t, trouble.Code)
}

// remedy is what helps a tenant against trouble that only a person can mend.
func (d *desk) remedy(t entra.Tenant, code entra.Code) (text string, do func()) {
	switch code {
	case entra.CodeVaultLocked:
		return lang.L("Unlock the vault"), d.askUnlock
	case entra.CodeSignInAgain:
		return lang.L("Sign in again"), func() { d.signIn(t, "") }
	}
	return "", nil
}

// askUnlock asks for the vault's passphrase.
func (d *desk) askUnlock() {
	passphrase := newPasswordField()
	f := &formDialog{title: lang.L("Unlock the vault"), submit: lang.L("Unlock"), valid: func() bool { return passphrase.Text != "" }}
	f.fields = fields(lang.L("Passphrase"), passphrase)
	passphrase.OnChanged = func(string) { f.check() }
	f.work = func(ctx context.Context) error { return d.unlock(ctx, passphrase.Text) }
	f.done = d.unlocked
	f.open(d)
}

// unlock opens the vault; an empty passphrase asks the keychain again.
func (d *desk) unlock(ctx context.Context, passphrase string) error {
	secret := vault.NewSecret([]byte(passphrase))
	defer secret.Clear()
	return d.engine.Unlock(ctx, secret)
}

func (d *desk) unlocked() {
	d.succeeded(lang.L("The vault is open"), lang.L("Syncs that waited for it go on."))
	d.changed()
}

// signedIn says with which credential a run worked, and why not with those
// before it; "" where it is not known.
func signedIn(s entra.SignedIn) string {
	if s.Index == 0 {
		return ""
	}
	lines := []string{lang.L("{{.Number}} ({{.Kind}}) signed in", map[string]any{"Number": s.Index, "Kind": kindLabel(s.Kind)})}
	for _, why := range s.Refused {
		lines = append(lines, sentence(why))
	}
	return strings.Join(lines, "\n")
}
