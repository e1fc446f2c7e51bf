package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/datafolder"
	"github.com/entraidsync/entraidsync/core/entra"
)

// FileName is the database's name in the data folder.
const FileName = datafolder.FileName

// Store is an open database.
type Store struct {
	dir   string
	write *writer
	read  *sql.DB
	now   func() time.Time
	index indexSizes
}

// Options for [Open].
type Options struct {
	Now func() time.Time // nil: time.Now
}

// Open opens the database in the data folder, making it where there is none
// and bringing it up to the newest schema (with a backup before). A file that
// is damaged, foreign, empty or from a newer version is refused untouched.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &entra.Error{Code: entra.CodeDatabase, What: "the data folder can't be used", Why: err.Error(),
			Remedy: "choose another with --data-dir", Err: err}
	}
	path := filepath.Join(dir, FileName)
	if err := inspect(path, filepath.Join(dir, datafolder.MarkerName)); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Store{dir: dir, now: o.Now, index: defaultIndexSizes}
	if err := s.connect(path); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(trouble("opening the database", err), s.Close())
	}
	return s, nil
}

func (s *Store) connect(path string) error {
	// The file is made by us, so that nobody else can read it even for a moment.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return &entra.Error{Code: entra.CodeDatabase, What: "the database can't be opened", Why: err.Error(),
			Remedy: "check who owns the data folder", Err: err}
	}
	if err := f.Close(); err != nil {
		return err
	}
	common := "_mutex=no&_foreign_keys=on&_busy_timeout=30000&_synchronous=NORMAL&_secure_delete=on"
	if s.write, err = openWriter(dsn(path, common+"&_cache_size=-16384")); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite3", dsn(path, common+"&_query_only=on&_cache_size=-2048")); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(4)
	return nil
}

func dsn(path, options string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: options}
	if filepath.VolumeName(path) != "" {
		u.Path = "/" + u.Path
	}
	return u.String()
}

// Close ends all work with the database.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.write.close())
}

// Dir is the data folder.
func (s *Store) Dir() string { return s.dir }

// trouble tells SQLite's errors in words.
func trouble(what string, err error) error {
	if err == nil {
		return nil
	}
	var known *entra.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e := &entra.Error{Code: entra.CodeDatabase, What: what + " failed", Why: err.Error(),
		Remedy: "try again; `entrasyncctl db check` tells whether the database is sound", Err: err}
	var se sqlite3.Error
	if !errors.As(err, &se) {
		return e
	}
	switch se.Code {
	case sqlite3.ErrFull:
		e.Code, e.Why, e.Remedy = entra.CodeDiskFull, "the disk is full", "free some space; nothing that was stored is lost"
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		e.Code, e.Why, e.Remedy = entra.CodeDatabaseDamaged, "the database is damaged ("+se.Error()+")", "restore a backup with `entrasyncctl db restore FILE`"
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		e.Why, e.Remedy = "another process holds the database", "wait for it to finish, then try again"
	case sqlite3.ErrReadonly:
		e.Why, e.Remedy = "the database or its folder can't be written", "check the rights on the data folder"
	}
	return e
}

func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func fromMillis(ms sql.NullInt64) time.Time {
	if !ms.Valid || ms.Int64 == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// SQLiteVersion is the version of the SQLite that is built in.
func SQLiteVersion() string {
	version, _, _ := sqlite3.Version()
	return version
}

// DataVersion changes whenever another process has written to the database.
func (s *Store) DataVersion(ctx context.Context) (int64, error) {
	v, err := s.write.number(ctx, "PRAGMA data_version")
	return v, trouble("reading the database", err)
}
