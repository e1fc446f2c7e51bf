package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLogIsCut lets the write-ahead log become large because somebody reads: once nobody does it is small again, and
// does not stay as large as the busiest moment made it.
func TestLogIsCut(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	size := func() int64 {
		info, err := os.Stat(filepath.Join(s.dir, FileName+"-wal"))
		must(err)
		return info.Size()
	}
	reader, err := s.read.BeginTx(t.Context(), nil)
	must(err)
	var n int
	must(reader.QueryRow("SELECT count(*) FROM settings").Scan(&n))
	for i := range 40 {
		must(s.SetSetting(t.Context(), fmt.Sprint("large ", i%2), strings.Repeat(fmt.Sprint(i), 1<<20)))
	}
	if size() < 40<<20 {
		t.Fatalf("the log has %d bytes only", size())
	}
	must(reader.Rollback())
	must(s.write.exec(t.Context(), "PRAGMA wal_checkpoint(PASSIVE)"))
	for range 2 {
		must(s.SetSetting(t.Context(), "small", "x"))
	}
	if size() > 8<<20 {
		t.Errorf("the log keeps %d bytes", size())
	}
}
