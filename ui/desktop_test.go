package ui

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// again opens the window anew on the same store, as the next start does.
func (f *fixture) again() {
	f.Helper()
	f.must(f.rememberLayout(f.Context()))
	d := *f.desk
	var err error
	f.Window, err = newWindow(&d, "test")
	f.must(err)
	f.Cleanup(d.window.Close)
}

func TestWindowIsRemembered(t *testing.T) {
	f := newFixture(t)
	alpha := f.tenant("alpha").Key
	f.open(tenantsNode)
	f.screen.(*tenantsPage).grid.OnResize("profile", 222) // as a drag of its edge does
	f.openTenant("alpha")
	f.desk.window.Resize(fyne.NewSize(1111, 777))
	f.shell.split.SetOffset(0.3)
	f.again()
	if size := f.desk.window.Canvas().Size(); size != fyne.NewSize(1111, 777) {
		t.Errorf("the size is %v", size)
	}
	if offset := f.shell.offset(); offset != 0.3 {
		t.Errorf("the split stands at %v", offset)
	}
	if f.at != tenantNode(alpha) {
		t.Errorf("the page is %s", f.at)
	}
	if width := f.desk.layout.Columns["tenants"]["profile"]; width != 222 {
		t.Errorf("the column is %v wide", width)
	}
}

func TestRememberedPageOfARemovedTenant(t *testing.T) {
	f := newFixture(t)
	f.openTenant("alpha")
	f.must(f.rememberLayout(t.Context()))
	f.must(f.store.RemoveTenant(t.Context(), f.tenant("alpha").Key))
	f.again()
	if f.screen == nil || !f.navigation.has(f.at) {
		t.Errorf("the page is %s", f.at)
	}
}

func TestTreeFoldsInANarrowWindow(t *testing.T) {
	f := newFixture(t)
	f.shell.split.SetOffset(0.25)
	f.desk.window.Resize(fyne.NewSize(800, 640))
	if !f.shell.folded || f.shell.split.Visible() || !f.shell.narrow.Visible() {
		t.Error("the tree is not folded at 800")
	}
	test.Tap(f.navigation.rail.places[settingsNode])
	if f.at != settingsNode {
		t.Errorf("the rail leads to %s", f.at)
	}
	f.desk.window.Resize(fyne.NewSize(1280, 640))
	if f.shell.folded || f.shell.split.Offset != 0.25 {
		t.Errorf("at 1280 the tree is folded: %v, the split stands at %v", f.shell.folded, f.shell.split.Offset)
	}
}

func TestF5SyncsFromAField(t *testing.T) {
	f := newFixture(t)
	f.open(settingsNode)
	pressed := 0
	f.desk.window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyF5 {
			pressed++
		}
	})
	p := f.screen.(*settingsPage)
	fields := []fyne.Focusable{p.mode, p.tray, p.proxy.address}
	for _, field := range fields {
		field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF5})
	}
	if pressed != len(fields) {
		t.Errorf("F5 reached the window %d times of %d", pressed, len(fields))
	}
}

func TestFailureAndRecoveryAreToldOnce(t *testing.T) {
	var m watchman
	for i, step := range []struct {
		status     entra.Status
		fell, rose int
	}{
		{entra.Failed, 0, 0}, // failed already when the app started
		{entra.Running, 0, 0}, {entra.Failed, 0, 0},
		{entra.Succeeded, 0, 1}, {entra.Succeeded, 0, 0},
		{entra.Failed, 1, 0}, {entra.Running, 0, 0}, {entra.Failed, 0, 0}, {entra.Cancelled, 0, 0},
		{entra.Warning, 0, 1}, {entra.Interrupted, 0, 0},
	} {
		fell, rose := m.look([]entra.Tenant{{Key: 1, LastSyncStatus: step.status}})
		if len(fell) != step.fell || len(rose) != step.rose {
			t.Errorf("step %d, %s: %d began to fail, %d recovered; want %d, %d", i, step.status, len(fell), len(rose), step.fell, step.rose)
		}
	}
}

func TestNotificationIsSentUnlessQuiet(t *testing.T) {
	f := newFixture(t)
	f.history("alpha", 1, entra.Invalid("signing in failed", "the client secret is wrong", ""))
	want := fyne.NewNotification(f.tenant("alpha").Label()+" fails to sync", "Open Entra ID Sync to see why and what to do.")
	test.AssertNotificationSent(t, want, f.reload)
	f.history("alpha", 1, nil)
	f.desk.preferences.Quiet = true
	test.AssertNotificationSent(t, nil, f.reload)
}

