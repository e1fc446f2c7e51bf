package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// Options for [Open].
type Options struct {
	Store  *store.Store
	Engine *syncer.Engine
	Keeper *signin.VaultAccess
	Title  string

	Proxy   *syncer.Proxy   // the engine's; nil: the page Settings offers none
	Login   *Login          // start at login; nil: not offered
	LogFile string          // "": none is written
	Raise   <-chan struct{} // each receive brings the window to front; nil: nothing does
	Demo    bool            // the vault lives in memory only
	Hidden  bool            // begins in the tray, where that is wanted and there
}

// Login says whether the app starts when the user signs in to the desktop.
type Login struct {
	Enabled func() (bool, error)
	Set     func(bool) error
}

// Window is the main window.
type Window struct {
	desk       *desk
	navigation *navigation
	vaultBar   *vaultBar
	shell      *shell
	page       *fyne.Container
	at         node
	screen     screen
	lists      latest
	look       appearance
	watchman   watchman
	quit       func()
}

// screen is the page in front.
type screen interface {
	content() fyne.CanvasObject
	refresh() // what it shows may have changed
	leave()   // it goes out of sight for good
}

// Open shows the main window. The app runs from then on until the window is
// closed; [Window.Close] then waits for what it still does.
func Open(ctx context.Context, o Options) (*Window, error) {
	d := &desk{crew: newCrew(ctx), store: o.Store, engine: o.Engine, keeper: o.Keeper, after: toast.Timer, now: time.Now,
		options: o, tray: findTray(ctx)}
	d.measureFrames()
	w, err := newWindow(d, o.Title)
	if err != nil {
		d.dismiss()
		return nil, err
	}
	if !o.Hidden || d.tray == nil || !d.preferences.Tray {
		d.window.Show()
	}
	d.start(w.watch)
	d.start(w.awaitRaise)
	return w, nil
}

func newWindow(d *desk, title string) (*Window, error) {
	w := &Window{desk: d, page: container.NewStack(), quit: fyne.CurrentApp().Quit}
	if err := w.recall(); err != nil {
		return nil, err
	}
	if err := d.labelClouds(); err != nil {
		return nil, err
	}
	w.wear(w.look)
	d.window, d.toasts = fyne.CurrentApp().NewWindow(title), toast.NewLayer(d.after)
	d.tips = newTips(d.after)
	d.open, d.changed, d.show, d.look = w.open, w.reload, w.restyle, func() appearance { return w.look }
	d.add = func(kind integration) { newAddWindow(d, kind) }
	d.speak = w.speak
	w.build()
	w.front(overviewNode)
	w.showTray(nil) // Fyne takes a tray only before the app runs
	w.reload()
	if d.layout.Page != overviewNode {
		w.front(d.layout.Page)
	}
	return w, nil
}

// recall reads how the window was left and what was chosen for it.
func (w *Window) recall() (err error) {
	d := w.desk
	if w.look, err = storedLook(d.ctx, d.store); err != nil {
		return err
	}
	if d.layout, err = storedLayout(d.ctx, d.store); err != nil {
		return err
	}
	if d.preferences, err = storedPreferences(d.ctx, d.store); err != nil {
		return err
	}
	return speak(d.preferences.Language)
}

func (w *Window) build() {
	main := w.desk.window
	main.SetPadded(false)
	w.lay()
	main.Resize(fyne.NewSize(w.desk.layout.Width, w.desk.layout.Height))
	main.SetMaster()
	main.SetCloseIntercept(func() { w.guard(w.putAway) })
	w.addShortcuts()
}

// lay lays the window out, in the language that is spoken now.
func (w *Window) lay() {
	d := w.desk
	w.navigation = newNavigation(d, w.open, func() { d.add(w.suggested()) })
	w.vaultBar = newVaultBar(d)
	left := container.NewStack(newGround(groundSidebar), container.NewPadded(w.navigation.content()))
	rail := container.NewStack(newGround(groundSidebar), container.NewPadded(w.navigation.rail.box))
	w.shell = newShell(left, rail, inset(container.NewBorder(w.vaultBar.box, nil, nil, nil, w.page)), d.layout.Split)
	layers := container.NewStack(w.shell.content(), d.toasts.Object(), d.tips.layer)
	if d.tracer != nil {
		layers.Add(d.tracer)
	}
	d.window.SetContent(layers)
}

// speak shows all of the window in another language at once, the page in front
// included.
func (w *Window) speak(language string) error {
	d, at, known := w.desk, w.at, *w.navigation
	if err := speak(language); err != nil {
		return err
	}
	if err := d.labelClouds(); err != nil {
		return err
	}
	d.layout.Split = w.shell.offset()
	w.lay()
	w.navigation.show(known.tenants, known.profiles)
	w.showTray(known.tenants)
	w.front(at)
	w.vaultBar.refresh()
	return nil
}

