package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/sqlite"
)

// writer is the one connection that writes, with its prepared statements. It
// is held open and handed round by turns, and not by database/sql, which would
// start a goroutine for each statement of a transaction and prepare statements
// anew for it.
type writer struct {
	turn    chan struct{} // holds one token: whose turn it is
	single  *sqlite.Single
	stmts   map[string]*sql.Stmt
	direct  map[string]*statement
	refused error // why nothing may be written; nil: it may
}

// begin sets the writing connection up. A checkpoint comes with every 32 MB, and the log, which stays
// as large as a busy hour made it, is cut to 8 MB where it begins anew.
const begin = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 8388608"

// form is what a new file is given before that. Pages of 8 KB take a first scan a tenth less than those
// of 4 KB. Room that becomes free is given back in turns, see [Store.Compact]. An existing file keeps what it
// has and is not asked: auto_vacuum would write to it, and whoever only wants to read would wait for who writes.
const form = "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; "

func openWriter(ctx context.Context, path, options, setUp string) (*writer, error) {
	opened, err := sqlite.Open(ctx, path, options, setUp)
	if err != nil {
		return nil, err
	}
	return &writer{turn: make(chan struct{}, 1), single: opened, stmts: map[string]*sql.Stmt{}, direct: map[string]*statement{}}, nil
}

// refusing is a writer where nothing may be written.
func refusing(why error) *writer { return &writer{turn: make(chan struct{}, 1), refused: why} }

// use runs fn while nobody else writes.
func (w *writer) use(ctx context.Context, fn func(*sql.Conn) error) error {
	if w.refused != nil {
		return w.refused
	}
	select {
	case w.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-w.turn }()
	return fn(w.single.Conn)
}

// exec runs a statement that is no part of a transaction.
func (w *writer) exec(ctx context.Context, query string) error {
	return w.use(ctx, func(c *sql.Conn) error { return immediate(ctx, c, query) })
}

// immediate runs what begins with the lock of who writes, once no other process holds it.
func immediate(ctx context.Context, c *sql.Conn, query string) error {
	return sqlite.Patiently(ctx, func() error {
		_, err := c.ExecContext(ctx, query)
		return err
	})
}

// Outliving is ctx for what is to be stored though ctx ends: see [sqlite.Outliving].
func Outliving(ctx context.Context) context.Context { return sqlite.Outliving(ctx) }

// truncate empties the log.
func (w *writer) truncate(ctx context.Context) error {
	return w.use(ctx, func(*sql.Conn) error { return w.single.Truncate(ctx) })
}

// number asks a pragma that answers with a number.
func (w *writer) number(ctx context.Context, query string) (n int64, err error) {
	err = w.use(ctx, func(c *sql.Conn) error {
		return sqlite.Patiently(ctx, func() error { return c.QueryRowContext(ctx, query).Scan(&n) })
	})
	return n, err
}

// close waits for what goes on. What begins after is refused by the connection.
func (w *writer) close() error {
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	var errs []error
	for query, d := range w.direct {
		errs = append(errs, d.stmt.Close())
		delete(w.direct, query)
	}
	for query, st := range w.stmts {
		errs = append(errs, st.Close())
		delete(w.stmts, query)
	}
	if w.single != nil {
		errs = append(errs, w.single.Close())
	}
	return errors.Join(errs...)
}

// tx runs fn in one write transaction. An error rolls everything back.
func (s *Store) tx(ctx context.Context, what say.Sentence, fn func(*tx) error) error {
	return s.noted(trouble(what, s.write.use(ctx, func(c *sql.Conn) error {
		t := &tx{Conn: c, ctx: ctx, quiet: context.WithoutCancel(ctx), s: s, now: s.now().UnixMilli()}
		committed := false
		defer func() {
			if !committed { // after a panic of fn's, too; where nothing is open it is refused, which is as good
				_, _ = c.ExecContext(t.quiet, "ROLLBACK")
			}
		}()
		if err := immediate(ctx, c, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		if err := fn(t); err != nil {
			return err
		}
		if err := s.files.Gone(); err != nil {
			return err
		}
		_, err := c.ExecContext(t.quiet, "COMMIT")
		committed = err == nil
		return err
	})))
}

// setUp is tx for what an admin sets up: it is on disk when it returns.
func (s *Store) setUp(ctx context.Context, what say.Sentence, fn func(*tx) error) error {
	if err := s.tx(ctx, what, fn); err != nil {
		return err
	}
	return trouble(what, s.write.exec(ctx, "PRAGMA wal_checkpoint(PASSIVE)"))
}

// tx is a write transaction with its one "now".
type tx struct {
	*sql.Conn
	ctx   context.Context
	quiet context.Context // the same without its end, see run
	s     *Store
	now   int64 // ms since 1970
}

// stmt gives a prepared statement.
func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if st, ok := t.s.write.stmts[query]; ok {
		return st, nil
	}
	st, err := t.PrepareContext(t.quiet, query)
	if err != nil {
		return nil, say.Errorf("%s: %s", err, query)
	}
	t.s.write.stmts[query] = st
	return st, nil
}

