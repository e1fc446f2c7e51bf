package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestParse(t *testing.T) {
	t.Setenv("ENTRASYNC_DATA_DIR", "from-env")
	for _, c := range []struct {
		args []string
		want options
		ok   bool
	}{
		{nil, options{dataDir: "from-env"}, true},
		{[]string{"--data-dir", "x", "--demo", "--users", "5"}, options{dataDir: "x", demo: true, users: 5}, true},
		{[]string{"extra"}, options{}, false},
		{[]string{"--users", "many"}, options{}, false},
	} {
		got, err := parse(c.args)
		if (err == nil) != c.ok || (c.ok && got != c.want) {
			t.Errorf("%v: %+v, %v", c.args, got, err)
		}
	}
}

func TestPassphraseLeavesTheEnvironment(t *testing.T) {
	t.Setenv("ENTRASYNC_PASSPHRASE", "marker")
	secret, err := takePassphrase()(t.Context())
	if err != nil || string(secret.Reveal()) != "marker" {
		t.Errorf("%v", err)
	}
	if text, set := os.LookupEnv("ENTRASYNC_PASSPHRASE"); set {
		t.Errorf("still in the environment: %q", text)
	}
}

func TestPassphraseFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(path, []byte("marker\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ENTRASYNC_PASSPHRASE_FILE", path)
	secret, err := takePassphrase()(t.Context())
	if err != nil || string(secret.Reveal()) != "marker" {
		t.Errorf("read %q, %v", secret.Reveal(), err)
	}
	if runtime.GOOS == "windows" {
		return // rights are not in the mode there
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ENTRASYNC_PASSPHRASE_FILE", path)
	if _, err := takePassphrase()(t.Context()); entra.CodeOf(err) != entra.CodeVaultLocked {
		t.Errorf("a file that others can read: %v", err)
	}
}
