//go:build unix

package datafolder

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// SQLite's own locks of a database: who has it open in WAL mode shares these bytes.
const (
	sharedFirst = 0x40000002
	sharedSize  = 510
)

// Opened tells whether another process has a database open, even one that is not
// ours. It takes no lock. This process must not have it open: to close any file of
// it would let go of SQLite's locks.
func Opened(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: sharedFirst, Len: sharedSize}
	err = unix.FcntlFlock(f.Fd(), unix.F_GETLK, &lock)
	return err == nil && lock.Type != unix.F_UNLCK
}
