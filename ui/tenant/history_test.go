package tenant

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/pager"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/table"
)

func TestHistoryPages(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 120, nil)
	list := runs(shown(f, "alpha")).list
	if n := len(list.Grid.Rows()); n != 50 {
		t.Fatalf("%d rows on the first page, want 50", n)
	}
	newest := list.Grid.Rows()[0].Key
	hosttest.The[*pager.Pager](f, f.Window.Content()).SetPageSize(100)
	if n := len(list.Grid.Rows()); n != 100 {
		t.Errorf("%d rows at 100 a page", n)
	}
	f.AddRuns("alpha", 1, nil)
	f.Changed() // as an event makes it
	if got := list.Grid.Rows()[0].Key; got <= newest {
		t.Errorf("the new row is not shown: the first is %d, was %d", got, newest)
	}
}

func TestHistorySearchWaitsForTheEndOfTyping(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 3, entra.Invalid("signing in failed", "the client secret is wrong", ""))
	list := runs(shown(f, "alpha")).list
	for _, text := range []string{"f", "fa", "fail", "failed"} {
		list.Search.SetText(text)
	}
	if n := len(list.Grid.Rows()); n != 3 {
		t.Fatalf("%d rows while typing, want all 3", n)
	}
	f.Clock.Pass()
	if n := len(list.Grid.Rows()); n != 1 {
		t.Errorf("%d rows for the search", n)
	}
	list.Search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	f.Clock.Pass()
	if n := len(list.Grid.Rows()); n != 3 {
		t.Errorf("%d rows after Escape emptied the search", n)
	}
}

func TestHistoryExportsWhatTheSearchMatches(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 60, entra.Invalid("signing in failed", "", ""))
	list := runs(shown(f, "alpha")).list
	path := filepath.Join(t.TempDir(), "history.csv")
	list.ExportTo(path)
	if n := records(t, path); n != 60 {
		t.Errorf("%d records, want all 60, not only the page", n)
	}
	list.Search.SetText("failed")
	f.Clock.Pass()
	list.ExportTo(path)
	if n := records(t, path); n != 1 {
		t.Errorf("%d records for the search, want 1", n)
	}
}

func records(t *testing.T, path string) int {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(content), "\r\n") - 1
}

func TestHistoryIsSortedByTheHeader(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 60, nil)
	list := runs(shown(f, "alpha")).list
	newest := list.Grid.Rows()[0].Key
	hosttest.The[*pager.Pager](f, f.Window.Content()).SetPageSize(100)
	list.Grid.OnSort(table.Sorting{Key: "start_time"})
	if oldest := list.Grid.Rows()[0].Key; oldest >= newest {
		t.Errorf("the first row is %d, the newest was %d", oldest, newest)
	}
	list.Grid.OnSort(table.Sorting{Key: "start_time", Descending: true})
	if got := list.Grid.Rows()[0].Key; got != newest {
		t.Errorf("the first row is %d, want the newest, %d", got, newest)
	}
}

func TestHiddenColumnsAreRemembered(t *testing.T) {
	f := hosttest.New(t)
	runs(shown(f, "alpha")).list.Grid.OnHide([]string{"filtered"})
	if got := runs(shown(f, "beta")).list.Grid.Hidden(); !slices.Equal(got, []string{"filtered"}) {
		t.Errorf("hidden in the next history: %v", got)
	}
}

// The history says of both ends of a row when they were, marks a full scan with a small
// tag, and says in the status why it is not good.
func TestRowsSayWhenAndWhy(t *testing.T) {
	f := hosttest.New(t)
	lacks := &entra.Error{Code: entra.CodePermission, What: "reading users failed", Why: say.With("the app lacks the permission %s", "IdentityRiskyUser.Read.All"), Remedy: "grant it"}
	f.AddRuns("alpha", 2, lacks)
	tab := runs(shown(f, "alpha"))
	columns := map[string]table.Column[entra.ClassRun]{}
	for _, c := range tab.list.Grid.Columns() {
		columns[c.Key] = c
	}
	failed, good := tab.list.Grid.Rows()[0], tab.list.Grid.Rows()[1]
	if got := columns["status"].Text(failed); got != "Failed: IdentityRiskyUser.Read.All missing" {
		t.Errorf("the status says %q", got)
	}
	failed.Status = entra.Warning
	if got := columns["status"].Text(failed); got != "Warning: IdentityRiskyUser.Read.All missing" {
		t.Errorf("of a warning it says %q", got)
	}
	if got := columns["status"].Text(good); got != "Succeeded" {
		t.Errorf("of a good one it says %q", got)
	}
	if got, want := columns["end_time"].Text(good), phrase.Stamp(good.End, f.Host.Now()); got != want || !strings.Contains(got, good.End.Local().Format("2 Jan")) {
		t.Errorf("the end is %q, want %q", got, want)
	}
	for n, want := range map[int64]string{1: "1 request, 1 retry", 2: "2 requests, 2 retries", 0: "0 requests, 0 retries"} {
		good.Requests, good.Retries = n, n
		tab.details.run = good
		if got := tab.details.cost(); !strings.HasSuffix(got, want) {
			t.Errorf("the cost is %q, want %q", got, want)
		}
	}
	good.What = "Users may be read: from now on it is synced"
	if tab.details.run = good; !slices.Contains(hosttest.Texts(container.NewVBox(tab.details.tell()...)), "Note") {
		t.Errorf("the note of a good row stands under %q", hosttest.Texts(container.NewVBox(tab.details.tell()...)))
	}
	if got, short := columns["status"].Text(good), columns["status"].Short(good); got != "Succeeded" || len(short) > 0 {
		t.Errorf("with a note the status says %q, %q", got, short)
	}
	many := good
	if many.Code = entra.CodeManyRemoved; columns["status"].Text(many) == "Succeeded" {
		t.Error("a loss is no mere note")
	}
	good.FullScan = true
	if text, tag := columns["type"].Text(good), columns["type"].Tag(good); text != "Users" || tag != "full scan" {
		t.Errorf("a full scan is %q with the tag %q", text, tag)
	}
}

