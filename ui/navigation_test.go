package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
)

func TestShortenedNames(t *testing.T) {
	test.NewTempApp(t)
	const long = "contoso.onmicrosoft.com"
	wide := fyne.MeasureText(long, 14, fyne.TextStyle{}).Width
	for _, c := range []struct {
		name, want string
		room       float32
	}{{long, long, wide + 1}, {long, "contoso", wide - 5}, {"contoso.example.com", "contoso.example.com", wide}} {
		if got := shortened(c.name, c.room); got != c.want {
			t.Errorf("%s in %v: %q, want %q", c.name, c.room, got, c.want)
		}
	}
	if got := shortened(long, 20); len(got) >= len("contoso") {
		t.Errorf("in 20: %q", got)
	}
}

// What is cut in the tree, or a sign alone in the rail, is told in words while
// the pointer rests on it.
func TestTipsSayWhatIsCutAndWhatSignsMean(t *testing.T) {
	f := newFixture(t)
	tips := f.desk.tips
	line := newTreeLine(f.navigation.tree, tips)
	line.Resize(fyne.NewSize(400, 28))
	line.show(signs().good, "contoso.onmicrosoft.com")
	line.MouseIn(nil)
	f.clock.pass()
	if tips.text.Visible() {
		t.Error("a name that is not cut has a tip")
	}
	line.Resize(fyne.NewSize(120, 28))
	line.MouseIn(nil)
	if tips.text.Visible() {
		t.Error("the tip does not wait until the pointer rests")
	}
	f.clock.pass()
	if !tips.text.Visible() || tips.text.Text != "contoso.onmicrosoft.com" {
		t.Errorf("the tip says %q", tips.text.Text)
	}
	line.MouseOut()
	sign := f.navigation.rail.places[settingsNode]
	sign.MouseIn(nil)
	f.clock.pass()
	if !tips.text.Visible() || tips.text.Text != "Settings" {
		t.Errorf("the rail's tip says %q", tips.text.Text)
	}
	sign.MouseOut()
	sign.MouseIn(nil)
	sign.MouseOut() // before the pointer rested
	f.clock.pass()
	if tips.text.Visible() {
		t.Error("the tip is there though the pointer is gone")
	}
}

func TestFoldedTreeCanNotBeDragged(t *testing.T) {
	f := newFixture(t)
	f.desk.window.Resize(fyne.NewSize(800, 640))
	if f.shell.split.Visible() || len(f.shell.narrow.Objects) != 2 || f.shell.split.Trailing == f.shell.page {
		t.Error("the split is still there to drag, or holds the page")
	}
	f.desk.window.Resize(fyne.NewSize(1280, 640))
	if !f.shell.split.Visible() || f.shell.split.Trailing != f.shell.page {
		t.Error("the page is not back beside the tree")
	}
}

// The details are as high as what they say, and leave the table its half.
func TestDetailsFitTheirText(t *testing.T) {
	f := newFixture(t)
	h := f.openTenant("alpha").history
	h.details.open(entra.ClassRun{Class: "users", Status: entra.Succeeded})
	low := h.details.box.Size().Height
	failed := entra.ClassRun{Class: "users", Status: entra.Failed, Error: "it failed: why; do this", Why: "why", Remedy: "do this", Detail: "trace"}
	h.details.open(failed)
	mid := h.details.box.Size().Height
	failed.Detail = "invalid_client: AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'bfa16ac4-4ef6-4d40-a723-6f8b719ff311'."
	for range 2 {
		h.details.open(failed)
		if scroll := h.details.facts.Size(); scroll.Height < h.details.facts.MinSize().Height || h.details.box.Size().Height != h.details.height(h.details.box.Size().Width) {
			t.Errorf("the details are %v high, want %v", h.details.box.Size().Height, h.details.height(h.details.box.Size().Width))
		}
	}
	whole := h.details.box.Size().Height
	h.details.facts.Objects = h.details.tell() // as when the credential is known
	h.details.fit()
	if got := h.details.box.Size().Height; got != whole {
		t.Errorf("told once more, the details are %v high, want %v", got, whole)
	}
	if !says(h.details.box, "Users – Failed") {
		t.Error("the heading is not the row's")
	}
	for range 300 {
		failed.Detail += " and on and on and on"
	}
	h.details.open(failed)
	high := h.details.box.Size().Height
	if !(low < mid && mid < high) {
		t.Errorf("heights: %v without trouble, %v with some, %v with much", low, mid, high)
	}
	if list := h.list.grid.Size().Height; list < 4*28 {
		t.Errorf("the table has %v left", list)
	}
	if natural := h.details.height(h.details.box.Size().Width); high > natural {
		t.Errorf("the details take %v, more than the %v they need", high, natural)
	}
	h.details.close()
	if h.list.grid.Size().Height <= 4*28+high {
		t.Error("the table did not get the room back")
	}
}