func TestClosingGoesToTheTrayOnlyWhereThereIsOne(t *testing.T) {
	for name, c := range map[string]struct {
		wanted, exists, present, quits bool
	}{
		"wanted and there":         {true, true, true, false},
		"not wanted":               {false, true, true, true},
		"no tray":                  {true, false, false, true},
		"the tray is gone by then": {true, true, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			quit := false
			f.quit = func() { quit = true }
			f.desk.preferences.Tray = c.wanted
			if c.exists {
				f.desk.tray = &tray{set: func(*fyne.Menu) {}, present: func(context.Context) bool { return c.present }}
			}
			f.guard(f.putAway)
			if quit != c.quits {
				t.Errorf("the app quits: %v, want %v", quit, c.quits)
			}
		})
	}
}

func TestTrayMenu(t *testing.T) {
	f := newFixture(t)
	var first *fyne.Menu
	var said []string
	f.desk.tray = &tray{set: func(m *fyne.Menu) {
		if first == nil {
			first = m
		}
		said = append(said, m.Items[0].Label)
	}}
	f.reload()
	f.reload() // nothing new
	f.history("beta", 1, entra.Invalid("signing in failed", "the client secret is wrong", ""))
	f.reload()
	if want := []string{"All tenants are in sync", "1 of 2 tenants need attention"}; !slices.Equal(said, want) {
		t.Errorf("the tray said %q, want %q", said, want)
	}
	if got := first.Items[0].Label; got != said[len(said)-1] { // the tray may take the first menu late
		t.Errorf("the first menu says %q", got)
	}
}

func TestQuittingFromTheTrayIsGuarded(t *testing.T) {
	f := newFixture(t)
	quit := false
	f.quit = func() { quit = true }
	f.openTenant("alpha").configuration.enabled.SetChecked(false)
	f.askQuit()
	if quit {
		t.Fatal("quit over unsaved changes")
	}
	f.press("Discard")
	if !quit {
		t.Error("still there after Discard")
	}
}

func TestPreferencesAreRemembered(t *testing.T) {
	f := newFixture(t)
	f.open(settingsNode)
	p := f.screen.(*settingsPage)
	if !p.tray.Disabled() {
		t.Error("the tray can be chosen where there is none")
	}
	p.notify.SetChecked(false)
	t.Cleanup(func() { speak("en") })
	p.language.SetSelectedIndex(2)
	got, err := storedPreferences(t.Context(), f.store)
	f.must(err)
	if want := (preferences{Language: "de", Quiet: true}); got != want {
		t.Errorf("stored %v, want %v", got, want)
	}
}

func TestProxyIsChosen(t *testing.T) {
	f := newFixture(t)
	var err error
	f.desk.options.Proxy, err = syncer.NewProxy(t.Context(), f.store)
	f.must(err)
	f.open(settingsNode)
	s := f.screen.(*settingsPage).proxy
	s.mode.SetSelectedIndex(2)
	for _, c := range []struct{ typed, used, wrong string }{
		{"proxy.contoso.com:8080", "http://proxy.contoso.com:8080", ""},
		{"http://me:secret@proxy:1", "http://proxy.contoso.com:8080", "Its address holds a user name; it would be stored unprotected."},
		{"ftp://proxy", "http://proxy.contoso.com:8080", "Its address begins with neither"},
		{"https://other:8443", "https://other:8443", ""},
	} {
		s.address.SetText(c.typed)
		f.clock.pass()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://graph.microsoft.com", nil)
		f.must(err)
		used, err := f.desk.options.Proxy.For(r)
		f.must(err)
		if used.String() != c.used || s.wrong.Visible() != (c.wrong != "") || !strings.HasPrefix(s.wrong.Text, c.wrong) {
			t.Errorf("%q: uses %s, says %q", c.typed, used, s.wrong.Text)
		}
	}
	again, err := syncer.NewProxy(t.Context(), f.store)
	f.must(err)
	if got := again.Choice(); got.Mode != syncer.ManualProxy || got.Address != "https://other:8443" {
		t.Errorf("after a restart: %v", got)
	}
}

func TestLoginShowsHowItStands(t *testing.T) {
	f := newFixture(t)
	on := true
	f.desk.options.Login = &Login{Enabled: func() (bool, error) { return on, nil }, Set: func(want bool) error { on = want; return nil }}
	f.open(settingsNode)
	p := f.screen.(*settingsPage)
	if !p.login.Checked || p.login.Disabled() {
		t.Fatal("the check does not show that it is on")
	}
	p.login.SetChecked(false)
	if on {
		t.Error("it is still on")
	}
	f.desk.options.Login.Set = func(bool) error { return entra.Invalid("it can't be set", "no", "") }
	p.login.SetChecked(true)
	if p.login.Checked {
		t.Error("the check is on though it could not be set")
	}
}

func TestFileURL(t *testing.T) {
	for path, want := range map[string]string{"/home/a b/entrasync.log": "file:///home/a%20b/entrasync.log", "C:/Users/a": "file:///C:/Users/a"} {
		if got := fileURL(path).String(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
