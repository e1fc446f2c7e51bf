//go:build !windows && !darwin

package window

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// sessionBus is the desktop's bus; nil: it has none. No bus is started for the question.
func sessionBus(ctx context.Context) (bus *dbus.Conn, close func()) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, nil
	}
	if bus.Auth(nil) != nil || bus.Hello() != nil {
		_ = bus.Close() // it is of no use
		cancel()
		return nil, nil
	}
	return bus, func() {
		_ = bus.Close() // nothing was written
		cancel()
	}
}

// notifierPresent asks whether something shows notifications.
func notifierPresent(ctx context.Context) bool {
	bus, close := sessionBus(ctx)
	if bus == nil {
		return false
	}
	defer close()
	return bus.Object("org.freedesktop.Notifications", "/org/freedesktop/Notifications").Call("org.freedesktop.Notifications.GetServerInformation", 0).Err == nil
}

// trayPresent asks whether something shows tray icons.
func trayPresent(ctx context.Context) bool {
	bus, close := sessionBus(ctx)
	if bus == nil {
		return false
	}
	defer close()
	watcher := bus.Object("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher")
	v, err := watcher.GetProperty("org.kde.StatusNotifierWatcher.IsStatusNotifierHostRegistered")
	shown, ok := v.Value().(bool)
	return err == nil && ok && shown
}
