package window

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/object"
)

// alt presses Alt with a key.
func (f *fixture) alt(key fyne.KeyName) {
	f.Host.Window.Canvas().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierAlt})
}

func (f *fixture) expectAt(what string, want host.Route) {
	f.Helper()
	if f.at.Bare() != want.Bare() {
		f.Errorf("%s: the page in front is %s, want %s", what, f.at, want)
	}
}

func TestBackAndForwardGoAsInABrowser(t *testing.T) {
	f := newFixture(t)
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna"}`), f.Object("u2", `{"displayName":"Ben"}`))
	key := f.Tenant("alpha").Key
	anna, ben := host.ToObject(key, "users", "u1"), host.ToObject(key, "users", "u2")
	f.Open(host.ToDirectory(key, "users"))
	f.Open(anna)
	f.Open(ben)
	f.alt(fyne.KeyLeft)
	f.expectAt("back", anna)
	f.alt(fyne.KeyLeft)
	f.expectAt("back twice", host.ToTenant(key))
	if f.at.Tab != host.DirectoryTab {
		t.Errorf("the tab in front is %q", f.at.Tab)
	}
	f.alt(fyne.KeyRight)
	f.expectAt("forward", anna)
	f.Open(host.To(host.Settings))
	f.alt(fyne.KeyRight)
	f.expectAt("forward, where nothing is", host.To(host.Settings))
	for range 10 {
		f.alt(fyne.KeyLeft)
	}
	f.expectAt("back to the start", host.To(host.Overview))
}

// What the page showed when it was left, it shows again: another part, a search.
func TestBackFindsThePageAsItWasLeft(t *testing.T) {
	f := newFixture(t)
	f.Scan("alpha", "users", f.Object("u1", `{"displayName":"Anna"}`), f.Object("u2", `{"displayName":"Ben"}`))
	f.Open(host.ToDirectory(f.Tenant("alpha").Key, "users"))
	search(f).SetText("ben")
	f.Clock.Pass()
	f.Open(host.ToObject(f.Tenant("alpha").Key, "users", "u2"))
	f.alt(fyne.KeyLeft)
	if got := search(f).Text; got != "ben" {
		t.Errorf("the search says %q", got)
	}
}

func TestAPageOfATenantThatIsGoneIsPassedOver(t *testing.T) {
	f := newFixture(t)
	f.openTenant("alpha")
	f.openTenant("beta")
	f.Must(f.Store.RemoveTenant(t.Context(), f.Tenant("alpha").Key))
	f.Changed()
	f.Open(host.To(host.Settings))
	f.alt(fyne.KeyLeft)
	f.expectAt("back", host.ToTenant(f.Tenant("beta").Key))
	f.alt(fyne.KeyLeft)
	f.expectAt("back past a tenant that is gone", host.To(host.Overview))
}

// The tree's line of a tenant leads to its page from an object of it, too.
func TestTreeLeadsFromAnObjectToItsTenant(t *testing.T) {
	f := newFixture(t)
	key := f.Tenant("alpha").Key
	f.openTenant("alpha")
	f.Open(host.ToObject(key, "users", "u1"))
	if _, ok := f.page.(*object.Page); !ok {
		t.Fatalf("the page in front is %T", f.page)
	}
	f.choose(host.ToTenant(key))
	f.expectAt("after a click in the tree", host.ToTenant(key))
}

func TestRoutesAreRememberedWithoutWhatIsSoughtFor(t *testing.T) {
	r := host.ToDirectory(3, "groups")
	r.Search, r.Row, r.At = "Anna Berg", "id", 1234
	if got := host.ParseRoute(r.String()); got.Search != "" || got.Row != "" || got.Class != "groups" || got.Tab != host.DirectoryTab || got.At != 1234 || got.Tenant != 3 {
		t.Errorf("%s is read as %+v", r, got)
	}
	o := host.ToObject(7, "users", "a/b?c=d%")
	if got := host.ParseRoute(o.String()); got.Place != host.Object || got.Tenant != 7 || got.Object != o.Object {
		t.Errorf("%s is read as %+v", o, got)
	}
}
