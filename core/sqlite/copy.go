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
	db := Pool(path, "_busy_timeout=30000")
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", part.Path)
	if err := errors.Join(err, db.Close()); err != nil {
		return errors.Join(Trouble("writing the backup", err), part.Discard())
	}
	if err := onDisk(part.Path); err != nil {
		return errors.Join(cantCopy(err), part.Discard())
	}
	if err := part.Commit(file); err != nil {
		return cantCopy(err)
	}
	return nil
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
