package sqlite

import (
	"context"
	"errors"
	"os"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
)

// Copy writes a consistent copy of an open database to a file, whole or not at all,
// while others write on. It takes a connection of its own: the writer's may be busy
// for long, and those that read may not write anything. A kill leaves a half copy
// that the next start of dir's owner removes.
func Copy(ctx context.Context, dir, path, file string) error {
	part, err := datafolder.Begin(dir, file)
	if err != nil {
		return cantCopy(err)
	}
	if err := vacuumInto(ctx, path, part.Path); err != nil {
		return errors.Join(Trouble("writing the backup failed", err), part.Discard())
	}
	if err := onDisk(part.Path); err != nil {
		return errors.Join(cantCopy(err), part.Discard())
	}
	if err := part.Commit(file); err != nil {
		return cantCopy(err)
	}
	return nil
}

// vacuumInto reads as [OpenReading] does where nothing may be written beside the
// database.
func vacuumInto(ctx context.Context, path, to string) error {
	db := &Reading{DB: Pool(path, "_busy_timeout=30000")}
	if err := usable(ctx, db.DB); err != nil {
		_ = db.DB.Close() // it could not be opened
		if db, err = OpenReading(ctx, path, "_mutex=full"); err != nil {
			return err
		}
	}
	_, err := db.ExecContext(ctx, "VACUUM INTO ?", to)
	return errors.Join(err, db.Close())
}

func onDisk(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func cantCopy(err error) error {
	e := &entra.Error{Code: entra.CodeDatabase, What: "the backup can't be written", Why: cause(err), Remedy: "choose another file", Err: err}
	if full(err) {
		e.Why, e.Remedy = "the disk is full", "choose another file, or free some space"
	}
	return e
}
