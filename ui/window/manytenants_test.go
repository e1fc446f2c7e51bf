package window

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

// many puts tenants customer-1 … customer-N in the navigation; every tenth failed, every
// seventh is disabled.
func (f *fixture) many(tenants int) {
	f.Helper()
	var all []entra.Tenant
	for i := 1; i <= tenants; i++ {
		t := entra.Tenant{Key: int64(100 + i), Name: fmt.Sprintf("customer-%d.onmicrosoft.com", i), DisplayName: fmt.Sprintf("Customer %d", i), Enabled: i%7 != 0, LastSyncStatus: entra.Succeeded}
		if i%10 == 0 {
			t.LastSyncStatus = entra.Failed
		}
		all = append(all, t)
	}
	profiles, err := f.Store.Profiles(f.T.Context())
	f.Must(err)
	f.navigation.show(all, profiles)
}

// line is the widget of a line of the tree, if it is in sight.
func (f *fixture) line(at host.Route) *treeRow {
	for _, o := range f.navigation.tree.Lines() {
		if row := o.(*treeRow); row.route == at {
			return row
		}
	}
	return nil
}

// Profiles, Settings and Help are in sight however many tenants there are and wherever
// their list is scrolled to.
func TestPlacesStayInSightBesideManyTenants(t *testing.T) {
	f := newFixture(t)
	f.many(501)
	for _, height := range []float32{800, 640} {
		f.Host.Window.Resize(fyne.NewSize(1280, height))
		for _, key := range []fyne.KeyName{fyne.KeyHome, fyne.KeyEnd} {
			f.navigation.tree.FocusGained()
			f.navigation.tree.TypedKey(&fyne.KeyEvent{Name: key})
			f.navigation.tree.branches[0].scroll.ScrollToBottom()
			for _, place := range []host.Place{host.Tenants, host.Profiles, host.Settings, host.Help} {
				row := f.line(host.To(place))
				if row == nil {
					t.Fatalf("%s has no line", place)
				}
				if at := fyne.CurrentApp().Driver().AbsolutePositionForObject(row); at.Y < 0 || at.Y+row.Size().Height > height {
					t.Errorf("%s is at %v in a window %v high", place, at, height)
				}
			}
		}
	}
	if rows := len(f.navigation.tree.Lines()); rows > 40 {
		t.Errorf("%d lines have a widget", rows)
	}
}

// The filter finds tenants by name, domain and state, a word each; Down goes into what
// it found, Enter opens the one, Escape shows all again.
func TestTreeIsFiltered(t *testing.T) {
	f := newFixture(t)
	if f.navigation.filter.Visible() {
		t.Error("two tenants have a filter")
	}
	f.many(501)
	for text, want := range map[string]int{"customer-417": 1, "Customer 417": 1, "onmicrosoft 50": 7, "failed": 43, "FAILED customer-1": 10, "disabled": 71, "nobody": 0, "": 501} {
		f.navigation.filter.SetText(text)
		if got := len(f.navigation.tree.branches[0].routes); got != want {
			t.Errorf("%q finds %d, want %d", text, got, want)
		}
		head := f.line(host.To(host.Tenants)).Text
		if filtered := want < 501; strings.Contains(head, fmt.Sprintf("(%d / 501)", want)) != filtered {
			t.Errorf("%q: the head says %q", text, head)
		}
	}
	f.ctrl(fyne.KeyT)
	if f.Focused() != fyne.Focusable(f.navigation.filter) {
		t.Fatalf("Ctrl+T leaves the focus on %T", f.Focused())
	}
	f.navigation.filter.SetText("customer-41")
	f.TypeKeys(fyne.KeyDown, fyne.KeyDown)
	if f.Focused() != fyne.Focusable(f.navigation.tree) || f.navigation.tree.cursor != host.ToTenant(100+410) {
		t.Errorf("Down goes to %v on %T", f.navigation.tree.cursor, f.Focused())
	}
	f.ctrl(fyne.KeyT)
	f.TypeKeys(fyne.KeyEscape)
	if got := len(f.navigation.tree.branches[0].routes); got != 501 {
		t.Errorf("after Escape the tree has %d tenants", got)
	}
}

// Enter in the filter opens the one tenant that it found. The filter stays through
// another zoom.
func TestEnterInTheFilterOpensTheOneTenant(t *testing.T) {
	f := newFixture(t)
	f.ctrl(fyne.KeyT)
	f.navigation.filter.SetText("bet")
	f.TypeKeys(fyne.KeyReturn)
	if want := host.ToTenant(f.Tenant("beta").Key); f.at != want {
		t.Errorf("the page is %s, want %s", f.at, want)
	}
	f.ctrl(fyne.KeyPlus)
	if got := len(f.navigation.tree.branches[0].routes); f.navigation.filter.Text != "bet" || got != 1 || !f.navigation.filter.Visible() {
		t.Errorf("after the zoom the filter is %q, the tree has %d tenants", f.navigation.filter.Text, got)
	}
}

