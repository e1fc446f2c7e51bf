package watch

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// TestWatchThatBecomesAnother tells of what changes from then on, whatever it was before: no flood of all that was recorded since it
// was added. Who was in its view is no longer kept.
func TestWatchThatBecomesAnother(t *testing.T) {
	for name, was := range map[string]Watch{"a view": {View: "guests"}, "a silent tenant": {Ready: SyncFailing}, "deletions": {Ready: ManyDeletions, More: 1}, "another tenant": {Tenant: 77}} {
		w := newWorld(t)
		was.Name = "it"
		was = w.add(was)
		w.must(w.keeper().Once(t.Context()))
		w.change(2)
		w.sync()
		w.must(w.keeper().Once(t.Context()))
		w.came()
		now := was
		now.View, now.Ready, now.Tenant, now.Filter = "", "", 0, Filter{Property: "city"}
		_, err := Put(t.Context(), w.store, now)
		w.must(err)
		w.must(w.keeper().Once(t.Context()))
		if got := w.came(); len(got) != 0 {
			t.Errorf("%s tells of what was before: %v", name, got)
		}
		w.now = w.now.Add(time.Second)
		w.change(1)
		w.sync()
		w.must(w.keeper().Once(t.Context()))
		if got := w.came(); len(got) != 1 {
			t.Errorf("%s, and then a change: %v", name, got)
		}
		if left := w.settings(stateOf(was) + " view%"); left != 0 {
			t.Errorf("%s: who was in its view is kept %d times", name, left)
		}
	}
}

// settings counts what is kept under names of a form.
func (w *world) settings(like string) (n int) {
	w.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(w.store.Dir(), store.FileName)+"?mode=ro")
	w.must(err)
	defer db.Close()
	w.must(db.QueryRow("SELECT count(*) FROM settings WHERE name LIKE ? AND value <> ''", like).Scan(&n))
	return n
}

// TestEachWatchHasItsTurn: one that has much to tell lets the others tell between, and one that can't be looked at hinders none.
func TestEachWatchHasItsTurn(t *testing.T) {
	w := newWorld(t)
	broken, err := Put(t.Context(), w.store, Watch{Name: "broken", Ready: "guest-invited", Desktop: true})
	w.must(err)
	first := w.add(Watch{Name: "first", Filter: Filter{Property: "city"}})
	second := w.add(Watch{Name: "second", Filter: Filter{Property: "city"}})
	w.must(w.store.SetSetting(t.Context(), stateOf(broken), "{"))
	w.change(3)
	w.sync()
	k := w.keeper()
	k.turn = 1
	for more := true; more; {
		var err error
		if more, err = k.round(t.Context()); err == nil {
			t.Fatal("nobody says that one is broken")
		}
	}
	var order []string
	for _, id := range w.came() {
		name, _, _ := strings.Cut(id, "-")
		order = append(order, map[string]string{first.ID: "1", second.ID: "2"}[name])
	}
	if got := strings.Join(order, ""); got != "121212" {
		t.Errorf("told in the order %s", got)
	}
	w.now = w.now.Add(time.Second)
	w.change(3)
	w.sync()
	k = w.keeper()
	k.turn = 1
	if err := k.Once(t.Context()); err == nil {
		t.Error("nobody says that one is broken")
	}
	if got := w.came(); len(got) != 6 {
		t.Errorf("%d notices came by one call, want all 6", len(got))
	}
}

// TestWhatIsNoLongerKeptHindersNothing: the list of what was told stands, and others tell, after the row of the history that a notice
// is about was taken away.
func TestWhatIsNoLongerKeptHindersNothing(t *testing.T) {
	w := newWorld(t)
	floods := w.add(Watch{Name: "floods", Ready: ManyDeletions})
	s, err := begin(t.Context(), w.store, floods)
	w.must(err)
	s.keep(floods, Notice{Tenant: w.tenant.Key, Run: 1 << 40, Made: w.now})
	w.must(write(t.Context(), w.store, stateOf(floods), s))
	w.must(w.keeper().Once(t.Context()))
	entries, err := w.keeper().Entries(t.Context(), []Watch{floods}, 10)
	if err != nil || len(entries) != 1 || entries[0].Text != "" || entries[0].Status() != "given up" || len(w.came()) != 0 {
		t.Errorf("%v %+v", err, entries)
	}
}

// TestLockedVaultCostsNoTry: what can't be signed waits, however long, for whoever opens the vault.
func TestLockedVaultCostsNoTry(t *testing.T) {
	w := newWorld(t)
	watch := w.add(Watch{Name: "cities", Filter: Filter{Property: "city"}})
	w.change(1)
	w.sync()
	open := w.engine.Vault
	w.must(signin.NewVaultAccess(w.store, nil, nil).AddPassphrase(t.Context(), vault.NewSecret([]byte("correct horse"))))
	w.engine.Vault = signin.NewVaultAccess(w.store, nil, nil)
	for range mostTries + 5 {
		w.must(w.keeper().Once(t.Context()))
		w.now = w.now.Add(mostWait)
	}
	told, err := Told(t.Context(), w.store, watch)
	if err != nil || len(told) != 1 || told[0].Status() != "waits" || told[0].Tries != 0 || told[0].Error == "" {
		t.Errorf("%v %+v", err, told)
	}
	w.engine.Vault = open
	w.must(w.keeper().Once(t.Context()))
	if got := w.came(); len(got) != 1 {
		t.Errorf("once it is open: %v", got)
	}
}

// TestWhyNoAnswerCame is told without the address, which may hold a token.
func TestWhyNoAnswerCame(t *testing.T) {
	w := newWorld(t)
	for want, watch := range map[string]Watch{"its certificate is not trusted here": {Webhook: w.hook.URL + "/token"}, "its name is not known here": {Webhook: "https://nowhere.invalid/token"},
		"no answer came": {Webhook: "https://127.0.0.1:1/token"}} {
		watch.Name = want
		err := w.keeper().Test(t.Context(), watch)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "token") {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

// TestTenantThatNeverSynced well is told of a day after it was first tried.
func TestTenantThatNeverSynced(t *testing.T) {
	w := newWorld(t)
	other, err := w.engine.AddTenant(t.Context(), entra.Tenant{Name: "fabrikam.onmicrosoft.com", Cloud: "sim", Profile: "reader", Enabled: true, Classes: []string{"users"}})
	w.must(err)
	w.add(Watch{Name: "silence", Ready: SyncFailing, Tenant: other.Key})
	if r, err := w.engine.Sync(t.Context(), other.Key, syncer.SyncOptions{}); err == nil {
		t.Fatalf("it synced: %v", r.Status)
	}
	w.must(w.keeper().Once(t.Context()))
	early := w.came()
	w.now = w.now.Add(25 * time.Hour)
	for range 2 {
		w.must(w.keeper().Once(t.Context()))
	}
	if got := w.came(); len(early) != 0 || len(got) != 1 {
		t.Errorf("told %v, and after a day %v", early, got)
	}
}
