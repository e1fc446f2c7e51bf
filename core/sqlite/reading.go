package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Reading is a database that is only read.
type Reading struct {
	*sql.DB
	temp string // the folder of a copy; "": there is none
}

// OpenReading opens a database where nothing may be written, on a read-only drive,
// in a folder of somebody else or on a full disk. SQLite reads a database that has a
// log only with shared memory beside it. Where that can't be made, a database without
// a log is read as one that nobody changes, and one with a log from a copy, so that
// what the log holds is not left out.
func OpenReading(ctx context.Context, path, options string) (*Reading, error) {
	options += "&_busy_timeout=2000"
	r := &Reading{DB: Pool(path, "mode=ro&"+options)}
	first := usable(ctx, r.DB)
	if first == nil {
		return r, nil
	}
	_ = r.DB.Close() // it could not be opened
	if says(first, sqlite3.ErrBusy, sqlite3.ErrProtocol) {
		return nil, named(path, first)
	}
	info, err := os.Stat(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) || (err == nil && info.Size() == 0) {
		r.DB = Pool(path, "mode=ro&immutable=1&"+options)
		if err := usable(ctx, r.DB); err != nil {
			return nil, errors.Join(Trouble("opening the database failed", err), r.DB.Close())
		}
		return r, nil
	}
	if err := r.copied(ctx, path, options); err != nil {
		return nil, errors.Join(Trouble("opening the database failed", first), err)
	}
	return r, nil
}

func usable(ctx context.Context, db *sql.DB) error {
	var n int64
	return db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&n)
}

// copied opens a copy of a database and its log, which only we can read.
func (r *Reading) copied(ctx context.Context, path, options string) (err error) {
	if r.temp, err = os.MkdirTemp("", "entrasync-reading-"); err != nil {
		return err
	}
	to := filepath.Join(r.temp, filepath.Base(path))
	if err := errors.Join(datafolder.Steps{}.Copy(path, to), datafolder.Steps{}.Copy(path+"-wal", to+"-wal")); err != nil {
		return errors.Join(err, os.RemoveAll(r.temp))
	}
	r.DB = Pool(to, options)
	if err := usable(ctx, r.DB); err != nil {
		return errors.Join(err, r.Close())
	}
	return nil
}

// Close closes the database and removes the copy.
func (r *Reading) Close() error {
	err := r.DB.Close()
	if r.temp != "" {
		err = errors.Join(err, os.RemoveAll(r.temp))
	}
	return err
}

// Unwritable tells why nothing can be written to a database or its folder; nil where
// it can.
func Unwritable(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = tryWriting(filepath.Dir(path))
	}
	if err == nil {
		return nil
	}
	e := &entra.Error{Code: entra.CodeDatabase, What: "nothing can be stored", Why: say.With("the database or its folder can't be written (%s)", cause(err)),
		Remedy: "check the rights on the data folder; what is stored can be read", Err: err}
	switch {
	case full(err):
		e.Code, e.Why, e.Remedy = entra.CodeDiskFull, "the disk is full", "free some space; nothing that was stored is lost"
	case errors.Is(err, errReadOnly):
		e.Why, e.Remedy = "the drive of the data folder is read-only", "make it writable; what is stored can be read"
	}
	return e
}

// tryWriting writes as much as SQLite needs beside a database to begin with.
func tryWriting(dir string) error {
	f, err := os.CreateTemp(dir, ".entrasync-probe-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 64<<10))
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}

func full(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, errQuota) }

func cause(err error) say.Sentence {
	var path *fs.PathError
	if errors.As(err, &path) {
		return say.Because(path.Err)
	}
	return say.Because(err)
}
