package sqlite

import (
	"context"
	"errors"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// Trouble tells SQLite's errors in words; what is told already stays.
func Trouble(what say.Sentence, err error) error {
	if err == nil {
		return nil
	}
	var known *entra.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e := &entra.Error{Code: entra.CodeDatabase, What: what, Why: say.Because(err),
		Remedy: "try again; `entrasyncctl db check` tells whether the database is sound", Err: err}
	var se sqlite3.Error
	if !errors.As(err, &se) {
		return e
	}
	switch se.Code {
	case sqlite3.ErrFull:
		e.Code, e.Why, e.Remedy = entra.CodeDiskFull, "the disk is full", "free some space; nothing that was stored is lost"
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		e.Code, e.Why, e.Remedy = entra.CodeDatabaseDamaged, say.With("the database is damaged (%s)", se), "restore a backup with `entrasyncctl db restore FILE`"
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		e.Code, e.Why, e.Remedy = entra.CodeBusy, "another process holds the database", "wait for it to finish, then try again"
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrAuth:
		e.Why, e.Remedy = "the database or its folder can't be written", "check the rights on the data folder"
	case sqlite3.ErrCantOpen:
		e.Why, e.Remedy = say.With("its files can't be opened (%s)", systemSays(se)), "check the rights on the data folder"
	case sqlite3.ErrIoErr:
		inputOutput(e, se)
	case sqlite3.ErrProtocol:
		e.Why, e.Remedy = noLocks(say.Because(se)), elsewhere
	}
	return e
}

const elsewhere = "choose a folder on a drive of this computer with --data-dir"

func noLocks(says say.Sentence) say.Sentence {
	return say.With("the drive of the data folder lacks file locks or shared memory, which the database needs (%s)", says)
}

// inputOutput tells of a drive that does not do what it should.
func inputOutput(e *entra.Error, se sqlite3.Error) {
	switch {
	case se.SystemErrno == syscall.ENOSPC || se.SystemErrno == errQuota:
		e.Code, e.Why, e.Remedy = entra.CodeDiskFull, "the disk is full", "free some space; nothing that was stored is lost"
	case isLocking(se):
		e.Why, e.Remedy = noLocks(say.Foreign(systemSays(se))), elsewhere
	default:
		e.Why, e.Remedy = say.With("the drive of the data folder reports an error (%s)", systemSays(se)), "check the drive; `entrasyncctl db check` tells whether the database is sound"
	}
}

// isLocking tells whether it is locks or shared memory that the drive refuses.
func isLocking(se sqlite3.Error) bool {
	switch se.ExtendedCode {
	case sqlite3.ErrIoErrLock, sqlite3.ErrIoErrRDlock, sqlite3.ErrIoErrUnlock, sqlite3.ErrIoErrCheckReservedLock,
		sqlite3.ErrIoErrSHMOpen, sqlite3.ErrIoErrSHMSize, sqlite3.ErrIoErrSHMLock, sqlite3.ErrIoErrSHMMap:
		return true
	}
	return false
}

// systemSays is what the OS says of an error, or SQLite where it says nothing.
func systemSays(se sqlite3.Error) string {
	if se.SystemErrno != 0 {
		return se.SystemErrno.Error()
	}
	return se.Error()
}

// says tells whether an error is SQLite's with one of some codes.
func says(err error, codes ...sqlite3.ErrNo) bool {
	var se sqlite3.Error
	if !errors.As(err, &se) {
		return false
	}
	for _, c := range codes {
		if se.Code == c {
			return true
		}
	}
	return false
}
