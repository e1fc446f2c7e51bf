package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/entraidsync/entraidsync/core/sqlite"
)

// writing holds the database as somebody does who writes in another process, until
// the test ends.
func writing(t *testing.T, dir string) {
	t.Helper()
	db := sqlite.Pool(filepath.Join(dir, FileName), "_busy_timeout=0")
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = c.Close(), db.Close() })
}

// Who only reads does not wait for who writes, from opening on: it failed after SQLite's patience.
func TestReadingWaitsForNobody(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	writing(t, dir)
	s, err = Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal("opening waits for who writes: ", err)
	}
	defer s.Close()
	if _, err := s.Tenants(t.Context()); err != nil {
		t.Error(err)
	}
	if mode, err := s.write.number(t.Context(), "PRAGMA auto_vacuum"); mode != incremental || err != nil {
		t.Errorf("auto_vacuum is %d, %v", mode, err)
	}
}

// looked ends once it is asked whether it has.
type looked struct {
	context.Context
	end context.CancelFunc
}

func (l looked) Err() error { l.end(); return l.Context.Err() }

// Who waits to write heeds the end of what it does for, and has done nothing then.
func TestWaitingToWriteEndsWhenAsked(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	writing(t, dir)
	for what, write := range map[string]func(context.Context) error{
		"a setting":          func(ctx context.Context) error { return s.SetSettings(ctx, map[string]string{"a": "b"}) },
		"compacting":         func(ctx context.Context) error { return s.Compact(ctx, func(int64, int64) {}) },
		"reading one moment": func(ctx context.Context) error { _, _, err := s.Frozen(ctx); return err },
	} {
		ctx, end := context.WithCancel(t.Context())
		if err := write(looked{ctx, end}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if text, err := s.Setting(t.Context(), "a"); text != "" || err != nil {
		t.Errorf("%q is kept, %v", text, err)
	}
}

// How something ended is written though it was told to end, and does not wait for another process then.
func TestOutlivingWaitsForNobody(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, end := context.WithCancel(t.Context())
	end()
	if err := s.SetSettings(Outliving(ctx), map[string]string{"a": "b"}); err != nil {
		t.Error("where nobody else writes: ", err)
	}
	writing(t, dir)
	if err := s.SetSettings(Outliving(ctx), map[string]string{"a": "c"}); !errors.Is(err, context.Canceled) {
		t.Error("where somebody does: ", err)
	}
}
