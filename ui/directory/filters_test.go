package directory

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/lists"
	"github.com/entraidsync/entraidsync/ui/table"
)

// chips are the filters in sight.
func chips(d *Directory) (out []string) {
	for _, b := range hosttest.All[*kit.Button](d.filters.row) {
		if b.Text != "" {
			out = append(out, b.Text)
		}
	}
	return out
}

func TestFiltersAreChips(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	d.filters.add(entra.Condition{Property: "department", Op: entra.OpEquals, Value: "IT"})
	expect(t, "IT", names(d), "Ben Cole", "Cleo Dahl")
	d.filters.add(entra.Condition{Property: "accountEnabled", Op: entra.OpEquals, Value: "false"})
	expect(t, "IT and disabled", names(d), "Ben Cole")
	expect(t, "the chips", chips(d), "Department is IT", "Account enabled is No")
	if name := d.fileName(d.Stand()); !strings.Contains(name, "users department equals IT accountEnabled equals false") {
		t.Errorf("the file is called %q", name)
	}
	again := opened(f, d.Stand())
	expect(t, "as it was left", chips(again), "Department is IT", "Account enabled is No")
	again.filters.remove(0)
	expect(t, "disabled", names(again), "Ben Cole")
	again.filters.put([]entra.Condition{{Property: "city", Op: entra.OpHasValue}})
	state := again.list.Grid.State()
	if state == nil || state.Title != "Nothing fits" {
		t.Fatalf("it says %v", state)
	}
	state.Do()
	expect(t, "all", names(again), "Anna Berg", "Ben Cole", "Cleo Dahl")
	if again.filters.row.Visible() {
		t.Error("the row of the chips stays")
	}
}

func TestFiltersBySomeDaysReadAsSentences(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	all := []entra.Condition{{Property: "createdDateTime", Op: entra.OpAfter, Value: "-30d"}, {Property: "createdDateTime", Op: entra.OpBefore, Value: "-1d"}}
	d.filters.put(all)
	expect(t, "the chips", chips(d), "Created in the last 30 days", "Created more than 1 day ago")
	f.InGerman()
	d.filters.show()
	expect(t, "in German", chips(d), "Erstellt in den letzten 30 Tagen", "Erstellt vor mehr als 1 Tag")
}

func TestFrequentFiltersAreOffered(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	test.Tap(d.filters.button)
	f.TypeKeys(fyne.KeyDown, fyne.KeyReturn)
	expect(t, "the guests", names(d), "Ben Cole")
	expect(t, "the chips", chips(d), "User type is Guest")
	for class, all := range frequent {
		if _, known := entra.ClassNamed(class); !known {
			t.Errorf("there is no class %s", class)
		}
		for _, text := range all {
			if c, err := entra.ParseCondition(text); err != nil || c.Check() != nil {
				t.Errorf("%s is none: %v", text, err)
			}
		}
	}
}

func TestFilterFormCompletesNamesAndValues(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	var got entra.Condition
	form := newFilterForm(d, entra.Condition{Op: entra.OpEquals}, func(c entra.Condition) { got = c })
	form.open()
	form.property.SetText("department")
	form.value.SetText("IT")
	f.Press("Filter")
	if want := (entra.Condition{Property: "department", Op: entra.OpEquals, Value: "IT"}); got != want || f.Top() != nil {
		t.Errorf("it says %v, want %v", got, want)
	}
	form = newFilterForm(d, entra.Condition{Op: entra.OpAfter}, func(c entra.Condition) { got = c })
	form.open()
	form.property.SetText("Created")
	form.value.SetText("yesterday")
	if !form.wrong.Visible() || !strings.Contains(form.wrong.Text, "esterday is no time") {
		t.Errorf("it says %q", form.wrong.Text)
	}
	form.value.SetText("-30d")
	f.Press("Filter")
	if want := (entra.Condition{Property: "createdDateTime", Op: entra.OpAfter, Value: "-30d"}); got != want {
		t.Errorf("it says %v, want %v", got, want)
	}
	form = newFilterForm(d, entra.Condition{Property: "accountEnabled", Op: entra.OpEquals}, func(c entra.Condition) { got = c })
	form.open()
	form.value.SetText("maybe")
	if !form.wrong.Visible() || !strings.Contains(form.wrong.Text, "is true or false") || form.valid() {
		t.Errorf("of a flag that is neither it says %q", form.wrong.Text)
	}
	if form.value.SetText("No"); form.wrong.Visible() || !form.valid() {
		t.Errorf("of a flag that is No it says %q", form.wrong.Text)
	}
	form.property.SetText("memberOf") // every user is in none, and everybody in not one: neither is so
	form.value.SetText("x")
	if !form.wrong.Visible() || !strings.Contains(form.wrong.Text, "no property memberOf") || form.valid() {
		t.Errorf("of what is no property it says %q", form.wrong.Text)
	}
	if form.property.SetText("EMPLOYEEORGDATA/division"); form.wrong.Visible() || form.condition().Property != "employeeOrgData/division" {
		t.Errorf("of a member it says %q, and takes %v", form.wrong.Text, form.condition())
	}
	f.Press("Cancel")
	form = newFilterForm(d, entra.Condition{Property: "accountEnabled", Op: entra.OpIsEmpty}, func(c entra.Condition) { got = c })
	if form.open(); form.property.Text != "Account enabled" || !form.value.Disabled() {
		t.Errorf("it begins with %q", form.property.Text)
	}
	f.TypeKeys(fyne.KeyEscape)
	f.InGerman()
	newFilterForm(d, entra.Condition{Op: entra.OpEquals}, nil).open()
	f.ExpectGerman("the form", f.Top())
}

