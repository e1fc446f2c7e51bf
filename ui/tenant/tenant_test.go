package tenant

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/table"
)

// shown puts a tenant's page in front.
func shown(f *hosttest.Fixture, name string) *Page {
	f.Helper()
	return hosttest.Show(f, New(f.Host, f.Tenant(name), host.ToTenant(f.Tenant(name).Key)))
}

// form puts a tenant's configuration in front.
func form(f *hosttest.Fixture, name string) *configuration {
	f.Helper()
	p := shown(f, name)
	p.bar.SelectIndex(0)
	return p.tabs[0].(*configuration)
}

// runs is the history of a tenant's page.
func runs(p *Page) *history { return p.tabs[1].(*history) }

func TestDeleteNamesWhatGoes(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 3, nil)
	p := shown(f, "alpha")
	test.Tap(p.delete)
	top := f.Top()
	want := "This removes from this computer: 0 objects, 0 changes and 3 rows of sync history. Nothing changes in Entra ID."
	if !hosttest.Says(top, "Delete alpha.onmicrosoft.com?") || !hosttest.Says(top, want) || !hosttest.Says(top, "Delete Domain") {
		t.Error("the dialog does not name the tenant and what goes with it")
	}
	f.Press("Delete")
	if _, err := f.Store.Tenant(t.Context(), "alpha.onmicrosoft.com"); entra.CodeOf(err) != entra.CodeNotFound {
		t.Errorf("the tenant is still there: %v", err)
	}
	if f.At != host.To(host.Tenants) {
		t.Errorf("the page leads to %s", f.At)
	}
}

// Deleting counts the objects that the pages show, not those of which only the past is kept.
func TestDeleteCountsWhatIsShown(t *testing.T) {
	f := hosttest.New(t)
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Ann"}`), f.Object("u2", `{"displayName":"Bob"}`), f.Object("u3", `{"displayName":"Cid"}`))
	f.Round("alpha", "users", entra.Object{ID: "u3", Removed: entra.SoftDeleted})
	size, err := f.Store.Size(t.Context(), f.Tenant("alpha").Key)
	f.Must(err)
	if size.Shown != 2 || size.Objects != 3 {
		t.Fatalf("%d objects are shown and %d kept, want 2 and 3", size.Shown, size.Objects)
	}
	test.Tap(shown(f, "alpha").delete)
	if top := f.Top(); !hosttest.Says(top, "This removes from this computer: 2 objects, 1 change and 2 rows of sync history. Nothing changes in Entra ID.") {
		t.Errorf("the dialog says %q", hosttest.Texts(top))
	}
}

func TestEscapeCancelsDelete(t *testing.T) {
	f := hosttest.New(t)
	test.Tap(shown(f, "alpha").delete)
	f.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if f.Top() != nil {
		t.Error("the dialog is still open")
	}
	f.Tenant("alpha") // is still there
}

func TestTabChangeIsGuarded(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f, "alpha")
	p.bar.SelectIndex(0)
	for _, way := range []struct {
		press   string
		tab     int
		enabled bool // as stored
	}{{"Stay", 0, true}, {"Discard", 1, true}, {"Save", 1, false}} {
		p.bar.SelectIndex(0)
		p.tabs[0].(*configuration).enabled.SetChecked(false)
		p.bar.SelectIndex(1)
		if p.bar.SelectedIndex() != 0 {
			t.Fatal("the tab changed without asking")
		}
		f.Press(way.press)
		if got := f.Tenant("alpha").Enabled; p.bar.SelectedIndex() != way.tab || got != way.enabled {
			t.Errorf("%s: tab %d, stored as enabled: %v", way.press, p.bar.SelectedIndex(), got)
		}
	}
}

// A removal that takes long tells how far it is, time and again, until its end.
func TestLongRemovalTellsHowFarItIs(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 3, nil)
	told := func(text string) bool { return hosttest.Says(f.Toasts.Object(), text) }
	r := &removal{host: f.Host, tenant: f.Tenant("alpha"), size: store.TenantSize{Objects: 9, HistoryRows: 3}}
	if r.wait(); told("Deleting alpha.onmicrosoft.com") {
		t.Error("it is told before it has taken long")
	}
	for _, want := range []string{"75% done. Other tenants go on syncing.", "50% done. Other tenants go on syncing."} {
		f.Clock.Pass()
		if !told("Deleting alpha.onmicrosoft.com") || !told(want) {
			t.Fatalf("nothing tells %q", want)
		}
		f.AddRuns("alpha", 3, nil) // as if there were more to remove
	}
	r.begin()
	if told("Deleting alpha.onmicrosoft.com") || !told("Deleted alpha.onmicrosoft.com") {
		t.Error("its end is not told")
	}
	if f.Clock.Pass(); told("Deleting alpha.onmicrosoft.com") {
		t.Error("somebody looks on though it has ended")
	}
}

