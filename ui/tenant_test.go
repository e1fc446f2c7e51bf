package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/table"
)

func TestSaveIsEnabledWhileSomethingDiffers(t *testing.T) {
	f := newFixture(t)
	c := f.openForm("alpha")
	for name, set := range map[string]func(changed bool){
		"profile": func(changed bool) {
			if changed {
				c.profile.SetSelected("beta")
			} else {
				c.profile.SetSelected("alpha")
			}
		},
		"enabled":   func(changed bool) { c.enabled.SetChecked(!changed) },
		"full scan": func(changed bool) { c.fullScan.SetChecked(!changed) }, // on for a new tenant
		"interval": func(changed bool) {
			if changed {
				c.interval.SetSelectedIndex(3)
			} else {
				c.interval.SetSelected("5 min")
			}
		},
		"classes": func(changed bool) { c.rule("applications").check.SetChecked(changed) },
		"filter": func(changed bool) {
			c.rule("users").filter.SetText(map[bool]string{true: `userType == "Guest"`, false: " "}[changed])
		},
		"properties": func(changed bool) {
			c.rule("groups").more.SetText(map[bool]string{true: "extension_a, theme", false: ""}[changed])
		},
	} {
		if !c.save.Disabled() {
			t.Fatalf("%s: Save is enabled though nothing differs", name)
		}
		set(true)
		if c.save.Disabled() {
			t.Errorf("%s: Save is disabled though it differs", name)
		}
		set(false)
	}
	if !c.save.Disabled() {
		t.Error("Save is enabled though everything was changed back")
	}
}

func TestSavingStoresTheForm(t *testing.T) {
	f := newFixture(t)
	c := f.openForm("alpha")
	c.profile.SetSelected("beta")
	c.rule("applications").check.SetChecked(true)
	test.Tap(c.save)
	got := f.tenant("alpha")
	if got.Profile != "beta" || strings.Join(got.Classes, " ") != "users groups devices applications" {
		t.Errorf("stored: profile %s, classes %v", got.Profile, got.Classes)
	}
	if !c.save.Disabled() || c.dirty() {
		t.Error("Save is still enabled")
	}
}

func TestFullScanGoesOffByItself(t *testing.T) {
	f := newFixture(t)
	c := f.openForm("alpha")
	c.profile.SetSelected("beta") // not saved yet
	off := false
	f.must(f.store.SetTenant(t.Context(), f.tenant("alpha").Key, store.TenantChange{FullScan: &off})) // as a full scan does
	f.reload()
	if c.fullScan.Checked {
		t.Error("the check is still on")
	}
	if c.profile.Selected != "beta" || c.save.Disabled() {
		t.Error("what was changed on the form is lost")
	}
}

func TestNoClassNoSave(t *testing.T) {
	f := newFixture(t)
	c := f.openForm("alpha")
	for _, name := range entra.DefaultClasses() {
		c.rule(name).check.SetChecked(false)
	}
	if !c.save.Disabled() {
		t.Error("a tenant without classes can be saved")
	}
}

// rule is the rule of a class on the form.
func (c *configuration) rule(class string) *classRule {
	return c.rules[slices.IndexFunc(c.rules, func(r *classRule) bool { return r.name == class })]
}

func TestFiltersAreCheckedAndStored(t *testing.T) {
	f := newFixture(t)
	c := f.openForm("alpha")
	users := c.rule("users")
	for _, bad := range []func(){
		func() { users.filter.SetText(`userType ==`) },
		func() { users.filter.SetText(`userType` + " == 1 +"); users.more.SetText("") },
		func() { users.filter.SetText(""); users.more.SetText("a-b") },
	} {
		bad()
		if !users.wrong.Visible() || !c.save.Disabled() {
			t.Errorf("%q, %q can be saved, or nothing says why not", users.filter.Text, users.more.Text)
		}
	}
	users.filter.SetText(` userType == "Guest" `)
	users.more.SetText("extension_b extension_a")
	if users.wrong.Visible() {
		t.Errorf("says %q", users.wrong.Text)
	}
	test.Tap(c.save)
	got := f.tenant("alpha")
	if got.Filters["users"] != `userType == "Guest"` || strings.Join(got.Properties["users"], " ") != "extension_b extension_a" || c.dirty() {
		t.Errorf("stored %v %v", got.Filters, got.Properties)
	}
	f.reload()
	if !users.left.Visible() || users.left.Text != "leaves out 0 now" {
		t.Errorf("the filter's count says %q", users.left.Text)
	}
	users.filter.SetText("")
	users.more.SetText("")
	test.Tap(c.save)
	if got := f.tenant("alpha"); len(got.Filters)+len(got.Properties) != 0 {
		t.Errorf("stored %v %v after both were emptied", got.Filters, got.Properties)
	}
}