// A folded tree leads the shortcut to the table of tenants.
func TestFilterOfAFoldedTreeIsTheTablesSearch(t *testing.T) {
	f := newFixture(t)
	f.Host.Window.Resize(fyne.NewSize(800, 640))
	f.ctrl(fyne.KeyT)
	if f.at != host.To(host.Tenants) || f.Focused() != fyne.Focusable(search(f)) {
		t.Errorf("the page is %s, the focus on %T", f.at, f.Focused())
	}
}

// Branches fold by the keys and by their arrow; Left leads from a line to its head.
func TestBranchesFold(t *testing.T) {
	f := newFixture(t)
	tree, tenants := f.navigation.tree, f.navigation.tree.branches[0]
	f.choose(host.ToTenant(f.Tenant("beta").Key))
	f.TypeKeys(fyne.KeyLeft)
	if tree.cursor != host.To(host.Tenants) || tenants.closed {
		t.Errorf("Left goes to %s", tree.cursor)
	}
	f.TypeKeys(fyne.KeyLeft)
	if !tenants.closed || f.line(host.ToTenant(f.Tenant("alpha").Key)) != nil {
		t.Error("Left at the head does not fold")
	}
	f.TypeKeys(fyne.KeyDown)
	if tree.cursor != host.To(host.Profiles) {
		t.Errorf("Down goes into the folded branch: %s", tree.cursor)
	}
	tenants.head.Tapped(&fyne.PointEvent{Position: fyne.NewPos(3, 3)})
	if tenants.closed || f.at.Place != host.Tenant {
		t.Errorf("the arrow: folded %v, the page is %s", tenants.closed, f.at)
	}
}

// Events that come faster than the tenants are read don't hold the tree up.
func TestTreeKeepsUpWithEvents(t *testing.T) {
	f := newFixture(t)
	_, err := f.Store.AddTenant(t.Context(), entra.Tenant{Name: "gamma.onmicrosoft.com", Cloud: "public", Profile: "alpha"})
	f.Must(err)
	var side []func()
	f.Start = func(work func()) { side = append(side, work) }
	f.reload()
	f.reload() // before the first answer
	side[0]()
	if got := len(f.navigation.tenants); got != 3 {
		t.Errorf("the tree has %d tenants, want 3", got)
	}
}

// Of tenants whose sync was asked for together one toast tells what became of them, once
// all are through; who was disabled meanwhile is not waited for.
func TestSyncsAskedForTogetherAreSummedUp(t *testing.T) {
	f := newFixture(t)
	var all []entra.Tenant
	for i := range 501 {
		all = append(all, entra.Tenant{Key: int64(1000 + i), Name: fmt.Sprint(i), Enabled: true, LastSyncStatus: entra.Succeeded})
	}
	f.announce(all)
	f.SyncTenants(all)
	for i := range all {
		all[i].LastSyncStart = f.Now()
		switch {
		case i%100 == 0:
			all[i].LastSyncStatus = entra.Failed
		case i == 5:
			all[i].LastSyncStatus = entra.Running
		}
	}
	f.announce(all)
	if told := f.Toasted(); told != "" {
		t.Errorf("told before all are through: %q", told)
	}
	all[5].Enabled = false
	f.announce(all)
	if told := f.Toasted(); !strings.Contains(told, "500 tenants synced") || !strings.Contains(told, "succeeded: 494 · failed: 6") {
		t.Errorf("the toasts say %q", told)
	}
}

// No callback holds the UI thread for longer than a frame while 501 tenants sync: neither
// what an event asks for, nor typing in the filter, nor the table of tenants.
func TestManyTenantsThatSyncHoldNoFrame(t *testing.T) {
	f := newFixture(t)
	for i := 1; i <= 499; i++ {
		_, err := f.Store.AddTenant(t.Context(), entra.Tenant{Name: fmt.Sprintf("customer-%d.onmicrosoft.com", i), Cloud: "public", Profile: "alpha", Enabled: true})
		f.Must(err)
	}
	for i, step := range []func(){
		f.Changed,
		func() { f.Open(host.To(host.Tenants)) },
		f.Changed,
		func() { search(f).SetText("t1") },
		func() { search(f).SetText("") },
		func() { f.SyncAll() },
		func() { f.navigation.filter.SetText("customer-4") },
		func() { f.navigation.filter.SetText("customer-41") },
		f.navigation.tree.enter,
		func() { f.navigation.filter.SetText("") },
		func() { tenants(f).MarkAll(true) },
		f.Changed,
		func() { f.Open(host.To(host.Overview)) },
	} {
		holdNoFrame(f, i, step)
	}
	if !hosttest.Says(f.room, "501") {
		t.Errorf("the overview counts %q", hosttest.Texts(f.room))
	}
}
