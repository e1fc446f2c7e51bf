package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/vault"
)

func TestVaultOfAKeychain(t *testing.T) {
	c := newCLI(t)
	doc := c.document("vault", "status", "--json")
	if kinds := doc["kind"].([]any); len(kinds) != 0 || doc["locked"] != false || doc["vault_id"] != nil {
		t.Errorf("without a vault: %v", doc)
	}
	c.must("profile", "add", "Main")
	c.addSecret("Main", secret)
	doc = c.document("vault", "status", "--json")
	if kinds := doc["kind"].([]any); len(kinds) != 1 || kinds[0] != "keychain" || doc["locked"] != false || doc["vault_id"] == nil {
		t.Errorf("with a keychain: %v", doc)
	}
	c.keychain = &keychain{entries: map[string][]byte{}}
	if doc = c.document("vault", "status", "--json"); doc["locked"] != true {
		t.Errorf("without its key: %v", doc)
	}
	r := c.call("x", "profile", "add-credential", "Main", "--kind", "client-secret", "--client-id", clientID, "--secret-stdin")
	if r.status != exitLocked || strings.Count(r.err, "\n") != 1 {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
	c.refused(exitUsage, "--yes", "vault", "reset")
	c.must("vault", "reset", "--yes")
	if out := c.must("profile", "list"); !strings.Contains(out, "secret forgotten") {
		t.Error(out)
	}
}

func TestVaultOfAPassphrase(t *testing.T) {
	c := newCLI(t)
	c.keychain = nil
	c.must("profile", "add", "Main")
	add := func() result {
		return c.call(secret, "profile", "add-credential", "Main", "--kind", "client-secret", "--client-id", clientID, "--secret-stdin")
	}
	if r := add(); r.status != exitLocked || !strings.Contains(r.err, "neither a keychain nor a passphrase") {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
	c.refused(exitLocked, "ENTRASYNC_PASSPHRASE", "vault", "init", "--passphrase")
	c.env[passphraseVariable] = "marker~first"
	if r := add(); r.status != exitDone {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
	c.refused(exitUsage, "rekey", "vault", "init", "--passphrase")
	c.env[newPassphraseVariable] = "marker~second"
	c.must("vault", "rekey")
	c.refusedSecretly(exitLocked, "passphrase is wrong", "vault", "rekey")
	if r := add(); r.status != exitLocked {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
	delete(c.env, passphraseVariable)
	c.env[passphraseFileVariable] = c.passphraseFile("marker~second\n", 0o600)
	if doc := c.document("vault", "status", "--json"); doc["locked"] != false || doc["kind"].([]any)[0] != "passphrase" {
		t.Errorf("by a file: %v", doc)
	}
	if runtime.GOOS != "windows" {
		c.env[passphraseFileVariable] = c.passphraseFile("marker~second", 0o644)
		if r := add(); r.status != exitLocked || !strings.Contains(r.err, "others can read") {
			t.Errorf("a file that others can read: exit %d: %s", r.status, r.err)
		}
	}
}

// The first secret on a computer without a keychain asks for a passphrase, twice.
func TestFirstSecretAsksForAPassphrase(t *testing.T) {
	c := newCLI(t)
	c.keychain = nil
	var asked []string
	c.ask = func(_ context.Context, prompt string) (vault.Secret, error) {
		asked = append(asked, prompt)
		return vault.NewSecret([]byte("marker~typed")), nil
	}
	c.must("profile", "add", "Main")
	c.addSecret("Main", secret)
	if len(asked) != 2 {
		t.Errorf("asked for %q", asked)
	}
	c.ask = func(context.Context, string) (vault.Secret, error) { return vault.Secret{}, nil }
	c.env[passphraseVariable] = "marker~typed"
	c.addSecret("Main", secret)
}

// A service whose passphrase does not open the vault ends and says so, in place of
// syncs that all wait.
func TestRunChecksThePassphrase(t *testing.T) {
	c := newCLI(t)
	c.keychain = nil
	c.env[passphraseVariable] = "marker~first"
	c.must("profile", "add", "Main")
	c.addSecret("Main", secret)
	c.env[passphraseVariable] = "marker~other"
	c.refusedSecretly(exitLocked, "passphrase is wrong", "run")
	delete(c.env, passphraseVariable)
	c.env[passphraseFileVariable] = filepath.Join(t.TempDir(), "missing")
	c.refused(exitLocked, "missing", "run")
}

func (c *cli) passphraseFile(text string, mode os.FileMode) string {
	c.t.Helper()
	file := filepath.Join(c.t.TempDir(), "passphrase")
	if err := os.WriteFile(file, []byte(text), mode); err != nil {
		c.t.Fatal(err)
	}
	return file
}

// refusedSecretly is refused, and tells no secret.
func (c *cli) refusedSecretly(want int, text string, args ...string) {
	c.t.Helper()
	c.refused(want, text, args...)
	if r := c.call("", args...); strings.Contains(r.out+r.err, "marker~") {
		c.t.Errorf("%q tells a secret: %s", args, r.err)
	}
}

// A prompt asks only where nothing else opens the vault.
func TestVaultByPrompt(t *testing.T) {
	c := newCLI(t)
	var asked []string
	c.ask = func(_ context.Context, prompt string) (vault.Secret, error) {
		asked = append(asked, prompt)
		return vault.NewSecret([]byte("typed")), nil
	}
	c.must("profile", "add", "Main")
	c.addSecret("Main", secret)
	if len(asked) != 0 {
		t.Errorf("asked for %q though there is a keychain", asked)
	}
	c.must("vault", "init", "--passphrase")
	c.keychain = nil
	c.must("vault", "status")
	if len(asked) != 2 {
		t.Errorf("asked for %q", asked)
	}
	c.refused(exitUsage, "rekey", "vault", "init", "--passphrase")
}

func TestPassphrasesLeaveTheEnvironment(t *testing.T) {
	for _, name := range []string{passphraseVariable, passphraseFileVariable, newPassphraseVariable} {
		t.Setenv(name, "marker~"+name)
	}
	env := takeEnvironment()
	for _, name := range []string{passphraseVariable, passphraseFileVariable, newPassphraseVariable} {
		if _, still := os.LookupEnv(name); still || env[name] != "marker~"+name {
			t.Errorf("%s: still there %v, taken %q", name, still, env[name])
		}
	}
}

// What was sealed stands nowhere in the data folder in the clear.
func TestNoSecretOnDisk(t *testing.T) {
	c, _ := simulateSynced(t)
	err := filepath.WalkDir(c.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("%s holds the secret", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
