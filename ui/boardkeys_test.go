package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
)

// typeKeys presses keys where the focus is.
func (f *fixture) typeKeys(names ...fyne.KeyName) {
	f.Helper()
	for _, name := range names {
		if f.desk.window.Canvas().Focused() == nil {
			f.Fatalf("nothing takes %s", name)
		}
		f.desk.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: name})
	}
}

// recent puts changes of alpha and beta on the overview, the newest first.
func (f *fixture) recent(keys ...int64) *overviewPage {
	f.Helper()
	p := f.overview()
	s := survey{glances: []glance{{tenant: f.tenant("alpha")}, {tenant: f.tenant("beta")}}}
	for _, key := range keys {
		of := f.tenant([]string{"alpha", "beta"}[key%2])
		s.recent = append(s.recent, store.RecentChange{Tenant: of.Key, Change: entra.Change{Key: key, Kind: entra.Added, DisplayName: "Ann", Time: time.Now()}})
	}
	p.show(s, nil)
	return p
}

// marked is the line of the latest changes that is marked as the keys' one.
func (f *feed) marked() (at int) {
	at = -1
	for i, l := range f.lines {
		if l.focused && l.ground.StrokeWidth > 0 {
			at = i
		}
	}
	return at
}

func TestOverviewIsWalkedByTab(t *testing.T) {
	f := newFixture(t)
	p := f.recent(2, 1)
	for range 30 {
		test.FocusNext(f.desk.window.Canvas())
		if f.desk.window.Canvas().Focused() == fyne.Focusable(p.chart) {
			test.FocusNext(f.desk.window.Canvas())
			if f.desk.window.Canvas().Focused() != fyne.Focusable(p.feed) {
				t.Errorf("after the chart comes %T", f.desk.window.Canvas().Focused())
			}
			return
		}
	}
	t.Error("Tab does not come to the chart")
}

func TestLatestChangesAreOpenedByKeyboard(t *testing.T) {
	f := newFixture(t)
	p := f.recent(4, 3, 2)
	f.desk.window.Canvas().Focus(p.feed)
	for _, step := range []struct {
		key  fyne.KeyName
		want int
	}{{fyne.KeyUp, 0}, {fyne.KeyDown, 1}, {fyne.KeyEnd, 2}, {fyne.KeyDown, 2}, {fyne.KeyHome, 0}, {fyne.KeyDown, 1}} {
		if f.typeKeys(step.key); p.feed.marked() != step.want {
			t.Errorf("after %s the keys are at line %d, want %d", step.key, p.feed.marked(), step.want)
		}
	}
	p.show(survey{glances: p.shown.glances, recent: append([]store.RecentChange{{Tenant: f.tenant("alpha").Key, Change: entra.Change{Key: 5, Time: time.Now()}}}, p.shown.recent...)}, nil)
	if p.feed.marked() != 2 {
		t.Errorf("a newer change came: the keys are at line %d, want 2, where their change went", p.feed.marked())
	}
	if f.typeKeys(fyne.KeyReturn); f.at != tenantNode(f.tenant("beta").Key) {
		t.Errorf("Enter leads to %s", f.at)
	}
}

// Names and what happened stand in columns, however wide each line's time is.
func TestLatestChangesStandInColumns(t *testing.T) {
	f := newFixture(t)
	p := f.overview()
	now := time.Now()
	change := func(key int64, at time.Time) store.RecentChange {
		return store.RecentChange{Tenant: f.tenant("alpha").Key, Change: entra.Change{Key: key, DisplayName: "Ann", Time: at}}
	}
	p.show(survey{glances: p.shown.glances, recent: []store.RecentChange{change(3, now), change(2, now.Add(-12*time.Minute)), change(1, now.AddDate(0, 0, -3))}}, nil)
	first := p.feed.lines[0]
	for _, l := range p.feed.lines[1:3] {
		if l.what.Position().X != first.what.Position().X {
			t.Errorf("after %q it stands at %v, after %q at %v", l.when.Text, l.what.Position().X, first.when.Text, first.what.Position().X)
		}
	}
	if old := p.feed.lines[2].when.Text; len(old) > len("22 Nov") {
		t.Errorf("a day that is past is told as %q", old)
	}
}

func TestLatestChangesShowNoFocusOnceItIsLost(t *testing.T) {
	f := newFixture(t)
	p := f.recent(4, 3)
	f.desk.window.Canvas().Focus(p.feed)
	f.typeKeys(fyne.KeyDown)
	if f.clock.pass(); !f.desk.tips.text.Visible() {
		t.Error("the line that the keys are at is not told in full")
	}
	if f.desk.window.Canvas().Unfocus(); p.feed.marked() >= 0 || f.desk.tips.text.Visible() {
		t.Errorf("line %d is still marked, or told", p.feed.marked())
	}
}

func TestChartIsReadByKeyboard(t *testing.T) {
	f := newFixture(t)
	p := f.overview()
	today := time.Now().UTC().Truncate(24 * time.Hour)
	p.chart.show([]store.DayChanges{{Day: today, Added: 1}, {Day: today.AddDate(0, 0, -1), Added: 42, Updated: 7}}, time.Now())
	f.desk.window.Canvas().Focus(p.chart)
	told := func(want string) {
		t.Helper()
		if !p.chart.told.ground.Visible() || p.chart.told.lines[1].Text != want || p.chart.mark.StrokeWidth == 0 {
			t.Errorf("told %q, want %q", p.chart.told.lines[1].Text, want)
		}
	}
	told("1 added")
	f.typeKeys(fyne.KeyLeft)
	told("42 added")
	p.chart.MouseOut()
	told("42 added")
	f.typeKeys(fyne.KeyRight, fyne.KeyRight)
	told("1 added")
	f.typeKeys(fyne.KeyHome, fyne.KeyLeft)
	told("0 added")
	f.typeKeys(fyne.KeyEnd)
	told("1 added")
	f.desk.window.Canvas().Unfocus()
	if p.chart.told.ground.Visible() {
		t.Error("without the focus it still tells a day")
	}
}
