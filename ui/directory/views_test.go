package directory

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/views"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/table"
)

func TestReadyViewsAreOffered(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	d.choose("view:guests")
	l := d.view.list
	if rows := l.Grid.Rows(); len(rows) != 1 || rows[0].Name != "Ben Cole" {
		t.Fatalf("the guests are %v", rows)
	}
	if !hosttest.Says(f.Window.Content(), "Users from outside the organization, invited or added as guests.") {
		t.Error("the view does not say what it means")
	}
	l.Search.SetText("nobody")
	f.Clock.Pass()
	if l.Grid.State() == nil {
		t.Error("the search finds everybody")
	}
	l.Search.SetText("cole")
	f.Clock.Pass()
	l.Grid.Select(0)
	if l.Grid.TypedKey(hosttest.Enter); f.At != host.ToObject(f.Tenant("alpha").Key, "users", "u2") {
		t.Errorf("it leads to %v", f.At)
	}
	path := filepath.Join(t.TempDir(), "a.csv")
	l.ExportTo(path)
	if content, _ := os.ReadFile(path); !strings.HasPrefix(string(content), "class,id,display_name,userPrincipalName,") || !strings.Contains(string(content), "users,u2,Ben Cole,") {
		t.Errorf("the export holds %q", content)
	}
	again := opened(f, d.Stand())
	if again.view == nil || again.view.list.Search.Text != "cole" || again.classes.Selected() != "view:guests" {
		t.Error("the view is not in front again")
	}
	again.choose("users")
	expect(t, "a class again", names(again), "Anna Berg", "Ben Cole", "Cleo Dahl")
}

// A view that can't be answered says why: it is never empty instead.
func TestViewsSayWhatTheyLack(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	d.choose("view:risky-users")
	if s := d.view.list.Grid.State(); s == nil || !strings.Contains(s.Title, "can't be answered") || !strings.Contains(s.Text, "Risky Users are not synced") {
		t.Errorf("it says %v", s)
	}
	led := ""
	d.Configure = func(class string) { led = class }
	s := d.view.list.Grid.State()
	if s.Do(); s.Action != "Open the configuration" || led != "riskyUsers" || strings.Count(strings.ToLower(s.Text), "switch") != 1 {
		t.Errorf("%q says %q and leads to %q", s.Action, s.Text, led)
	}
	d.travel(f.Host.Now().Add(-time.Hour))
	if s := d.view.list.Grid.State(); s == nil || s.Action != "Back to now" {
		t.Errorf("in the past it offers %v", s)
	} else if s.Do(); d.Stand().At != 0 {
		t.Error("it does not lead back to now")
	}
	f.InGerman()
	again := opened(f, host.Stand{Class: "view:risky-users"})
	f.ExpectGerman("a view that can't be answered", again.view.list.Grid)
}

// What a filter leaves out is there: nobody reads that there is none.
func TestNoneIsNotSaidOfWhatAFilterLeavesOut(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	d.choose("view:guests")
	if d.view.missing.Visible() || d.view.list.Grid.State() != nil {
		t.Errorf("before, it says %q, %v", d.view.missing.Text, d.view.list.Grid.State())
	}
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Filters: map[string]string{"users": `userType == "Guest"`, "groups": "true"}}))
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg","userType":"Member"}`), f.Object("u2", `{"userType":"Guest"}`))
	f.Scan("alpha", "groups", f.Object("g1", `{"displayName":"Finance"}`), f.Object("g2", `{}`))
	f.InGerman()
	d = opened(f, host.Stand{Class: "view:guests"})
	if s := d.view.list.Grid.State(); !d.view.missing.Visible() || s == nil || !strings.HasPrefix(s.Text, "Soweit die Kopie es weiß") {
		t.Errorf("of guests it says %q, %v", d.view.missing.Text, s)
	}
	d.choose("groups")
	if s := d.list.Grid.State(); s == nil || !strings.Contains(s.Title, "vom Filter ausgelassen") {
		t.Errorf("of groups it says %v", s)
	}
}

// What is switched on and only has to come is offered to be synced, of a disabled tenant to
// be enabled.
func TestViewsOfWhatIsYetToComeOfferTheSync(t *testing.T) {
	f := hosttest.New(t)
	classes := append(slices.Clone(f.Tenant("alpha").Classes), "riskyUsers")
	off := false
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Classes: classes}))
	offers := func(want string) *table.State {
		t.Helper()
		s := opened(f, host.Stand{Class: "view:risky-users"}).view.list.Grid.State()
		if s == nil || s.Action != want {
			t.Fatalf("it offers %v, want %q", s, want)
		}
		return s
	}
	if s := offers("Sync now"); strings.Contains(s.Text, "switch") {
		t.Errorf("it says %q", s.Text)
	}
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Enabled: &off}))
	if offers("Enable").Do(); !f.Tenant("alpha").Enabled {
		t.Error("it is not enabled")
	}
}

func TestEveryViewIsShown(t *testing.T) {
	f := hosttest.New(t)
	d := filled(f)
	f.Scan("alpha", "devices", f.Object("d1", `{"displayName":"PC","isCompliant":false,"approximateLastSignInDateTime":"2020-01-01T00:00:00Z"}`))
	f.Scan("alpha", "groups", f.Object("g1", `{"displayName":"Team"}`, entra.Link{Relation: entra.Members, Target: "g1"}))
	for _, v := range views.All() {
		d.choose(host.ViewPrefix + v.Name)
		for _, c := range d.view.list.Grid.Columns() {
			if c.Title == "" || (strings.ToLower(c.Title[:1]) == c.Title[:1] && c.Title != "appId") {
				t.Errorf("%s has a column %q", v.Name, c.Title)
			}
		}
	}
	d.choose("view:devices-at-risk")
	grid := d.view.list.Grid
	if rows := grid.Rows(); len(rows) != 1 || grid.Columns()[1].Text(rows[0]) != "not compliant, not seen for 90 days" {
		t.Errorf("the devices are %v", rows)
	}
	d.choose("view:groups-in-circles")
	grid = d.view.list.Grid
	if rows := grid.Rows(); len(rows) != 1 || grid.Columns()[1].Text(rows[0]) != "Team → Team" {
		t.Errorf("the circles are %v", rows)
	}
}

// In a narrow window the tools of a list do not lie over each other.
func TestToolsHaveRoom(t *testing.T) {
	f := hosttest.New(t)
	f.InGerman()
	d := filled(f)
	for _, width := range []float32{1040, 740, 750, 1040} {
		f.Window.Resize(fyne.NewSize(width, 560))
		save, columns := d.list.Buttons()
		moment := d.moment.Button
		if moment.Position().X+moment.Size().Width > columns.Position().X || columns.Position().X+columns.Size().Width > save.Position().X {
			t.Errorf("in %v of room: the moment ends at %v, the columns begin at %v and end at %v, the export begins at %v", width,
				moment.Position().X+moment.Size().Width, columns.Position().X, columns.Position().X+columns.Size().Width, save.Position().X)
		}
		if short := save.Text == ""; short != (width < 1000) || (short && save.Tip != "Exportieren") {
			t.Errorf("in %v of room the export says %q, its tip %q", width, save.Text, save.Tip)
		}
	}
}
