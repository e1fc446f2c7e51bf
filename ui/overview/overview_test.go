package overview

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/lists"
)

// shown is the page in front.
func shown(f *hosttest.Fixture) *Page {
	f.Helper()
	return hosttest.Show(f, New(f.Host))
}

func TestOverviewBeginsWithTheFirstSteps(t *testing.T) {
	f := hosttest.New(t)
	for _, name := range []string{"alpha", "beta"} {
		f.Must(f.Store.RemoveTenant(t.Context(), f.Tenant(name).Key))
	}
	if p := shown(f); p.begin.profile.done.Visible() || !p.begin.profile.do.Visible() {
		t.Error("a profile without a credential is enough")
	}
	f.Must(signin.AddCredential(t.Context(), f.Store, f.Vault, "alpha", signin.Material{Kind: entra.ClientSecret, ClientID: "11111111-2222-3333-4444-555555555555", Secret: vault.NewSecret([]byte("s3cret"))}))
	p := shown(f)
	if p.board.Visible() || !p.begin.content.Visible() {
		t.Fatal("without tenants the overview does not say how to begin")
	}
	if !p.begin.profile.done.Visible() || p.begin.profile.do.Visible() || !p.begin.tenant.do.Visible() {
		t.Error("there is a profile: the tenant is the next step")
	}
}

// Who clicks twice looks around in one demo.
func TestADoubleClickStartsOneDemo(t *testing.T) {
	f := hosttest.New(t)
	demos := 0
	f.Host.ShowDemo = func() error { demos++; return nil }
	p := shown(f)
	p.begin.content.Show()
	for _, b := range hosttest.All[*kit.Button](p.begin.content) {
		if b.Text == "Look around in a demo" {
			test.Tap(b)
			test.Tap(b)
			if demos != 1 {
				t.Errorf("%d demos", demos)
			}
			f.Clock.Pass()
			test.Tap(b)
		}
	}
	if demos != 2 {
		t.Errorf("%d demos, once the first is there", demos)
	}
}

// The table gives way so that the panels keep a height to be read in, and they
// go where there is room for neither.
func TestBoardWithFewAndManyTenants(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f)
	chart := p.board.Objects[2]
	for _, c := range []struct {
		tenants int
		height  float32
		panels  bool
	}{{1, 800, true}, {3, 640, true}, {50, 800, true}, {50, 640, true}, {3, 420, false}} {
		f.Window.Resize(fyne.NewSize(1280, c.height))
		s := data{}
		for i := range c.tenants {
			s.rows = append(s.rows, row{tenant: entra.Tenant{Key: int64(i + 1), Name: fmt.Sprint("tenant", i)}})
		}
		p.show(s, nil)
		if chart.Visible() != c.panels {
			t.Errorf("%d tenants at %v: panels %v, want %v", c.tenants, c.height, chart.Visible(), c.panels)
		}
		end := p.grid.Position().Y + p.grid.Size().Height
		if c.panels && (chart.Size().Height < panelsLeast-1 || chart.Position().Y < end) {
			t.Errorf("%d tenants at %v: the table ends at %v, the chart is at %v, %v high", c.tenants, c.height, end, chart.Position().Y, chart.Size().Height)
		}
		if whole := p.grid.WholeHeight(); c.tenants <= 3 && c.panels && p.grid.Size().Height < whole {
			t.Errorf("%d tenants at %v: the table is %v high, want %v", c.tenants, c.height, p.grid.Size().Height, whole)
		}
	}
}

// The chart takes no more than it needs, and the latest changes get the rest; where there is
// nothing worth a look they go from edge to edge.
func TestLatestChangesGetWhatTheChartDoesNotNeed(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f)
	s := data{rows: []row{{tenant: f.Tenant("alpha")}}}
	for key := range newest {
		s.recent = append(s.recent, store.RecentChange{Tenant: s.rows[0].tenant.Key, Change: entra.Change{Key: int64(newest - key), Kind: entra.Added, Class: "users", DisplayName: "Ann", Time: time.Now()}})
	}
	chart, latest := p.board.Objects[2], p.board.Objects[4]
	for _, c := range []struct {
		size  fyne.Size
		lines int
	}{{fyne.NewSize(1024, 640), 3}, {fyne.NewSize(1280, 800), 8}, {fyne.NewSize(1920, 1080), 18}} {
		f.Window.Resize(c.size)
		p.show(s, nil)
		if high := chart.Size().Height; high > chartMost {
			t.Errorf("at %v the chart is %v high", c.size, high)
		}
		if end := latest.Position().X + latest.Size().Width; p.recent.room() < c.lines || end < p.board.Size().Width-1 || !latest.Visible() {
			t.Errorf("at %v %d changes are told, up to %v of %v", c.size, p.recent.room(), end, p.board.Size().Width)
		}
		if latest.Position().Y < chart.Position().Y+chart.Size().Height {
			t.Errorf("at %v the latest changes overlap the chart", c.size)
		}
	}
}

