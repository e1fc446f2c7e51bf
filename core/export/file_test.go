package export

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFileReplacesWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "list.csv")
	for _, want := range []string{"first", "second"} {
		if err := File("", path, text(want)); err != nil {
			t.Fatal(err)
		}
		if got := content(t, path); got != want {
			t.Errorf("the file holds %q, want %q", got, want)
		}
	}
	alone(t, dir)
}

// alone checks that no temporary file stays.
func alone(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

func TestFileKeepsTheOldOneOnFailure(t *testing.T) {
	broken := errors.New("the list broke off")
	for name, write := range map[string]func(io.Writer) error{
		"at once":   func(io.Writer) error { return broken },
		"half done": func(w io.Writer) error { return errors.Join(text("half")(w), broken) },
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "list.csv")
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := File("", path, write); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
		if got := content(t, path); got != "old" {
			t.Errorf("%s: the old file holds %q", name, got)
		}
		alone(t, dir)
	}
}

func TestFileIsPrivateAndKeepsRights(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // rights are no mode bits there
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "list.csv")
	for _, mode := range []os.FileMode{0o600, 0o640} {
		if err := File("", path, text("x")); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || (mode == 0o600 && info.Mode().Perm() != mode) {
			t.Errorf("a new file has %v, %v", info.Mode(), err)
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("a replaced file has %v, %v", info.Mode(), err)
	}
}

func TestFileFollowsALink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "list.csv"), filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	if err := File("", link, text("x")); err != nil || content(t, path) != "x" {
		t.Errorf("behind the link stands %q, %v", content(t, path), err)
	}
}

func TestFileRefusals(t *testing.T) {
	dir := t.TempDir()
	for name, path := range map[string]string{
		"a folder":        dir,
		"no such folder":  filepath.Join(dir, "none", "list.csv"),
		"below a file":    filepath.Join(os.Args[0], "list.csv"),
		"a name too long": filepath.Join(dir, strings.Repeat("x", 300)),
	} {
		err := File("", path, text("x"))
		var told *entra.Error
		if !errors.As(err, &told) || !strings.Contains(told.Error(), "can't be written") || told.Why == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}
