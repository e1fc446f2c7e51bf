package directory

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
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/table"
)

// filled puts the directory of alpha in the window, which holds three users and two
// groups.
func filled(f *hosttest.Fixture) *Directory {
	f.Helper()
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg","department":"Sales","accountEnabled":true,"userType":"Member"}`),
		f.Object("u2", `{"displayName":"Ben Cole","department":"IT","accountEnabled":false,"userType":"Guest"}`), f.Object("u3", `{"displayName":"Cleo Dahl","department":"IT"}`))
	f.Scan("alpha", "groups", f.Object("g1", `{"displayName":"Finance","groupTypes":["Unified"]}`, entra.Link{Relation: entra.Members, Target: "u1"}), f.Object("g2", `{"displayName":"Staff"}`))
	return opened(f, host.Stand{})
}

// opened puts a directory in the window as it is to stand.
func opened(f *hosttest.Fixture, stand host.Stand) *Directory {
	f.Helper()
	d := New(f.Host, f.Tenant("alpha"), stand, func() {})
	f.Display(d.Content())
	return d
}

// names are the first cells of the rows on screen.
func names(d *Directory) (out []string) {
	for _, r := range d.list.Grid.Rows() {
		out = append(out, d.list.Grid.Columns()[0].Text(r))
	}
	return out
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestObjectsAreListedClassByClass(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	expect(t, "users", names(d), "Anna Berg", "Ben Cole", "Cleo Dahl")
	counts := map[string]string{}
	for _, e := range d.entries() {
		counts[e.Key] = e.Count
	}
	if counts["users"] != "3" || counts["groups"] != "2" || counts["devices"] != "0" || counts["applications"] != "" {
		t.Errorf("the classes' counts are %v", counts)
	}
	d.classes.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	expect(t, "after an arrow", names(d), "Finance", "Staff")
	if d.Stand().Class != "groups" {
		t.Errorf("it stands at %v", d.Stand())
	}
}

func TestFlagsAndWordsOfGraphAreSaidInOurs(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	for i, c := range d.list.Grid.Columns() {
		want := map[string]string{"accountEnabled": "No", "userType": "Guest"}[c.Key]
		if got := d.list.Grid.Columns()[i].Text(d.list.Grid.Rows()[1]); want != "" && got != want {
			t.Errorf("%s of Ben is %q, want %q", c.Key, got, want)
		}
	}
}

func TestDirectoryIsSearchedAsOneTypes(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	d.list.Search.SetText("dahl")
	f.Clock.Pass()
	expect(t, "dahl", names(d), "Cleo Dahl")
	d.list.Search.SetText("nobody")
	f.Clock.Pass()
	state := d.list.Grid.State()
	if state == nil || state.Title != "Nothing matches" {
		t.Fatalf("the state is %v", state)
	}
	state.Do()
	f.Clock.Pass()
	expect(t, "all", names(d), "Anna Berg", "Ben Cole", "Cleo Dahl")
}

// The rows come first; how many there are in all is counted after, and a question of
// before is dropped.
func TestFirstRowsDoNotWaitForTheCount(t *testing.T) {
	f := hosttest.New(t)
	var users []entra.Object
	for i := range 60 {
		users = append(users, f.Object("u"+string(rune('A'+i)), `{"displayName":"User"}`))
	}
	f.Scan("alpha", "users", users...)
	d := opened(f, host.Stand{})
	if n := len(d.list.Grid.Rows()); n != 50 || !hosttest.Says(f.Window.Content(), "1–50 of 60") {
		t.Errorf("%d rows, and the pager says %q", n, hosttest.Texts(f.Window.Content()))
	}
	run := f.Later()
	d.list.Search.SetText("user")
	f.Clock.Pass()
	d.list.Search.SetText("nobody")
	f.Clock.Pass()
	run()
	if len(d.list.Grid.Rows()) != 0 || d.list.Grid.State() == nil {
		t.Error("rows of an older search are shown")
	}
}

func TestEnterAndTheSecondClickOpenAnObject(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	want := host.ToObject(f.Tenant("alpha").Key, "users", "u2")
	row := hosttest.All[fyne.SecondaryTappable](d.list.Grid) // the rows
	var tap []fyne.Tappable
	for _, r := range row {
		if w, ok := r.(fyne.Tappable); ok && strings.HasPrefix(typeName(r), "*table.row") {
			tap = append(tap, w)
		}
	}
	tap[1].Tapped(&fyne.PointEvent{})
	if f.At == want {
		t.Error("one click opens it")
	}
	tap[1].Tapped(&fyne.PointEvent{})
	if f.At != want {
		t.Errorf("two clicks lead to %v", f.At)
	}
	f.Recorder.At = host.Route{}
	d.list.Grid.TypedKey(hosttest.Enter)
	if f.At != want {
		t.Errorf("Enter leads to %v", f.At)
	}
}

func TestDeletedOnesAreShownOnDemand(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	f.Round("alpha", "users", entra.Object{ID: "u2", Removed: entra.SoftDeleted})
	d.Refresh()
	expect(t, "at first", names(d), "Anna Berg", "Cleo Dahl")
	test.Tap(d.deleted)
	expect(t, "with deleted ones", names(d), "Anna Berg", "Cleo Dahl", "Ben Cole")
	c := d.list.Grid.Columns()[0]
	if r := d.list.Grid.Rows()[2]; c.Icon(r) == nil || !c.Quiet(r) {
		t.Error("a deleted one is not marked")
	}
	path := filepath.Join(t.TempDir(), "a.csv")
	d.list.ExportTo(path)
	if content, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(content), "id,deleted,displayName") || !strings.Contains(string(content), "\r\nu2,true,Ben Cole") ||
		!strings.Contains(string(content), "\r\nu1,false,Anna Berg") {
		t.Errorf("a deleted one is not marked in %q, %v", content, err)
	}
}

