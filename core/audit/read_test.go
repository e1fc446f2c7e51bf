package audit_test

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/graphsim/directory"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
)

const logPath = "/v1.0/auditLogs/directoryAudits"

// anna and ben are two admins.
var (
	anna = directory.Actor{Kind: "user", ID: "aaaaaaaa-0000-4000-8000-000000000001", Name: "anna@contoso.example"}
	ben  = directory.Actor{Kind: "user", ID: "aaaaaaaa-0000-4000-8000-000000000002", Name: "ben@contoso.example"}
	bot  = directory.Actor{Kind: "app", Name: "Überwachung der Bots"}
)

// as makes changes as somebody.
func (w *world) as(who directory.Actor, change func() error) {
	w.Helper()
	w.sim.Acting(&who)
	w.must(change())
	w.pass(time.Second)
}

// ids are the ids of live objects of a class.
func (w *world) ids(class string) (ids []string) {
	for o := range w.sim.Objects(class) {
		if o.State == graphsim.Live {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

func (w *world) title(id, title string) func() error {
	return func() error { return w.sim.Update(id, map[string]any{"jobTitle": title}) }
}

// told is who is told to have made the last change of an object: "anna", "anna?" or "".
func (w *world) told(id string) string {
	w.Helper()
	all := w.changes(store.ChangeQuery{ID: id, NewestFirst: true})
	if len(all) == 0 {
		w.Fatalf("no change of %s", id)
	}
	var names []string
	for _, a := range all[0].Actors {
		names = append(names, strings.TrimSuffix(a.Name, "@contoso.example"))
	}
	slices.Sort(names)
	text := strings.Join(names, ",")
	if _, known := all[0].Actor(); !known && text != "" {
		text += "?"
	}
	return text
}

func (w *world) expect(what, id, want string) {
	w.Helper()
	if got := w.told(id); got != want {
		w.Errorf("%s: %q, want %q", what, got, want)
	}
}

// later lets time pass until everything has appeared and nothing more is to come.
func (w *world) later() {
	w.Helper()
	w.pass(45 * time.Minute)
	w.sync()
}

func TestOneWasIt(t *testing.T) {
	w := newWorld(t, setting{late: time.Nanosecond})
	w.sync()
	w.pass(time.Minute)
	users, groups := w.ids("users"), w.ids("groups")
	w.as(anna, w.title(users[0], "Lead"))
	w.as(bot, w.title(users[1], "Bot's"))
	w.as(directory.Actor{}, w.title(users[2], "Nobody's"))
	w.as(anna, w.title(users[3], "First"))
	w.as(ben, w.title(users[3], "Second"))
	w.as(ben, func() error { return w.sim.Delete(users[4]) })
	w.sim.Acting(&anna) // and whoever else looked who is outside
	var outsider string
	for _, id := range users[5:] {
		if w.sim.AddMember(groups[0], id) == nil {
			w.must(w.sim.RemoveMember(groups[0], id))
			outsider = id
			break
		}
	}
	w.as(anna, func() error { return w.sim.AddMember(groups[0], outsider) })
	w.sync()
	w.expect("a title", users[0], "anna")
	w.expect("an app without ids", users[1], bot.Name)
	w.expect("nobody is named", users[2], "")
	w.expect("two changed the same", users[3], "anna,ben?")
	w.expect("a deletion", users[4], "ben")
	if got := w.changes(store.ChangeQuery{Actor: "BEN@contoso.example"}); len(got) != 2 {
		t.Errorf("%d changes are ben's", len(got))
	}
	if got := w.changes(store.ChangeQuery{Actor: strings.ToUpper(anna.ID), Kinds: []entra.ChangeKind{entra.MemberAdded}}); len(got) != 1 || got[0].Target.ID != outsider {
		t.Errorf("anna added %v", got)
	}
	if got := w.changes(store.ChangeQuery{Actor: "ÜBERWACHUNG der bots"}); len(got) != 1 || got[0].ID != users[1] {
		t.Errorf("the bot made %v", got)
	}
	if got := w.changes(store.ChangeQuery{Actor: "nobody"}); len(got) != 1 || got[0].ID != users[2] {
		t.Errorf("nobody made %v", got)
	}
	if made, maybe, err := w.store.Audits(w.tenant.Key).Count(t.Context(), ben.ID); err != nil || made != 1 || maybe != 1 {
		t.Errorf("ben made %d and perhaps %d more, %v", made, maybe, err)
	}
}

// What comes after its change was recorded is matched when it comes, and is read although its time is past.
func TestLateEntries(t *testing.T) {
	w := newWorld(t, setting{late: 3 * time.Hour})
	w.sync()
	users := w.ids("users")
	for i, id := range users[:20] {
		w.as([]directory.Actor{anna, ben}[i%2], w.title(id, "Lead"))
	}
	w.sync()
	before := 0
	for _, id := range users[:20] {
		if w.told(id) != "" {
			before++
		}
	}
	for range 8 {
		w.pass(30 * time.Minute)
		w.sync()
	}
	w.pass(25 * time.Hour)
	w.sync()
	for i, id := range users[:20] {
		w.expect("late", id, []string{"anna", "ben"}[i%2])
	}
	if before == 20 {
		t.Error("nothing was late")
	}
}

// Two clocks that are an hour apart change nothing.
func TestClocksDiffer(t *testing.T) {
	for _, ahead := range []time.Duration{time.Hour, -time.Hour} {
		w := newWorld(t, setting{late: time.Nanosecond, ahead: ahead})
		w.sync()
		users := w.ids("users")
		w.as(anna, w.title(users[0], "One"))
		w.pass(10 * time.Minute)
		w.sync()
		w.expect("the first", users[0], "anna")
		w.pass(20 * time.Minute)
		w.as(ben, w.title(users[0], "Two"))
		w.pass(10 * time.Minute)
		w.sync()
		w.expect("the second", users[0], "ben")
	}
}

func TestWithoutPermissionOrLicence(t *testing.T) {
	for name, s := range map[string]setting{"permission": {roles: roles}, "licence": {}} {
		w := newWorld(t, s)
		says := auditRole
		if name == "licence" { // no edition needs one; should Graph ask for it, it is told
			w.server.Fault(graphsim.Fault{Kind: graphsim.NoLicence, Match: "auditLogs", Times: -1})
			says = "has no licence"
		}
		row := w.sync()
		if row.Status != entra.Warning || string(row.Code) != name || !strings.Contains(row.ErrorLine(), says) {
			t.Errorf("%s: %s %s: %s", name, row.Status, row.Code, row.ErrorLine())
		}
		asked := w.server.Count(logPath, -1)
		sync := func() {
			r, err := w.engine.Sync(t.Context(), w.tenant.Key, syncer.SyncOptions{IfDue: true})
			if err != nil || r.Status == entra.Failed {
				t.Errorf("%s: %s %v", name, r.Status, err)
			}
		}
		w.pass(23 * time.Hour)
		if sync(); w.server.Count(logPath, -1) != asked {
			t.Errorf("%s: it is asked again within a day", name)
		}
		w.pass(2 * time.Hour)
		if sync(); w.server.Count(logPath, -1) == asked {
			t.Errorf("%s: it is not asked again after a day", name)
		}
	}
}

// Tenants without a licence keep the log for seven days, others for thirty, and Graph refuses to be asked for what was
// before: what it has is read, whatever time went by since, and also where a read stopped half-way.
func TestTheLogIsKeptForDaysOnly(t *testing.T) {
	for _, free := range []bool{true, false} {
		w := newWorld(t, setting{late: time.Nanosecond, page: 4, free: free, classes: []string{"users"}})
		w.sync()
		users := w.ids("users")
		w.as(anna, w.title(users[0], "Lead"))
		w.sync()
		w.pass(9 * 24 * time.Hour)
		for _, id := range users[1:12] {
			w.as(ben, w.title(id, "Lead"))
		}
		w.must(w.store.SetTenant(t.Context(), w.tenant.Key, store.TenantChange{Classes: []string{"users", entra.Audits.Name}}))
		ctx, stop := context.WithCancel(t.Context())
		lift := w.server.Tamper("skiptoken", 1, func(_ *http.Request, body []byte) []byte { stop(); return body })
		_, err := w.engine.Sync(ctx, w.tenant.Key, syncer.SyncOptions{})
		if lift(); err == nil {
			t.Error("it was not stopped half-way")
		}
		w.expect("not yet read", users[11], "")
		w.pass(6 * 24 * time.Hour)
		row := w.sync()
		w.expect("read after it had stopped", users[11], "ben")
		w.expect("what was before the log", users[0], map[bool]string{true: "", false: "anna"}[free])
		for _, days := range []time.Duration{0, 8, 40, 1} {
			w.pass(days*24*time.Hour + time.Minute)
			w.as(anna, w.title(users[12], days.String()))
			w.pass(time.Minute)
			if row = w.sync(); row.Status != entra.Succeeded || row.Changed == 0 {
				t.Errorf("after %d days: %s, %d entries: %s", days, row.Status, row.Changed, row.ErrorLine())
			}
			w.expect("the latest", users[12], "anna")
		}
		refused := 0
		for _, q := range w.server.Requests() {
			if q.Path == logPath && q.Status != http.StatusOK {
				refused++
			}
		}
		if want := map[bool]int{true: 3, false: 0}[free]; refused != want { // each time that more days went by than it is kept
			t.Errorf("%d requests were refused, want %d (without a licence: %v)", refused, want, free)
		}
	}
}

// The log is read by pages, five in ten seconds at most, never one for a change, and what a sync is stopped at
// stays: a sync that is stopped after each page reads each entry once, and all.
func TestReadingStopsAnywhere(t *testing.T) {
	w := newWorld(t, setting{late: time.Nanosecond, page: 7})
	w.sync()
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		w.sim.MutateAll(r, 1)
		w.pass(7 * time.Second)
	}
	stops := 0
	for {
		stops++
		ctx, stop := context.WithCancelCause(t.Context())
		seen := 0
		lift := w.server.Tamper("auditLogs", -1, func(_ *http.Request, body []byte) []byte {
			if seen++; seen == stops {
				stop(errors.New("stopped"))
			}
			return body
		})
		_, err := w.engine.Sync(ctx, w.tenant.Key, syncer.SyncOptions{})
		stop(nil)
		lift()
		if err == nil {
			break
		}
		if stops > 40 {
			t.Fatal("it never ends")
		}
	}
	if stops < 5 {
		t.Errorf("it was stopped %d times only", stops-1)
	}
	w.judge(false)
	var rows, distinct int
	for c := range w.store.History(t.Context(), w.tenant.Key, store.HistoryQuery{Search: entra.Audits.Name}) {
		rows += int(c.Changed)
	}
	for _, d := range w.sim.Deeds(0) {
		_ = d
		distinct++
	}
	if rows != distinct {
		t.Errorf("%d entries were stored of %d", rows, distinct)
	}
}

// Graph allows five requests in ten seconds. It may read one of them late, and refuse the
// next for it: so they are judged together, from before the first to behind the last.
func TestPace(t *testing.T) {
	w := newWorld(t, setting{late: time.Nanosecond, page: 10, backoff: time.Second, sim: func(c *graphsim.Config) { c.Throttle = &graphsim.Throttle{}; c.Now = nil }})
	w.sync()
	w.sim.Mutate(rand.New(rand.NewPCG(1, 2)), 75)
	w.server.ResetRequests()
	began := time.Now()
	w.sync()
	took, requests, refused := time.Since(began), 0, 0
	for _, q := range w.server.Requests() {
		if q.Path == logPath {
			if requests++; q.Status != http.StatusOK {
				refused++
			}
		}
	}
	if requests < 7 || refused > 1 || took < time.Duration(requests-1)*2*time.Second {
		t.Errorf("%d requests in %s, %d of them refused", requests, took, refused)
	}
	t.Logf("%d requests in %s", requests, took)
}

// What can't be compared with the value that is there is known once nothing more is to come.
func TestKnownOnceNothingMoreComes(t *testing.T) {
	w := newWorld(t, setting{late: time.Nanosecond})
	w.sync()
	user := w.ids("users")[0]
	w.as(anna, func() error {
		return w.sim.Update(user, map[string]any{"otherMails": []string{"a@x.example", "b@x.example"}})
	})
	w.sync()
	w.expect("at first", user, "anna?")
	w.later()
	w.expect("later", user, "anna")
}

// What is kept of the log is kept as long as changes are, and goes with the tenant.
func TestErased(t *testing.T) {
	w := newWorld(t, setting{late: time.Nanosecond})
	w.sync()
	users := w.ids("users")
	w.as(anna, w.title(users[0], "Lead"))
	w.sync()
	w.must(w.store.SetRetention(t.Context(), store.Retention{Changes: 10, History: 10, Deleted: 10}))
	w.pass(12 * 24 * time.Hour)
	w.as(ben, w.title(users[1], "Lead"))
	w.sync()
	w.must(w.store.Prune(t.Context(), w.tenant.Key))
	if got := w.kept(); got != "1 audits, 1 actors, 1 change_actors" {
		t.Errorf("after the retention: %s", got)
	}
	w.must(w.engine.RemoveTenant(t.Context(), w.tenant.Key))
	if got := w.kept(); got != "0 audits, 0 actors, 0 change_actors" {
		t.Errorf("after the removal: %s", got)
	}
}

// kept counts what there is of logs in the file.
func (w *world) kept() (text string) {
	w.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(w.dir, store.FileName)+"?mode=ro")
	w.must(err)
	defer db.Close()
	w.must(db.QueryRow(`SELECT (SELECT count(*) FROM audits) || ' audits, ' || (SELECT count(*) FROM audit_actors) || ' actors, ' || (SELECT count(*) FROM change_actors) || ' change_actors'
		WHERE (SELECT count(*) FROM audit_targets) >= (SELECT count(*) FROM audits)`).Scan(&text))
	return text
}
