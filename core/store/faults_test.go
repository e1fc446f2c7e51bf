//go:build linux

package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/sqlite/faultdisk"
)

// thirty are the links of three pages, and the delta link behind them.
var thirty = []string{"first", "second", "third", "delta"}

// syncThirty syncs thirty users in three pages, going on where an earlier try died.
func syncThirty(t *testing.T, dir string) (err error) {
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		return err
	}
	defer func() {
		if closed := s.Close(); err == nil {
			err = closed
		}
	}()
	ctx := t.Context()
	tenants, err := s.Tenants(ctx)
	if err != nil || len(tenants) == 0 {
		return fmt.Errorf("%d tenants: %w", len(tenants), err)
	}
	tenant := tenants[0]
	if state, err := s.ClassState(ctx, tenant.Key, "users"); err != nil || state.DeltaLink != "" {
		return err // all was stored before
	}
	run, err := s.BeginRun(ctx, tenant.Key)
	if err != nil {
		return err
	}
	row, err := s.BeginClass(ctx, run, tenant.Key, "users")
	if err != nil {
		return err
	}
	class, _ := entra.ClassNamed("users")
	round, err := s.Round(ctx, tenant.Key, class)
	if err == nil && round == nil {
		round, err = s.BeginRound(ctx, tenant.Key, class, NewRound{Kind: Scan, Links: []string{thirty[0]}})
	}
	if err != nil {
		return err
	}
	r := NewPass(round, row, nil)
	for page := slices.Index(thirty, r.Cursors[0].Link); page < 3; page++ { // from the cursor on
		p := &entra.Page{NextLink: thirty[page+1]}
		if page == 2 {
			p.NextLink, p.DeltaLink = "", thirty[3]
		}
		for i := range 10 {
			p.Objects = append(p.Objects, user(fmt.Sprintf("u%d%d", page, i), strings.Repeat("name ", 40)))
		}
		if _, err := s.ApplyPage(ctx, r, 0, p, nil); err != nil {
			return err
		}
	}
	if _, err := s.Complete(ctx, r, "delta", Verdict{}); err != nil {
		return err
	}
	if _, err := s.EndClass(ctx, row, ClassEnd{Status: entra.Succeeded, FullScan: true}); err != nil {
		return err
	}
	return s.EndRun(ctx, run, RunEnd{Status: entra.Succeeded})
}

// TestEveryWriteFails lets each write, truncation and sync of a small sync fail in
// turn, the disk be full from it on, or the power go out with it: the database stays
// sound, and the next sync brings what is missing.
func TestEveryWriteFails(t *testing.T) {
	if err := faultdisk.Install(); err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	b.must(b.Close())
	base := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(b.Dir(), "entrasync*"))
	b.must(err)
	for _, name := range names {
		base[filepath.Base(name)], err = os.ReadFile(name)
		b.must(err)
	}
	for kind, name := range map[faultdisk.Kind]string{faultdisk.Error: "error", faultdisk.Full: "full", faultdisk.PowerOff: "power off"} {
		failed, stride := 0, 1
		if kind != faultdisk.Error {
			stride = 2 // one write more or less before the end is all the difference
		}
		for n := 1; ; n += stride {
			dir := t.TempDir()
			for file, content := range base {
				b.must(os.WriteFile(filepath.Join(dir, file), content, 0o600))
			}
			faultdisk.Arm(n, kind)
			first := syncThirty(t, dir)
			wrote := faultdisk.Disarm()
			if kind == faultdisk.PowerOff {
				faultdisk.Cut()
			}
			if first != nil {
				failed++
			}
			if err := syncThirty(t, dir); err != nil {
				t.Fatalf("%s at %d: %v after %v", name, n, err, first)
			}
			if got := strings.Count(holds(t, dir), "u"); got != 30 {
				t.Fatalf("%s at %d: %d users", name, n, got)
			}
			if wrote < n {
				break
			}
		}
		if failed < 10 {
			t.Errorf("%s: only %d syncs failed", name, failed)
		}
	}
}
