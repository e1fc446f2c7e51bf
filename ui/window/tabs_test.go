package window

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/entraidsync/entraidsync/ui/host"
)

// turn presses Ctrl with a key, as whoever has the keyboard gets it.
func (f *fixture) turn(key fyne.KeyName) {
	keys := f.Host.Window.Canvas().(fyne.Shortcutable)
	if focused, takes := f.Focused().(fyne.Shortcutable); takes {
		keys = focused
	}
	keys.TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault})
}

// All tabs of a tenant are reached without a mouse, round in both directions, and the keyboard
// goes along: to the tab's search, where it has one.
func TestTabsAreTurnedByKeys(t *testing.T) {
	f := newFixture(t)
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna"}`))
	f.Open(host.ToTenant(f.Tenant("alpha").Key))
	for _, c := range []struct {
		key    fyne.KeyName
		want   string
		search bool
	}{
		{fyne.KeyPageDown, host.DirectoryTab, true}, {fyne.KeyPageDown, host.ChangesTab, true},
		{fyne.KeyPageDown, "configuration", false}, {fyne.KeyPageUp, host.ChangesTab, true},
		{fyne.KeyPageUp, host.DirectoryTab, true}, {fyne.KeyPageUp, "history", true},
	} {
		if f.turn(c.key); f.at.Tab != c.want || (f.Focused() != nil) != c.search {
			t.Errorf("%s: the tab is %q, the focus on %T; want %q", c.key, f.at.Tab, f.Focused(), c.want)
		}
	}
}

func TestTabWithUnsavedChangesIsKept(t *testing.T) {
	f := newFixture(t)
	f.disable("alpha")
	f.turn(fyne.KeyPageDown)
	if f.at.Tab != "configuration" || f.Top() == nil {
		t.Errorf("the tab is %q, the question %v", f.at.Tab, f.Top())
	}
}
