//go:build !windows && !darwin

package window

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// trayPresent asks the session bus whether something shows tray icons. No bus
// is started for the question.
func trayPresent(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return false
	}
	defer bus.Close()
	if bus.Auth(nil) != nil || bus.Hello() != nil {
		return false
	}
	watcher := bus.Object("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher")
	v, err := watcher.GetProperty("org.kde.StatusNotifierWatcher.IsStatusNotifierHostRegistered")
	shown, ok := v.Value().(bool)
	return err == nil && ok && shown
}
