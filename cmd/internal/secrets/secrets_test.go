package secrets

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestRead(t *testing.T) {
	for in, want := range map[string]string{"a": "a", "a\n": "a", "a\r\n": "a", "a\n\n": "a\n", " a ": " a ", "\uFEFFa\r\n": "a", "\xFF\xFEa\x00\r\x00\n\x00": "a", "a\x00": "", "\xFC": "", "": "", "\n": "", strings.Repeat("x", 1<<20+1): ""} {
		got, err := Read(strings.NewReader(in))
		if string(got.Reveal()) != want || (err == nil) != (want != "") {
			t.Errorf("%.9q gives %.9q, %v", in, got.Reveal(), err)
		}
	}
}

func TestTake(t *testing.T) {
	for _, name := range []string{Passphrase, PassphraseFile} {
		t.Setenv(name, "marker~"+name)
	}
	taken := Take(Passphrase, PassphraseFile)
	for _, name := range []string{Passphrase, PassphraseFile} {
		if _, still := os.LookupEnv(name); still || taken[name] != "marker~"+name {
			t.Errorf("%s: still there %v, taken %q", name, still, taken[name])
		}
	}
}

func TestGivenPassphrase(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	windows := file("windows", "\uFEFFfrom a file\r\n", 0o600)
	private, empty, public := file("private", "from a file\n", 0o600), file("empty", "\n", 0o600), file("public", "from a file", 0o640)
	for _, tt := range []struct {
		name, text, file string
		want, says       string // says: of the error; "": none
	}{
		{"none", "", "", "", ""},
		{"itself", "typed", "", "typed", ""},
		{"itself before a file", "typed", private, "typed", ""},
		{"a file", "", private, "from a file", ""},
		{"a file with a mark", "", windows, "from a file", ""},
		{"an empty file", "", empty, "", "it is empty"},
		{"no such file", "", filepath.Join(dir, "none"), "", "no such file"},
		{"a file that others can read", "", public, "", "others can read " + public},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.file == public && runtime.GOOS == "windows" {
				t.Skip("did not run: Windows files have no mode bits")
			}
			got, err := GivenPassphrase(map[string]string{Passphrase: tt.text, PassphraseFile: tt.file})
			if string(got.Reveal()) != tt.want {
				t.Errorf("gives %q", got.Reveal())
			}
			if tt.says == "" && err != nil || tt.says != "" && (entra.CodeOf(err) != entra.CodeVaultLocked || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("error %v, want %q", err, tt.says)
			}
		})
	}
}
