package vault

import (
	"github.com/entraidsync/entraidsync/core/say"
)

// The states in which a vault or something sealed does not open. Create, Unlock
// and Open wrap one of them, with the cause and what to do about it; only a
// cancelled ctx comes back as context.Canceled.
var (
	// ErrLocked: a slot could open the vault, but no passphrase was given or
	// the OS keychain did not hand out the key.
	ErrLocked = say.Errorf("the vault is locked")

	// ErrNoPassphrase: it is ErrLocked, and a passphrase is the only way.
	ErrNoPassphrase = say.Errorf("%s: no passphrase is given", ErrLocked)

	// ErrWrongPassphrase: the passphrase does not open its slot. A slot whose
	// sealed key was altered looks the same.
	ErrWrongPassphrase = say.Errorf("the passphrase does not open the vault")

	// ErrNoKeychain: there is no OS keychain to talk to, and no passphrase was given.
	ErrNoKeychain = say.Errorf("no OS keychain is available")

	// ErrKeyLost: nothing that is left can open the vault; a reset is the way out.
	ErrKeyLost = say.Errorf("the vault's key is lost")

	// ErrTampered: sealed bytes were changed, cut, moved from another place or
	// vault, or sealed by a key of the past.
	ErrTampered = say.Errorf("sealed data was changed or belongs elsewhere")

	// ErrLastSlot: a slot is not removed, because no other would open the vault.
	ErrLastSlot = say.Errorf("nothing else opens the vault")
)
