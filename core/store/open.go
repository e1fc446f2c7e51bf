package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/entra"
)

// FileName is the database's name in the data folder.
const FileName = "entrasync.db"

// markerName is a file beside the database that says there was one, so that an
// empty or missing database is never taken for a new beginning.
const markerName = "entrasync.id"

// Store is an open database.
type Store struct {
	dir   string
	write *sql.DB // one connection
	read  *sql.DB
	now   func() time.Time

	stmts sync.Map // SQL → *sql.Stmt on the writer
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
	if err := inspect(path, filepath.Join(dir, markerName)); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Store{dir: dir, now: o.Now}
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
	common := "_foreign_keys=on&_busy_timeout=30000&_synchronous=NORMAL&_secure_delete=on"
	if s.write, err = sql.Open("sqlite3", dsn(path, common+"&_journal_mode=WAL&_txlock=immediate&_cache_size=-16384")); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite3", dsn(path, common+"&_query_only=on&_cache_size=-4096")); err != nil {
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
	s.stmts.Range(func(_, v any) bool { return v.(*sql.Stmt).Close() == nil })
	return errors.Join(s.read.Close(), s.write.Close())
}

// Dir is the data folder.
func (s *Store) Dir() string { return s.dir }

// tx runs fn in one write transaction. An error rolls everything back.
func (s *Store) tx(ctx context.Context, what string, fn func(*tx) error) error {
	t, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return trouble(what, err)
	}
	w := &tx{Tx: t, ctx: ctx, s: s, now: s.now().UnixMilli(), fresh: map[string]*sql.Stmt{}}
	if err := fn(w); err != nil {
		return trouble(what, errors.Join(err, ignoreDone(t.Rollback())))
	}
	if err := t.Commit(); err != nil {
		return trouble(what, err)
	}
	w.keep()
	return nil
}

// setUp is tx for what an admin sets up: it is on disk when it returns.
func (s *Store) setUp(ctx context.Context, what string, fn func(*tx) error) error {
	if err := s.tx(ctx, what, fn); err != nil {
		return err
	}
	_, err := s.write.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
	return trouble(what, err)
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// tx is a write transaction with prepared statements and its one "now".
type tx struct {
	*sql.Tx
	ctx   context.Context
	s     *Store
	now   int64                // ms since 1970
	fresh map[string]*sql.Stmt // prepared in this transaction, gone with it
}

// stmt gives a prepared statement. The writer's one connection is taken by the
// transaction, so a new statement is prepared inside it first and for good
// after its commit.
func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if st, ok := t.fresh[query]; ok {
		return st, nil
	}
	if st, ok := t.s.stmts.Load(query); ok {
		bound := t.StmtContext(t.ctx, st.(*sql.Stmt))
		t.fresh[query] = bound
		return bound, nil
	}
	st, err := t.PrepareContext(t.ctx, query)
	if err == nil {
		t.fresh[query] = st
	}
	return st, err
}

// keep prepares for good what the transaction used.
func (t *tx) keep() {
	for query := range t.fresh {
		if _, ok := t.s.stmts.Load(query); ok {
			continue
		}
		st, err := t.s.write.PrepareContext(t.ctx, query)
		if err != nil {
			return // the next transaction prepares it again
		}
		if _, lost := t.s.stmts.LoadOrStore(query, st); lost {
			st.Close()
		}
	}
}

func (t *tx) run(query string, args []any) (sql.Result, error) {
	st, err := t.stmt(query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	return st.ExecContext(t.ctx, args...)
}

// exec tells how many rows it touched.
func (t *tx) exec(query string, args ...any) (int64, error) {
	res, err := t.run(query, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// insert tells the key of the new row.
func (t *tx) insert(query string, args ...any) (int64, error) {
	res, err := t.run(query, args)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func (t *tx) row(query string, args []any, into ...any) (bool, error) {
	st, err := t.stmt(query)
	if err != nil {
		return false, fmt.Errorf("%w in %s", err, query)
	}
	err = st.QueryRowContext(t.ctx, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

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
