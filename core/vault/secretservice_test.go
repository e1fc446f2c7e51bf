//go:build linux

package vault

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

const insideSession = "ENTRASYNC_TEST_INSIDE_SESSION"

// unlockKeyring starts the daemon, in the place of one that runs, and unlocks its
// keyring with a password on stdin.
const unlockKeyring = "printf keyring | gnome-keyring-daemon --replace --unlock --components=secrets >/dev/null"

// TestLockedSecretService meets a real gnome-keyring whose keyring is locked, on
// a D-Bus session of its own: this test runs itself there.
func TestLockedSecretService(t *testing.T) {
	if os.Getenv(insideSession) != "" {
		meetLockedKeyring(t)
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
	cmd := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c", unlockKeyring+` && exec "$0" -test.run '^TestLockedSecretService$' -test.count 1 -test.v`, self)
	cmd.Env = append(os.Environ(), insideSession+"=1", "HOME="+home, "XDG_DATA_HOME="+filepath.Join(home, "data"), "XDG_RUNTIME_DIR="+t.TempDir(), "DISPLAY=", "WAYLAND_DISPLAY=") // nobody sees a prompt
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestLockedSecretService") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func meetLockedKeyring(t *testing.T) {
	v, sealed, err := Create(t.Context(), OSKeychain(), Secret{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := v.Seal(NewSecret([]byte("s")), "b")
	if err != nil {
		t.Fatal(err)
	}
	lockKeyring(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := Unlock(ctx, sealed, OSKeychain(), Secret{}); !errors.Is(err, ErrLocked) {
		t.Errorf("locked: %v", err)
	}
	if _, _, err := Create(ctx, OSKeychain(), Secret{}); !errors.Is(err, ErrLocked) {
		t.Errorf("a new vault while locked: %v", err)
	}
	both, err := v.AddPassphrase(sealed, passphrase("p"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unlock(t.Context(), both, OSKeychain(), passphrase("p")); err != nil {
		t.Errorf("by its passphrase: %v", err)
	}
	if out, err := exec.CommandContext(t.Context(), "sh", "-c", unlockKeyring).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	again, err := Unlock(t.Context(), sealed, OSKeychain(), Secret{})
	if err != nil {
		t.Fatalf("unlocked: %v", err)
	}
	if plain, err := again.Open(text, "b"); err != nil || string(plain.Reveal()) != "s" {
		t.Errorf("%v", err)
	}
}

// lockKeyring locks the keyring, as a desktop does when its owner leaves.
func lockKeyring(t *testing.T) {
	t.Helper()
	bus, err := dbus.SessionBus()
	if err != nil {
		t.Fatal(err)
	}
	keyrings := []dbus.ObjectPath{"/org/freedesktop/secrets/collection/login"}
	call := bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets").Call("org.freedesktop.Secret.Service.Lock", 0, keyrings)
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	if err := call.Store(&locked, &prompt); err != nil || len(locked) != 1 {
		t.Fatalf("locked %v: %v", locked, err)
	}
}
