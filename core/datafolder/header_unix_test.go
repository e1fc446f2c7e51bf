//go:build unix

package datafolder

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestInspectOpensOnlyFiles refuses what waits for ever when it is opened, in the
// database's place, beside it, and for the lock.
func TestInspectOpensOnlyFiles(t *testing.T) {
	for kind, make := range map[string]func(path string) error{
		"a pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"a device": func(path string) error { return os.Symlink(os.DevNull, path) },
	} {
		for _, name := range []string{FileName, FileName + "-wal", FileName + "-shm"} {
			dir := t.TempDir()
			if err := make(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			_, err := Inspect(filepath.Join(dir, FileName), 1)
			if e := entra.AsError(err); e.Code != entra.CodeDatabase || !strings.Contains(e.Why.String(), kind) {
				t.Errorf("%s as %s: %v", kind, name, err)
			}
		}
		dir := t.TempDir()
		if err := make(filepath.Join(dir, lockName)); err != nil {
			t.Fatal(err)
		}
		if _, err := Share(dir); err == nil {
			t.Errorf("%s is locked", kind)
		}
	}
}
