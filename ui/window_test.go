package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
)

func textOf(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *widget.Label:
		return o.Text
	case *canvas.Text:
		return o.Text
	}
	return ""
}

// selected follows what the tree shows as selected.
func (f *fixture) selected() *node {
	at := new(node)
	open := f.navigation.tree.OnSelected
	f.navigation.tree.OnSelected = func(id string) { *at = node(id); open(id) }
	f.navigation.tree.OnUnselected = func(string) { *at = "" }
	return at
}

func TestTreeAndPageAgree(t *testing.T) {
	f := newFixture(t)
	selected := f.selected()
	alpha := tenantNode(f.tenant("alpha").Key)
	profile, err := f.store.Profile(t.Context(), "beta")
	f.must(err)
	for _, at := range []node{tenantsNode, alpha, profilesNode, profileNode(profile.ID), settingsNode} {
		f.navigation.tree.Select(string(at))
		if f.at != at || *selected != at {
			t.Errorf("%s selected in the tree: the page is %s, the tree shows %s", at, f.at, *selected)
		}
	}
	test.Tap(f.navigation.header)
	if f.at != overviewNode || *selected != "" {
		t.Errorf("after the header: the page is %s, the tree shows %q", f.at, *selected)
	}
	f.open(tenantsNode)
	f.screen.(*tenantsPage).grid.Select(1)
	f.screen.(*tenantsPage).grid.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if beta := tenantNode(f.tenant("beta").Key); f.at != beta || *selected != beta {
		t.Errorf("Enter in the table: the page is %s, the tree shows %s, want %s", f.at, *selected, beta)
	}
}

func TestEnterOpensInTheTree(t *testing.T) {
	f := newFixture(t)
	f.navigation.tree.Select(string(tenantsNode))
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyReturn} {
		f.navigation.tree.TypedKey(&fyne.KeyEvent{Name: key})
	}
	if want := tenantNode(f.tenant("alpha").Key); f.at != want {
		t.Errorf("the page is %s, want %s", f.at, want)
	}
}

func TestPageOfARemovedTenantLeadsAway(t *testing.T) {
	f := newFixture(t)
	f.openTenant("alpha")
	f.must(f.store.RemoveTenant(t.Context(), f.tenant("alpha").Key)) // by another process
	f.reload()
	if f.at != tenantsNode {
		t.Errorf("the page is %s, want %s", f.at, tenantsNode)
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
			selected := f.selected()
			p := f.openTenant("alpha")
			was := f.at
			p.configuration.enabled.SetChecked(false)
			f.navigation.tree.Select(string(settingsNode))
			if f.at != was || *selected != was {
				t.Fatalf("before the answer the page is %s, the tree shows %s", f.at, *selected)
			}
			f.press(c.choice)
			if left := f.at == settingsNode; left != c.leaves {
				t.Errorf("left: %v, want %v", left, c.leaves)
			}
			if got := f.tenant("alpha").Enabled; got != c.enabled {
				t.Errorf("stored as enabled: %v, want %v", got, c.enabled)
			}
		})
	}
}

func TestClosingTheWindowIsGuarded(t *testing.T) {
	f := newFixture(t)
	p := f.openTenant("alpha")
	p.configuration.enabled.SetChecked(false)
	closed := false
	f.guard(func() { closed = true })
	if closed {
		t.Fatal("the window closed over unsaved changes")
	}
	f.press("Discard")
	if !closed {
		t.Error("the window stays open")
	}
}

func TestOverviewPutsFailingTenantsFirst(t *testing.T) {
	f := newFixture(t)
	f.history("alpha", 1, nil)
	f.history("beta", 1, entra.Invalid("signing in failed", "the client secret is wrong", "give the right one"))
	s, err := f.desk.survey(t.Context(), survey{})
	f.must(err)
	if names := []string{s.glances[0].tenant.Profile, s.glances[1].tenant.Profile}; !slices.Equal(names, []string{"beta", "alpha"}) {
		t.Errorf("order: %v", names)
	}
	if want := "Users: the client secret is wrong"; s.glances[0].text != want {
		t.Errorf("beta says %q, want %q", s.glances[0].text, want)
	}
}

func TestAppearanceIsRemembered(t *testing.T) {
	f := newFixture(t)
	f.open(settingsNode)
	p := f.screen.(*settingsPage)
	p.mode.SetSelectedIndex(2)
	p.zoom.SetSelectedIndex(4)
	look, err := storedLook(t.Context(), f.store)
	f.must(err)
	if want := (appearance{Mode: "dark", Zoom: 125}); look != want {
		t.Errorf("stored %v, want %v", look, want)
	}
}
