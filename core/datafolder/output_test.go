package datafolder

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// database is what the header of a database of ours looks like.
func database(application uint32) []byte {
	header := bytes.Repeat([]byte{0}, 8192)
	copy(header, "SQLite format 3\x00")
	binary.BigEndian.PutUint32(header[68:], application)
	return header
}

func put(t *testing.T, content []byte, path ...string) string {
	t.Helper()
	file := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func link(t *testing.T, make func(string, string) error, to string, path ...string) string {
	t.Helper()
	file := filepath.Join(path...)
	if err := make(to, file); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestOutputRefusesOurOwn names what must never be written over in every way that
// the file system knows.
func TestOutputRefusesOurOwn(t *testing.T) {
	root := t.TempDir()
	t.Setenv("XDG_DATA_HOME", filepath.Join(root, "share"))
	dir, away := filepath.Join(root, "data ü"), filepath.Join(root, "away")
	db := put(t, database(ApplicationID), dir, FileName)
	put(t, nil, dir, FileName+"-wal")
	put(t, nil, away, "deep", "x")
	link(t, os.Symlink, dir, away, "folder")
	link(t, os.Symlink, filepath.Join(away, "deep"), root, "elsewhere")
	usual := put(t, database(ApplicationID), root, "share", "entra-id-sync", FileName)
	other := put(t, nil, root, "other", MarkerName)
	put(t, database(ApplicationID), root, "used", "copy.db")
	put(t, nil, root, "used", "copy.db-wal")
	if err := os.MkdirAll(filepath.Join(dir, "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(away)
	for name, path := range map[string]string{
		"plainly":                         db,
		"the log of SQLite":               db + "-wal",
		"shared memory, not there yet":    db + "-shm",
		"the marker, not there yet":       filepath.Join(dir, MarkerName),
		"something new":                   filepath.Join(dir, "list.csv"),
		"something new below":             filepath.Join(dir, "below", "list.csv"),
		"below what is not there":         filepath.Join(dir, "none", "deeper", "list.csv"),
		"the folder itself":               dir,
		"the folder with a slash":         dir + "/",
		"relative":                        "../data ü/" + FileName,
		"through the folder above":        dir + "/../data ü/./" + FileName,
		"a slash behind":                  db + "/",
		"a dot behind":                    db + "/.",
		"by a link to the folder":         filepath.Join(away, "folder", FileName),
		"new, by a link to the folder":    filepath.Join(away, "folder", "list.csv"),
		"up from where a link leads":      root + "/elsewhere/../folder/" + FileName,
		"by a link to the file":           link(t, os.Symlink, db, away, "to-db"),
		"by a relative link":              link(t, os.Symlink, "../data ü/"+FileName, away, "relative"),
		"by a link to a link":             link(t, os.Symlink, "to-db", away, "twice"),
		"by a link to nothing yet":        link(t, os.Symlink, filepath.Join(dir, "later.csv"), away, "later"),
		"by a hard link":                  link(t, os.Link, db, away, "hard"),
		"by a hard link to the log":       link(t, os.Link, db+"-wal", away, "hard-wal"),
		"by a link to a hard link":        link(t, os.Symlink, "hard", away, "soft-hard"),
		"the user's own data folder":      usual,
		"new in the user's own":           filepath.Join(filepath.Dir(usual), "list.csv"),
		"another data folder":             filepath.Join(filepath.Dir(other), FileName),
		"a database that is in use":       filepath.Join(root, "used", "copy.db"),
		"no name":                         "",
		"a name that no file can have":    "a\x00b",
		"links that lead in a circle":     link(t, os.Symlink, "circle", away, "circle"),
		"a slash behind a link to the db": filepath.Join(away, "to-db") + "/",
	} {
		if got, err := Output(dir, path); entra.CodeOf(err) != entra.CodeInvalid {
			t.Errorf("%s: %q was allowed as %q, %v", name, path, got, err)
		}
	}
}

// TestOutputAllows leaves alone what only looks like ours.
func TestOutputAllows(t *testing.T) {
	root := t.TempDir()
	t.Setenv("XDG_DATA_HOME", filepath.Join(root, "share"))
	dir, away := filepath.Join(root, "data"), filepath.Join(root, "away")
	put(t, database(ApplicationID), dir, FileName)
	backup := put(t, database(ApplicationID), away, FileName)
	list := put(t, []byte("a,b"), away, "list.csv")
	link(t, os.Symlink, "list.csv", away, "link")
	for path, want := range map[string]string{
		backup:                         backup,
		list:                           list,
		filepath.Join(away, "link"):    list,
		filepath.Join(away, "new.csv"): filepath.Join(away, "new.csv"),
		dir + "/../away/new.csv":       filepath.Join(away, "new.csv"),
		dir + "2":                      dir + "2",
	} {
		if got, err := Output(dir, path); err != nil || !same(got, want) {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	if _, err := OutputText(dir, backup); entra.CodeOf(err) != entra.CodeInvalid {
		t.Errorf("a list may take a backup's place: %v", err)
	}
	if _, err := OutputText(dir, away+"/"); entra.CodeOf(err) != entra.CodeInvalid {
		t.Errorf("a list may take a folder's place: %v", err)
	}
	if _, err := OutputText("", list); err != nil {
		t.Errorf("without a data folder: %v", err)
	}
}

// same compares paths where the folder of tests may itself lie behind a link.
func same(a, b string) bool {
	x, err := filepath.EvalSymlinks(filepath.Dir(b))
	return err == nil && a == filepath.Join(x, filepath.Base(b))
}
