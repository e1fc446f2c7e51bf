package datafolder

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// A data folder that can't be made is told in three parts, without the words of the system.
func TestAFolderThatCantBeMadeIsToldInWords(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{filepath.Join(file, "data"): file + ": a file stands where a folder should be"}
	if runtime.GOOS == "linux" {
		want["/proc/foo"] = "/proc takes no folders"
	}
	for dir, why := range want {
		if e := entra.AsError(Make(dir)); e.What != "the data folder can't be made" || e.Why.String() != why || e.Remedy == "" {
			t.Errorf("%s: %+v", dir, e)
		}
	}
}
