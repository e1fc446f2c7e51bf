package window

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/table"
	"github.com/entraidsync/entraidsync/ui/tenant"
)

// fixture is the main window on a store with two profiles and two tenants.
type fixture struct {
	*hosttest.Fixture
	*Window
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	test.NewTempApp(t)
	f := &fixture{&hosttest.Fixture{T: t, Clock: &hosttest.Clock{}}, nil}
	f.open(hosttest.Backend(t))
	f.Host.Window.Resize(fyne.NewSize(1280, 800))
	return f
}

// open opens the window, as a start of the program does.
func (f *fixture) open(b host.Backend) {
	f.Helper()
	f.Window = &Window{}
	app, err := host.NewApp(b, hosttest.Surroundings(f.T, f.Clock, f.Window))
	f.Must(err)
	f.Must(f.furnish(app, "test"))
	f.Host = f.host
	f.Cleanup(f.Host.Window.Close)
}

// openTenant puts a tenant's page in front.
func (f *fixture) openTenant(name string) {
	f.Helper()
	f.Open(host.ToTenant(f.Tenant(name).Key))
	if _, ok := f.page.(*tenant.Page); !ok {
		f.Fatalf("the page in front is %T", f.page)
	}
}

// openForm puts a tenant's configuration in front.
func (f *fixture) openForm(name string) {
	f.Helper()
	f.openTenant(name)
	hosttest.The[*container.AppTabs](f.Fixture, f.room).SelectIndex(0)
}

// disable changes a tenant's configuration without saving it.
func (f *fixture) disable(name string) {
	f.Helper()
	f.openForm(name)
	hosttest.The[*kit.Toggle](f.Fixture, f.room).SetChecked(false)
}

// search is that of the page in front.
func search(f *fixture) *kit.SearchEntry {
	f.Helper()
	return hosttest.The[*kit.SearchEntry](f.Fixture, f.room)
}

// tenants are the rows of the table of tenants in front.
func tenants(f *fixture) *table.Grid[entra.Tenant] {
	f.Helper()
	return hosttest.The[*table.Grid[entra.Tenant]](f.Fixture, f.room)
}

// choose presses a line of the tree.
func (f *fixture) choose(at host.Route) {
	f.Helper()
	for _, o := range f.navigation.tree.Lines() {
		if row := o.(*treeRow); row.route == at {
			row.Tapped(&fyne.PointEvent{Position: fyne.NewPos(row.left()+5, 5)})
			return
		}
	}
	f.Fatalf("the tree shows no line of %s", at)
}

func TestTreeAndPageAgree(t *testing.T) {
	f := newFixture(t)
	selected := &f.navigation.tree.selected
	alpha := host.ToTenant(f.Tenant("alpha").Key)
	profile, err := f.Store.Profile(t.Context(), "beta")
	f.Must(err)
	for _, at := range []host.Route{host.To(host.Tenants), alpha, host.To(host.Profiles), host.ToProfile(profile.ID), host.To(host.Settings)} {
		f.choose(at)
		if f.at != at || *selected != at {
			t.Errorf("%s selected in the tree: the page is %s, the tree shows %s", at, f.at, *selected)
		}
	}
	test.Tap(f.navigation.header)
	if f.at != host.To(host.Overview) || *selected != (host.Route{}) {
		t.Errorf("after the header: the page is %s, the tree shows %s", f.at, *selected)
	}
	f.Open(host.To(host.Tenants))
	tenants(f).Select(1)
	tenants(f).TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if beta := host.ToTenant(f.Tenant("beta").Key); f.at != beta || *selected != beta {
		t.Errorf("Enter in the table: the page is %s, the tree shows %s, want %s", f.at, *selected, beta)
	}
}

func TestEnterOpensInTheTree(t *testing.T) {
	f := newFixture(t)
	f.choose(host.To(host.Tenants))
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyReturn} {
		f.navigation.tree.TypedKey(&fyne.KeyEvent{Name: key})
	}
	if want := host.ToTenant(f.Tenant("alpha").Key); f.at != want {
		t.Errorf("the page is %s, want %s", f.at, want)
	}
}

func TestPageOfARemovedTenantLeadsAway(t *testing.T) {
	f := newFixture(t)
	f.openTenant("alpha")
	f.Must(f.Store.RemoveTenant(t.Context(), f.Tenant("alpha").Key)) // by another process
	f.Changed()
	if f.at != host.To(host.Tenants) {
		t.Errorf("the page is %s, want %s", f.at, host.To(host.Tenants))
	}
}

func TestUnsavedChangesAreGuarded(t *testing.T) {
	for _, c := range []struct {
		choice  string
		leaves  bool
		enabled bool // as stored in the end
	}{{"Stay", false, true}, {"Discard", true, true}, {"Save", true, false}} {
		t.Run(c.choice, func(t *testing.T) {
			f := newFixture(t)
			selected := &f.navigation.tree.selected
			f.disable("alpha")
			was := f.at
			f.choose(host.To(host.Settings))
			if f.at != was || *selected != was.Branch() {
				t.Fatalf("before the answer the page is %s, the tree shows %s", f.at, *selected)
			}
			f.Press(c.choice)
			if left := f.at == host.To(host.Settings); left != c.leaves {
				t.Errorf("left: %v, want %v", left, c.leaves)
			}
			if got := f.Tenant("alpha").Enabled; got != c.enabled {
				t.Errorf("stored as enabled: %v, want %v", got, c.enabled)
			}
		})
	}
}

