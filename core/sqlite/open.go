package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// opening is how long opening may take before the drive is tried: SQLite takes a
// drive without locks for another process that holds one, and waits.
const opening = time.Second

// Open opens the one connection that writes; begin sets it up. A drive that lacks
// what SQLite needs is named at once.
func Open(ctx context.Context, path, options, begin string) (*Single, error) {
	type result struct {
		*Single
		err error
	}
	opened := make(chan result, 1)
	go func() {
		var s *Single
		err := Patiently(ctx, func() (err error) {
			s, err = openSingle(context.WithoutCancel(ctx), path, options+"&"+attempt, begin+"; PRAGMA user_version")
			return err
		})
		opened <- result{s, err}
	}()
	slow := time.NewTimer(opening)
	defer slow.Stop()
	select {
	case r := <-opened:
		return r.Single, named(path, r.err)
	case <-slow.C:
		if err := probe(filepath.Dir(path)); err != nil {
			return nil, err
		}
	}
	r := <-opened // another process really holds it
	return r.Single, named(path, r.err)
}

// named tells an error of opening in words; one of a drive without locks is
// SQLite's word for a busy one.
func named(path string, err error) error {
	if says(err, sqlite3.ErrBusy, sqlite3.ErrProtocol, sqlite3.ErrPerm) {
		if lacks := probe(filepath.Dir(path)); lacks != nil {
			return lacks
		}
	}
	return Trouble("opening the database failed", err)
}

// probe tries what SQLite needs of a drive in a database of its own, which nobody
// else can hold: nil where it works.
func probe(dir string) (err error) {
	f, err := os.CreateTemp(dir, ".entrasync-probe-*")
	if err != nil {
		return nil // it is not for want of locks, and will be told of otherwise
	}
	defer func() {
		for _, suffix := range []string{"", "-journal", "-wal", "-shm"} {
			_ = os.Remove(f.Name() + suffix)
		}
	}()
	if err := f.Close(); err != nil {
		return nil
	}
	c, err := openSingle(context.Background(), f.Name(), "_busy_timeout=0&_synchronous=OFF", "BEGIN IMMEDIATE; ROLLBACK")
	if err != nil {
		return lacking(err)
	}
	return errors.Join(lacking(err), c.Close())
}

// lacking is what a drive lacks, by the error of a database that nobody else uses.
func lacking(err error) error {
	var se sqlite3.Error
	if !errors.As(err, &se) || !(says(err, sqlite3.ErrBusy, sqlite3.ErrProtocol, sqlite3.ErrPerm) || isLocking(se)) {
		return nil
	}
	said := say.Foreign(systemSays(se))
	if se.SystemErrno == 0 {
		said = "each lock is refused"
	}
	return &entra.Error{Code: entra.CodeDatabase, What: "the data folder can't be used", Why: noLocks(said), Remedy: elsewhere, Err: err}
}
