package datafolder

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// Part is a file that is written beside the place that it is for, and put there once
// it is whole. While it is written a note in the data folder tells where it lies, and
// a lock that somebody writes it: what a kill left over is removed by the next start.
type Part struct {
	Path string

	note string
	lock *Lock
}

const (
	partStart, partEnd = ".entrasync-", ".part"
	noteStart, noteEnd = "entrasync-writes-", ".txt"
)

// Begin makes an empty file for output beside its place, which only its owner can
// read. dir is the data folder; where no note can be left there, none is.
func Begin(dir, target string) (*Part, error) {
	name := rand.Text()
	p := &Part{Path: filepath.Join(filepath.Dir(target), partStart+name+partEnd)}
	if dir != "" {
		p.leaveNote(filepath.Join(dir, noteStart+name+noteEnd))
	}
	f, err := os.OpenFile(p.Path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, errors.Join(err, p.forget())
	}
	return p, f.Close()
}

// leaveNote locks first: a note without a lock is one of a process that died.
func (p *Part) leaveNote(note string) {
	l, free, err := take(note+".lock", (*flock.Flock).TryLock)
	if err != nil || !free {
		return
	}
	p.note, p.lock = note, l
	if os.WriteFile(note, []byte(p.Path+"\n"), 0o600) != nil {
		_ = p.forget()
	}
}

func (p *Part) forget() error {
	if p.lock == nil {
		return nil
	}
	err := errors.Join(gone(p.note), gone(p.note+".lock"), p.lock.Close())
	p.lock = nil
	return err
}

// Commit puts the file in its place.
func (p *Part) Commit(target string) error {
	err := os.Rename(p.Path, target)
	if err != nil {
		return errors.Join(err, p.Discard())
	}
	return p.forget()
}

// Discard removes the file.
func (p *Part) Discard() error { return errors.Join(gone(p.Path), p.forget()) }

// gone removes a file that may be gone already.
func gone(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// ClearParts removes what processes that died were writing. What can't be removed now
// is tried again by the next start.
func ClearParts(dir string) {
	notes, _ := filepath.Glob(filepath.Join(literal(dir), noteStart+"*"+noteEnd+"*"))
	for _, note := range notes {
		note = strings.TrimSuffix(note, ".lock")
		l, free, err := take(note+".lock", (*flock.Flock).TryLock)
		if err != nil || !free {
			continue
		}
		p := Part{note: note, lock: l}
		if text, err := ReadOwn(note); err != nil || clearPart(strings.TrimSuffix(string(text), "\n")) {
			_ = p.forget()
		}
		_ = l.Close()
	}
}

// literal keeps a folder's name from being read as a pattern.
func literal(dir string) string {
	return strings.NewReplacer(`[`, `[[]`, `*`, `[*]`, `?`, `[?]`).Replace(dir)
}

// clearPart removes a part, if it is one: the note may say anything.
func clearPart(path string) bool {
	name := filepath.Base(path)
	if !filepath.IsAbs(path) || !strings.HasPrefix(name, partStart) || !strings.HasSuffix(name, partEnd) {
		return true
	}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return true
	}
	return errors.Join(gone(path), gone(path+"-journal")) == nil
}
