package syncer

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

// divideAtOnce divides a list after its first page.
var divideAtOnce = patience{pages: 1}

// dividedWorld is a tenant whose users are read in parts. Some begin with signs,
// three with characters that Entra's rules leave no room for.
func dividedWorld(t *testing.T, more ...func(*graphsim.Config)) *world {
	t.Helper()
	more = append(more, func(c *graphsim.Config) { c.ListObjects = 50 })
	w := newWorld(t, graphsim.TenantConfig{Users: 2500, Groups: 40, Devices: 20}, more...)
	w.engine.patience = divideAtOnce
	for _, name := range []string{"élan", "Ωmega", "(none)", "'quote", "#hash", "!bang", "~tilde", "^caret", ".dot", "Zoë"} {
		id, err := w.sim.Create("users", map[string]any{"displayName": name, "userPrincipalName": name + "@contoso.onmicrosoft.com"})
		if err == nil {
			err = w.sim.AddLink(id, "manager", w.sim.IDOf(directory.Users, 1))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// parts counts the requests for the parts of the users' list: those for the
// first page of a part, for a later one, and for the remainder.
func (w *world) parts() (first, later, remainder int) {
	for _, r := range w.server.Requests() {
		switch q := strings.ToLower(r.Query); {
		case strings.Contains(q, "not startswith"):
			remainder++
		case !strings.Contains(q, "startswith"):
		case strings.Contains(q, "$skiptoken"):
			later++
		default:
			first++
		}
	}
	return first, later, remainder
}

// order tells in which order users were asked for, repetitions left out.
func (w *world) order() string {
	var kinds []string
	for _, r := range w.server.Requests() {
		kind := "list"
		switch {
		case strings.Contains(r.Query, "$filter=id eq"): // the managers of who is in the remainder
			continue
		case strings.Contains(r.Query, "$skiptoken"): // asked for ahead: it may come after what was asked for later
			continue
		case r.Path == "/v1.0/users/delta":
			kind = "delta"
		case r.Path != "/v1.0/users" || strings.Contains(r.Query, "sponsors"): // relations that are read on their own come after
			continue
		case strings.Contains(r.Query, "not startsWith"):
			kind = "remainder"
		case strings.Contains(r.Query, "startsWith"):
			kind = "part"
		}
		if len(kinds) == 0 || kinds[len(kinds)-1] != kind {
			kinds = append(kinds, kind)
		}
	}
	return strings.Join(kinds, " ")
}

func TestDividedList(t *testing.T) {
	w := dividedWorld(t)
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	if first, _, remainder := w.parts(); first != 44 || remainder != 2 {
		t.Errorf("%d parts and %d requests for the remainder, want 44 and 2", first, remainder)
	}
	if order := w.order(); order != "delta list remainder part remainder delta" {
		t.Errorf("asked for %s", order)
	}
	if got, _ := w.changes(0); len(got) > 0 {
		t.Errorf("the baseline recorded %d changes", len(got))
	}
}

// TestDividedListOfATenantThatChanges renames users from part to part while the
// parts are read, beside all else that happens to them.
func TestDividedListOfATenantThatChanges(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := dividedWorld(t, func(c *graphsim.Config) { c.Latency = 4 * time.Millisecond })
			r := rand.New(rand.NewPCG(seed, 5))
			change, rename := w.changer(r), w.renamer(r)
			var changed time.Time // last
			var changing sync.WaitGroup
			changing.Go(func() {
				tick := time.NewTicker(time.Millisecond)
				defer tick.Stop()
				for remainder := 0; remainder < 2; _, _, remainder = w.parts() {
					<-tick.C
					change()
					rename()
					changed = time.Now()
				}
			})
			w.syncUsers()
			changing.Wait()
			if first, _, _ := w.parts(); first < 44 {
				t.Errorf("only %d parts were read", first)
			}
			if w.caughtUp().Before(changed) { // the last change came late: the next sync has to bring it
				w.syncUsers()
			}
			truth := snapshot{live: map[string]map[string]entra.Properties{}, soft: map[string]bool{}, links: map[linkKey]string{}}
			users, _ := entra.ClassNamed("users")
			w.truthOf(truth, users)
			w.equal(truth)
		})
	}
}

func (w *world) syncUsers() {
	w.Helper()
	if _, err := w.engine.Sync(w.ctx(), w.tenant.Key, SyncOptions{Classes: []string{"users"}}); err != nil {
		w.Fatal(err)
	}
}

// caughtUp is when the first scan asked for what had changed since it began.
func (w *world) caughtUp() time.Time {
	for _, r := range w.server.Requests() {
		if strings.Contains(r.Query, "$deltatoken=") && !strings.Contains(r.Query, "latest") {
			return r.Time
		}
	}
	return time.Time{}
}

// renamer gives a function that gives some user a name with another initial.
func (w *world) renamer(r *rand.Rand) func() {
	ids := slices.Sorted(maps.Keys(w.truth().live["users"]))
	return func() {
		n := r.IntN(1 << 30)
		name := fmt.Sprintf("%c%d@contoso.onmicrosoft.com", []rune("abmsz09_é")[n%9], n)
		_ = w.sim.Update(ids[r.IntN(len(ids))], map[string]any{"userPrincipalName": name})
	}
}

// TestDividedListRefused follows the list as it is where Graph does not know
// what a remainder needs, as in B2C tenants.
func TestDividedListRefused(t *testing.T) {
	w := dividedWorld(t)
	w.server.Fault(graphsim.Fault{Kind: graphsim.Custom, Status: http.StatusBadRequest, Match: `not starts`, Times: -1,
		Body: `{"error":{"code":"Request_UnsupportedQuery","message":"Advanced queries are not available."}}`})
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	if first, _, remainder := w.parts(); first != 0 || remainder != 1 {
		t.Errorf("%d parts and %d requests for the remainder, want 0 and 1", first, remainder)
	}
}

// TestDividedListRestarts begins a part again whose link is dead, and no other.
func TestDividedListRestarts(t *testing.T) {
	w := dividedWorld(t)
	w.server.Fault(graphsim.Fault{Kind: graphsim.PageTokenNotFound, Match: `startsWith.*skiptoken`, Times: 3})
	w.sync(entra.Succeeded)
	w.equal(w.truth())
	// Those that were under way beside a dead one come again, too: they go on where they stood.
	if first, later, _ := w.parts(); later == 0 || first > 44+3*chains {
		t.Errorf("%d first and %d later pages of 44 parts", first, later)
	}
}

// TestShortListStays asks for no parts where the list soon ends.
func TestShortListStays(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 9000, Groups: 1, Devices: 1}, func(c *graphsim.Config) { c.Latency = 20 * time.Millisecond })
	w.sync(entra.Succeeded)
	if first, _, remainder := w.parts(); first+remainder != 0 {
		t.Errorf("%d parts of a list of ten pages", first)
	}
	pages := 0
	for _, r := range w.server.Requests() {
		if r.Path == "/v1.0/users" && !strings.Contains(r.Query, "sponsors") && !strings.Contains(r.Query, "$count") { // relations are lists of their own
			pages++
		}
	}
	if pages != 10 {
		t.Errorf("%d pages, want 10", pages)
	}
}