func TestFilterFormOffersWhatIsMeant(t *testing.T) {
	f := hosttest.New(t)
	form := newFilterForm(filled(f), entra.Condition{Op: entra.OpEquals}, nil)
	form.open()
	if form.names.Box.Visible() {
		t.Error("words are offered before one is typed")
	}
	press := func(what string, box fyne.CanvasObject, want string) {
		t.Helper()
		for _, b := range hosttest.All[*kit.Button](box) {
			if b.Text == want {
				test.Tap(b)
				return
			}
		}
		t.Fatalf("%s: %q is not offered", what, want)
	}
	form.property.SetText("DEP")
	press("the property", form.names.Box, "Department")
	form.value.SetText("t")
	press("its value", form.values.Box, "IT")
	if want := (entra.Condition{Property: "department", Op: entra.OpEquals, Value: "IT"}); form.condition() != want {
		t.Errorf("it says %v, want %v", form.condition(), want)
	}
	if form.names.Box.Visible() || form.values.Box.Visible() {
		t.Error("what is there is offered still")
	}
	form.property.SetText("Account enabled")
	form.value.SetText("n")
	press("a flag", form.values.Box, "No")
	if form.condition().Value != "false" {
		t.Errorf("a flag's word is taken for %q", form.condition().Value)
	}
	under := f.Top()
	form.value.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if f.Top() == under {
		t.Error("Down does not open the choices")
	}
}

func TestDirectoryIsSortedByTheHeader(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	sort := func(key string, descending bool) {
		d.list.Grid.SetSorting(table.Sorting{Key: key, Descending: descending})
		d.list.Grid.OnSort(table.Sorting{Key: key, Descending: descending})
	}
	sort("displayName", true)
	expect(t, "by name, last first", names(d), "Cleo Dahl", "Ben Cole", "Anna Berg")
	sort("userType", false)
	expect(t, "by type", names(d), "Ben Cole", "Anna Berg", "Cleo Dahl")
	sort("first_seen", true)
	expect(t, "by first sight", names(d), "Cleo Dahl", "Ben Cole", "Anna Berg")
	if again := opened(f, d.Stand()); names(again)[0] != "Cleo Dahl" {
		t.Error("the order is forgotten")
	}
	for _, c := range d.list.Grid.Columns() {
		if c.Sort {
			sort(c.Key, false)
			if d.list.Grid.State() != nil {
				t.Errorf("by %s: %v", c.Key, d.list.Grid.State())
			}
		}
	}
	d.choose("groups")
	if d.Stand().Sort != "" {
		t.Error("another class is sorted by a property that it may not have")
	}
}

func TestWhatIsShownIsKeptAsAView(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	d.filters.add(entra.Condition{Property: "department", Op: entra.OpEquals, Value: "IT"})
	d.askName()
	name := f.Focused().(*kit.TextField)
	name.SetText("The\u202eIT")
	f.Press("Save")
	if len(f.Views) > 0 || !strings.Contains(strings.Join(hosttest.Texts(f.Top()), " "), "can't be shown") {
		t.Errorf("a name that reads as another one: %v, %q", f.Views, hosttest.Texts(f.Top()))
	}
	name.SetText("  The IT  ")
	f.Press("Save")
	if told := f.Toasted(); !strings.Contains(told, "The view “The IT” has been saved.") {
		t.Errorf("it tells %q", told)
	}
	d.choose("groups")
	again := opened(f, d.Stand())
	again.choose("own:The IT")
	expect(t, "the view", names(again), "Ben Cole", "Cleo Dahl")
	expect(t, "its chips", chips(again), "Department is IT")
	if again.classes.Selected() != "users" {
		t.Errorf("the class in front is %q", again.classes.Selected())
	}
	app, err := host.NewApp(host.Backend{Store: f.Store, Engine: f.Engine, Vault: f.Vault}, hosttest.Surroundings(t, f.Clock, f.Recorder))
	f.Must(err)
	if len(app.Views) != 1 || app.Views[0].Name != "The IT" {
		t.Errorf("the next start knows %v", app.Views)
	}
	if own := app.Views[0]; own.Tenant != 0 || own.Class != "users" || len(own.Filters) != 1 || own.Filters[0] != `department equals "IT"` {
		t.Errorf("kept is %+v", own)
	}
	d.choose("own:The IT")
	d.askName()
	f.Focused().(*kit.TextField).SetText("Here alone")
	hosttest.All[*kit.CheckField](f.Top())[0].SetChecked(false)
	f.Press("Save")
	if own := f.Views[1]; own.Tenant != d.tenant().Key || own.Of(d.tenant().Key+1) || len(d.owns()) != 2 {
		t.Errorf("kept for this tenant is %+v", own)
	}
	f.DropView(f.Views[1])
	f.DropView(f.Views[0])
	if len(f.Views) != 0 {
		t.Error("it is not forgotten")
	}
}

