package main

import (
	"syscall"
	"time"

	"golang.org/x/crypto/argon2"
)

// unlocking is the CPU that opening a vault by passphrase takes, once a process: it is made to be slow. A keychain saves
// it, and so do credentials that need no vault.
func unlocking() (least time.Duration) {
	for try := range 5 {
		before := cpu()
		argon2.IDKey([]byte("a passphrase to measure with"), make([]byte, 16), 3, 64<<10, 4, 32)
		if took := cpu() - before; try == 0 || took < least {
			least = took
		}
	}
	return least
}

func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