func TestTenantsAreSought(t *testing.T) {
	f := hosttest.New(t)
	p := hosttest.Show(f, NewList(f.Host))
	search := hosttest.The[*kit.SearchEntry](f, f.Window.Content())
	for _, c := range []struct {
		typed string
		rows  int
		foot  string
	}{
		{"", 2, "Tenants: 2 · need attention: 0 · disabled: 0"},
		{" ALPHA", 1, "Tenants: 1 · need attention: 0 · disabled: 0 · in all: 2"},
		{"not synced", 2, "Tenants: 2 · need attention: 0 · disabled: 0"},
		{"gamma", 0, "Tenants: 0 · need attention: 0 · disabled: 0 · in all: 2"},
	} {
		search.SetText(c.typed)
		if len(p.Grid.Rows()) != c.rows || !hosttest.Says(f.Window.Content(), c.foot) {
			t.Errorf("%q: %d rows over %q, want %d over %q", c.typed, len(p.Grid.Rows()), hosttest.Texts(f.Window.Content()), c.rows, c.foot)
		}
	}
	f.Changed() // an event must not bring back what the search left out
	if len(p.Grid.Rows()) != 0 || p.Grid.State().Title != "Nothing matches" {
		t.Errorf("after an event there are %d rows", len(p.Grid.Rows()))
	}
	p.Grid.State().Do()
	if len(p.Grid.Rows()) != 2 {
		t.Errorf("the search was cleared, yet there are %d rows", len(p.Grid.Rows()))
	}
}

// The table says why a tenant needs attention, and is sought by that.
func TestTheTableSaysWhyATenantFails(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 1, &entra.Error{Code: entra.CodePermission, What: "reading Users failed", Why: say.With("the app lacks the permission %s", "User.Read.All")})
	p := hosttest.Show(f, NewList(f.Host))
	search := hosttest.The[*kit.SearchEntry](f, f.Window.Content())
	search.SetText("Failed: User.Read.All missing")
	if len(p.Grid.Rows()) != 1 || p.status(p.Grid.Rows()[0]) != "Failed: User.Read.All missing" {
		t.Errorf("%d rows are found", len(p.Grid.Rows()))
	}
}

func TestTenantsAreOpened(t *testing.T) {
	f := hosttest.New(t)
	p := hosttest.Show(f, NewList(f.Host))
	p.Grid.Select(1)
	p.Grid.TypedKey(hosttest.Enter)
	if want := host.ToTenant(f.Tenant("beta").Key); f.At != want {
		t.Errorf("Enter leads to %s, want %s", f.At, want)
	}
}

// Ctrl+F goes to the history's search, from the form, too.
func TestSearchOfATenantIsThatOfItsHistory(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f, "alpha")
	p.bar.SelectIndex(0)
	if p.FocusSearch(); p.bar.SelectedIndex() != 1 || f.Focused() != runs(p).search() {
		t.Errorf("the tab is %d, the focus on %T", p.bar.SelectedIndex(), f.Focused())
	}
	p.bar.SelectIndex(0)
	p.tabs[0].(*configuration).enabled.SetChecked(false)
	if p.FocusSearch(); p.bar.SelectedIndex() != 0 || f.Top() == nil {
		t.Error("the form's changes do not keep the user")
	}
}

// A failure is told in German: on the details, in the toast, and in the dialog
// behind it.
func TestFailureIsToldInGerman(t *testing.T) {
	f := hosttest.New(t)
	failure := entra.Invalid("signing in failed", "the client secret is wrong", "paste the secret's value, not its id")
	failure.Detail = "AADSTS7000215"
	f.AddRuns("alpha", 1, failure)
	f.InGerman()
	h := runs(shown(f, "alpha"))
	h.details.open(h.list.Grid.Rows()[0])
	f.ExpectGerman("the details", h.details.box, failure.Detail)
}

