package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestTenantsAreSought(t *testing.T) {
	f := newFixture(t)
	f.open(tenantsNode)
	p := f.screen.(*tenantsPage)
	for _, c := range []struct {
		typed string
		rows  int
		foot  string
	}{
		{"", 2, "Tenants: 2 · need attention: 0 · disabled: 0"},
		{" ALPHA", 1, "Tenants: 1 · need attention: 0 · disabled: 0"},
		{"not synced", 2, "Tenants: 2 · need attention: 0 · disabled: 0"},
		{"gamma", 0, "Tenants: 0 · need attention: 0 · disabled: 0"},
	} {
		p.search.SetText(c.typed)
		if len(p.grid.Rows()) != c.rows || p.foot.Text != c.foot {
			t.Errorf("%q: %d rows over %q, want %d over %q", c.typed, len(p.grid.Rows()), p.foot.Text, c.rows, c.foot)
		}
	}
	f.reload() // an event must not bring back what the search left out
	if len(p.grid.Rows()) != 0 || p.grid.State().Title != "Nothing matches" {
		t.Errorf("after an event there are %d rows", len(p.grid.Rows()))
	}
	p.grid.State().Do()
	if len(p.grid.Rows()) != 2 {
		t.Errorf("the search was cleared, yet there are %d rows", len(p.grid.Rows()))
	}
}

func TestTenantsAreCountedByHowTheyAre(t *testing.T) {
	test.NewTempApp(t)
	got := sumTenants([]entra.Tenant{{Enabled: true, LastSyncStatus: entra.Failed}, {Enabled: true, LastSyncStatus: entra.Succeeded}, {LastSyncStatus: entra.Failed}})
	if want := "Tenants: 3 · need attention: 1 · disabled: 1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestProfilesAreCountedWithWhatEndsFirst(t *testing.T) {
	test.NewTempApp(t)
	end := func(day int) entra.Credential {
		return entra.Credential{Expires: time.Date(2027, 5, day, 12, 0, 0, 0, time.UTC)}
	}
	got := sumProfiles([]entra.Profile{{Name: "a", Credentials: []entra.Credential{end(9), {}}}, {Name: "b", Credentials: []entra.Credential{end(3)}}, {Name: "c"}})
	if want := "Profiles: 3 · credentials: 3 · first to end: b, 3 May 2027"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFindGoesToTheSearchOfThePage(t *testing.T) {
	f := newFixture(t)
	for _, c := range []struct{ at, want node }{{overviewNode, tenantsNode}, {tenantsNode, tenantsNode}, {profilesNode, profilesNode}} {
		f.open(c.at)
		f.find()
		var search fyne.Focusable
		switch p := f.screen.(type) {
		case *tenantsPage:
			search = p.search
		case *profilesPage:
			search = p.search
		}
		if f.at != c.want || f.desk.window.Canvas().Focused() != search {
			t.Errorf("from %s: the page is %s, the focus on %T", c.at, f.at, f.desk.window.Canvas().Focused())
		}
	}
}

// The keys that follow Ctrl+F are for the search, even before the list has come.
func TestFindDoesNotWaitForTheList(t *testing.T) {
	f := newFixture(t)
	var side []func()
	f.desk.start = func(work func()) { side = append(side, work) }
	f.find()
	p := f.screen.(*tenantsPage)
	if f.desk.window.Canvas().Focused() != fyne.Focusable(p.search) {
		t.Fatalf("the focus is on %T", f.desk.window.Canvas().Focused())
	}
	p.search.SetText("alpha")
	for len(side) > 0 {
		work := side[0]
		side = side[1:]
		work()
	}
	if len(p.grid.Rows()) != 1 {
		t.Errorf("%d rows are in sight", len(p.grid.Rows()))
	}
}

// Where there is nothing yet there is nothing to seek.
func TestEmptyListHasNoSearch(t *testing.T) {
	f := newFixture(t)
	f.open(tenantsNode)
	p := f.screen.(*tenantsPage)
	if p.list(tenantLists{}, nil); p.around[0].Visible() || p.around[1].Visible() {
		t.Error("an empty list offers its search")
	}
	if f.find(); f.desk.window.Canvas().Focused() == fyne.Focusable(p.search) {
		t.Error("the keys go to a search that is out of sight")
	}
	if f.reload(); !p.around[0].Visible() || !p.around[1].Visible() {
		t.Error("there are tenants, and no search")
	}
}
