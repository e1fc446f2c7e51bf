package verify

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// Options for [Run].
type Options struct {
	Classes  []string              // nil: all of the tenant's
	Progress func(syncer.Activity) // nil: nobody wants to know
}

// Run verifies a tenant's copy, and keeps what came of it.
func Run(ctx context.Context, e *syncer.Engine, t entra.Tenant, o Options) (Result, error) {
	r := Result{Began: e.Store.Now().UTC().Truncate(time.Millisecond)}
	if err := e.Store.Writable(); err != nil {
		return r, err
	}
	dir, err := makeRoom(e.Store.Dir())
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir) // what stays is removed by the next one
	if err := into(ctx, dir, func(room *store.Store) error {
		key, read, err := e.ReadAnew(ctx, t, syncer.Anew{Into: room, Classes: o.Classes, Progress: o.Progress})
		if err != nil {
			return err
		}
		return newComparison(read, &r).compare(ctx, held{e.Store, t.Key}, held{room, key})
	}); err != nil {
		if ctx.Err() != nil {
			err = stopped(ctx, t)
		}
		return r, err
	}
	r.Equal = r.Differences() == 0 && len(r.Unread()) == 0
	r.Ended = e.Store.Now().UTC().Truncate(time.Millisecond)
	kept, err := r.JSON()
	if err != nil {
		return r, err
	}
	return r, e.Store.KeepVerification(store.Outliving(ctx), t.Key, r.Ended, kept)
}

func stopped(ctx context.Context, t entra.Tenant) error {
	e := *entra.AsError(entra.Stopped(ctx))
	e.What, e.Remedy = say.With("verifying %s was stopped", t.Name), "verify again, which begins anew"
	return &e
}

// Last is what came of the last verification of a tenant; false where there was none.
func Last(ctx context.Context, st *store.Store, tenant int64) (Result, bool, error) {
	kept, err := st.Verification(ctx, tenant)
	if err != nil || kept == nil {
		return Result{}, false, err
	}
	r, err := Parse(kept)
	return r, err == nil, err
}

const roomStart = "verify-"

// makeRoom makes a folder for what is read, and removes those of processes that died.
func makeRoom(dir string) (string, error) {
	ClearRooms(dir)
	room, err := os.MkdirTemp(dir, roomStart)
	if err != nil {
		return "", &entra.Error{Code: entra.CodeDatabase, What: "the tenant can't be read again", Why: say.Because(err), Remedy: "check the data folder", Err: err}
	}
	return room, nil
}

// ClearRooms removes what verifications left in the data folder that were killed. One
// that goes on has its database open, and is left alone.
func ClearRooms(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		room := filepath.Join(dir, entry.Name())
		if ok, _ := filepath.Match(roomStart+"[0-9]*", entry.Name()); !ok || !entry.IsDir() {
			continue
		}
		if lock, err := datafolder.Seize(room); err == nil {
			_ = lock.Close()
			_ = os.RemoveAll(room)
		}
	}
}

// smallCache is what is held in memory, in KiB, of a database that is read once and removed: what a sync holds makes it no quicker.
const smallCache = 4 << 10

// into opens a database in a folder for as long as something is done.
func into(ctx context.Context, dir string, do func(*store.Store) error) error {
	room, err := store.Open(ctx, dir, store.Options{Cache: smallCache})
	if err != nil {
		return err
	}
	return errors.Join(do(room), room.Close())
}
