package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/sqlite"
)

// backedUp makes a bench whose database holds a new name of a user in its log only, as a
// process that died leaves it, and a backup with the old name. dead copies the
// files of such a folder to a new one.
func backedUp(t *testing.T) (backup string, dead func() string) {
	b := newBench(t)
	b.scan("users", user("kept", "K"))
	backup = filepath.Join(t.TempDir(), "backup.db")
	b.must(b.Backup(t.Context(), backup))
	b.delta("users", user("kept", "O"))
	files, err := filepath.Glob(filepath.Join(b.Dir(), "entrasync*"))
	b.must(err)
	content := map[string][]byte{}
	for _, f := range files {
		content[filepath.Base(f)], err = os.ReadFile(f)
		b.must(err)
	}
	if len(content[FileName+"-wal"]) == 0 {
		t.Fatal("the database has no log")
	}
	return backup, func() string {
		dir := t.TempDir()
		for name, data := range content {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
}

// holds are the users of the only tenant in a folder.
func holds(t *testing.T, dir string) string {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := &bench{TB: t, Store: s}
	b.sound()
	tenants, err := s.Tenants(t.Context())
	if err != nil || len(tenants) != 1 {
		t.Fatalf("%v %v", tenants, err)
	}
	b.tenant = tenants[0]
	return strings.Join(b.held("users", ObjectQuery{}), " ")
}

var errKilled = errors.New("killed")

// TestRestoreDiesAnywhere kills a restore before each of its steps: what starts next
// finds one database or the other, whole, and none of the old one's files is lost.
func TestRestoreDiesAnywhere(t *testing.T) {
	backup, dead := backedUp(t)
	seen := map[string]int{}
	for n, over := 0, false; !over; n++ {
		dir := dead()
		if n%2 == 1 { // a main file that is gone leaves its log
			os.Remove(filepath.Join(dir, FileName))
		}
		step := 0
		r := sqlite.Restoring{Dir: dir, Backup: backup, Newest: schemaVersion, Check: problems, Now: time.Now(),
			Steps: datafolder.Steps{Before: func(string) error {
				if step++; step > n {
					return errKilled
				}
				return nil
			}}}
		_, err := sqlite.Restore(t.Context(), r)
		over = err == nil
		if err != nil && !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		if n%2 == 1 && !over {
			if s, err := Open(t.Context(), dir, Options{}); err != nil {
				continue // as before: the main file is missing, and said to be
			} else if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		got := holds(t, dir)
		seen[got]++
		if got != "kept:K" && got != "kept:O" {
			t.Errorf("killed before step %d: %q", n, got)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*restore*")); len(left) > 0 {
			t.Errorf("killed before step %d: %v is left", n, left)
		}
		if logs, _ := filepath.Glob(filepath.Join(dir, "*.aside-wal")); got == "kept:K" && len(logs) != 1 {
			t.Errorf("killed before step %d: the old log is at %v", n, logs)
		}
	}
	if seen["kept:K"] < 2 || seen["kept:O"] < 2 {
		t.Errorf("too few ways to die: %v", seen)
	}
}

// TestRestoreKeepsEverything restores twice within a second, and onto a folder that
// holds only an old log.
func TestRestoreKeepsEverything(t *testing.T) {
	backup, dead := backedUp(t)
	dir, now := dead(), time.Now()
	asides := map[string]bool{}
	for range 3 {
		aside, err := Restore(t.Context(), dir, backup, now)
		if err != nil {
			t.Fatal(err)
		}
		asides[aside] = true
	}
	if len(asides) != 3 || holds(t, dir) != "kept:K" {
		t.Errorf("%v", asides)
	}
	for aside := range asides {
		if _, err := os.Stat(aside); err != nil {
			t.Error(err)
		}
	}
	// Aside with its log, the old one is a backup like any other.
	first := ""
	for aside := range asides {
		if _, err := os.Stat(aside + "-wal"); err == nil {
			first = aside
		}
	}
	if _, err := Restore(t.Context(), dir, first, now); err != nil || holds(t, dir) != "kept:O" {
		t.Errorf("what was moved aside does not come back: %v", err)
	}
}

// TestRestoreIsAlone refuses beside who has the database open, and keeps others out.
func TestRestoreIsAlone(t *testing.T) {
	backup, dead := backedUp(t)
	dir := dead()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), dir, backup, time.Now()); entra.CodeOf(err) != entra.CodeBusy {
		t.Errorf("beside an open store: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := datafolder.Seize(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), dir, Options{}); entra.CodeOf(err) != entra.CodeBusy {
		t.Errorf("during a restore: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := holds(t, dir); got != "kept:O" {
		t.Errorf("%q", got)
	}
}

// TestRestoreRefuses what is no backup, before anything is touched.
func TestRestoreRefuses(t *testing.T) {
	backup, dead := backedUp(t)
	good, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	torn := append([]byte{}, good...)
	for i := 8192 * 3; i < len(torn); i += 64 {
		torn[i] ^= 0x55
	}
	newer := append([]byte{}, good...)
	newer[63] = 200
	dir := dead()
	for name, content := range map[string][]byte{"torn": torn, "newer": newer, "empty": nil, "cut": good[:3*8192], "text": []byte("not a backup")} {
		file := filepath.Join(t.TempDir(), "b.db")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Restore(t.Context(), dir, file, time.Now())
		if code := entra.CodeOf(err); code != entra.CodeInvalid && code != entra.CodeDatabaseDamaged {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, file := range map[string]string{"itself": filepath.Join(dir, FileName), "nothing": filepath.Join(dir, "none"), "a folder": dir} {
		if _, err := Restore(t.Context(), dir, file, time.Now()); entra.CodeOf(err) != entra.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := holds(t, dir); got != "kept:O" {
		t.Errorf("%q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.aside*")); len(left) > 0 {
		t.Errorf("%v", left)
	}
}

// TestDeletedWhileOpen fails what is stored into files that nobody can find any more.
func TestDeletedWhileOpen(t *testing.T) {
	for name, take := range map[string]func(dir string) error{
		"the folder":   os.RemoveAll,
		"the database": func(dir string) error { return os.Remove(filepath.Join(dir, FileName)) },
		"its log":      func(dir string) error { return os.Remove(filepath.Join(dir, FileName+"-wal")) },
		"moved":        func(dir string) error { return os.Rename(dir, dir+"-moved") },
		"replaced": func(dir string) error {
			return errors.Join(os.Rename(filepath.Join(dir, FileName), filepath.Join(dir, "x")), os.WriteFile(filepath.Join(dir, FileName), nil, 0o600))
		},
	} {
		b := newBench(t)
		b.round(Scan, "users")
		b.must(take(b.Dir()))
		_, err := b.ApplyPage(b.Context(), b.rounds["users"], 0, &entra.Page{Objects: []entra.Object{user("u1", "A")}, NextLink: "more"}, nil)
		if e := entra.AsError(err); e.Code != entra.CodeDatabase || !strings.Contains(e.Why.String(), "deleted or moved") {
			t.Errorf("%s: %v", name, err)
		}
		if err := b.Close(); err == nil {
			t.Errorf("%s: closed without a word", name)
		}
	}
}

// TestForeignDatabases are never taken for ours, whatever their header says, and stay
// as they are.
func TestForeignDatabases(t *testing.T) {
	for name, script := range map[string]string{
		"a table":      "CREATE TABLE theirs (a)",
		"a view":       "CREATE VIEW theirs AS SELECT 1",
		"in a log":     "PRAGMA journal_mode = WAL; CREATE TABLE theirs (a)",
		"its own id":   "PRAGMA application_id = 7",
		"its own id 2": "PRAGMA journal_mode = WAL; PRAGMA application_id = 7",
	} {
		dir := t.TempDir()
		theirs := filepath.Join(t.TempDir(), "theirs.db")
		db := sqlite.Pool(theirs, "")
		db.SetMaxOpenConns(1)
		if _, err := db.Exec(script); err != nil {
			t.Fatal(err)
		}
		for _, suffix := range []string{"", "-wal"} { // while it is open: the log is not taken in yet
			if data, err := os.ReadFile(theirs + suffix); err == nil {
				if err := os.WriteFile(filepath.Join(dir, FileName+suffix), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		db.Close()
		before, _ := os.ReadFile(filepath.Join(dir, FileName))
		_, err := Open(t.Context(), dir, Options{})
		if err == nil || entra.CodeOf(err) != entra.CodeDatabase && entra.CodeOf(err) != entra.CodeDatabaseDamaged {
			t.Errorf("%s: %v", name, err)
		}
		if after, _ := os.ReadFile(filepath.Join(dir, FileName)); string(after) != string(before) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// TestTornLinksEndASweep fails a sweep whose database does not do what it says,
// which went round for ever.
func TestTornLinksEndASweep(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u1"), gains("u2")))
	b.must(b.write.exec(b.Context(), "CREATE TRIGGER deaf BEFORE UPDATE ON links BEGIN SELECT RAISE(IGNORE); END"))
	b.begin()
	r := b.round(Scan, "groups")
	b.page("groups", "", "delta-1", object("g1", `{"displayName":"G"}`, gains("u2")))
	_, err := b.Complete(b.Context(), r, "delta-1", Verdict{})
	if entra.CodeOf(err) != entra.CodeDatabaseDamaged || b.Damage() == nil {
		t.Errorf("%v, %v", err, b.Damage())
	}
}

// TestNewerInTheLog refuses a schema that only the log tells of.
func TestNewerInTheLog(t *testing.T) {
	b := newBench(t)
	b.must(b.write.exec(b.Context(), fmt.Sprintf("PRAGMA user_version = %d", schemaVersion+1)))
	dir := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(filepath.Join(b.Dir(), FileName+suffix))
		b.must(err)
		b.must(os.WriteFile(filepath.Join(dir, FileName+suffix), data, 0o600))
	}
	if _, err := Open(t.Context(), dir, Options{}); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("%v", err)
	}
}
