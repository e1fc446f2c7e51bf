// Package hosttest gives tests of pages a host to stand in, on a store with two
// profiles and two tenants, and hands that find and press what a page shows.
package hosttest

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/docs"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Clock lets a test say when time has passed.
type Clock struct{ waiting []*func() }

// After is a [toast.After] that waits for Pass.
func (c *Clock) After(_ time.Duration, f func()) (stop func()) {
	entry := &f
	c.waiting = append(c.waiting, entry)
	return func() { *entry = nil }
}

// Pass lets all time pass that is waited for.
func (c *Clock) Pass() {
	due := c.waiting
	c.waiting = nil
	for _, f := range due {
		if *f != nil {
			(*f)()
		}
	}
}

// Inline is a group that does all work at once.
func Inline(t *testing.T) *tasks.Group {
	g := tasks.New(t.Context(), nil)
	run := func(f func()) { f() }
	g.Start, g.Post = run, run
	return g
}

// Fixture is a host on a store with the profiles and tenants alpha and beta.
type Fixture struct {
	*testing.T
	*host.Host
	*Recorder // nil where the real window stands behind the host
	Clock     *Clock
}

// Backend makes what works behind the window.
func Backend(t *testing.T) host.Backend {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	vault := signin.MemoryVaultAccess()
	engine := syncer.New(syncer.Options{Store: st, Vault: vault})
	for _, name := range []string{"alpha", "beta"} {
		if err := engine.AddProfile(t.Context(), name, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := st.AddTenant(t.Context(), entra.Tenant{Name: name + ".onmicrosoft.com", Cloud: "public", Profile: name, Enabled: true}); err != nil {
			t.Fatal(err)
		}
	}
	return host.Backend{Store: st, Vault: vault, Engine: engine, Watches: &watch.Keeper{Store: st, Vault: vault}, Documents: &docs.Server{}, Program: host.Program{Version: "1.2.3"}}
}

// Surroundings make the app do everything at once, and nothing later than the
// clock says.
func Surroundings(t *testing.T, clock *Clock, n host.Navigator) host.Surroundings {
	return host.Surroundings{Group: Inline(t), Navigator: n, After: clock.After, Now: time.Now}
}

// New makes a host in a window of its own, without the main window's tree.
func New(t *testing.T) *Fixture {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(apptheme.Compact{Zoom: 1})
	f := &Fixture{T: t, Clock: &Clock{}, Recorder: &Recorder{}}
	app, err := host.NewApp(Backend(t), Surroundings(t, f.Clock, f.Recorder))
	f.Must(err)
	w := test.NewTempWindow(t, nil)
	f.Host = host.New(app, w)
	w.SetPadded(false)
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { kit.DialogKey(w.Canvas(), e) })
	f.Display(container.NewStack())
	w.Resize(fyne.NewSize(1040, 784)) // as a page is in a window of 1280 by 800
	return f
}

// Display puts a page, or what else is to be seen, in the window.
func (f *Fixture) Display(content fyne.CanvasObject) { f.Window.SetContent(f.Layers(content)) }

// Show puts a page in the window, from now on refreshed as the window does it.
func Show[P host.Page](f *Fixture, page P) P {
	f.Helper()
	f.Recorder.Page = page
	f.Display(page.Content())
	return page
}

// Must fails on an error.
func (f *Fixture) Must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// Tick is a moment after all that was stored so far, and before what comes next: the
// store counts in milliseconds.
func (f *Fixture) Tick() time.Time {
	for at := time.Now().UnixMilli(); ; {
		if now := time.Now(); now.UnixMilli() > at+1 {
			return time.UnixMilli(at + 1)
		}
	}
}

// Tenant is one of the two tenants.
func (f *Fixture) Tenant(name string) entra.Tenant {
	f.Helper()
	t, err := f.Store.Tenant(f.T.Context(), name+".onmicrosoft.com")
	f.Must(err)
	return t
}

// AddRuns adds runs of users to a tenant's history; the last one fails with err.
func (f *Fixture) AddRuns(name string, runs int, err error) {
	f.Helper()
	key, ctx := f.Tenant(name).Key, f.T.Context()
	for i := range runs {
		run, e := f.Store.BeginRun(ctx, key)
		f.Must(e)
		row, e := f.Store.BeginClass(ctx, run, key, "users")
		f.Must(e)
		end := store.ClassEnd{Status: entra.Succeeded, Requests: 1}
		if err != nil && i == runs-1 {
			end.Status, end.Err = entra.Failed, err
		}
		_, e = f.Store.EndClass(ctx, row, end)
		f.Must(e)
		f.Must(f.Store.EndRun(ctx, run, store.RunEnd{Status: end.Status}))
	}
}

// RightPassphrase is what opens a vault that Lock made.
const RightPassphrase = "correct horse battery"
