//go:build (dragonfly && cgo) || (freebsd && cgo) || linux || netbsd || openbsd

package vault

import (
	"errors"

	"github.com/godbus/dbus/v5"
)

// keychainAbsent says whether err means that no Secret Service is there, as on a
// server or in a container: no session bus, or nobody on it that offers the service.
func keychainAbsent(err error) bool {
	var answer dbus.Error
	if !errors.As(err, &answer) {
		_, noBus := dbus.SessionBus()
		return noBus != nil
	}
	switch answer.Name {
	case "org.freedesktop.DBus.Error.ServiceUnknown",
		"org.freedesktop.DBus.Error.NameHasNoOwner",
		"org.freedesktop.DBus.Error.Spawn.ChildExited",
		"org.freedesktop.DBus.Error.Spawn.ExecFailed",
		"org.freedesktop.DBus.Error.Spawn.ServiceNotFound":
		return true
	}
	return false
}
