package vault

import (
	"errors"
	"syscall"
)

// noSuchLogonSession is what Credential Manager answers where no user is signed
// in, as in a scheduled task that runs without the user's password.
const noSuchLogonSession syscall.Errno = 1312

func keychainAbsent(err error) bool { return errors.Is(err, noSuchLogonSession) }
