package datafolder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
)

// CopyName is the whole copy of a backup that is about to become the database.
const CopyName = FileName + ".restore"

// planName is a file that says that a database is being replaced, and by which name
// the old one is moved aside. It is there from when the copy is whole until the copy
// has its place: whoever finds it goes on from where the process died.
const planName = "entrasync.restore"

// Steps are the single operations on files by which a database is replaced.
type Steps struct {
	// Before is asked before each; an error keeps it and all others from happening,
	// as a kill at that point would. nil in use.
	Before func(step string) error
}

func (s Steps) do(step string, fn func() error) error {
	if s.Before != nil {
		if err := s.Before(step); err != nil {
			return err
		}
	}
	return fn()
}

func (s Steps) rename(from, to string) error {
	return s.do("rename "+filepath.Base(from), func() error { return os.Rename(from, to) })
}

func (s Steps) remove(path string) error {
	return s.do("remove "+filepath.Base(path), func() error {
		err := os.Remove(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// Copy makes a private copy of a file, whole and on disk.
func (s Steps) Copy(from, to string) error {
	return s.do("copy "+filepath.Base(to), func() (err error) {
		in, err := os.Open(from)
		if err != nil {
			return err
		}
		defer in.Close()
		out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, in)
		return errors.Join(err, out.Sync(), out.Close())
	})
}

// Drop removes a copy that is not to become the database after all.
func (s Steps) Drop(dir string) error {
	err := s.remove(filepath.Join(dir, CopyName))
	for _, suffix := range companions {
		err = errors.Join(err, s.remove(filepath.Join(dir, CopyName+suffix)))
	}
	return err
}

// Replace puts the copy in the database's place. What stood there is moved aside
// first, with what SQLite keeps beside it: its log belongs to it and to nothing
// else. Nothing is ever written over. check is asked at the end; where it fails, all
// is put back. The folder's lock must be held whole ([Seize]).
func (s Steps) Replace(dir string, now time.Time, check func() error) (aside string, err error) {
	aside, err = freeName(dir, now)
	if err != nil {
		return "", err
	}
	if err := s.plan(dir, aside); err != nil {
		return "", err
	}
	moved, err := s.forward(dir, aside)
	if err != nil {
		return "", err
	}
	if err := check(); err != nil {
		return "", errors.Join(err, s.back(dir, aside))
	}
	if err := s.finish(dir); err != nil || !moved {
		return "", err
	}
	return filepath.Join(dir, aside), nil
}

// freeName is a name that nothing in the folder has, nor anything beside it.
func freeName(dir string, now time.Time) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	stamp := FileName + "." + now.UTC().Format("20060102T150405")
	for n := 1; ; n++ {
		name := stamp + ".aside"
		if n > 1 {
			name = fmt.Sprintf("%s-%d.aside", stamp, n)
		}
		free := true
		for _, e := range entries {
			free = free && !strings.HasPrefix(e.Name(), name)
		}
		if free {
			return name, nil
		}
	}
}

// plan notes what is about to happen, whole or not at all.
func (s Steps) plan(dir, aside string) error {
	next := filepath.Join(dir, planName+".new")
	err := s.do("write the plan", func() error {
		if err := OwnFile(next); err != nil {
			return err
		}
		f, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = f.WriteString(aside + "\n")
		return errors.Join(err, f.Sync(), f.Close())
	})
	if err != nil {
		return err
	}
	return errors.Join(s.rename(next, filepath.Join(dir, planName)), s.sync(dir))
}

// forward moves the old files aside and the copy in, from wherever it was stopped.
func (s Steps) forward(dir, aside string) (moved bool, err error) {
	for _, suffix := range append([]string{""}, companions...) {
		from := filepath.Join(dir, FileName+suffix)
		if _, err := os.Lstat(from); err != nil {
			continue
		}
		if err := s.rename(from, filepath.Join(dir, aside+suffix)); err != nil {
			return moved, err
		}
		moved = true
	}
	if err := s.sync(dir); err != nil {
		return moved, err
	}
	return moved, errors.Join(s.rename(filepath.Join(dir, CopyName), filepath.Join(dir, FileName)), s.sync(dir))
}

// back puts the old files in their place again. Stopped within, it is gone forward
// again by who finds the plan: the copy is moved out first.
func (s Steps) back(dir, aside string) error {
	if err := s.rename(filepath.Join(dir, FileName), filepath.Join(dir, CopyName)); err != nil {
		return err
	}
	if err := s.putBack(dir, aside); err != nil {
		return err
	}
	return errors.Join(s.finish(dir), s.Drop(dir))
}

func (s Steps) putBack(dir, aside string) error {
	for _, suffix := range append([]string{""}, companions...) {
		from := filepath.Join(dir, aside+suffix)
		if _, err := os.Lstat(from); err != nil {
			continue
		}
		if err := s.rename(from, filepath.Join(dir, FileName+suffix)); err != nil {
			return err
		}
	}
	return s.sync(dir)
}

func (s Steps) finish(dir string) error {
	return errors.Join(s.remove(filepath.Join(dir, planName)), s.sync(dir))
}

func (s Steps) sync(dir string) error {
	return s.do("sync the folder", func() error { return syncFolder(dir) })
}

// pending tells whether a process died while it replaced the database.
func pending(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, CopyName))
	return err == nil || planned(dir)
}

func planned(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, planName))
	return err == nil
}

// Recover ends what a process that died has left: without a plan only a copy, which
// goes; with one the way is gone to its end. The folder's lock must be held whole.
func (s Steps) Recover(dir string) error {
	text, err := ReadOwn(filepath.Join(dir, planName))
	if errors.Is(err, fs.ErrNotExist) {
		return errors.Join(s.Drop(dir), s.remove(filepath.Join(dir, planName+".new")))
	}
	aside := strings.TrimSpace(string(text))
	if err == nil && (filepath.Base(aside) != aside || !strings.HasPrefix(aside, FileName+".")) {
		err = say.Errorf("it names no file of ours")
	}
	if err != nil {
		return &entra.Error{Code: entra.CodeDatabase, What: "an interrupted restore can't be ended", Why: say.With("%s: %s", planName, reason(err)), Remedy: "check the data folder", Err: err}
	}
	if _, err := os.Lstat(filepath.Join(dir, CopyName)); err == nil {
		if _, err := s.forward(dir, aside); err != nil {
			return err
		}
	} else if _, err := os.Lstat(filepath.Join(dir, FileName)); err != nil { // neither is there: what was, is put back
		if err := s.putBack(dir, aside); err != nil {
			return err
		}
	}
	return s.finish(dir)
}
