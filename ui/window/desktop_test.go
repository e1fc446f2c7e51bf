package window

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

// again opens the window anew on the same store, as the next start does.
func (f *fixture) again() {
	f.Helper()
	f.Must(f.rememberLayout(f.T.Context()))
	f.open(f.Backend)
}

func TestWindowIsRemembered(t *testing.T) {
	f := newFixture(t)
	alpha := f.Tenant("alpha").Key
	f.Open(host.To(host.Tenants))
	tenants(f).OnResize("profile", 222) // as a drag of its edge does
	f.openTenant("alpha")
	f.Host.Window.Resize(fyne.NewSize(1111, 777))
	f.shell.split.SetOffset(0.3)
	f.again()
	if size := f.Host.Window.Canvas().Size(); size != fyne.NewSize(1111, 777) {
		t.Errorf("the size is %v", size)
	}
	if offset := f.shell.offset(); offset != 0.3 {
		t.Errorf("the split stands at %v", offset)
	}
	if f.at != host.ToTenant(alpha) {
		t.Errorf("the page is %s", f.at)
	}
	if width := f.Layout.Columns["tenants"]["profile"]; width != 222 {
		t.Errorf("the column is %v wide", width)
	}
}

func TestRememberedPageOfARemovedTenant(t *testing.T) {
	f := newFixture(t)
	f.openTenant("alpha")
	f.Must(f.rememberLayout(t.Context()))
	f.Must(f.Store.RemoveTenant(t.Context(), f.Tenant("alpha").Key))
	f.again()
	if f.page == nil || !f.navigation.has(f.at) {
		t.Errorf("the page is %s", f.at)
	}
}