func TestExportIsWhatIsShown(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	d.list.Grid.SetHidden([]string{})
	var hidden []string
	for _, c := range d.list.Grid.Columns() {
		if c.Key != "displayName" && c.Key != "accountEnabled" {
			hidden = append(hidden, c.Key)
		}
	}
	d.list.Grid.SetHidden(hidden)
	d.list.Search.SetText("it")
	f.Clock.Pass()
	dir := t.TempDir()
	d.list.ExportTo(filepath.Join(dir, "a.csv"))
	d.list.LinesTo(filepath.Join(dir, "a.jsonl"))
	for name, want := range map[string]string{"a.csv": "id,displayName,accountEnabled\r\nu2,Ben Cole,false\r\nu3,Cleo Dahl,\r\n",
		"a.jsonl": `{"id":"u2","displayName":"Ben Cole","accountEnabled":false}` + "\n" + `{"id":"u3","displayName":"Cleo Dahl","accountEnabled":null}` + "\n"} {
		if content, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(content) != want {
			t.Errorf("%s holds %q, %v", name, content, err)
		}
	}
	if name := d.fileName(d.Stand()); name != "alpha.onmicrosoft.com users search it" {
		t.Errorf("the file is called %q", name)
	}
}

// What an assignment gives stands in a file by its name, now and as of a moment.
func TestExportNamesAppRoles(t *testing.T) {
	f := hosttest.New(t)
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Classes: []string{"users", "groups", "servicePrincipals", "appRoleAssignments"}}))
	d := filled(f)
	f.Scan("alpha", "servicePrincipals", f.Object("s1", `{"displayName":"Payroll","appRoles":[{"id":"0a0a0a0a-0000-4000-8000-000000000001","displayName":"Reader","value":"Read.All"}]}`))
	f.Scan("alpha", "appRoleAssignments", f.Object("a1", `{"appRoleId":"0a0a0a0a-0000-4000-8000-000000000001","principalId":"u1","principalDisplayName":"Of Graph","resourceId":"s1"}`))
	then := f.Tick()
	f.Tick()
	f.Scan("alpha", "servicePrincipals", f.Object("s1", `{"displayName":"Payroll","appRoles":[{"id":"0a0a0a0a-0000-4000-8000-000000000001","displayName":"Auditor","value":"Read.All"}]}`))
	d.choose("appRoleAssignments")
	dir := t.TempDir()
	for _, c := range []struct {
		name            string
		at              time.Time
		role, who, what string
	}{{"now", time.Time{}, "Auditor (Read.All)", "Of Graph", "s1"}, {"then", then, "Reader (Read.All)", "Anna Berg", "Payroll"}} {
		d.travel(c.at)
		d.list.ExportTo(filepath.Join(dir, c.name+".csv"))
		d.list.LinesTo(filepath.Join(dir, c.name+".jsonl"))
		csv, err := os.ReadFile(filepath.Join(dir, c.name+".csv"))
		if lines := strings.Split(string(csv), "\r\n"); err != nil || len(lines) != 3 || !strings.HasSuffix(lines[0], ",appRoleName") || !strings.HasSuffix(lines[1], ","+c.role) {
			t.Errorf("%s.csv holds %q, %v", c.name, csv, err)
		}
		if content, err := os.ReadFile(filepath.Join(dir, c.name+".jsonl")); err != nil || !strings.Contains(string(content), `"appRoleName":"`+c.role+`"`) {
			t.Errorf("%s.jsonl holds %q, %v", c.name, content, err)
		}
		rows := d.list.Grid.Rows()
		if len(rows) != 1 || rows[0].Given != c.role {
			t.Fatalf("%s %+v are shown", c.name, rows)
		}
		class, _ := entra.ClassNamed("appRoleAssignments")
		if who, what := d.text(class, "principalDisplayName")(rows[0]), d.text(class, "resourceDisplayName")(rows[0]); who != c.who || what != c.what {
			t.Errorf("%s %q has %q", c.name, who, what)
		}
	}
}

