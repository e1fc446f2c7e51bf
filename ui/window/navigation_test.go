package window

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
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
	tip := f.Tip
	line := newTreeRow(f.navigation.tree, f.Tips)
	line.Resize(fyne.NewSize(400, 28))
	line.show(apptheme.Signs().Good, "contoso.onmicrosoft.com")
	line.MouseIn(nil)
	f.Clock.Pass()
	if tip() != "" {
		t.Error("a name that is not cut has a tip")
	}
	line.Resize(fyne.NewSize(120, 28))
	line.MouseIn(nil)
	if tip() != "" {
		t.Error("the tip does not wait until the pointer rests")
	}
	f.Clock.Pass()
	if tip() != "contoso.onmicrosoft.com" {
		t.Errorf("the tip says %q", tip())
	}
	line.MouseOut()
	sign := f.navigation.folded.places[host.Settings]
	sign.MouseIn(nil)
	f.Clock.Pass()
	if tip() != "Settings" {
		t.Errorf("the rail's tip says %q", tip())
	}
	sign.MouseOut()
	sign.MouseIn(nil)
	sign.MouseOut() // before the pointer rested
	f.Clock.Pass()
	if tip() != "" {
		t.Error("the tip is there though the pointer is gone")
	}
}

func TestFoldedTreeCanNotBeDragged(t *testing.T) {
	f := newFixture(t)
	f.Host.Window.Resize(fyne.NewSize(800, 640))
	if f.shell.split.Visible() || len(f.shell.narrow.Objects) != 2 || f.shell.split.Trailing == f.shell.page {
		t.Error("the split is still there to drag, or holds the page")
	}
	f.Host.Window.Resize(fyne.NewSize(1280, 640))
	if !f.shell.split.Visible() || f.shell.split.Trailing != f.shell.page {
		t.Error("the page is not back beside the tree")
	}
}

// Names in the tree have the domain that most have in common all, or none.
func TestNamesInTheTreeAreShortenedTogether(t *testing.T) {
	f := newFixture(t)
	names := []string{"a.onmicrosoft.com", "a-customer-with-a-long-name.onmicrosoft.com", "b.example.com"}
	var tenants []entra.Tenant
	for _, name := range names {
		tenants = append(tenants, entra.Tenant{Name: name})
	}
	f.navigation.show(tenants, nil)
	shown := func(width float32) (out []string) {
		for _, name := range names {
			line := newTreeRow(f.navigation.tree, f.Tips)
			line.show(apptheme.Signs().Good, name)
			line.Resize(fyne.NewSize(width, 28))
			test.WidgetRenderer(line).Layout(line.Size())
			out = append(out, line.text.Text)
		}
		return out
	}
	if got := shown(700); !slices.Equal(got, names) {
		t.Errorf("with room for all: %q", got)
	}
	if got := shown(260); !slices.Equal(got, []string{"a", "a-customer-with-a-long-name", "b.example.com"}) {
		t.Errorf("without room for one: %q", got)
	}
}
