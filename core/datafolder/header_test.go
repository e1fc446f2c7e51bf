package datafolder

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// FuzzInspect looks at any file as a database: it stays as it was, byte for byte, and
// is ours only with our application id and a schema that is known.
func FuzzInspect(f *testing.F) {
	ours := make([]byte, headerSize)
	copy(ours, "SQLite format 3\x00")
	binary.BigEndian.PutUint32(ours[40:], 1)
	binary.BigEndian.PutUint32(ours[60:], 1)
	binary.BigEndian.PutUint32(ours[68:], ApplicationID)
	foreign := bytes.Clone(ours)
	binary.BigEndian.PutUint32(foreign[68:], 0)
	for _, seed := range [][]byte{ours, foreign, ours[:headerSize-1], nil, []byte("PK\x03\x04"), bytes.Repeat([]byte{0}, headerSize)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, contents []byte) {
		path := filepath.Join(t.TempDir(), FileName)
		if err := os.WriteFile(path, contents, 0o600); err != nil {
			t.Fatal(err)
		}
		found, err := Inspect(path, 1)
		if after, readErr := os.ReadFile(path); readErr != nil || !bytes.Equal(after, contents) {
			t.Errorf("the file was changed (%v)", readErr)
		}
		if found == Ours && (err != nil || binary.BigEndian.Uint32(contents[68:]) != ApplicationID || binary.BigEndian.Uint32(contents[60:]) > 1) {
			t.Errorf("a foreign file is taken for ours: %x (%v)", contents, err)
		}
		if found == Unmade && len(contents) < headerSize {
			t.Errorf("%d bytes are taken for a database", len(contents))
		}
	})
}