func TestColumnsAreRememberedByClass(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	if hidden := d.list.Grid.Hidden(); slices.Contains(hidden, "displayName") || !slices.Contains(hidden, "city") {
		t.Errorf("at first these are hidden: %v", hidden)
	}
	d.list.Grid.OnHide(slices.DeleteFunc(d.list.Grid.Hidden(), func(key string) bool { return key == "city" }))
	d.choose("groups")
	d.choose("users")
	if slices.Contains(d.list.Grid.Hidden(), "city") {
		t.Error("the chosen column is forgotten")
	}
}

func TestEmptyClassesSayWhatToDo(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	led := false
	d.Configure = func(string) { led = true }
	says := func(class, title string) {
		t.Helper()
		d.choose(class)
		if s := d.list.Grid.State(); s == nil || s.Title != title {
			t.Errorf("%s says %v, want %q", class, s, title)
		}
	}
	says("applications", "Applications: not synced")
	if d.list.Grid.State().Do(); !led {
		t.Error("it does not lead to the configuration")
	}
	says("devices", "Not synced yet")
	f.Scan("alpha", "devices")
	d.Refresh()
	says("devices", "There are none")
	f.Must(f.Store.Block(t.Context(), f.Tenant("alpha").Key, "devices", entra.CodePermission, f.Now()))
	d.Refresh()
	says("devices", "Devices: not permitted")
	if !strings.Contains(d.list.Grid.State().Text, "Device.Read.All") {
		t.Errorf("it does not name the permission: %q", d.list.Grid.State().Text)
	}
}

// Back finds the directory as it was left.
func TestDirectoryStandsAsItWasLeft(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	d.choose("users")
	test.Tap(d.deleted)
	d.list.Search.SetText("it")
	f.Clock.Pass()
	d.list.Grid.Select(1)
	again := opened(f, d.Stand())
	expect(t, "the rows", names(again), "Ben Cole", "Cleo Dahl")
	if r, ok := again.list.Grid.Selected(); !ok || r.ID != "u3" || again.list.Search.Text != "it" || !again.deleted.Checked {
		t.Errorf("it stands at %+v", again.Stand())
	}
}