func TestTenantsAreCountedByHowTheyAre(t *testing.T) {
	test.NewTempApp(t)
	got := sumTenants([]entra.Tenant{{Enabled: true, LastSyncStatus: entra.Failed}, {Enabled: true, LastSyncStatus: entra.Succeeded}, {LastSyncStatus: entra.Failed}})
	if want := "Tenants: 3 · need attention: 1 · disabled: 1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Where there is nothing yet there is nothing to seek.
func TestEmptyListHasNoSearch(t *testing.T) {
	f := hosttest.New(t)
	p := hosttest.Show(f, NewList(f.Host))
	p.list(told{}, nil)
	if p.FocusSearch(); f.Focused() != nil {
		t.Errorf("an empty list has a search: the keys go to %T", f.Focused())
	}
	f.Changed()
	if p.FocusSearch(); f.Focused() == nil {
		t.Error("there are tenants, and no search")
	}
}

// What the loss guard holds is said on the page, listed, and confirmed there.
func TestHeldDeletionsAreConfirmed(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f, "alpha")
	if p.held.box.Visible() {
		t.Fatal("nothing is held, and the page says so")
	}
	f.Hold("alpha", 3)
	f.Changed()
	if !p.held.box.Visible() || p.held.title.Text != "3 deletions held" || p.held.of.Text != "Users: a full scan did not show what is stored here" {
		t.Fatalf("shown %v, says %q, %q", p.held.box.Visible(), p.held.title.Text, p.held.of.Text)
	}
	access.ShowHeld(f.Host, f.Tenant("alpha"))
	list := hosttest.The[*table.Grid[store.Held]](f, f.Top())
	if !hosttest.Says(f.Top(), "3 deletions held · alpha.onmicrosoft.com") || len(list.Rows()) != 3 {
		t.Errorf("the dialog lists %d and says %q", len(list.Rows()), hosttest.Texts(f.Top()))
	}
	f.TypeKeys(fyne.KeyEscape)
	if size, err := f.Store.Size(t.Context(), f.Tenant("alpha").Key); err != nil || f.Top() != nil || size.Objects != 3 {
		t.Errorf("Escape left %d objects, %v", size.Objects, err)
	}
	access.ShowHeld(f.Host, f.Tenant("alpha"))
	f.Press("Delete them here")
	held, err := f.Store.HeldCounts(t.Context(), f.Tenant("alpha").Key)
	f.Must(err)
	if p.held.box.Visible() || len(held) != 0 || !strings.Contains(f.Toasted(), "3 deletions applied") {
		t.Errorf("after it was confirmed, %v is held, the toasts say %q", held, f.Toasted())
	}
}

func TestHeldDeletionsAreToldInGerman(t *testing.T) {
	f := hosttest.New(t)
	f.InGerman()
	f.Hold("alpha", 3)
	p := shown(f, "alpha")
	f.ExpectGerman("the page", p.held.box)
	access.ShowHeld(f.Host, f.Tenant("alpha"))
	f.ExpectGerman("the dialog", f.Top())
}

// What a tenant is doing is not cut while the line beside it is half empty.
func TestActivityHasTheRoomThereIs(t *testing.T) {
	test.NewTempApp(t)
	where, doing := kit.Cut(widget.NewLabel("contoso.onmicrosoft.com")), kit.Cut(widget.NewLabel("syncing users: 12,400 of 50,000 · groups: 300 of 2,000 · devices, 12 s left"))
	line := container.New(aside{}, where, doing)
	line.Resize(fyne.NewSize(1000, 36))
	if needs := fyne.MeasureText(doing.Text, theme.TextSize(), fyne.TextStyle{}).Width; doing.Size().Width < needs {
		t.Errorf("it has %v of 1000, and needs %v", doing.Size().Width, needs)
	}
	p := shown(hosttest.New(t), "alpha")
	p.tenant.Enabled = false // its text was shorter when the line was laid out
	p.head()
	if needs := fyne.MeasureText("disabled", theme.TextSize(), fyne.TextStyle{}).Width; p.activity.Text != "disabled" || p.activity.Size().Width < needs {
		t.Errorf("%q has %v, and needs %v", p.activity.Text, p.activity.Size().Width, needs)
	}
	line.Resize(fyne.NewSize(400, 36))
	if where.Size().Width < 90 || where.Size().Width+doing.Size().Width > 400 {
		t.Errorf("in 400 the lines have %v and %v", where.Size().Width, doing.Size().Width)
	}
}
