//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestOwnFilesAreFiles: what is no file in the place of one of the program's own is
// told at once, and not waited for: to open a pipe ends with no signal.
func TestOwnFilesAreFiles(t *testing.T) {
	c, _ := simulateSynced(t)
	lock := filepath.Join(c.dir, "tenant-1.lock")
	for what, make := range map[string]func() error{
		"a folder": func() error { return os.Mkdir(lock, 0o700) },
		"a pipe":   func() error { return syscall.Mkfifo(lock, 0o600) },
		"a device": func() error { return os.Symlink(os.DevNull, lock) },
	} {
		if err := os.Remove(lock); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if err := make(); err != nil {
			t.Fatal(err)
		}
		c.refused(exitFailed, "tenant-1.lock can't be opened: "+what+" stands where a file should be", "sync")
	}
	name := filepath.Join(c.dir, "entrasync.db")
	if err := os.Rename(name, name+".moved"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("entrasync.db", name); err != nil {
		t.Fatal(err)
	}
	c.refused(exitFailed, "its links lead in a circle", "tenant", "list")
}
