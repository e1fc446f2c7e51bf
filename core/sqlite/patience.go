package sqlite

import (
	"context"
	"time"

	"github.com/mattn/go-sqlite3"
)

// patience is how long one waits who writes for another process that does, and attempt how long for that SQLite
// itself waits, in which nothing stops it.
const (
	patience = 30 * time.Second
	attempt  = "_busy_timeout=250"
)

// Patiently tries what needs the lock of who writes, again and again while another process holds it, until ctx ends or
// patience does. What is tried has done nothing where the lock was held.
func Patiently(ctx context.Context, try func() error) error {
	for until := time.Now().Add(patience); ; {
		err := try()
		if !says(err, sqlite3.ErrBusy) || time.Now().After(until) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if before, is := ctx.Value(outlived{}).(context.Context); is && before.Err() != nil {
			return before.Err()
		}
	}
}

// outlived is the key of what a context goes on after.
type outlived struct{}

// Outliving is ctx for what is to be written though ctx ends, such as how something ended: it does not end with it.
// Where another process writes then, nobody waits for that any more.
func Outliving(ctx context.Context) context.Context {
	return context.WithValue(context.WithoutCancel(ctx), outlived{}, ctx)
}

// Truncate brings the log into the file and empties it, once nobody reads or writes it, for which one waits as
// [Patiently] does. Where somebody still does then, another's checkpoint is left to do it.
func (s *Single) Truncate(ctx context.Context) error {
	held := sqlite3.Error{Code: sqlite3.ErrBusy}
	err := Patiently(ctx, func() error {
		var busy, log, moved int
		if err := s.Conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil || busy == 0 {
			return err
		}
		return held
	})
	if err == held {
		return nil
	}
	return err
}
