package sqlite

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestDrivesThatLackSomething are named by what SQLite says of a database that nobody
// else can have open; what it says of others is told as what it is.
func TestDrivesThatLackSomething(t *testing.T) {
	for name, c := range map[string]struct {
		err   sqlite3.Error
		lacks bool
		code  entra.Code
		why   string
	}{
		"no locks (ENOLCK, EACCES)": {sqlite3.Error{Code: sqlite3.ErrBusy}, true, entra.CodeBusy, "another process"},
		"no locks (EIO)":            {sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrRDlock, SystemErrno: syscall.EIO}, true, entra.CodeDatabase, "file locks"},
		"no memory (ENODEV)":        {sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrSHMMap, SystemErrno: syscall.ENODEV}, true, entra.CodeDatabase, "shared memory"},
		"a protocol":                {sqlite3.Error{Code: sqlite3.ErrProtocol}, true, entra.CodeDatabase, "file locks"},
		"a disk that fails":         {sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrRead, SystemErrno: syscall.EIO}, false, entra.CodeDatabase, "reports an error"},
		"a full disk":               {sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrSHMSize, SystemErrno: syscall.ENOSPC}, true, entra.CodeDiskFull, "the disk is full"},
		"full":                      {sqlite3.Error{Code: sqlite3.ErrFull}, false, entra.CodeDiskFull, "the disk is full"},
		"damage":                    {sqlite3.Error{Code: sqlite3.ErrCorrupt}, false, entra.CodeDatabaseDamaged, "is damaged"},
	} {
		if (lacking(c.err) != nil) != c.lacks {
			t.Errorf("%s: %v", name, lacking(c.err))
		}
		if e := entra.AsError(Trouble("opening the database", c.err)); e.Code != c.code || !strings.Contains(e.Why.String(), c.why) {
			t.Errorf("%s: %v", name, e)
		}
	}
	dir := t.TempDir()
	if err := probe(dir); err != nil {
		t.Errorf("this drive: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the trial left %v, %v", left, err)
	}
}

// made is a database with one row, in its log only where that is wanted.
func made(t *testing.T, log bool) (path string, db *sql.DB) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "x.db")
	db = Pool(path, "")
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec("PRAGMA journal_mode = WAL; CREATE TABLE x (a); INSERT INTO x VALUES (7)"); err != nil {
		t.Fatal(err)
	}
	if !log {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return path, db
}

func reads(t *testing.T, path string) {
	t.Helper()
	r, err := OpenReading(t.Context(), path, "_query_only=on")
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := r.QueryRow("SELECT a FROM x").Scan(&n); err != nil || n != 7 {
		t.Errorf("%d, %v", n, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if r.temp != "" {
		if _, err := os.Stat(r.temp); err == nil {
			t.Error("the copy is left")
		}
	}
}

// TestReading reads a database without its log, one that others use, and one whose
// shared memory can't be made, though its log holds what was stored last.
func TestReading(t *testing.T) {
	closed, _ := made(t, false)
	reads(t, closed)
	used, _ := made(t, true)
	reads(t, used)
	dead := filepath.Join(t.TempDir(), "x.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(used + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dead+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(dead+"-shm", 0o700); err != nil { // nothing of that name can be opened
		t.Fatal(err)
	}
	reads(t, dead)
	if err := errors.Join(os.Remove(dead+"-shm"), os.Symlink("nowhere", dead+"-shm")); err != nil { // nor read
		t.Fatal(err)
	}
	reads(t, dead)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := Copy(t.Context(), "", dead, backup); err != nil {
		t.Fatalf("a backup of what can only be read: %v", err)
	}
	reads(t, backup)
}

// TestLockedDatabase tells who only reads of another one that holds it.
func TestLockedDatabase(t *testing.T) {
	path, db := made(t, false)
	db = Pool(path, "_locking_mode=EXCLUSIVE")
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("INSERT INTO x VALUES (8)"); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReading(t.Context(), path, "_query_only=on"); entra.CodeOf(err) != entra.CodeBusy {
		t.Errorf("%v", err)
	}
}
