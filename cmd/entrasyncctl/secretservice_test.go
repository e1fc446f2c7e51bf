//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/vault"
)

const insideSession = "ENTRASYNC_TEST_INSIDE_SESSION"

// TestSecretService keeps the master keys in a real gnome-keyring, on a D-Bus
// session of its own: this test runs itself there.
func TestSecretService(t *testing.T) {
	if os.Getenv(insideSession) != "" {
		useSecretService(t)
		return
	}
	for _, tool := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(tool); err != nil && os.Getenv("CI") == "true" {
			t.Fatal(tool + " is not installed: see .ci/deps")
		} else if err != nil {
			t.Skip("no Secret Service to test with: " + tool + " is not installed")
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	// The daemon is unlocked with the password on its stdin, and ends with the session.
	const script = `printf keyring | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run '^TestSecretService$' -test.count 1 -test.v`
	cmd := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c", script, self)
	cmd.Env = append(os.Environ(), insideSession+"=1", "HOME="+home, "XDG_DATA_HOME="+filepath.Join(home, "data"), "XDG_RUNTIME_DIR="+t.TempDir()) // its sockets go while the files are searched
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestSecretService") {
		t.Fatalf("%v\n%s", err, out)
	}
	searchFiles(t, home, []string{secret})
}

func useSecretService(t *testing.T) {
	first, _ := simulateApp(t, graphsim.App{Secret: secret})
	second, _ := simulateApp(t, graphsim.App{Secret: secret})
	for _, c := range []*cli{first, second} {
		c.keychain = vault.OSKeychain()
		c.addSecret("Main", secret)
	}
	ids := map[any]bool{}
	for _, c := range []*cli{first, second} { // neither has overwritten the other's key
		doc := c.document("vault", "status", "--json")
		if kinds := doc["kind"].([]any); len(kinds) != 1 || kinds[0] != "keychain" || doc["locked"] != false {
			t.Errorf("%v", doc)
		}
		ids[doc["vault_id"]] = true
		c.must("sync")
	}
	if len(ids) != 2 {
		t.Errorf("the vaults are %v", ids)
	}
	first.must("vault", "reset", "--yes")
	if out := first.must("profile", "list"); !strings.Contains(out, "secret forgotten") {
		t.Error(out)
	}
	second.must("sync")
}