// The picture and the number do not stay behind the latest changes: what was counted fast is
// counted again at once, else later by itself.
func TestDaysKeepUpWithTheLatestChanges(t *testing.T) {
	f := hosttest.New(t)
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Ann"}`))
	p := shown(f)
	before := p.shown
	f.Round("alpha", "users", f.Object("u1", `{"displayName":"Anna"}`))
	s, err := readData(t.Context(), f.Host, before)
	f.Must(err)
	if s.totals(f.Now())[3] != before.totals(f.Now())[3]+1 || s.behind {
		t.Errorf("after a change of %d there are %d", before.totals(f.Now())[3], s.totals(f.Now())[3])
	}
	before.pace = lists.Pace{Ended: time.Now(), Took: time.Minute}
	p.show(mustRead(f, before), nil)
	if got := p.shown.totals(f.Now())[3]; got != before.totals(f.Now())[3] || !p.shown.behind {
		t.Fatalf("it was too soon, and %d were counted", got)
	}
	p.shown.pace = lists.Pace{}
	if f.Clock.Pass(); p.figures[3].number.String() != "1" {
		t.Errorf("later it says %s", p.figures[3].number.String())
	}
}

func mustRead(f *hosttest.Fixture, last data) data {
	f.Helper()
	s, err := readData(f.T.Context(), f.Host, last)
	f.Must(err)
	return s
}

func TestLatestChangesLeadToTheirObject(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f)
	alpha := f.Tenant("alpha")
	s := data{rows: []row{{tenant: alpha}}, recent: []store.RecentChange{
		{Tenant: 99, Change: entra.Change{Key: 3, DisplayName: "of a tenant that is gone"}},
		{Tenant: alpha.Key, Change: entra.Change{Key: 2, Kind: entra.Added, Class: "users", ID: "ann", DisplayName: "Ann", Time: time.Now()}}}}
	p.show(s, nil)
	first := p.recent.lines[0]
	if first.text.Text != "User Ann was added" || !first.Visible() || p.recent.lines[1].Visible() {
		t.Errorf("the first line says %q", first.text.Text)
	}
	test.Tap(first)
	if f.At != host.ToObject(alpha.Key, "users", "ann") {
		t.Errorf("it leads to %s", f.At)
	}
}

// Two domains of one name are told apart.
func TestLatestChangesNameTheirTenants(t *testing.T) {
	rows := func(names ...string) (out []row) {
		for i, name := range names {
			out = append(out, row{tenant: entra.Tenant{Key: int64(i + 1), Name: name}})
		}
		return out
	}
	for want, of := range map[string][]row{
		"":                                  rows("contoso.com"),
		"contoso fabrikam":                  rows("contoso.com", "fabrikam.com"),
		"contoso.com contoso.test fabrikam": rows("contoso.com", "contoso.test", "fabrikam.com"),
	} {
		var got []string
		for i := range of {
			got = append(got, tenantNames(of)[int64(i+1)].short)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v are called %q", of, got)
		}
	}
}

// end ends a run of a tenant in which each class met its own trouble.
func end(f *hosttest.Fixture, name string, status entra.Status, troubles map[string]*entra.Error) {
	f.Helper()
	tenant := f.Tenant(name)
	run, err := f.Store.BeginRun(f.T.Context(), tenant.Key)
	f.Must(err)
	for _, class := range slices.Sorted(maps.Keys(troubles)) {
		row, err := f.Store.BeginClass(f.T.Context(), run, tenant.Key, class)
		f.Must(err)
		_, err = f.Store.EndClass(f.T.Context(), row, store.ClassEnd{Status: status, Err: troubles[class]})
		f.Must(err)
	}
	f.Must(f.Store.EndRun(f.T.Context(), run, store.RunEnd{Status: status}))
}

// Where the clock was set back there are changes of days to come: the figure counts what its
// picture shows.
func TestDaysToComeAreNotCounted(t *testing.T) {
	now := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	s := data{days: []store.DayChanges{{Day: now.Truncate(24 * time.Hour), Added: 2}, {Day: now.Truncate(24*time.Hour).AddDate(0, 0, 3), Added: 5}}}
	if got := s.totals(now)[3]; got != 2 {
		t.Errorf("%d changes", got)
	}
}

// Where names and numbers leave hardly any room there are no bars at all, and a name that
// is out of sight takes none.
func TestBarsOfClassesHaveRoomOrAreNotThere(t *testing.T) {
	test.NewTempApp(t)
	b := newClassBars()
	b.show([]classCount{{class: "users", n: 900}, {class: "groups", n: 3}, {class: "federatedIdentityCredentials", n: 1}})
	w := test.NewTempWindow(t, b)
	w.SetPadded(false)
	shown := func(width, lines float32) (n int) {
		w.Resize(fyne.NewSize(width, lines*barLine()+1))
		b.Resize(fyne.NewSize(width, lines*barLine()+1))
		for _, l := range b.lines {
			if l.bar.Visible() {
				n++
			}
		}
		return n
	}
	if all, cramped, short := shown(400, 3), shown(200, 3), shown(200, 2); all != 3 || cramped != 0 || short != 1 {
		t.Errorf("%d bars with room, %d without, %d beside short names", all, cramped, short)
	}
	if last := b.lines[1]; last.name.Text != "2 more classes" || last.number.Text != "4" || b.lines[2].name.Visible() {
		t.Errorf("the last line that has room says %q %q", last.name.Text, last.number.Text)
	}
}
