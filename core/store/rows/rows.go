// Package rows reads rows of the database one by one. It knows no table: the store
// and the rooms below it, which do, stand on it.
package rows

import (
	"context"
	"database/sql"
	"iter"

	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/sqlite"
)

// Scanner is a row as scan functions take it.
type Scanner interface{ Scan(...any) error }

// Queryer is the writer in its transaction, or the readers.
type Queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Query is what is asked, and what for.
type Query struct {
	What say.Sentence // for errors: "reading the history failed"
	SQL  string
	Args []any
}

// Ask is a query with its arguments.
func Ask(what say.Sentence, text string, args ...any) Query { return Query{what, text, args} }

// Stream gives a query's rows one by one, so that no result is held whole. An
// error is the last thing it gives.
func Stream[T any](ctx context.Context, db Queryer, scan func(Scanner) (T, error), q Query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		found, err := db.QueryContext(ctx, q.SQL, q.Args...)
		if err != nil {
			yield(none, sqlite.Trouble(q.What, err))
			return
		}
		defer found.Close()
		for found.Next() {
			v, err := scan(found)
			if err != nil {
				yield(none, sqlite.Trouble(q.What, err))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
		if err := found.Err(); err != nil {
			yield(none, sqlite.Trouble(q.What, err))
		}
	}
}

// All reads the rows of a query that gives few.
func All[T any](ctx context.Context, db Queryer, scan func(Scanner) (T, error), q Query) (out []T, err error) {
	for row, err := range Stream(ctx, db, scan, q) {
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// Keys reads a column of keys.
func Keys(ctx context.Context, db Queryer, q Query) ([]int64, error) {
	return All(ctx, db, func(row Scanner) (key int64, err error) { return key, row.Scan(&key) }, q)
}