func TestToggleByKeyboard(t *testing.T) {
	f := newFixture(t)
	enabled := f.openTenant("alpha").configuration.enabled
	enabled.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if enabled.Checked {
		t.Error("Space does not switch it off")
	}
	test.Tap(enabled)
	if !enabled.Checked {
		t.Error("a click does not switch it on")
	}
}

func TestDeleteNamesWhatGoes(t *testing.T) {
	f := newFixture(t)
	f.history("alpha", 3, nil)
	p := f.openTenant("alpha")
	test.Tap(p.delete)
	top := f.desk.window.Canvas().Overlays().Top()
	want := "Delete alpha.onmicrosoft.com? This removes from this computer: 0 objects, 0 changes and 3 rows of sync history. Nothing changes in Entra ID."
	if !says(top, want) || !says(top, "Delete Domain") {
		t.Error("the dialog does not name the tenant and what goes with it")
	}
	f.press("Delete")
	if _, err := f.store.Tenant(t.Context(), "alpha.onmicrosoft.com"); entra.CodeOf(err) != entra.CodeNotFound {
		t.Errorf("the tenant is still there: %v", err)
	}
	if f.at != tenantsNode || len(f.navigation.tenants) != 1 {
		t.Errorf("the page is %s, the tree has %d tenants", f.at, len(f.navigation.tenants))
	}
}

func TestEscapeCancelsDelete(t *testing.T) {
	f := newFixture(t)
	test.Tap(f.openTenant("alpha").delete)
	f.desk.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if f.desk.window.Canvas().Overlays().Top() != nil {
		t.Error("the dialog is still open")
	}
	f.tenant("alpha") // is still there
}

func TestHistoryPages(t *testing.T) {
	f := newFixture(t)
	f.history("alpha", 120, nil)
	list := f.openTenant("alpha").history.list
	if n := len(list.grid.Rows()); n != 50 {
		t.Fatalf("%d rows on the first page, want 50", n)
	}
	newest := list.grid.Rows()[0].Key
	list.pager.SetPageSize(100)
	if n := len(list.grid.Rows()); n != 100 {
		t.Errorf("%d rows at 100 a page", n)
	}
	f.history("alpha", 1, nil)
	f.screen.refresh() // as an event makes it
	if got := list.grid.Rows()[0].Key; got <= newest {
		t.Errorf("the new row is not shown: the first is %d, was %d", got, newest)
	}
}

func TestHistorySearchWaitsForTheEndOfTyping(t *testing.T) {
	f := newFixture(t)
	f.history("alpha", 3, entra.Invalid("signing in failed", "the client secret is wrong", ""))
	list := f.openTenant("alpha").history.list
	for _, text := range []string{"f", "fa", "fail", "failed"} {
		list.search.SetText(text)
	}
	if n := len(list.grid.Rows()); n != 3 {
		t.Fatalf("%d rows while typing, want all 3", n)
	}
	f.clock.pass()
	if n := len(list.grid.Rows()); n != 1 || list.sought != "failed" {
		t.Errorf("%d rows for %q", n, list.sought)
	}
	list.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	f.clock.pass()
	if n := len(list.grid.Rows()); n != 3 {
		t.Errorf("%d rows after Escape emptied the search", n)
	}
}

