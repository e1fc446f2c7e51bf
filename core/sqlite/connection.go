package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/say"
)

// source opens connections to a database for database/sql.
type source struct{ dsn string }

// Pool gives connections to a database, opened with options in the driver's form.
func Pool(path, options string) *sql.DB { return sql.OpenDB(source{dsn(path, options)}) }

// Connect opens one.
func (s source) Connect(context.Context) (driver.Conn, error) { return s.open() }

// Driver is SQLite's.
func (s source) Driver() driver.Driver { return watchful() }

func (s source) open() (*sqlite3.SQLiteConn, error) {
	c, err := watchful().Open(s.dsn)
	if err != nil {
		return nil, err
	}
	return c.(*sqlite3.SQLiteConn), nil
}

// watchful looks closer at each page of the file that it reads, so that damage is
// noticed where it is and not by what comes of it.
func watchful() *sqlite3.SQLiteDriver {
	return &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		if _, err := c.Exec("PRAGMA cell_size_check = ON", nil); err != nil {
			return err
		}
		return c.RegisterFunc("fold", strings.ToLower, true) // SQLite's lower() knows no letter outside of ASCII
	}}
}

// Single is one connection that is opened and held by us. database/sql uses it
// beside us, for its conversions: whose turn it is has both.
type Single struct {
	Driver *sqlite3.SQLiteConn
	Conn   *sql.Conn

	db *sql.DB
}

func openSingle(ctx context.Context, path, options, begin string) (*Single, error) {
	opened, err := source{dsn(path, options)}.open()
	if err != nil {
		return nil, err
	}
	if _, err := opened.Exec(begin, nil); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	db := sql.OpenDB(&lent{conn: opened})
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return &Single{opened, conn, db}, nil
}

// Close closes the connection. It may be called again.
func (s *Single) Close() error {
	err := s.Conn.Close()
	if errors.Is(err, sql.ErrConnDone) { // closed before
		err = nil
	}
	return errors.Join(err, s.db.Close())
}

// lent gives a connection out once.
type lent struct {
	conn  *sqlite3.SQLiteConn
	given bool
}

var errLent = say.Errorf("the writing connection is closed")

// Connect gives the connection.
func (l *lent) Connect(context.Context) (driver.Conn, error) {
	if l.given {
		return nil, errLent
	}
	l.given = true
	return l.conn, nil
}

// Driver is SQLite's.
func (l *lent) Driver() driver.Driver { return watchful() }

func dsn(path, options string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: options}
	if filepath.VolumeName(path) != "" {
		u.Path = "/" + u.Path
	}
	return u.String()
}