// Close ends what the window still does, waits for it, and remembers how the
// window was left.
func (w *Window) Close() error {
	w.desk.dismiss()
	return w.rememberLayout(context.WithoutCancel(w.desk.ctx))
}

func (w *Window) awaitRaise() {
	for {
		select {
		case <-w.desk.options.Raise:
			w.desk.post(w.raise)
		case <-w.desk.ctx.Done():
			return
		}
	}
}

// suggested is the type that is added first: a profile where there is none.
func (w *Window) suggested() integration {
	if len(w.navigation.profiles) == 0 || w.at == profilesNode || w.at.isProfile() {
		return credentialProfile
	}
	return entraIDSync
}

// open goes to a node's page, unless the page in front keeps it back.
func (w *Window) open(at node) {
	if at == w.at {
		w.navigation.mark(at)
		return
	}
	w.guard(func() { w.front(at) })
	w.navigation.mark(w.at)
}

// front puts a node's page in front.
func (w *Window) front(at node) {
	s := w.newScreen(at)
	if s == nil {
		w.reloadThen(func() {
			if w.navigation.has(at) {
				w.front(at)
			}
		})
		return
	}
	if w.screen != nil {
		w.screen.leave()
	}
	w.desk.tips.hide()
	w.at, w.screen = at, s
	w.page.Objects = []fyne.CanvasObject{s.content()}
	w.page.Refresh()
	w.navigation.mark(at)
}

// newScreen makes a node's page; nil where the tree does not know it (yet).
func (w *Window) newScreen(at node) screen {
	switch at {
	case overviewNode:
		return newOverviewPage(w.desk)
	case tenantsNode:
		return newTenantsPage(w.desk)
	case profilesNode:
		return newProfilesPage(w.desk)
	case settingsNode:
		return newSettingsPage(w.desk)
	}
	if t, ok := w.navigation.tenant(at); ok {
		return newTenantPage(w.desk, t)
	}
	if p, ok := w.navigation.profile(at); ok {
		return newProfilePage(w.desk, p)
	}
	return nil
}

// guard leaves the page in front: at once where nothing is unsaved, else as
// the user says.
func (w *Window) guard(leave func()) {
	p, ok := w.screen.(*tenantPage)
	if !ok || p.unsaved() == nil {
		leave()
		return
	}
	p.configuration.guard(leave)
}

// reload brings tree and page up to date.
func (w *Window) reload() {
	w.reloadThen(func() {})
	w.vaultBar.refresh()
	w.screen.refresh()
}

func (w *Window) reloadThen(then func()) {
	ask(w.desk.crew, &w.lists, w.desk.listTenants, func(l tenantLists, err error) {
		if err != nil {
			w.desk.failed(err)
			return
		}
		w.navigation.show(l.tenants, l.profiles)
		w.announce(l.tenants)
		w.showTray(l.tenants)
		if !w.navigation.has(w.at) {
			w.front(parent(w.at))
		}
		then()
	})
}

// parent is where to go when a node is gone.
func parent(at node) node {
	if at.isProfile() {
		return profilesNode
	}
	return tenantsNode
}

// calm is how long events gather before the page is refreshed.
const calm = 200 * time.Millisecond

// watch refreshes tree and page as the engine tells, and once in a while for
// the times on them that are relative and for an event that was missed.
func (w *Window) watch() {
	events, cancel := w.desk.engine.Subscribe()
	defer cancel()
	w.desk.post(w.reload) // a sync may have ended before this
	w.desk.post(w.announceExpiries)
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-w.desk.ctx.Done():
			return
		case e := <-events:
			kinds := w.gather(events, e)
			if kinds[syncer.Expiring] {
				w.desk.post(w.announceExpiries)
			}
			delete(kinds, syncer.Progress)
			if len(kinds) > 0 { // the tree is concerned, and not only the page
				w.desk.post(w.reload)
			} else {
				w.desk.post(func() { w.screen.refresh() })
			}
		case <-tick.C:
			w.desk.post(w.reload)
		}
	}
}

// gather takes the events of a short while together and gives their kinds.
func (w *Window) gather(events <-chan syncer.Event, e syncer.Event) map[syncer.EventKind]bool {
	kinds := map[syncer.EventKind]bool{e.Kind: true}
	enough := time.NewTimer(calm)
	defer enough.Stop()
	for {
		select {
		case e = <-events:
			kinds[e.Kind] = true
		case <-enough.C:
			return kinds
		case <-w.desk.ctx.Done():
			return kinds
		}
	}
}
