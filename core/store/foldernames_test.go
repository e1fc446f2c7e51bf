package store

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestFoldersOfEveryName: a data folder may be called whatever its system allows,
// signs that mean something in an address or a pattern included.
func TestFoldersOfEveryName(t *testing.T) {
	for _, name := range []string{"two words", "Übung 山田", "a%20b", "a?mode=memory", "a#b", "a&_query_only=on", "[a]*", "'quoted'", strings.Repeat("long", 60)} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), name, strings.Repeat("deep", 20))
			for range 2 { // made, and opened again
				s, err := Open(t.Context(), dir, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if err := s.SetSetting(t.Context(), "name", name); err != nil {
					t.Error(err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			if found, _ := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(dir)), "*")); len(found) != 1 {
				t.Errorf("files elsewhere: %q", found)
			}
		})
	}
}
