package ui

import (
	"context"

	"github.com/entraidsync/entraidsync/core/store"
)

// preferences are what a person chose of the window's ways. The zero value is
// how it begins.
type preferences struct {
	Language string // "en" or "de"; "": the system's
	Tray     bool   // closing the window keeps the app in the tray
	Quiet    bool   // no notifications
}

const preferencesSetting = "preferences"

func storedPreferences(ctx context.Context, st *store.Store) (preferences, error) {
	return stored(ctx, st, preferencesSetting, preferences{})
}

// prefer takes a change of the preferences and remembers it.
func (d *desk) prefer(change func(*preferences)) {
	change(&d.preferences)
	d.keep(preferencesSetting, d.preferences)
}
