package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/say"
)

// Frozen gives connections that all read the database as it is now, whatever is written
// until they are closed. It has to be called while nobody can write: each connection
// begins to read on its own.
func Frozen(ctx context.Context, path, options string, connections int) (*sql.DB, error) {
	db := sql.OpenDB(&frozenSource{source: source{dsn(path, options)}, left: connections})
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	var all []*sql.Conn
	var err error
	for range connections {
		c, failed := db.Conn(ctx)
		if err = errors.Join(err, failed); failed == nil {
			all = append(all, c)
		}
	}
	for _, c := range all {
		err = errors.Join(err, c.Close()) // it goes back to the others
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// frozenSource opens so many connections and no more: a later one would see what was
// written since.
type frozenSource struct {
	source
	left int
}

// Connect opens one that has begun to read. It is called by one goroutine.
func (s *frozenSource) Connect(context.Context) (driver.Conn, error) {
	if s.left--; s.left < 0 {
		return nil, say.Errorf("a connection that reads one moment was lost")
	}
	c, err := s.open()
	if err != nil {
		return nil, err
	}
	for _, text := range []string{"BEGIN", "SELECT count(*) FROM sqlite_schema"} {
		if err == nil {
			err = read(c, text)
		}
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return frozen{c}, nil
}

// read runs a statement to its end.
func read(c *sqlite3.SQLiteConn, text string) error {
	rows, err := c.Query(text, nil)
	if err != nil {
		return err
	}
	values := make([]driver.Value, len(rows.Columns()))
	for rows.Next(values) == nil {
	}
	return rows.Close()
}

// frozen is a connection within its one transaction: one that is begun on it is part of
// that.
type frozen struct{ *sqlite3.SQLiteConn }

// BeginTx begins nothing.
func (frozen) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) { return within{}, nil }

// within is part of a transaction that goes on.
type within struct{}

func (within) Commit() error   { return nil }
func (within) Rollback() error { return nil }
