package window

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/add"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/toast"
	"github.com/entraidsync/entraidsync/ui/translations"
)

// Options for [Open].
type Options struct {
	host.Backend
	Title  string
	Raise  <-chan struct{} // each receive brings the window to front; nil: nothing does
	Hidden bool            // begins in the tray, where that is wanted and there
}

// Window is the main window: the tree at the left, the page in front beside it.
type Window struct {
	host       *host.Host
	raised     <-chan struct{}
	tray       *tray             // nil: the desktop has none
	tracer     fyne.CanvasObject // tells when the first frame has been drawn; nil: nobody asks
	navigation *navigation
	vaultBar   *vaultBar
	shell      *shell
	room       *fyne.Container // of the page
	at         host.Route
	page       host.Page
	trail      trail
	lists      tasks.Latest
	watchman   watchman
	news       news
	listens    func() bool // whether something shows notifications, asked once; nil: it is not asked
	together   *together   // whose sync was asked for at once; nil: nobody's
	gone       host.Spot   // where the window lay at its end
	adding     *add.Window // the last Add New Integration; nil: there was none
	shown      bool        // the window has been shown
	started    bool        // the app runs
	quit       func()
}

// Open shows the main window. The app runs from then on until the window is
// closed; [Window.Close] then waits for what it still does.
func Open(ctx context.Context, o Options) (*Window, error) {
	w := &Window{tray: findTray(ctx), raised: o.Raise, listens: sync.OnceValue(func() bool { return notifierPresent(ctx) })}
	group := w.measured(ctx)
	app, err := host.NewApp(o.Backend, host.Surroundings{Group: group, Navigator: w, After: toast.Timer, Now: time.Now, Tray: w.tray != nil})
	if err == nil {
		err = w.furnish(app, o.Title)
	}
	if err != nil {
		group.Stop()
		return nil, err
	}
	if !o.Hidden || w.tray == nil || !app.Preferences.Tray {
		w.show()
	}
	w.host.Watches.ShowBy(w.showWatched)
	group.Start(w.watch)
	group.Start(w.awaitRaise)
	group.Start(w.watchUpdates)
	return w, nil
}

// furnish makes the window, as it was left and as a person chose it to be.
func (w *Window) furnish(app *host.App, title string) error {
	if err := translations.Speak(app.Preferences.Language); err != nil {
		return err
	}
	wear(app.Look)
	w.host = host.New(app, fyne.CurrentApp().NewWindow(title))
	w.room, w.quit = container.NewStack(), func() {
		w.Leaving()
		w.host.Cancel()
		fyne.CurrentApp().Quit()
	}
	w.build()
	w.front(host.To(host.Overview))
	w.showTray(nil) // Fyne takes a tray only before the app runs
	w.Changed()
	if page := app.Layout.Page; page != host.To(host.Overview) {
		w.front(page)
	}
	return nil
}

func (w *Window) build() {
	main, layout := w.host.Window, w.host.Layout
	main.SetPadded(false)
	w.lay()
	main.Resize(w.host.Fitting(fyne.NewSize(layout.Width, layout.Height)))
	main.SetMaster()
	main.SetCloseIntercept(func() { w.guard(w.putAway) })
	w.addShortcuts()
}

// lay lays the window out, in the language that is spoken now.
func (w *Window) lay() {
	h := w.host
	w.navigation = newNavigation(h, func() { h.Add(w.suggested()) }, w.findEverywhere)
	w.vaultBar = newVaultBar(h)
	tree := container.NewStack(kit.NewGround(kit.GroundSidebar), container.NewPadded(w.navigation.content()))
	folded := container.NewStack(kit.NewGround(kit.GroundSidebar), container.NewPadded(container.NewVScroll(w.navigation.folded.box)))
	w.shell = newShell(tree, folded, kit.Inset(w.vaultBar.over(kit.Within(w.room))), h.Layout.Split)
	layers := h.Layers(w.shell.content())
	if w.tracer != nil {
		layers.Add(w.tracer)
	}
	h.Window.SetContent(layers)
}

// Speak shows all of the window in another language at once, the page in front
// included.
func (w *Window) Speak(language string) error {
	if err := translations.Speak(language); err != nil {
		return err
	}
	w.again()
	w.showTray(w.navigation.tenants)
	return nil
}

// patience is how long the closing window waits for its layout to be stored.
const patience = 2 * time.Second

// Close ends what the window still does, waits for it, and remembers how the
// window was left.
func (w *Window) Close() error {
	w.host.Stop()
	return w.rememberLayout(store.Outliving(w.host.Context))
}

func (w *Window) rememberLayout(ctx context.Context) error {
	size, l := w.host.Window.Canvas().Size(), &w.host.Layout
	if w.gone.Maximized { // it is as large as before it was, once it is no more
		size = fyne.NewSize(l.Width, l.Height)
	}
	l.Width, l.Height, l.Spot, l.Split, l.Page = size.Width, size.Height, w.gone, w.shell.offset(), w.at
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return w.host.KeepLayout(ctx)
}

func (w *Window) awaitRaise() {
	for {
		select {
		case <-w.raised:
			w.host.Post(w.raise)
		case <-w.host.Context.Done():
			return
		}
	}
}
