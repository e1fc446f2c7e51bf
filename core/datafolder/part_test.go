package datafolder

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPartsOfTheDead removes what a process that died was writing, and nothing of one
// that writes still, nor what a note wrongly names.
func TestPartsOfTheDead(t *testing.T) {
	dir, away := t.TempDir(), t.TempDir()
	begin := func() *Part {
		p, err := Begin(dir, filepath.Join(away, "list.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	dead, alive := begin(), begin()
	if err := dead.lock.Close(); err != nil { // as the OS does
		t.Fatal(err)
	}
	mine := put(t, []byte("mine"), away, "mine.csv")
	put(t, []byte(mine+"\n"), dir, noteStart+"x"+noteEnd)
	ClearParts(dir)
	if _, err := os.Stat(dead.Path); err == nil {
		t.Error("a half file is left")
	}
	for _, path := range []string{alive.Path, mine} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	if err := alive.Commit(filepath.Join(away, "list.csv")); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	if got, err := os.ReadDir(away); err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
}