// TestTheFirstSortSaysThatItPreparesTheOrder, once: its rows come by looking through all, and
// then its index is made on the side; none is where the sort was stopped or quick.
func TestTheFirstSortSaysThatItPreparesTheOrder(t *testing.T) {
	f := hosttest.New(t)
	all := make([]entra.Object, 20_000) // from so many on an order gets an index
	for i := range all {
		all[i] = f.Object(fmt.Sprintf("u%05d", i), `{"displayName":"A"}`)
	}
	f.Scan("alpha", "users", all...)
	d, tenant := opened(f, host.Stand{Class: "users"}), f.Tenant("alpha").Key
	due := func() bool {
		is, err := f.Store.OrderDue(t.Context(), tenant, "users", "displayName")
		f.Must(err)
		return is
	}
	run := f.Later()
	sorted := func(slow time.Duration, meanwhile func()) {
		d.slow = slow
		d.list.Grid.OnSort(table.Sorting{Key: "displayName"})
		meanwhile()
		run()
	}
	sorted(time.Hour, func() {})
	if !due() || d.list.Grid.State() != nil {
		t.Errorf("quick to sort, it has got an index, or it says %+v", d.list.Grid.State())
	}
	sorted(0, func() {
		d.preparing.Add(1) // another goroutine looks
		f.Clock.Pass()
		d.preparing.Add(-1)
		state := d.list.Grid.State()
		if state == nil || state.Title != "Preparing this order once…" || state.Action != "Stop" {
			t.Fatalf("it says %+v", state)
		}
		state.Do()
	})
	if state := d.list.Grid.State(); !due() || state == nil || state.Action != "Go on" {
		t.Fatalf("stopped, the order was made, or it says %+v", state)
	}
	d.list.Grid.State().Do()
	if run(); due() || d.list.Grid.State() != nil || len(d.list.Grid.Rows()) == 0 || d.making.Load() || d.preparing.Load() != 0 {
		t.Errorf("gone on with, the order was not made, or it says %+v", d.list.Grid.State())
	}
}

// TestWhatIsFarBehindWaitsForItsOrder, and so does an export.
func TestWhatIsFarBehindWaitsForItsOrder(t *testing.T) {
	for _, w := range []lists.Wanted{{Stand: host.Stand{Class: "users", Sort: "displayName", Offset: deep + 1}, Limit: 50}, {Stand: host.Stand{Class: "users", Sort: "displayName"}}} {
		f := hosttest.New(t)
		all := make([]entra.Object, 20_000)
		for i := range all {
			all[i] = f.Object(fmt.Sprintf("u%05d", i), `{"displayName":"A"}`)
		}
		f.Scan("alpha", "users", all...)
		d := opened(f, host.Stand{Class: "users"})
		ends, err := d.prepare(t.Context(), w)
		f.Must(err)
		if due, err := f.Store.OrderDue(t.Context(), d.tenant().Key, "users", "displayName"); err != nil || due || d.preparing.Load() != 1 {
			t.Errorf("%+v did not wait for its order: %v", w, err)
		}
		ends()
	}
}

// TestTheTenantChangesWhileItIsRead: what works on the side asks whose directory it is.
func TestTheTenantChangesWhileItIsRead(t *testing.T) {
	f := hosttest.New(t)
	d, stored := filled(f), f.Tenant("alpha")
	var working sync.WaitGroup
	f.Start, f.Post = working.Go, func(func()) {}
	for range 10 {
		d.counting.Drop()
		d.count()
		d.Stored(stored)
		working.Wait()
	}
}

// TestAFlagThatFewHaveIsQuickTheNextTime, and rows that take long say so.
func TestAFlagThatFewHaveIsQuickTheNextTime(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	for filter, want := range map[string]string{"accountEnabled = true": "Next time", "department = Sales": "", "": ""} {
		d := opened(f, host.Stand{Class: "users", Filter: filter})
		if _, text := d.late(); (text == "") != (want == "") || !strings.Contains(text, want) {
			t.Errorf("%q: it says %q", filter, text)
		}
	}
}
