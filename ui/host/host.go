package host

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/updates"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/docs"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// Backend is what works behind the window. The program makes it.
type Backend struct {
	Store  *store.Store
	Engine *syncer.Engine
	Vault  *signin.VaultAccess

	Watches *watch.Keeper // tells of what is watched for
	Proxy   *syncer.Proxy // the engine's; nil: the page Settings offers none
	Login   *Login        // start at login; nil: not offered
	LogFile string        // "": none is written

	Program   Program
	Documents *docs.Server     // shows the documents in a browser
	Updates   *updates.Checker // looks for newer versions; nil: not offered
	Desk      *Desk            // where windows lie; nil: nobody knows
	ShowDemo  func() error     // starts the demo in a window of its own; nil: not offered
	Demo      bool             // the vault lives in memory only
}

// Program says which program this is.
type Program struct{ Version, Commit string }

// Desk is what the program knows of the screens that the toolkit does not tell.
type Desk struct {
	Room  func(scale float32) fyne.Size // the most that a window can have
	Where func(fyne.Window) Spot
	Put   func(fyne.Window, Spot)                // and into the screen, if it lay outside
	Steps func(w fyne.Window, step func(by int)) // the mouse's buttons for back (-1) and forward (1), once the window is shown; nil: nobody knows
}

// Spot is where a window lies, in pixels.
type Spot struct {
	X, Y             int
	Known, Maximized bool
}

// Login says whether the app starts when the user signs in to the desktop.
type Login struct {
	Enabled func() (bool, error)
	Set     func(bool) error
}

// Surroundings are the other things that an app stands on. Tests give others
// than the program does.
type Surroundings struct {
	Group     *tasks.Group
	Navigator Navigator
	After     toast.After // later, on the UI thread
	Now       func() time.Time
	Tray      bool // the desktop has a tray
}

// App is what the pages of all windows have in common.
type App struct {
	Backend
	*tasks.Group
	*Memory
	Navigator
	After  toast.After
	Now    func() time.Time
	Tray   bool
	clouds []entra.Cloud

	UnderWay map[string]func() // what goes on whatever page is shown, by its name: what stops it
}

// NewApp reads what was chosen for the app earlier, and which clouds there are.
func NewApp(b Backend, s Surroundings) (*App, error) {
	memory, err := recall(s.Group.Context, b.Store)
	if err != nil {
		return nil, err
	}
	clouds, err := b.Store.Clouds(s.Group.Context)
	if err != nil {
		return nil, err
	}
	return &App{Backend: b, Group: s.Group, Memory: memory, Navigator: s.Navigator, After: s.After, Now: s.Now, Tray: s.Tray, clouds: clouds, UnderWay: map[string]func(){}}, nil
}

// CloudLabel is an Azure Cloud for people, in the language that is spoken now.
func (a *App) CloudLabel(name string) string {
	for _, c := range a.clouds {
		if c.Name == name {
			return labels.Cloud(c)
		}
	}
	return name
}

// Lists are all tenants and all profiles.
type Lists struct {
	Tenants  []entra.Tenant
	Profiles []entra.Profile
}

// Lists reads all tenants and all profiles. What the history could not be told of a tenant's last sync counts.
func (a *App) Lists(ctx context.Context) (Lists, error) {
	tenants, err := a.Store.Tenants(ctx)
	if err != nil {
		return Lists{}, err
	}
	for i, t := range tenants {
		if t.Enabled && a.Engine.Activity(t.Key).Untold != nil {
			tenants[i].LastSyncStatus = entra.Failed // else it would stand at what could be stored last
		}
	}
	profiles, err := a.Store.Profiles(ctx)
	return Lists{tenants, profiles}, err
}

// Host is what a page may use: the app, and the window that the page is in.
type Host struct {
	*App
	Window fyne.Window
	Toasts *toast.Layer
	Tips   *kit.Tips
}

// New makes a window of the app a host for pages.
func New(a *App, w fyne.Window) *Host {
	return &Host{App: a, Window: w, Toasts: toast.NewLayer(a.After), Tips: kit.NewTips(a.After)}
}

// Fitting is a size for another window of the app, in which the screen has room for it.
func (h *Host) Fitting(size fyne.Size) fyne.Size {
	if h.Desk == nil {
		return size
	}
	return size.Min(h.Desk.Room(h.Window.Canvas().Scale()))
}

// Layers puts toasts and tips over the content of the window.
func (h *Host) Layers(content fyne.CanvasObject) *fyne.Container {
	h.Toasts.Over(content)
	return container.NewStack(content, h.Toasts.Object(), h.Tips.Layer)
}

// Succeeded tells that something went well.
func (h *Host) Succeeded(title, text string) {
	h.Toasts.Show(toast.Toast{Kind: toast.Success, Title: title, Text: text})
}

// Failed tells an error: what, why and what to do. The technical text is a
// click away.
func (h *Host) Failed(err error) { kit.TellTrouble(h.Toasts, h.Window, err) }

// Read opens one of the documents in the browser.
func (h *Host) Read(document string) {
	var address string
	h.Act(func(ctx context.Context) (err error) {
		address, err = h.Documents.Address(ctx, document)
		return err
	}, func(err error) {
		if err != nil {
			h.Failed(err)
			return
		}
		h.OpenOutside(address)
	})
}

// ReadRegistration opens what tells how an app is registered.
func (h *Host) ReadRegistration() { h.Read(docs.Registration) }

// FileURL names a file for other programs. A path of Windows begins with a letter,
// its URL with a slash.
func FileURL(path string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String()
}

// Wrote tells that a file was written, and leads to the folder that it is in.
func (h *Host) Wrote(title, path string) {
	h.Toasts.Show(toast.Toast{Kind: toast.Success, Title: title, Text: path, Action: lang.L("Show in folder"), Do: func() { h.OpenOutside(FileURL(filepath.Dir(path))) }})
}

// OpenOutside lets the desktop open a web page, a folder or a file.
func (h *Host) OpenOutside(address string) {
	h.Act(func(context.Context) error {
		u, err := url.Parse(address)
		if err == nil {
			err = fyne.CurrentApp().OpenURL(u)
		}
		return err
	}, func(err error) {
		if err != nil {
			h.Failed(entra.Invalid(say.Foreign(lang.L("it can't be opened")), say.Because(err), say.Foreign(lang.L("open it yourself: {{.Address}}", map[string]any{"Address": address}))))
		}
	})
}
