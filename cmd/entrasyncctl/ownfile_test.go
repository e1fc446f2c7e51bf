//go:build unix

package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestOwnFilesAreFiles: what is no file in the place of one of the program's own is
// told at once, and not waited for: to open a pipe ends with no signal.
func TestOwnFilesAreFiles(t *testing.T) {
	c, _ := simulateSynced(t)
	lock := filepath.Join(c.dir, "tenant-1.lock")
	for what, make := range map[string]func() error{
		"a folder": func() error { return os.Mkdir(lock, 0o700) },
		"a pipe":   func() error { return syscall.Mkfifo(lock, 0o600) },
		"a device": func() error { return os.Symlink(os.DevNull, lock) },
	} {
		if err := os.Remove(lock); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if err := make(); err != nil {
			t.Fatal(err)
		}
		c.refused(exitFailed, "tenant-1.lock can't be opened: "+what+" stands where a file should be", "sync")
	}
	name := filepath.Join(c.dir, "entrasync.db")
	if err := os.Rename(name, name+".moved"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("entrasync.db", name); err != nil {
		t.Fatal(err)
	}
	c.refused(exitFailed, "its links lead in a circle", "tenant", "list")
}

// An unset variable of a script is not taken for no flag: that would give the whole tenant.
func TestEmptyValuesAreRefused(t *testing.T) {
	c, _ := simulateSynced(t)
	for _, of := range []struct{ command, flags string }{
		{"members", "of"}, {"links", "from to relation"}, {"changes", "object class kind property actor search since"}, {"roles", "of"},
		{"objects --class users", "search sort"}, {"history", "search"}, {"diff --from 2026-01-31", "class"}, {"sync", "classes"}, {"verify", "classes"},
	} {
		words := strings.Fields(of.command)
		for flag := range strings.FieldsSeq(of.flags) {
			c.refused(exitUsage, "--"+flag+" is empty", append([]string{words[0], tenantName, "--" + flag, ""}, words[1:]...)...)
		}
	}
	c.refused(exitUsage, "--object is empty", "watch", "add", "all", "--desktop", "--object", "")
	c.must("watch", "add", "titles", "--desktop", "--property", "jobTitle", "--webhook", "")
	c.must("watch", "set", "titles", "--property", "")
	c.must("profile", "add", "plain", "--description", "")
}

// TestOutputIntoAPipe writes to what can't be replaced, and does not wait for a reader.
func TestOutputIntoAPipe(t *testing.T) {
	c, _ := simulateSynced(t)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(t.Context(), os.Args[0], "--data-dir", c.dir, "tenant", "list", "--format", "csv", "--output", "/dev/stdout")
	program.Env = append(os.Environ(), asProgram+"=1")
	program.Stdout = write
	said, err := program.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(program.Start(), write.Close()); err != nil {
		t.Fatal(err)
	}
	out, _ := io.ReadAll(read)
	errs, _ := io.ReadAll(said)
	if err := program.Wait(); err != nil || string(out) != c.must("tenant", "list", "--format", "csv") {
		t.Errorf("%v: %s%s", err, errs, out)
	}
	lonely := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(lonely, 0o600); err != nil {
		t.Fatal(err)
	}
	c.refused(exitFailed, "nobody reads it", "tenant", "list", "--output", lonely)
	c.must("tenant", "list", "--output", os.DevNull)
	for _, flag := range []string{"--output", "--data-dir"} {
		c.refused(exitUsage, "the name is empty", "tenant", "list", flag, "")
	}
}
