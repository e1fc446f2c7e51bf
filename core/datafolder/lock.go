package datafolder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// lockName is a file in the data folder that every process locks while it has the
// database open.
const lockName = "entrasync.lock"

// Lock is held until it is closed, or until the process ends, however it does.
type Lock struct{ file *flock.Flock }

// Close lets go of the lock. Of nil, too: there was nothing to lock.
func (l *Lock) Close() error {
	if l == nil {
		return nil
	}
	return l.file.Unlock()
}

// Share takes a share of the data folder's lock: nobody puts another database in
// place meanwhile. Where somebody does: [entra.CodeBusy]. In a folder that can't be
// written nobody can, and nothing is locked.
func Share(dir string) (*Lock, error) {
	l, free, err := take(filepath.Join(dir, lockName), (*flock.Flock).TryRLock)
	switch {
	case errors.Is(err, errReadOnly), errors.Is(err, fs.ErrPermission), errors.Is(err, errFull):
		return nil, nil
	case err != nil:
		return nil, cantLock(err)
	case !free:
		return nil, &entra.Error{Code: entra.CodeBusy, What: "the database can't be opened", Why: "a backup is being put in its place", Remedy: "wait for that to end"}
	}
	return l, nil
}

// Seize takes the whole lock: nobody has the database open. Where somebody does:
// [entra.CodeBusy].
func Seize(dir string) (*Lock, error) {
	l, free, err := take(filepath.Join(dir, lockName), (*flock.Flock).TryLock)
	switch {
	case err != nil:
		return nil, cantLock(err)
	case free && !Opened(filepath.Join(dir, FileName)):
		return l, nil
	}
	return nil, errors.Join(&entra.Error{Code: entra.CodeBusy, What: "the database can't be replaced", Why: "another process has it open",
		Remedy: "close the window, and end `entrasyncctl run` and other commands first"}, l.Close())
}

// Enter takes a share of the lock before a database is opened. What an interrupted
// [Replace] left is ended first.
func Enter(dir string) (*Lock, error) {
	if pending(dir) {
		l, err := Seize(dir)
		switch {
		case err == nil:
			err = errors.Join(Steps{}.Recover(dir), l.Close())
		case !planned(dir):
			err = nil // only a copy is left over, which harms nobody
		}
		if err != nil && entra.CodeOf(err) != entra.CodeDatabase {
			return nil, err
		}
	}
	return Share(dir)
}

// TryLock takes a lock by a file's name, for as long as the process lives or until
// it is closed; nil where another process has it.
func TryLock(path string) (*Lock, error) {
	l, _, err := take(path, (*flock.Flock).TryLock)
	if err != nil {
		return nil, cantLock(err)
	}
	return l, nil
}

// take locks the file that has the lock's name when it is locked: one that was
// removed meanwhile locks nobody out.
func take(path string, try func(*flock.Flock) (bool, error)) (*Lock, bool, error) {
	for {
		if err := OwnFile(path); err != nil {
			return nil, false, err
		}
		l := &Lock{flock.New(path, flock.SetPermissions(0o600))}
		free, err := try(l.file)
		if err != nil || !free {
			return nil, false, err
		}
		locked, err := l.file.Stat()
		if err != nil {
			return nil, false, errors.Join(err, l.Close())
		}
		if named, err := os.Stat(path); err == nil && os.SameFile(named, locked) {
			return l, true, nil
		}
		if err := l.Close(); err != nil {
			return nil, false, err
		}
	}
}

func cantLock(err error) error {
	var known *entra.Error
	if errors.As(err, &known) {
		return err
	}
	return &entra.Error{Code: entra.CodeDatabase, What: "the data folder can't be used", Why: say.With("its drive can't lock files (%s)", reason(err)),
		Remedy: "choose a folder on a drive of this computer with --data-dir", Err: err}
}