// A tenant that has just failed says so in its box, with the reason and the way out.
func TestTheBoxSaysWhyATenantFails(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 1, &entra.Error{Code: entra.CodeSignIn, What: "signing in failed", Why: "the client secret is wrong", Remedy: "paste the secret's value"})
	p := shown(f, "alpha")
	if !p.trouble.box.Visible() || !hosttest.Says(p.trouble.box, "Users: the client secret is wrong. Paste the secret's value") {
		t.Fatalf("the box says %q", hosttest.Texts(p.trouble.box))
	}
	if !p.trouble.help.Visible() || p.trouble.help.Text != "Replace the secret…" {
		t.Errorf("its button is %q", p.trouble.help.Text)
	}
	test.Tap(p.trouble.help)
	if f.Top() == nil && f.At.Place != host.Profile { // a profile without a secret is shown itself
		t.Errorf("it asks for none, and leads to %s", f.At)
	}
	f.AddRuns("alpha", 1, nil)
	if f.Changed(); p.trouble.box.Visible() {
		t.Error("after a good sync it still says that it fails")
	}
}

// What deleting asks about is what the pages count.
func TestDeletingTellsWhatIsShown(t *testing.T) {
	f := hosttest.New(t)
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"One"}`), f.Object("u2", `{"displayName":"Two"}`))
	f.Round("alpha", "users", entra.Object{ID: "u2", Removed: entra.SoftDeleted})
	p := shown(f, "alpha")
	test.Tap(p.delete)
	if f.Top() == nil || !strings.Contains(strings.Join(hosttest.Texts(f.Top()), " "), "1 object") || strings.Contains(strings.Join(hosttest.Texts(f.Top()), " "), "1 objects") {
		t.Errorf("the question is %q", hosttest.Texts(f.Top()))
	}
}

// The search finds what is shown, in the words of the window, and the raw form.
func TestHistorySearchFindsWhatIsShown(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 3, &entra.Error{Code: entra.CodeSignIn, What: "signing in failed", Why: "the client secret is wrong"})
	f.AddRuns("beta", 1, &entra.Error{Code: entra.CodePermission, What: "reading Users failed", Why: say.With("the app lacks the permission %s", "User.Read.All")})
	users := make([]entra.Object, 2042)
	for i := range users {
		users[i] = f.Object(fmt.Sprint("u", i), `{"displayName":"%"}`)
	}
	f.Scan("alpha", "users", users...)
	tab := runs(shown(f, "alpha"))
	find := func(text string) (rows []entra.ClassRun) {
		tab.list.Search.SetText(text)
		f.Clock.Pass()
		return tab.list.Grid.Rows()
	}
	all := find("")
	failed, scanned := all[1], all[0]
	if len(all) != 4 || scanned.Total != 2042 || failed.Status != entra.Failed {
		t.Fatalf("%+v", all)
	}
	at := failed.Start.Local()
	for text, want := range map[string]int{
		phrase.Number(2042): 1, "2042": 1, "2,042 succeeded": 1, "2,042 failed": 0,
		at.Format("2 Jan"): 4, at.Format("2 Jan 2006"): 4, at.Format("Jan"): 4, at.Format("2 Jan 15:04:05") + " failed": 1,
		at.Format("15:04:05") + " failed": 1, at.AddDate(0, 0, 1).Format("2 Jan"): 0, at.UTC().Format("2006-01-02"): 4,
		"failed users": 1, "users failed": 1, "wrong secret": 1, "client secret is wrong": 1, "devices failed": 0, "full scan": 1, "Succeeded full": 1,
		"Failed: the client": 1, "Users: sponsors": 0, "Users · full scan": 1, "Users – Failed": 1,
	} {
		if got := len(find(text)); got != want {
			t.Errorf("%q: %d rows, want %d", text, got, want)
		}
	}
	tab = runs(shown(f, "beta"))
	if got := len(find("Failed: User.Read.All missing")); got != 1 {
		t.Errorf("%d rows lack their permission", got)
	}
}

// A tenant that is disabled is not synced: where it has no history yet, it is offered to enable it.
func TestADisabledTenantIsOfferedToBeEnabled(t *testing.T) {
	f := hosttest.New(t)
	off := false
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Enabled: &off}))
	tab := runs(shown(f, "alpha"))
	s := tab.list.Grid.State()
	if s.Action != "Enable" || !strings.Contains(s.Text, "disabled") {
		t.Errorf("it says %q and offers %q", s.Text, s.Action)
	}
	s.Do()
	alpha := f.Tenant("alpha")
	if !alpha.Enabled || !strings.Contains(f.Toasted(), "alpha.onmicrosoft.com is enabled") {
		t.Errorf("enabled: %v; the toasts say %q", alpha.Enabled, f.Toasted())
	}
	if tab.stored(alpha); tab.list.Grid.State().Action != "Sync now" {
		t.Errorf("enabled, it offers %q", tab.list.Grid.State().Action)
	}
}

// In German the search knows the German words, days and numbers.
func TestHistorySearchInGerman(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 2, &entra.Error{What: "signing in failed"})
	f.InGerman()
	tab := runs(shown(f, "alpha"))
	at := tab.list.Grid.Rows()[0].Start.Local()
	for text, want := range map[string]int{"Benutzer": 2, "fehlgeschlagen": 1, at.Format("02.01."): 2, at.Format("02.01"): 2, at.Format("02.01.2006") + " Benutzer": 2, "Gruppen": 0} {
		tab.list.Search.SetText(text)
		f.Clock.Pass()
		if got := len(tab.list.Grid.Rows()); got != want {
			t.Errorf("%q: %d rows, want %d", text, got, want)
		}
	}
}

// The history shows only what failed, and only what is not older than chosen.
func TestHistoryFilters(t *testing.T) {
	f := hosttest.New(t)
	now := time.Now()
	f.App.Now = func() time.Time { return now }
	f.AddRuns("alpha", 3, &entra.Error{What: "signing in failed"})
	tab := runs(shown(f, "alpha"))
	tab.failed.SetChecked(true)
	if rows := tab.list.Grid.Rows(); len(rows) != 1 || rows[0].Status != entra.Failed {
		t.Errorf("failed only: %+v", rows)
	}
	tab.failed.SetChecked(false)
	now = now.AddDate(0, 0, 3)
	for at, want := range []int{3, 0, 3, 3} {
		if tab.period.SetSelectedIndex(at); len(tab.list.Grid.Rows()) != want {
			t.Errorf("%s: %d rows, want %d", tab.period.Selected, len(tab.list.Grid.Rows()), want)
		}
	}
}

// A change of the classes says what the next sync makes of it.
func TestChangesOfClassesSayWhatFollows(t *testing.T) {
	f := hosttest.New(t)
	c := form(f, "alpha")
	for _, rule := range c.rules {
		rule.check.SetChecked(rule.name == "users" || rule.name == "applications")
	}
	if !c.follows.Visible() || !strings.Contains(c.follows.Text, "reads whole: Applications.") || !strings.Contains(c.follows.Text, "no longer read: Groups, Devices.") {
		t.Errorf("it says %q", c.follows.Text)
	}
}

// In German it finds the reasons as they are read there, and still the form that is kept.
func TestHistorySearchFindsGermanReasons(t *testing.T) {
	f := hosttest.New(t)
	f.InGerman()
	f.AddRuns("alpha", 2, &entra.Error{Code: entra.CodeSignIn, What: "signing in failed", Why: "the client secret is wrong"})
	f.AddRuns("alpha", 1, nil)
	tab := runs(shown(f, "alpha"))
	for _, text := range []string{"Clientschlüssel", "clientschlüssel falsch", "client secret"} {
		tab.list.Search.SetText(text)
		f.Clock.Pass()
		if n := len(tab.list.Grid.Rows()); n != 1 {
			t.Errorf("%q finds %d rows, want 1", text, n)
		}
	}
	tab.list.Search.SetText("Drosselung")
	if f.Clock.Pass(); len(tab.list.Grid.Rows()) != 0 {
		t.Error("what no row says is found")
	}
}

// The head, the tables of the tabs and Save end at one edge.
func TestEverythingEndsAtOneEdge(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 1, nil)
	p := shown(f, "alpha")
	f.Window.Resize(fyne.NewSize(1280, 800))
	right := func(o fyne.CanvasObject) float32 {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).X + o.Size().Width
	}
	edge := right(p.whole)
	if grid := runs(p).list.Grid; right(grid) != edge {
		t.Errorf("the history ends at %v, the head at %v", right(grid), edge)
	}
	for i, tab := range p.tabs {
		if c, ok := tab.(*configuration); ok {
			p.bar.SelectIndex(i)
			if right(c.submit) != edge {
				t.Errorf("Save ends at %v, the head at %v", right(c.submit), edge)
			}
		}
	}
}
