package overview

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

// recent puts changes of alpha and beta on the overview, the newest first.
func recent(f *hosttest.Fixture, keys ...int64) *Page {
	f.Helper()
	p := shown(f)
	s := data{rows: []row{{tenant: f.Tenant("alpha")}, {tenant: f.Tenant("beta")}}}
	for _, key := range keys {
		of := f.Tenant([]string{"alpha", "beta"}[key%2])
		s.recent = append(s.recent, store.RecentChange{Tenant: of.Key, Change: entra.Change{Key: key, Kind: entra.Added, DisplayName: "Ann", Time: time.Now()}})
	}
	p.show(s, nil)
	return p
}

// marked is the line of the latest changes that is marked as the keys' one.
func (f *latestChanges) marked() (at int) {
	at = -1
	for i, l := range f.lines {
		if l.focused && l.ground.StrokeWidth > 0 {
			at = i
		}
	}
	return at
}

func TestOverviewIsWalkedByTab(t *testing.T) {
	f := hosttest.New(t)
	p := recent(f, 2, 1)
	for range 30 {
		test.FocusNext(f.Window.Canvas())
		if f.Focused() == fyne.Focusable(p.chart) {
			test.FocusNext(f.Window.Canvas())
			if f.Focused() != fyne.Focusable(p.recent) {
				t.Errorf("after the chart comes %T", f.Focused())
			}
			return
		}
	}
	t.Error("Tab does not come to the chart")
}

func TestLatestChangesAreOpenedByKeyboard(t *testing.T) {
	f := hosttest.New(t)
	p := recent(f, 4, 3, 2)
	f.Window.Canvas().Focus(p.recent)
	for _, step := range []struct {
		key  fyne.KeyName
		want int
	}{{fyne.KeyUp, 0}, {fyne.KeyDown, 1}, {fyne.KeyEnd, 2}, {fyne.KeyDown, 2}, {fyne.KeyHome, 0}, {fyne.KeyDown, 1}} {
		if f.TypeKeys(step.key); p.recent.marked() != step.want {
			t.Errorf("after %s the keys are at line %d, want %d", step.key, p.recent.marked(), step.want)
		}
	}
	p.show(data{rows: p.shown.rows, recent: append([]store.RecentChange{{Tenant: f.Tenant("alpha").Key, Change: entra.Change{Key: 5, Time: time.Now()}}}, p.shown.recent...)}, nil)
	if p.recent.marked() != 2 {
		t.Errorf("a newer change came: the keys are at line %d, want 2, where their change went", p.recent.marked())
	}
	if f.TypeKeys(fyne.KeyReturn); f.At != host.ToObject(f.Tenant("beta").Key, "", "") {
		t.Errorf("Enter leads to %s", f.At)
	}
}

// What happened and its tenant stand in columns, however wide each line's time is.
func TestLatestChangesStandInColumns(t *testing.T) {
	f := hosttest.New(t)
	p := shown(f)
	now := time.Now()
	change := func(key int64, at time.Time) store.RecentChange {
		return store.RecentChange{Tenant: f.Tenant("alpha").Key, Change: entra.Change{Key: key, DisplayName: "Ann", Time: at}}
	}
	p.show(data{rows: p.shown.rows, recent: []store.RecentChange{change(3, now), change(2, now.Add(-12*time.Minute)), change(1, now.AddDate(0, 0, -3))}}, nil)
	first := p.recent.lines[0]
	for _, l := range p.recent.lines[1:3] {
		if l.text.Position().X != first.text.Position().X || l.of.Position().X != first.of.Position().X || l.of.Text != "alpha" {
			t.Errorf("before %q it stands at %v and its tenant at %v, before %q at %v and %v", l.when.Text, l.text.Position().X, l.of.Position().X,
				first.when.Text, first.text.Position().X, first.of.Position().X)
		}
	}
	if old := p.recent.lines[2].when.Text; len(old) > len("22 Nov") {
		t.Errorf("a day that is past is told as %q", old)
	}
}

func TestLatestChangesShowNoFocusOnceItIsLost(t *testing.T) {
	f := hosttest.New(t)
	p := recent(f, 4, 3)
	f.Window.Canvas().Focus(p.recent)
	f.TypeKeys(fyne.KeyDown)
	if f.Clock.Pass(); f.Tip() == "" {
		t.Error("the line that the keys are at is not told in full")
	}
	if f.Window.Canvas().Unfocus(); p.recent.marked() >= 0 || f.Tip() != "" {
		t.Errorf("line %d is still marked, or told", p.recent.marked())
	}
}

// A role that Graph gives by a row of its own and by a membership is told once; of another
// person of the same name, or at another time, it is told again.
func TestLatestChangesTellARoleOnce(t *testing.T) {
	f := hosttest.New(t)
	const role, anna, other = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
	now := f.Host.Now()
	member := func(key int64, who string, at time.Time) store.RecentChange {
		return store.RecentChange{Tenant: f.Tenant("alpha").Key, Change: entra.Change{Key: key, Kind: entra.LinkAdded, Class: "directoryRoles", ID: "r", DisplayName: "Global Reader",
			Relation: "members", Target: &entra.LinkEnd{Class: "users", ID: who, Name: "Anna Berg"}, Time: at}}
	}
	given := store.RecentChange{Tenant: f.Tenant("alpha").Key, Change: entra.Change{Key: 8, Kind: entra.Added, Class: "roleAssignments", ID: "x", Time: now, After: []byte(`{"principalId":"` + anna + `","roleDefinitionId":"` + role + `"}`),
		Ends: map[string]entra.LinkEnd{role: {Class: "roleDefinitions", ID: role, Name: "Global Reader"}, anna: {Class: "users", ID: anna, Name: "Anna Berg"}}}}
	p := shown(f)
	p.show(data{rows: []row{{tenant: f.Tenant("alpha")}}, recent: []store.RecentChange{member(9, anna, now.Add(time.Second)), given, member(7, other, now), member(6, anna, now.Add(-time.Hour))}}, nil)
	var keys []int64
	for _, l := range p.recent.lines[:p.recent.room()] {
		if l.said != "Anna Berg got the role Global Reader" {
			t.Errorf("a line says %q", l.said)
		}
		keys = append(keys, l.change.Key)
	}
	if !slices.Equal(keys, []int64{9, 7, 6}) {
		t.Errorf("told are %v", keys)
	}
}