func TestTreeFoldsInANarrowWindow(t *testing.T) {
	f := newFixture(t)
	f.shell.split.SetOffset(0.25)
	f.Host.Window.Resize(fyne.NewSize(800, 640))
	if !f.shell.folded || f.shell.split.Visible() || !f.shell.narrow.Visible() {
		t.Error("the tree is not folded at 800")
	}
	test.Tap(f.navigation.folded.places[host.Settings])
	if f.at != host.To(host.Settings) {
		t.Errorf("the rail leads to %s", f.at)
	}
	f.Host.Window.Resize(fyne.NewSize(1280, 640))
	if f.shell.folded || f.shell.split.Offset != 0.25 {
		t.Errorf("at 1280 the tree is folded: %v, the split stands at %v", f.shell.folded, f.shell.split.Offset)
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
	f.AddRuns("alpha", 1, entra.Invalid("signing in failed", "the client secret is wrong", ""))
	want := fyne.NewNotification(f.Tenant("alpha").Label()+" fails to sync", "Open Entra ID Sync to see why and what to do.")
	changed := func() {
		f.Changed()
		f.Clock.Pass()
	}
	test.AssertNotificationSent(t, want, changed)
	f.AddRuns("alpha", 1, nil)
	f.Preferences.Quiet = true
	test.AssertNotificationSent(t, nil, changed)
}

// Tenants that begin to fail within a few seconds are one notification, which names some; so
// are those that recover.
func TestTenantsThatFailTogetherAreOneNotification(t *testing.T) {
	f := newFixture(t)
	var all []entra.Tenant
	for i := range 61 {
		all = append(all, entra.Tenant{Key: int64(1000 + i), Name: fmt.Sprintf("customer-%d", i+1), Enabled: true, LastSyncStatus: entra.Failed})
	}
	see := ". Open Entra ID Sync to see why and what to do."
	for _, c := range []struct {
		status entra.Status
		want   *fyne.Notification
	}{
		{entra.Failed, fyne.NewNotification("61 tenants fail to sync", "customer-1, customer-2, customer-3 and 58 more"+see)},
		{entra.Succeeded, fyne.NewNotification("61 tenants sync again", "customer-1, customer-2, customer-3 and 58 more")},
	} {
		test.AssertNotificationSent(t, nil, func() {
			for i := range all { // one after the other
				all[i].LastSyncStatus = c.status
				f.announce(all[:i+1])
			}
		})
		test.AssertNotificationSent(t, c.want, f.Clock.Pass)
		test.AssertNotificationSent(t, nil, f.Clock.Pass)
	}
}

// Where nothing shows notifications none is sent: the toolkit would complain of each.
func TestNothingIsSentWhereNobodyListens(t *testing.T) {
	f := newFixture(t)
	asked := 0
	f.listens = sync.OnceValue(func() bool { asked++; return false })
	test.AssertNotificationSent(t, nil, func() {
		f.notify("one", "")
		f.notify("two", "")
	})
	if asked != 1 {
		t.Errorf("it was asked %d times", asked)
	}
}

// What a watch found goes to the desktop and into a toast that leads there; it is not
// shown where somebody wants no notifications, or the window has ended.
func TestWatchTellsTheDesktop(t *testing.T) {
	f := newFixture(t)
	found := watch.Sum{Watch: watch.Watch{Name: "Privileged roles"}, Count: 12, Of: f.Tenant("alpha"), Text: "12 members"}
	want := fyne.NewNotification("Privileged roles · "+f.Tenant("alpha").Label(), "12 members")
	test.AssertNotificationSent(t, want, func() { f.Must(f.showWatched(t.Context(), found)) })
	if !strings.Contains(f.Toasted(), "12 members") {
		t.Errorf("toasted: %s", f.Toasted())
	}
	f.PressToast("Show")
	if f.at != host.To(host.Watches) {
		t.Errorf("it leads to %v", f.at)
	}
	f.Preferences.Quiet = true
	test.AssertNotificationSent(t, nil, func() {
		if err := f.showWatched(t.Context(), found); err == nil || entra.AsError(err).Message() == "" {
			t.Errorf("shown though nobody wants it: %v", err)
		}
	})
	f.Preferences.Quiet = false
	var later func()
	f.host.Post = func(do func()) { later = do }
	over, end := context.WithCancel(t.Context())
	end()
	test.AssertNotificationSent(t, nil, func() {
		if err := f.showWatched(over, found); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		later() // too late: it is told at the next start
	})
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
			f.Preferences.Tray = c.wanted
			if c.exists {
				f.tray = &tray{set: func(*fyne.Menu) {}, present: func(context.Context) bool { return c.present }}
			}
			f.page.Guard(f.putAway)
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
	f.tray = &tray{set: func(m *fyne.Menu) {
		if first == nil {
			first = m
		}
		said = append(said, m.Items[0].Label)
	}}
	f.Changed()
	f.Changed() // nothing new
	f.AddRuns("beta", 1, entra.Invalid("signing in failed", "the client secret is wrong", ""))
	f.Changed()
	if want := []string{"All tenants are in sync", "1 of 2 tenants needs attention"}; !slices.Equal(said, want) {
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
	f.disable("alpha")
	f.askQuit()
	if quit {
		t.Fatal("quit over unsaved changes")
	}
	f.Press("Discard")
	if !quit {
		t.Error("still there after Discard")
	}
}

func TestExpiryIsToldOnce(t *testing.T) {
	f := newFixture(t)
	f.Must(f.Store.AddCredential(t.Context(), "alpha", entra.Credential{ID: "c1", Kind: entra.Certificate, ClientID: "11111111-2222-3333-4444-555555555551", Expires: time.Now().Add(12*24*time.Hour + time.Hour)}, nil))
	want := fyne.NewNotification("Credential 1 of alpha ends: in 12 days", "Add its successor to the credential profile before that.")
	test.AssertNotificationSent(t, want, f.announceExpiries)
	if !strings.Contains(f.Toasted(), "Credential 1 of alpha ends: in 12 days") {
		t.Errorf("the toasts say %q", f.Toasted())
	}
	test.AssertNotificationSent(t, nil, f.announceExpiries)
	f.PressToast("Open")
	if f.at.Place != host.Profile {
		t.Errorf("the toast leads to %s", f.at)
	}
}

func TestExpiryIsNotNotifiedWhereQuiet(t *testing.T) {
	f := newFixture(t)
	f.Preferences.Quiet = true
	f.Must(f.Store.AddCredential(t.Context(), "alpha", entra.Credential{ID: "c1", Kind: entra.Certificate, ClientID: "11111111-2222-3333-4444-555555555551", Expires: time.Now().Add(-24 * time.Hour)}, nil))
	test.AssertNotificationSent(t, nil, f.announceExpiries)
	if !strings.Contains(f.Toasted(), "Replace it") {
		t.Errorf("the toasts say %q", f.Toasted())
	}
}

func TestVaultBarUnlocks(t *testing.T) {
	f := newFixture(t)
	b := f.vaultBar
	if b.box.Visible() {
		t.Fatal("the bar is shown though nothing is locked")
	}
	f.Lock()
	if !b.box.Visible() || !b.passphrase.Visible() || b.keychain.Visible() || b.why.Text == "" {
		t.Fatalf("a locked vault: shown %v, offers a passphrase %v, the keychain %v, says %q", b.box.Visible(), b.passphrase.Visible(), b.keychain.Visible(), b.why.Text)
	}
	b.passphrase.SetText("wrong")
	test.Tap(b.unlock)
	if !b.wrong.Visible() || !strings.Contains(b.wrong.Text, "passphrase") || !b.box.Visible() {
		t.Errorf("a wrong passphrase: it says %q", b.wrong.Text)
	}
	if top := b.all.Objects[0].Position().Y; top < b.box.MinSize().Height {
		t.Errorf("the page begins at %v, under the bar of %v", top, b.box.MinSize().Height)
	}
	b.passphrase.SetText(hosttest.RightPassphrase)
	b.passphrase.OnSubmitted(b.passphrase.Text)
	if top := b.all.Objects[0].Position().Y; top != 0 || b.wrong.Visible() {
		t.Errorf("once the bar is gone the page begins at %v", top)
	}
	if b.box.Visible() || f.VaultStatus().Locked || b.passphrase.Text != "" {
		t.Errorf("the right passphrase: shown %v, locked %v, still typed %v", b.box.Visible(), f.VaultStatus().Locked, b.passphrase.Text != "")
	}
}

// At a start with a locked vault the passphrase is what is to be typed, and Sync now asks for it.
func TestALockedVaultAsksForItsPassphrase(t *testing.T) {
	f := newFixture(t)
	f.Lock()
	if f.Focused() != fyne.Focusable(f.vaultBar.passphrase) {
		t.Errorf("the keys go to %T", f.Focused())
	}
	if why := f.vaultBar.why.Text; why != "Its passphrase opens it" {
		t.Errorf("it says %q", why)
	}
}

// A sync that removed unusually much is told once, and what was before the
// window is no news.
func TestManyDeletionsAreToldOnce(t *testing.T) {
	f := newFixture(t)
	f.Lose("alpha")
	f.again()
	test.AssertNotificationSent(t, nil, f.Changed)
	f.Lose("beta")
	want := fyne.NewNotification(f.Tenant("beta").Label()+": unusually many deletions", "1369 of 1400 links of Groups were removed in one sync, as Graph says of each of them")
	f.Changed()
	test.AssertNotificationSent(t, want, f.Clock.Pass)
	if !strings.Contains(f.Toasted(), "unusually many deletions") {
		t.Errorf("the toasts say %q", f.Toasted())
	}
	f.PressToast("Open")
	if f.at != host.ToTenant(f.Tenant("beta").Key) {
		t.Errorf("the toast leads to %s", f.at)
	}
	f.Changed()
	test.AssertNotificationSent(t, nil, f.Clock.Pass)
}

// Tenants that lose unusually much within a few seconds are one notification and one toast.
func TestManyDeletionsOfSeveralTenantsAreToldTogether(t *testing.T) {
	f := newFixture(t)
	f.Lose("alpha")
	f.again()
	f.Changed()
	f.Lose("alpha")
	f.Changed()
	f.Lose("beta")
	f.Changed()
	title := "Unusually many deletions in 2 tenants"
	test.AssertNotificationSent(t, fyne.NewNotification(title, f.Tenant("alpha").Label()+", "+f.Tenant("beta").Label()), f.Clock.Pass)
	if told := f.Toasted(); strings.Count(told, "nusually many") != 1 || !strings.Contains(told, title) {
		t.Errorf("the toasts say %q", told)
	}
	f.PressToast("Open")
	if f.at != host.To(host.Tenants) {
		t.Errorf("the toast leads to %s", f.at)
	}
}

// Credentials that come nearer to their end together are one notification and one toast.
func TestExpiriesAreToldTogether(t *testing.T) {
	f := newFixture(t)
	for i, profile := range []string{"alpha", "beta"} {
		end := f.host.Now().Add(time.Duration(12-13*i)*24*time.Hour + time.Hour)
		f.Must(f.Store.AddCredential(t.Context(), profile, entra.Credential{ID: "c" + profile, Kind: entra.Certificate, ClientID: "11111111-2222-3333-4444-555555555551", Expires: end}, nil))
	}
	title := "2 credentials end soon or have ended"
	f.announceExpiries()
	if told := f.Toasted(); !strings.Contains(told, title) || strings.Contains(told, "Replace it") || !strings.Contains(told, "alpha: in 12 days") {
		t.Errorf("the toasts say %q", told)
	}
	f.PressToast("Open")
	if f.at != host.To(host.Profiles) {
		t.Errorf("the toast leads to %s", f.at)
	}
}
