package syncer

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
)

// TestPanicFailsOneClass lets this program fail where it asks for a class's first
// page, for one that is asked for ahead, and where it signs in: the class, or the
// sync, fails with its row, the others end well, and the next sync brings all.
func TestPanicFailsOneClass(t *testing.T) {
	for name, c := range map[string]struct {
		at     string // of a request's URL
		failed int    // classes
	}{
		"the first page":          {"/groups/delta", 1},
		"a page asked for ahead":  {"/groups/delta?%24skiptoken", 1},
		"the proof of the tenant": {"/organization", 3},
		"the sign-in":             {"/token", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, graphsim.TenantConfig{Users: 60, Groups: 300, Devices: 5})
			w.engine.log = slog.New(slog.NewTextHandler(io.Discard, nil))
			broken := func(r *http.Request) (*url.URL, error) {
				if strings.Contains(strings.ReplaceAll(r.URL.String(), "$", "%24"), c.at) {
					panic("a fault of this program")
				}
				return nil, nil
			}
			w.engine.Proxy, w.engine.connections.Proxy = broken, broken
			r := w.sync(entra.Failed)
			failed := 0
			for _, row := range r.Classes {
				if row.Status == entra.Failed {
					failed++
				}
			}
			if failed != c.failed || entra.CodeOf(r.Err) != entra.CodeInternal {
				t.Errorf("%d classes failed, ended with %v", failed, r.Err)
			}
			w.engine.Proxy, w.engine.connections.Proxy = nil, nil
			w.engine.connections.Close(w.tenant.Key)
			w.sync(entra.Succeeded)
			w.equal(w.truth())
		})
	}
}

// TestPanicBesideARun: what stands around a run and beside it fails alone, too. An
// engine without a store stumbles at once.
func TestPanicBesideARun(t *testing.T) {
	e := New(Options{Store: &store.Store{}, Vault: signin.MemoryVaultAccess(), Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	e.Store = nil
	if r, err := e.Sync(t.Context(), 1, SyncOptions{}); entra.CodeOf(err) != entra.CodeInternal || r.Status != entra.Failed || r.Err == nil {
		t.Errorf("a sync ended with %+v, %v", r, err)
	}
	ctx, done := e.whileWanted(t.Context(), 1)
	<-ctx.Done()
	if err := context.Cause(ctx); entra.CodeOf(err) != entra.CodeInternal {
		t.Errorf("looking whether it is wanted ended with %v", err)
	}
	done()
	e.look(t.Context(), entra.Tenant{}, true)()
	e.newLoop().endRemovals(t.Context())
	class, _ := entra.ClassNamed("users")
	ended, outcomes := syncClasses(t.Context(), []*classSync{{Engine: e, class: class}}, nil)
	if ended[0].Status != entra.Failed || entra.CodeOf(outcomes[0].err) != entra.CodeInternal {
		t.Errorf("a class ended with %+v", ended[0])
	}
}

// TestWorkersAreSafe: a goroutine that works for a class has to survive by itself.
func TestWorkersAreSafe(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") && strings.Contains(string(code), "\tg.Go(func(") {
			t.Errorf("%s begins a goroutine whose panic would end the program: give it to classSync.safe", file)
		}
	}
}

// TestMissedByAScan: what a full scan did not show, though it is there, stays with
// its links, because Graph is asked about each; and nothing is told of it.
func TestMissedByAScan(t *testing.T) {
	w := newWorld(t, small)
	w.sync(entra.Succeeded)
	truth := w.truth()
	missed := truth.first("users", 7)
	defer w.server.Tamper(`/v1\.0/users/delta`, -1, func(_ *http.Request, body []byte) []byte {
		var page map[string]any
		if err := json.Unmarshal(body, &page); err != nil {
			t.Error(err)
		}
		users, _ := page["value"].([]any)
		page["value"] = slices.DeleteFunc(users, func(u any) bool { return slices.Contains(missed, u.(map[string]any)["id"].(string)) })
		body, err := json.Marshal(page)
		if err != nil {
			t.Error(err)
		}
		return body
	})()
	w.full()
	w.equal(truth)
	if got, _ := w.changes(0); len(got) > 0 {
		t.Errorf("recorded %v", got)
	}
}
