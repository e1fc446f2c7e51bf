package store

import (
	"path/filepath"
	"testing"

	"github.com/entraidsync/entraidsync/core/sqlite"
)

// writing holds the database as somebody does who writes in another process, until
// the test ends.
func writing(t *testing.T, dir string) {
	t.Helper()
	db := sqlite.Pool(filepath.Join(dir, FileName), "_busy_timeout=0")
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = c.Close(), db.Close() })
}

// Who only reads does not wait for who writes, from opening on: it failed after SQLite's patience.
func TestReadingWaitsForNobody(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	writing(t, dir)
	s, err = Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal("opening waits for who writes: ", err)
	}
	defer s.Close()
	if _, err := s.Tenants(t.Context()); err != nil {
		t.Error(err)
	}
	if mode, err := s.write.number(t.Context(), "PRAGMA auto_vacuum"); mode != incremental || err != nil {
		t.Errorf("auto_vacuum is %d, %v", mode, err)
	}
}