func TestFailedRowOpens(t *testing.T) {
	f := newFixture(t)
	e := entra.Invalid("signing in failed", "the client secret is wrong", "paste the secret's value, not its id")
	e.Detail = "AADSTS7000215"
	f.history("alpha", 1, e)
	h := f.openTenant("alpha").history
	h.list.grid.Select(0)
	h.list.grid.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	for _, text := range []string{"Signing in failed", "The client secret is wrong", "Paste the secret's value, not its id", "AADSTS7000215"} {
		if !says(h.details.box, text) {
			t.Errorf("the row does not say %q", text)
		}
	}
	h.details.copy()
	if got := fyne.CurrentApp().Clipboard().Content(); !strings.Contains(got, "AADSTS7000215") {
		t.Errorf("copied %q", got)
	}
	f.escape()
	if h.details.box.Visible() {
		t.Error("Escape does not close it")
	}
}

func TestHistoryExportsWhatTheSearchMatches(t *testing.T) {
	f := newFixture(t)
	f.history("alpha", 60, entra.Invalid("signing in failed", "", ""))
	list := f.openTenant("alpha").history.list
	path := filepath.Join(t.TempDir(), "history.csv")
	list.exportTo(path)
	if n := records(t, path); n != 60 {
		t.Errorf("%d records, want all 60, not only the page", n)
	}
	list.search.SetText("failed")
	f.clock.pass()
	list.exportTo(path)
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
	f := newFixture(t)
	f.history("alpha", 60, nil)
	list := f.openTenant("alpha").history.list
	newest := list.grid.Rows()[0].Key
	list.pager.SetPageSize(100)
	list.grid.OnSort(table.Sorting{Key: "start_time"})
	if oldest := list.grid.Rows()[0].Key; oldest >= newest {
		t.Errorf("the first row is %d, the newest was %d", oldest, newest)
	}
	list.grid.OnSort(table.Sorting{Key: "start_time", Descending: true})
	if got := list.grid.Rows()[0].Key; got != newest {
		t.Errorf("the first row is %d, want the newest, %d", got, newest)
	}
}

func TestTabChangeIsGuarded(t *testing.T) {
	f := newFixture(t)
	p := f.openTenant("alpha")
	p.tabs.SelectIndex(0)
	for _, way := range []struct {
		press   string
		tab     int
		enabled bool // as stored
	}{{"Stay", 0, true}, {"Discard", 1, true}, {"Save", 1, false}} {
		p.tabs.SelectIndex(0)
		p.configuration.enabled.SetChecked(false)
		p.tabs.SelectIndex(1)
		if p.tabs.SelectedIndex() != 0 {
			t.Fatal("the tab changed without asking")
		}
		f.press(way.press)
		if got := f.tenant("alpha").Enabled; p.tabs.SelectedIndex() != way.tab || got != way.enabled {
			t.Errorf("%s: tab %d, stored as enabled: %v", way.press, p.tabs.SelectedIndex(), got)
		}
	}
}

func TestHiddenColumnsAreRemembered(t *testing.T) {
	f := newFixture(t)
	f.openTenant("alpha").history.list.grid.OnHide([]string{"filtered"})
	if got := f.openTenant("beta").history.list.grid.Hidden(); !slices.Equal(got, []string{"filtered"}) {
		t.Errorf("hidden in the next history: %v", got)
	}
}

// A removal that takes long tells how far it is, time and again, until its end.
func TestLongRemovalTellsHowFarItIs(t *testing.T) {
	f := newFixture(t)
	f.history("alpha", 3, nil)
	told := func(text string) bool { return says(f.desk.toasts.Object(), text) }
	r := &removal{desk: f.desk, tenant: f.tenant("alpha"), size: store.TenantSize{Objects: 9, HistoryRows: 3}}
	if r.wait(); told("Deleting alpha.onmicrosoft.com") {
		t.Error("it is told before it has taken long")
	}
	for _, want := range []string{"75% done. Other tenants go on syncing.", "50% done. Other tenants go on syncing."} {
		f.clock.pass()
		if !told("Deleting alpha.onmicrosoft.com") || !told(want) {
			t.Fatalf("nothing tells %q", want)
		}
		f.history("alpha", 3, nil) // as if there were more to remove
	}
	r.begin()
	if told("Deleting alpha.onmicrosoft.com") || !told("Deleted alpha.onmicrosoft.com") {
		t.Error("its end is not told")
	}
	if f.clock.pass(); told("Deleting alpha.onmicrosoft.com") {
		t.Error("somebody looks on though it has ended")
	}
}
