package changes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/store/audits"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/table"
)

// lived gives alpha users and groups, and lets some of it happen to them: before and
// after the moment that it gives.
func lived(f *hosttest.Fixture) (between time.Time) {
	f.Helper()
	member := entra.Link{Relation: entra.Members, Target: "u1", Type: "#microsoft.graph.user"}
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg","jobTitle":"Analyst"}`), f.Object("u2", `{"displayName":"Ben Cole"}`))
	f.Scan("alpha", "groups", f.Object("g1", `{"displayName":"Finance Admins"}`))
	f.Round("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg","jobTitle":"Lead"}`))
	between = f.Tick()
	f.Round("alpha", "groups", f.Object("g1", `{"displayName":"Finance Admins"}`, member))
	f.Round("alpha", "users", entra.Object{ID: "u2", Removed: entra.SoftDeleted})
	return between
}

// opened puts the tab in the window as it is to stand.
func opened(f *hosttest.Fixture, stand host.Stand) *Changes {
	f.Helper()
	stand.Tab = host.ChangesTab
	c := New(f.Host, f.Tenant("alpha"), stand, func() {})
	f.Display(c.Content())
	return c
}

// told are the rows on screen: what happened to which object.
func (c *Changes) told() (out []string) {
	for _, x := range c.list.Grid.Rows() {
		out = append(out, labels.NameOf(x.Change)+": "+labels.ChangeText(x.Change, time.Now()))
	}
	return out
}

// press presses a button of the tab.
func press(c *Changes, text string) {
	for _, b := range hosttest.All[*kit.Button](c.room) {
		if b.Text == text && b.Visible() {
			test.Tap(b)
			return
		}
	}
	panic("there is no button " + text)
}

// pressed is what a button of the tab leaves in the clipboard.
func pressed(c *Changes, text string) string {
	press(c, text)
	return fyne.CurrentApp().Clipboard().Content()
}

const (
	deleted = "Ben Cole: User Ben Cole was deleted"
	joined  = "Finance Admins: Anna Berg joined Finance Admins"
	led     = "Anna Berg: Job title of Anna Berg: Analyst → Lead"
)

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestTimelineIsNewestFirstByDay(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{})
	expect(t, "all", c.told(), deleted, joined, led)
	var days []string
	for _, x := range c.list.Grid.Rows() {
		days = append(days, c.list.Grid.Columns()[0].Text(x))
	}
	expect(t, "the days", days, "Today", "", "")
	yesterday := line{Change: entra.Change{Time: time.Now().AddDate(0, 0, -1)}, first: true}
	if got := c.list.Grid.Columns()[0].Text(yesterday); got != "Yesterday" {
		t.Errorf("the day before is %q", got)
	}
}

func TestFiltersAreTakenOneByOneAndTogether(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{})
	c.kind.SetSelectedIndex(5)
	expect(t, "members", c.told(), joined)
	c.kind.SetSelectedIndex(0)
	c.class.SetSelected("Users")
	expect(t, "users", c.told(), deleted, led)
	c.property.SetText("jobtitle")
	expect(t, "before the typing rests", c.told(), deleted, led)
	f.Clock.Pass()
	expect(t, "of a property", c.told(), led)
	c.kind.SetSelectedIndex(3)
	expect(t, "none", c.told())
	if !hosttest.Says(c.Content(), "No change matches") {
		t.Error("nothing says that the filters leave nothing")
	}
	c.list.Grid.State().Do()
	expect(t, "all again", c.told(), deleted, joined, led)
	c.list.Search.SetText("finance")
	f.Clock.Pass()
	expect(t, "searched", c.told(), joined)
}

// How the tab stands is found again by Back.
func TestItStandsAsItWasLeft(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{})
	c.class.SetSelected("Users")
	c.kind.SetSelectedIndex(2)
	again := opened(f, c.Stand())
	expect(t, "again", again.told(), led)
	if again.kind.SelectedIndex() != 2 || classOf(again.class) != "users" {
		t.Errorf("the fields stand at %d, %d", again.kind.SelectedIndex(), again.class.SelectedIndex())
	}
	if foreign := opened(f, host.Stand{Filter: "days=9&since=x&until=3&kind=other"}); len(foreign.told()) != 3 {
		t.Errorf("a filter of another version shows %q", foreign.told())
	}
}

func TestADayOfThePictureAndASyncNarrow(t *testing.T) {
	f := hosttest.New(t)
	between := lived(f)
	c := opened(f, host.Stand{})
	c.chart.OnDay(store.DayChanges{Day: startOfDay(f.Now()).AddDate(0, 0, -1)})
	expect(t, "yesterday", c.told())
	f.Window.Canvas().Focus(c.chart)
	f.TypeKeys(fyne.KeyReturn)
	expect(t, "today", c.told(), deleted, joined, led)
	if c.period.Selected == "Any time" {
		t.Errorf("the period says %q", c.period.Selected)
	}
	expect(t, "until a moment", opened(f, host.Stand{Filter: Between(between.Add(-time.Hour), between)}).told(), led)
	c.period.SetSelectedIndex(1)
	if c.filter.between() || c.filter.days != 1 || len(c.period.Options) != len(periods)+1 {
		t.Errorf("after Today: %v, %q", c.filter, c.period.Options)
	}
}

func TestDetailHasBothSidesAndLeadsToTheObject(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{})
	rows := c.list.Grid.Rows()
	c.list.Grid.OnOpen(rows[2])
	for _, want := range []string{"Anna Berg – updated", "Before", "After", "Job title", "Analyst", "Lead"} {
		if !hosttest.Says(c.detail.Object(), want) {
			t.Errorf("the detail does not say %q", want)
		}
	}
	if copied := pressed(c, "Copy"); !strings.Contains(copied, "Job title: Analyst → Lead") || !strings.Contains(copied, "u1") {
		t.Errorf("copied is %q", copied)
	}
	c.list.Grid.OnSelect(rows[1])
	if !hosttest.Says(c.detail.Object(), "Anna Berg (Users)") {
		t.Error("the detail does not follow the selection")
	}
	press(c, "Open the object")
	if f.At != host.ToObject(f.Tenant("alpha").Key, "groups", "g1") {
		t.Errorf("it leads to %s", f.At)
	}
	if c.Escape(); c.detail.Shown() {
		t.Error("Escape leaves the detail open")
	}
	c.list.Grid.OnSelect(rows[0])
	if c.detail.Shown() {
		t.Error("a selection opens the detail again")
	}
}

func TestThePictureGivesWayToTheTable(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{})
	for _, step := range []struct {
		height  float32
		detail  bool
		picture bool
	}{{780, false, true}, {780, true, true}, {520, false, true}, {520, true, false}, {330, false, false}} {
		f.Window.Resize(fyne.NewSize(1000, step.height))
		if c.detail.Close(); step.detail {
			c.detail.Open(c.list.Grid.Rows()[0].Change)
		}
		if c.chart.Visible() != step.picture {
			t.Errorf("%v: the picture is in sight: %v", step, c.chart.Visible())
		}
	}
}

func TestExportsHoldWhatIsShown(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{Class: "users"})
	path := filepath.Join(t.TempDir(), "out")
	c.list.ExportTo(path)
	text, err := os.ReadFile(path)
	if f.Must(err); strings.Count(string(text), "\r\n") != 3 || strings.Contains(string(text), "g1") {
		t.Errorf("the csv holds %s", text)
	}
	c.list.LinesTo(path)
	text, err = os.ReadFile(path)
	if f.Must(err); strings.Count(string(text), "\n") != 2 || !strings.Contains(string(text), `"Lead"`) {
		t.Errorf("the lines are %s", text)
	}
	if name := c.fileName(c.list.Stand); !strings.HasPrefix(name, "alpha.onmicrosoft.com changes users") {
		t.Errorf("the file is called %q", name)
	}
}

func TestTwoMomentsAreCompared(t *testing.T) {
	f := hosttest.New(t)
	between := lived(f)
	c := opened(f, host.Stand{})
	press(c, "Compare two moments")
	d := c.compare
	differs := func() (out []string) {
		for _, x := range d.list.Grid.Rows() {
			out = append(out, labels.NameOf(x)+": "+labels.ChangeText(x, time.Now()))
		}
		return out
	}
	d.from.Set(between)
	d.ask()
	expect(t, "since between", differs(), deleted, joined)
	d.from.Set(time.Time{})
	d.to.Set(between)
	d.ask()
	expect(t, "chosen the other way round", differs(), deleted, joined)
	d.kind.SetSelected("Members and relations")
	expect(t, "of a kind", differs(), joined)
	if name := d.fileName(d.list.Stand); !strings.HasSuffix(strings.TrimSpace(name), "Members and relations") {
		t.Errorf("the file is called %q", name)
	}
	d.kind.SetSelected("All kinds")
	d.class.SetSelected("Users")
	expect(t, "of a class", differs(), deleted)
	d.kind.SetSelected("Added")
	if s := d.list.Grid.State(); s == nil || s.Title != "No change matches" {
		t.Errorf("where none fits it says %+v", s)
	}
	d.class.SetSelected("All classes")
	d.kind.SetSelected("All kinds")
	d.list.Search.SetText("JOINED")
	f.Clock.Pass()
	expect(t, "searched", differs(), joined)
	d.list.Grid.OnOpen(d.list.Grid.Rows()[0])
	if !hosttest.Says(d.detail.Object(), "Finance Admins – member added") {
		t.Error("a difference does not open")
	}
	path := filepath.Join(t.TempDir(), "out")
	d.list.ExportTo(path)
	if text, err := os.ReadFile(path); err != nil || strings.Count(string(text), "\r\n") != 2 {
		t.Errorf("the csv holds %s, %v", text, err)
	}
	if c.Search() != fyne.Focusable(d.list.Search) {
		t.Error("Ctrl+F does not lead to the search of the comparison")
	}
	press(c, "Back to the changes")
	expect(t, "the timeline again", c.told(), deleted, joined, led)
}

// What can't be known of a moment is said beside the comparison.
func TestComparisonSaysWhatItCannotKnow(t *testing.T) {
	f := hosttest.New(t)
	before := f.Tick()
	lived(f)
	c := opened(f, host.Stand{})
	c.showComparison()
	c.compare.from.Set(before)
	c.compare.ask()
	if !c.compare.doubts.Visible() || !strings.HasPrefix(c.compare.doubts.Text, "Users") || !strings.Contains(c.compare.doubts.Text, "were first read whole on") {
		t.Errorf("it says %q", c.compare.doubts.Text)
	}
	grid := c.compare.list.Grid
	if grid.State() == nil || grid.State().Title != "There is nothing to compare with" || !strings.HasPrefix(grid.State().Action, "Compare with ") {
		t.Fatalf("the table says %v", grid.State())
	}
	grid.State().Do()
	if at := c.compare.from.At(); !at.After(before) || len(grid.Rows()) == 0 {
		t.Errorf("the first moment that is known is %v, with %d differences from now", at, len(grid.Rows()))
	}
	c.compare.from.Set(c.host.Now())
	if c.compare.ask(); grid.State() == nil || grid.State().Title != "No difference" {
		t.Errorf("of now and now the table says %v", grid.State())
	}
}

func TestGermanChanges(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	f.InGerman()
	c := opened(f, host.Stand{})
	c.list.Grid.OnOpen(c.list.Grid.Rows()[0])
	f.ExpectGerman("changes", c.room)
	c.showComparison()
	f.ExpectGerman("the comparison", c.room)
}

// The picture counts what the filters let through.
func TestThePictureFollowsTheFilters(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	c := opened(f, host.Stand{})
	c.kind.SetSelectedIndex(3)
	f.Window.Canvas().Focus(c.chart)
	if !hosttest.Says(c.chart, "1 deleted") || !hosttest.Says(c.chart, "0 updated") {
		t.Errorf("the picture says %q", hosttest.Texts(c.chart))
	}
}

// Who made a change stands in a column and in the detail, and can be asked for, where that is read.
func TestWhoMadeIt(t *testing.T) {
	f := hosttest.New(t)
	lived(f)
	if c := opened(f, host.Stand{}); hosttest.Says(c.Content(), "Made by") {
		t.Error("the field is there although nobody reads who did it")
	}
	tenant := f.Tenant("alpha")
	f.Must(f.Store.SetTenant(t.Context(), tenant.Key, store.TenantChange{Classes: append(tenant.Classes, entra.Audits.Name)}))
	log := f.Store.Audits(tenant.Key)
	anna := entra.Actor{Kind: entra.Person, ID: "admin1", Name: "anna@example.com"}
	_, err := log.Put(t.Context(), audits.Batch{Window: []byte("{}"), Entries: []entra.Audit{{ID: "1", Time: time.Now(), Activity: "Delete user", Actor: anna, Targets: []entra.AuditTarget{{ID: "u2"}}}}})
	f.Must(err)
	var last entra.Change
	for x, err := range f.Store.Changes(t.Context(), tenant.Key, store.ChangeQuery{ID: "u2"}) {
		f.Must(err)
		last = x
	}
	f.Must(log.Settle(t.Context(), []audits.Claim{{Change: last.Key, Actors: []int64{1}, Known: true}}, audits.Progress{}))
	c := opened(f, host.Stand{})
	by := c.list.Grid.Columns()[len(c.list.Grid.Columns())-1]
	if got := by.Text(c.list.Grid.Rows()[0]); by.Key != "by" || got != anna.Name {
		t.Errorf("the column %s says %q", by.Key, got)
	}
	c.list.Grid.OnOpen(c.list.Grid.Rows()[0])
	if copied := pressed(c, "Copy"); !strings.Contains(copied, "Made by anna@example.com.") {
		t.Errorf("the detail does not say who made it: %s", copied)
	}
	c.actor.SetText("ANNA@example.com")
	f.Clock.Pass()
	expect(t, "hers", c.told(), deleted)
	route := host.ToChangesBy(tenant.Key, "admin1", "app1")
	expect(t, "by the link of her page", opened(f, route.Stand).told(), deleted)
}

// What has no name of its own is called by what it gives; licences by their names.
func TestChangesShowNamesForIDs(t *testing.T) {
	f := hosttest.New(t)
	f.Scan("alpha", "subscribedSkus", f.Object("t_05e9", `{"skuId":"05e9","skuPartNumber":"SPE_E3"}`))
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg"}`))
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Classes: []string{"users", "servicePrincipals", "oauth2PermissionGrants", "subscribedSkus"}}))
	f.Scan("alpha", "servicePrincipals", f.Object("s1", `{"displayName":"Payroll"}`), f.Object("s2", `{"displayName":"Microsoft Graph"}`))
	f.Scan("alpha", "oauth2PermissionGrants", f.Object("a0", `{"clientId":"s2","consentType":"AllPrincipals","resourceId":"s1"}`))
	f.Scan("alpha", "oauth2PermissionGrants", f.Object("a0", `{"clientId":"s2","consentType":"AllPrincipals","resourceId":"s1"}`), f.Object("a1", `{"clientId":"s1","consentType":"AllPrincipals","resourceId":"s2","scope":"Mail.Read"}`))
	f.Round("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg","assignedLicenses":[{"disabledPlans":[],"skuId":"05e9"}]}`))
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Classes: []string{"users", "roleDefinitions", "roleAssignmentSchedules"}}))
	f.Scan("alpha", "roleDefinitions", f.Object("r1", `{"displayName":"Global Reader"}`))
	for _, status := range []string{"Granted", "Provisioned"} {
		f.Scan("alpha", "roleAssignmentSchedules", f.Object("p1", `{"principalId":"u1","roleDefinitionId":"r1","status":"`+status+`"}`))
	}
	c := opened(f, host.Stand{})
	expect(t, "with names", c.told(), "Global Reader for Anna Berg: Status of Global Reader for Anna Berg: Granted → Provisioned", "Anna Berg: Assigned licences of Anna Berg: – → SPE_E3",
		"Payroll may use Microsoft Graph: Payroll may now use Mail.Read of Microsoft Graph for all users")
}

// In a small window, too, what happened is told whole, in both languages.
func TestWhatHappenedIsNotCut(t *testing.T) {
	f := hosttest.New(t)
	for range 2 {
		for _, kind := range []entra.ChangeKind{entra.Added, entra.Updated, entra.ChangeDeleted, entra.Restored, entra.MemberAdded, entra.MemberRemoved, entra.LinkAdded, entra.LinkRemoved} {
			if room := table.Width(labels.Change(kind), theme.TextSize(), fyne.TextStyle{}) + theme.IconInlineSize() + 22; room > whatWide {
				t.Errorf("%q takes %v, and has %v", labels.Change(kind), room, whatWide)
			}
		}
		f.InGerman()
	}
}