func TestClosingTheWindowIsGuarded(t *testing.T) {
	f := newFixture(t)
	f.disable("alpha")
	closed := false
	f.page.Guard(func() { closed = true })
	if closed {
		t.Fatal("the window closed over unsaved changes")
	}
	f.Press("Discard")
	if !closed {
		t.Error("the window stays open")
	}
}

func TestAppearanceIsRemembered(t *testing.T) {
	f := newFixture(t)
	want := host.Look{Mode: "dark", Zoom: 125}
	f.Wear(want)
	f.again()
	if f.Look != want {
		t.Errorf("the window wears %v, want %v", f.Look, want)
	}
}

func TestFindGoesToTheSearchOfThePage(t *testing.T) {
	f := newFixture(t)
	for _, c := range []struct{ at, want host.Route }{{host.To(host.Overview), host.To(host.Tenants)}, {host.To(host.Tenants), host.To(host.Tenants)}, {host.To(host.Profiles), host.To(host.Profiles)}} {
		f.Open(c.at)
		f.find()
		if f.at != c.want || f.Focused() != fyne.Focusable(search(f)) {
			t.Errorf("from %s: the page is %s, the focus on %T", c.at, f.at, f.Focused())
		}
	}
}

// The keys that follow Ctrl+F are for the search, even before the list has come.
func TestFindDoesNotWaitForTheList(t *testing.T) {
	f := newFixture(t)
	var side []func()
	f.Start = func(work func()) { side = append(side, work) }
	f.find()
	if f.Focused() != fyne.Focusable(search(f)) {
		t.Fatalf("the focus is on %T", f.Focused())
	}
	search(f).SetText("alpha")
	for len(side) > 0 {
		work := side[0]
		side = side[1:]
		work()
	}
	if len(tenants(f).Rows()) != 1 {
		t.Errorf("%d rows are in sight", len(tenants(f).Rows()))
	}
}

// adding are the windows that are open beside the main one.
func (f *fixture) adding() (found int) {
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		if w.Title() == "Add New Integration" {
			found++
		}
	}
	return found
}

func TestAddIsOpenOnce(t *testing.T) {
	f := newFixture(t)
	for range 3 { // a double click, and another
		test.Tap(f.navigation.add)
	}
	if n := f.adding(); n != 1 {
		t.Fatalf("%d windows are open", n)
	}
	f.Add(host.CredentialProfile)
	if n := f.adding(); n != 1 {
		t.Errorf("another type: %d windows are open", n)
	}
	f.Host.Window.RequestFocus() // the main one lies over it
	test.Tap(f.navigation.add)
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		front := reflect.ValueOf(w).Elem().FieldByName("focused").Bool() // Fyne's own tests tell it by that
		if front != (w.Title() == "Add New Integration") {
			t.Errorf("%q is in front: %v", w.Title(), front)
		}
	}
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		if w.Title() == "Add New Integration" {
			w.Canvas().OnTypedKey()(hosttest.Escape)
		}
	}
	if n := f.adding(); n != 0 {
		t.Fatalf("after Escape %d windows are open", n)
	}
	test.Tap(f.navigation.add)
	if n := f.adding(); n != 1 {
		t.Errorf("once it is closed it does not open again: %d", n)
	}
}

// What was typed in Add New Integration is not lost when the main window closes.
func TestClosingAsksOverWhatIsBeingAdded(t *testing.T) {
	f := newFixture(t)
	quit := 0
	f.quit = func() { quit++ }
	f.Add(host.EntraIDSync)
	var other fyne.Window
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		if w.Title() == "Add New Integration" {
			other = w
		}
	}
	f.guard(f.putAway)
	if quit != 1 {
		t.Fatal("an empty form keeps the app")
	}
	f.Hinted(other.Content(), "contoso.onmicrosoft.com").SetText("fabrikam.com")
	f.guard(f.putAway)
	if quit != 1 || other.Canvas().Overlays().Top() == nil {
		t.Fatalf("nothing is asked; the app ended %d times", quit-1)
	}
	for _, b := range hosttest.All[*kit.Button](other.Canvas().Overlays().Top()) {
		if b.Text == "Discard" {
			b.OnTapped()
		}
	}
	if quit != 2 {
		t.Error("the app goes on after Discard")
	}
}

// A toast that stays makes room for the buttons of the page that comes under it.
func TestToastsKeepClearOfTheNextPage(t *testing.T) {
	f := newFixture(t)
	f.Host.Failed(entra.Invalid("it failed", "of something", "do something else"))
	profile, err := f.Store.Profile(t.Context(), "alpha")
	f.Must(err)
	for _, to := range []host.Route{host.To(host.Settings), host.ToProfile(profile.ID), host.ToTenant(f.Tenant("alpha").Key)} {
		f.Open(to)
		toast := f.Toasts.Object().(*fyne.Container).Objects[0]
		for _, b := range hosttest.All[*kit.Button](f.room) {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
			if b.Visible() && at.X+b.Size().Width > toast.Position().X && at.Y < toast.Position().Y+toast.Size().Height && at.Y+b.Size().Height > toast.Position().Y {
				t.Errorf("%v: the toast at %v covers %q at %v", to, toast.Position(), b.Text, at)
			}
		}
	}
}
