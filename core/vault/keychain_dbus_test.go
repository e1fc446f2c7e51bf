//go:build (dragonfly && cgo) || (freebsd && cgo) || linux || netbsd || openbsd

package vault

import (
	"errors"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

func TestSecretServiceErrors(t *testing.T) {
	t.Cleanup(keyring.MockInit)
	tests := []struct {
		name   string
		absent bool
	}{
		{"org.freedesktop.DBus.Error.ServiceUnknown", true}, // "… was not provided by any .service files"
		{"org.freedesktop.DBus.Error.Spawn.ChildExited", true},
		{"org.freedesktop.Secret.Error.IsLocked", false},
		{"org.freedesktop.DBus.Error.NoReply", false},
	}
	for _, test := range tests {
		keyring.MockInitWithError(dbus.Error{Name: test.name})
		_, err := OSKeychain().Get("1")
		if err == nil || errors.Is(err, ErrNoKeychain) != test.absent {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// A session bus that cannot be reached is no keychain, not a locked one.
func TestNoSessionBus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	t.Cleanup(keyring.MockInit)
	keyring.MockInitWithError(errors.New("dial unix: connect: no such file or directory"))
	if _, err := OSKeychain().Get("1"); !errors.Is(err, ErrNoKeychain) {
		t.Errorf("error %v", err)
	}
}
