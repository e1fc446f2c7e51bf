//go:build windows || darwin

package window

import "context"

// trayPresent: these desktops always have one.
func trayPresent(context.Context) bool { return true }

// notifierPresent: so is what shows notifications.
func notifierPresent(context.Context) bool { return true }