// run asks for the end between statements only: the driver watches a context
// that can end with a goroutine of its own for each statement, which costs more
// than the statement.
func (t *tx) run(query string, args []any) (sql.Result, error) {
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	st, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(t.quiet, args...)
}

// exec tells how many rows it touched.
func (t *tx) exec(query string, args ...any) (int64, error) {
	res, err := t.run(query, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// errTorn is said where two parts of the database contradict each other, as an index
// and its table: SQLite itself notices that only when it is asked to check all.
var errTorn = &entra.Error{Code: entra.CodeDatabaseDamaged, What: "storing failed", Why: "the database is damaged (a row that was just read is not found again)",
	Remedy: "restore a backup with `entrasyncctl db restore FILE`"}

// one changes a row that was just read in the same transaction.
func (t *tx) one(query string, args ...any) error {
	n, err := t.exec(query, args...)
	if err == nil && n != 1 {
		return errTorn
	}
	return err
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
		return false, err
	}
	err = st.QueryRowContext(t.quiet, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// statement is one that runs once for each object of a page. It is the
// driver's own, past database/sql, whose conversions and locks took a tenth of a
// first scan: here arguments that stay the same are set once, and a run is one
// call of C to bind and step, and one to reset.
type statement struct {
	stmt *sqlite3.SQLiteStmt
	args []driver.NamedValue
	row  []driver.Value
}

// direct gives a statement of the driver's of that many columns, with its arguments.
func (t *tx) direct(query string, columns int, args ...driver.Value) (*statement, error) {
	d := t.s.write.direct[query]
	if d == nil {
		st, err := t.s.write.single.Driver.Prepare(query)
		if err != nil {
			return nil, err
		}
		d = &statement{stmt: st.(*sqlite3.SQLiteStmt), args: make([]driver.NamedValue, len(args)), row: make([]driver.Value, columns)}
		t.s.write.direct[query] = d
	}
	for i, v := range args {
		d.args[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return d, nil
}

// step runs the statement and tells whether there was a row, which is then in
// d.row. As in [tx.run], a context that can end would cost more than the statement.
func (d *statement) step(t *tx) (found bool, err error) {
	if err := t.ctx.Err(); err != nil {
		return false, err
	}
	rows, err := d.stmt.QueryContext(t.quiet, d.args)
	if err != nil {
		return false, err
	}
	err = rows.Next(d.row)
	found = err == nil
	if err == io.EOF {
		err = nil
	}
	return found, errors.Join(err, rows.Close())
}

// isTaken tells whether a row was refused because another one has its key.
func isTaken(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && e.ExtendedCode == sqlite3.ErrConstraintUnique
}

// tenantTx is tx on a tenant's own clock.
func (s *Store) tenantTx(ctx context.Context, what say.Sentence, tenant int64, fn func(*tx) error) error {
	return s.tx(ctx, what, func(t *tx) error {
		if err := t.clock(tenant); err != nil {
			return err
		}
		return fn(t)
	})
}

// tick moves a tenant's clock: it shows the computer's time, but never runs
// backwards. Where the computer's went back it goes on from the latest time that was
// recorded, by a millisecond with each transaction, until the computer's has caught
// up: what comes later is recorded as later.
const tick = "UPDATE tenants SET clock = CASE WHEN ?2 >= clock THEN ?2 ELSE clock + 1 END WHERE tenant = ?1 RETURNING clock"

// clock sets the transaction's now by the tenant's clock.
func (t *tx) clock(tenant int64) error {
	_, err := t.row(tick, []any{tenant, t.now}, &t.now)
	return err
}

// ClockBack tells how far the computer's clock went back since the tenant's last
// run began or ended, as far as anybody would notice; 0: it did not.
func (s *Store) ClockBack(ctx context.Context, tenant int64) (time.Duration, error) {
	var wall int64
	err := s.read.QueryRowContext(ctx, "SELECT wall FROM tenants WHERE tenant = ?", tenant).Scan(&wall)
	if isNoRows(err) {
		err = nil
	}
	back := time.Duration(wall-s.now().UnixMilli()) * time.Millisecond
	if back < NoticeableJump {
		back = 0
	}
	return back, trouble("reading the clock failed", err)
}

// NoticeableJump is from where on a jump of the computer's clock is worth a word;
// less is what setting it by a time server does.
const NoticeableJump = time.Minute

// look keeps what the computer's clock says, to notice when it goes back.
func (t *tx) look(tenant int64) error {
	_, err := t.exec("UPDATE tenants SET wall = ? WHERE tenant = ?", t.s.now().UnixMilli(), tenant)
	return err
}

// Now is what the computer's clock says.
func (s *Store) Now() time.Time { return s.now() }
