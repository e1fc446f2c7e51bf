package access

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// WayOut is what helps a tenant that waits for somebody, as the text of a button
// and what it does; "" where there is nothing a button could do.
func WayOut(h *host.Host, t entra.Tenant) (text string, do func()) {
	trouble := h.Engine.Activity(t.Key).Trouble
	if !t.Enabled || trouble == nil {
		return "", nil
	}
	return Remedy(h, t, trouble.Code)
}

// Remedy is what helps a tenant against trouble that only a person can mend.
func Remedy(h *host.Host, t entra.Tenant, code entra.Code) (text string, do func()) {
	switch code {
	case entra.CodeVaultLocked:
		return lang.L("Unlock the vault"), func() { AskUnlock(h) }
	case entra.CodeSignInAgain:
		return lang.L("Sign in again"), func() { SignIn(h, t, "") }
	case entra.CodeSignIn:
		return lang.L("Replace the secret…"), func() { ReplaceSecret(h, t.Profile, func() { syncNow(h, t) }) }
	case entra.CodePermission:
		return lang.L("Open the consent page"), func() { openConsent(h, t) }
	case entra.CodeHeld:
		return lang.L("Review deletions"), func() { ShowHeld(h, t) }
	}
	return "", nil
}

// Unlock opens the vault; an empty passphrase asks the keychain again.
func Unlock(ctx context.Context, h *host.Host, passphrase string) error {
	secret := vault.NewSecret([]byte(passphrase))
	defer secret.Clear()
	return h.Engine.Unlock(ctx, secret)
}

// Unlocked tells that the vault has been opened.
func Unlocked(h *host.Host) {
	h.Succeeded(lang.L("The vault is open"), lang.L("Syncs that waited for it go on."))
	h.Changed()
}

// SyncNow syncs tenants at once. Where one of them waits for the vault, what opens it is asked
// for: the sync would end as it did before.
func SyncNow(h *host.Host, tenants ...int64) {
	h.Engine.SyncNow(tenants...)
	for _, t := range tenants {
		if waits := h.Engine.Activity(t).Trouble; waits != nil && waits.Code == entra.CodeVaultLocked {
			AskUnlock(h)
			return
		}
	}
}

// LockedBy says why the vault does not open, beside words that say that it is
// locked, and a field for its passphrase.
func LockedBy(e *entra.Error) string {
	if errors.Is(e, vault.ErrNoPassphrase) {
		return lang.L("its passphrase opens it")
	}
	return strings.TrimPrefix(wording.Say(e.Why), wording.Say(say.Because(vault.ErrLocked))+": ")
}
