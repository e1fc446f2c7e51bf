package store

import (
	"database/sql/driver"
	"errors"
	"io"

	"github.com/mattn/go-sqlite3"
)

// direct is a statement that runs once for each object of a page. It is the
// driver's own, past database/sql, whose conversions and locks took a tenth of a
// first scan: here arguments that stay the same are set once, and a run is one
// call of C to bind and step, and one to reset.
type direct struct {
	stmt *sqlite3.SQLiteStmt
	args []driver.NamedValue
	row  []driver.Value
}

// direct gives a statement of that many columns, with its arguments.
func (t *tx) direct(query string, columns int, args ...driver.Value) (*direct, error) {
	d := t.s.write.direct[query]
	if d == nil {
		st, err := t.s.write.single.Driver.Prepare(query)
		if err != nil {
			return nil, err
		}
		d = &direct{stmt: st.(*sqlite3.SQLiteStmt), args: make([]driver.NamedValue, len(args)), row: make([]driver.Value, columns)}
		t.s.write.direct[query] = d
	}
	for i, v := range args {
		d.args[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return d, nil
}

// step runs the statement and tells whether there was a row, which is then in
// d.row. As in [tx.run], a context that can end would cost more than the statement.
func (d *direct) step(t *tx) (found bool, err error) {
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
