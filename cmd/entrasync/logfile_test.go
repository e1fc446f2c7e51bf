package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestLogBeginsAnewAtItsLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entrasync.log")
	for _, record := range []string{"first\n", "second\n", "third\n"} { // each by a process of its own
		l, err := openLog(path, 14)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Write([]byte(record)); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{path: "third\n", path + ".1": "first\nsecond\n"} {
		got, err := os.ReadFile(name)
		if err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v; want %q", filepath.Base(name), got, err, want)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the log: %v", info.Mode())
	}
}
