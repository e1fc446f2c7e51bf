package say

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// What a system says of a file or a folder is said in words of ours, which are translated, and
// without the names of calls.
func TestBecauseOfTheSystem(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(dir, "none")
	_, missing := os.Open(none)
	for want, err := range map[string]error{
		none + ": there is no such file or folder":                                            missing,
		filepath.Join(dir, "x") + ": there is no such file or folder":                         os.Rename(none, filepath.Join(dir, "x")),
		"there is no such file or folder":                                                     errors.Unwrap(missing),
		none + "/: there is no such file or folder":                                           errors.Join(nil, &os.PathError{Op: "open", Path: none + "/", Err: errors.Unwrap(missing)}),
		"reading failed: open " + none + ": " + errors.Unwrap(missing).Error():                fmt.Errorf("reading failed: %w", missing),
		file + ": a file stands where a folder should be":                                     os.MkdirAll(filepath.Join(file, "below"), 0o700),
		file + ": there is one by that name already":                                          os.Mkdir(file, 0o700),
		"reading failed: " + filepath.Join(dir, "none") + ": there is no such file or folder": Errorf("reading failed: %s", Because(missing)),
	} {
		if got := Because(err).String(); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}
