package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
)

// quitTimeout is how long a window may take to end: its syncs stop at a page's edge.
const quitTimeout = 30 * time.Second

// quit ends the window of dir, which may be in the tray only, and waits until it
// has given the data folder free. Installers ask for it, before they replace the
// program. No window is no error.
func quit(ctx context.Context, dir string) (err error) {
	if dir == "" {
		if dir, err = datafolder.DefaultDir(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, quitTimeout)
	defer cancel()
	lock := windowLock(dir)
	if _, err := os.Stat(lock.Path()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	asked := false
	for {
		free, err := lock.TryLock()
		if free {
			return lock.Close()
		}
		if err != nil {
			return cantClaim(err)
		}
		if !asked { // its door may be about to open, or closed already
			err = knock(ctx, windowAddress(dir), toEnd)
			asked = err == nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return &entra.Error{Code: entra.CodeBusy, What: "the window can't be ended from outside", Why: "it does not end in time", Remedy: "quit it by its menu", Err: errors.Join(err, ctx.Err())}
		}
	}
}