func TestDirectoryShowsThePast(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	then := f.Tick()
	f.Round("alpha", "users", f.Object("u1", `{"displayName":"Anna Lund"}`), entra.Object{ID: "u3", Removed: entra.SoftDeleted})
	d.Refresh()
	expect(t, "now", names(d), "Anna Lund", "Ben Cole")
	d.travel(then)
	expect(t, "then", names(d), "Anna Berg", "Ben Cole", "Cleo Dahl")
	if !hosttest.Says(f.Window.Content(), "Users: the values of “Last synced from on-premises” are not recorded, and left out.") {
		t.Errorf("what can't be known is not said: %q", hosttest.Texts(f.Window.Content()))
	}
	d.list.Grid.Select(0)
	d.list.Grid.TypedKey(hosttest.Enter)
	if f.At != host.ToObject(f.Tenant("alpha").Key, "users", "u1").AsOf(then) {
		t.Errorf("it leads to %v, not to the object of then", f.At)
	}
}

func typeName(v any) string { return fmt.Sprintf("%T", v) }

func TestDirectorySpeaksGerman(t *testing.T) {
	f := hosttest.New(t)
	f.InGerman()
	d := filled(f)
	f.ExpectGerman("the directory", f.Window.Content())
	d.choose("applications")
	f.ExpectGerman("what is not synced", f.Window.Content())
}

// Each class stands under the group that the class table gives it, as on the form.
func TestClassesStandInTheGroupsOfTheForm(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	heading, seen := "", 0
	for _, e := range d.entries() {
		class, is := entra.ClassNamed(e.Key)
		switch {
		case e.Key == "":
			heading = e.Text
		case is:
			if seen++; heading != string(class.Group) {
				t.Errorf("%s stands under %q, and is of %q", e.Key, heading, class.Group)
			}
		}
	}
	if seen != len(entra.Classes()) {
		t.Errorf("%d classes of %d are in the list", seen, len(entra.Classes()))
	}
}

func TestLicencesAreNamed(t *testing.T) {
	f := hosttest.New(t)
	f.Scan("alpha", "subscribedSkus", f.Object("t_05e9", `{"skuId":"05e9","skuPartNumber":"SPE_E3"}`), f.Object("t_06eb", `{"skuId":"06eb","skuPartNumber":"SPE_E5"}`))
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg","assignedLicenses":[{"disabledPlans":[],"skuId":"05e9"},{"disabledPlans":[],"skuId":"06eb"}],"licenseAssignmentStates":[{"skuId":"05e9","state":"Active"}]}`))
	d := opened(f, host.Stand{Class: "users"})
	for _, c := range d.list.Grid.Columns() {
		if got := c.Text(d.list.Grid.Rows()[0]); c.Key == "assignedLicenses" && got != "SPE_E3, SPE_E5" {
			t.Errorf("Anna's licences are %q", got)
		}
	}
	if !slices.ContainsFunc(d.list.Grid.Columns(), func(c table.Column[row]) bool { return c.Key == "assignedLicenses" }) {
		t.Error("there is no column of licences")
	}
}

// TestClassInFrontIsInSight, however far down it stands among them.
func TestClassInFrontIsInSight(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	d := opened(f, host.Stand{Class: "authenticationMethodsPolicy"})
	if scroll := d.classes.Object().(*container.Scroll); scroll.Offset.Y == 0 || scroll.Offset.Y+scroll.Size().Height > scroll.Content.MinSize().Height {
		t.Errorf("of %v the part from %v on is shown, %v high", scroll.Content.MinSize().Height, scroll.Offset.Y, scroll.Size().Height)
	}
}

// What is held of a class that is switched off is shown with since when it stands still.
func TestSwitchedOffClassesAreTold(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Classes: []string{"users"}}))
	const told = "are switched off since"
	text := func(class string) string {
		opened(f, host.Stand{Class: class})
		return strings.Join(hosttest.Texts(f.Window.Content()), "|")
	}
	if got := text("groups"); !strings.Contains(got, "Groups "+told) || !strings.Contains(got, "Finance") || strings.Contains(got, "This is the past") {
		t.Errorf("groups: %s", got)
	}
	if got := text("users"); strings.Contains(got, told) {
		t.Errorf("users: %s", got)
	}
}
