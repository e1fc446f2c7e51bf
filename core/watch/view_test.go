package watch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/views"
)

// keepView keeps an own view of users in a city.
func (w *world) keepView(name string, filters ...string) {
	w.Helper()
	text, err := json.Marshal([]views.Own{{Name: name, Class: "users", Filters: filters}})
	w.must(err)
	w.must(w.store.SetSetting(w.Context(), views.Setting, string(text)))
}

func (w *world) users() (ids []string) {
	for o := range w.sim.Objects("users") {
		if o.State == graphsim.Live {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

func (w *world) moves(city string, ids ...string) {
	w.Helper()
	for _, id := range ids {
		w.must(w.sim.Update(id, map[string]any{"city": city}))
	}
	w.now = w.now.Add(time.Minute)
	w.sync()
}

// TestViewIsWatched tells of what comes into a view and what leaves it, once each, and of
// nothing that was in it before.
func TestViewIsWatched(t *testing.T) {
	w := newWorld(t)
	users := w.users()
	w.moves("Ulm", users[0], users[1])
	w.keepView("In Ulm", `city equals "Ulm"`)
	watch := w.add(Watch{Name: "ulm", View: "in ulm", Desktop: true})
	w.must(w.keeper().Once(t.Context()))
	if got := w.came(); len(got) != 0 {
		t.Fatalf("told of what was so before: %v", got)
	}
	w.must(w.sim.Update(users[0], map[string]any{"city": "Kiel"}))
	w.must(w.sim.Update(users[1], map[string]any{"jobTitle": "stays in it"}))
	w.moves("Ulm", users[2], users[3])
	for range 3 {
		w.must(w.keeper().Once(t.Context()))
	}
	got := w.came()
	want := []string{"-left-users/" + users[0], "-entered-users/" + users[2], "-entered-users/" + users[3]}
	if len(got) != 3 {
		t.Fatalf("told: %v", got)
	}
	for _, end := range want {
		if !slices.ContainsFunc(got, func(id string) bool { return strings.HasSuffix(id, end) }) {
			t.Errorf("%s is not among %v", end, got)
		}
	}
	var d desk
	w.must(w.window(&d).Once(t.Context()))
	if shown := d.all(); len(shown) != 1 || shown[0].Text.String() != "2 objects came into the view In Ulm, 1 left it" {
		t.Errorf("shown: %+v", shown)
	}
	entries, err := w.keeper().Entries(t.Context(), []Watch{watch}, 10)
	w.must(err)
	if len(entries) != 6 || entries[0].Subject.Object == nil || !strings.Contains(entries[0].Text.String(), "the view In Ulm") {
		t.Errorf("%d entries: %+v", len(entries), entries[0].Subject)
	}
	w.moves("Ulm", users[0])
	w.moves("Kiel", users[0])
	if w.must(w.keeper().Once(t.Context())); len(w.came()) != 0 {
		t.Error("told of who came and left between two looks")
	}
}

// TestViewOverAKill ends after its notices were kept: they are told once, and who is in the
// view is kept in the same write.
func TestViewOverAKill(t *testing.T) {
	w := newWorld(t)
	users := w.users()
	w.keepView("In Ulm", `city equals "Ulm"`)
	watch := w.add(Watch{Name: "ulm", View: "In Ulm"})
	w.moves("Ulm", users[0])
	var s state
	w.must(read(t.Context(), w.store, stateOf(watch), &s))
	w.must(w.keeper().find(t.Context(), watch, &s)) // and killed
	for range 3 {
		w.must(w.keeper().Once(t.Context()))
	}
	if got := w.came(); len(got) != 1 {
		t.Errorf("told: %v", got)
	}
}

// TestOtherViewBeginsAnew tells of nobody where a view is asked in another way, or another
// one is watched; what is no longer there is said.
func TestOtherViewBeginsAnew(t *testing.T) {
	w := newWorld(t)
	users := w.users()
	w.moves("Ulm", users[0], users[1])
	w.keepView("In Ulm", `city equals "Ulm"`)
	watch := w.add(Watch{Name: "ulm", View: "In Ulm"})
	w.keepView("In Ulm", `city equals "Kiel"`)
	w.moves("Kiel", users[2])
	w.must(w.keeper().Once(t.Context()))
	watch.View = "guests"
	_, err := Put(t.Context(), w.store, watch)
	w.must(err)
	w.must(w.keeper().Once(t.Context()))
	if got := w.came(); len(got) != 0 {
		t.Errorf("told: %v", got)
	}
	watch.View = "In Ulm"
	_, err = Put(t.Context(), w.store, watch)
	w.must(err)
	w.must(w.store.SetSetting(t.Context(), views.Setting, ""))
	w.moves("Kiel", users[3])
	w.must(w.keeper().Once(t.Context()))
	all, err := Standings(t.Context(), w.store)
	if w.must(err); !strings.Contains(all[0].Trouble.String(), "no view In Ulm") || len(w.came()) != 0 {
		t.Errorf("%q", all[0].Trouble)
	}
	w.must(Remove(t.Context(), w.store, watch))
	var left string
	for _, city := range []string{"Ulm", "Kiel"} {
		w.keepView("In Ulm", fmt.Sprintf("city equals %q", city))
		v, _, err := views.Find(context.Background(), w.store, w.tenant.Key, "In Ulm")
		w.must(err)
		text, err := w.store.Setting(t.Context(), membersOf(watch, entra.Tenant{Key: w.tenant.Key}, v, []string{"users"}))
		w.must(err)
		left += text
	}
	if left != "" {
		t.Errorf("who was in the view is kept still: %s", left)
	}
	if _, err := Put(t.Context(), w.store, Watch{Name: "x", View: "nothing", Desktop: true}); err == nil {
		t.Error("a view that there is none of was taken")
	}
	if _, err := Put(t.Context(), w.store, Watch{Name: "x", View: "guests", Ready: "guest-invited", Desktop: true}); err == nil {
		t.Error("a view was taken with a ready watch")
	}
}

// TestClassThatComesLater switches a class on that a watched view looks at: what is in the view with it was there before.
func TestClassThatComesLater(t *testing.T) {
	w := newWorldOf(t, "users")
	look := func(classes ...string) {
		t.Helper()
		w.must(w.engine.SetTenant(t.Context(), w.tenant.Key, store.TenantChange{Classes: classes}))
		w.now = w.now.Add(lookAgain + time.Minute)
		w.sync()
		w.must(w.keeper().Once(t.Context()))
	}
	look("users")
	w.add(Watch{Name: "cloud", View: "cloud-only"})
	look("users")
	look("users", "groups")
	if got := w.came(); len(got) != 0 {
		t.Errorf("told of what was there before: %v", got)
	}
	group, err := w.sim.Create("groups", map[string]any{"displayName": "New"})
	w.must(err)
	look("users", "groups")
	if got := w.came(); len(got) != 1 || !strings.HasSuffix(got[0], "-entered-groups/"+group) {
		t.Errorf("told %v", got)
	}
}
