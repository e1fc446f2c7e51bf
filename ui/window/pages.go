package window

import (
	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/ui/add"
	"github.com/entraidsync/entraidsync/ui/help"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/object"
	"github.com/entraidsync/entraidsync/ui/overview"
	"github.com/entraidsync/entraidsync/ui/profile"
	"github.com/entraidsync/entraidsync/ui/settings"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/tenant"
	"github.com/entraidsync/entraidsync/ui/watches"
)

// Open goes to a page, unless the one in front keeps the user.
func (w *Window) Open(to host.Route) {
	if to == w.at || to == w.at.Bare() {
		w.navigation.mark(w.at)
		return
	}
	w.page.Guard(func() {
		w.trail.leave(w.at)
		w.front(to)
	})
	w.navigation.mark(w.at)
}

// front puts a page in front.
func (w *Window) front(to host.Route) {
	p := w.newPage(to)
	if p == nil {
		w.reloadThen(func() {
			if w.navigation.has(to) {
				w.front(to)
			}
		})
		return
	}
	if w.page != nil {
		w.page.Leave()
	}
	w.host.Tips.Hide()
	w.at, w.page = to, p
	w.room.Objects = []fyne.CanvasObject{p.Content()}
	w.room.Refresh()
	w.host.Toasts.Place()
	w.navigation.mark(to)
}

// newPage makes the page that a route names; nil where the tree does not know
// what it is of (yet).
func (w *Window) newPage(r host.Route) host.Page {
	switch r.Place {
	case host.Tenants:
		return tenant.NewList(w.host)
	case host.Profiles:
		return profile.NewList(w.host)
	case host.Watches:
		return watches.New(w.host)
	case host.Settings:
		return settings.New(w.host)
	case host.Help:
		return help.New(w.host)
	case host.Tenant:
		if t, ok := w.navigation.tenant(r); ok {
			return tenant.New(w.host, t, r)
		}
		return nil
	case host.Object:
		if t, ok := w.navigation.tenant(r); ok {
			return object.New(w.host, t, r)
		}
		return nil
	case host.Profile:
		if p, ok := w.navigation.profile(r); ok {
			return profile.New(w.host, p)
		}
		return nil
	}
	return overview.New(w.host)
}

// Add opens Add New Integration, or brings it to front where it is open.
func (w *Window) Add(kind host.Integration) {
	if w.adding == nil || !w.adding.Raise(kind) {
		w.adding = add.Open(w.host, kind)
	}
}

// suggested is the type that is added first: a profile where there is none.
func (w *Window) suggested() host.Integration {
	if len(w.navigation.profiles) == 0 || w.at.Place == host.Profiles || w.at.Place == host.Profile {
		return host.CredentialProfile
	}
	return host.EntraIDSync
}

// Changed brings tree and page up to date.
func (w *Window) Changed() {
	w.reload()
	w.vaultBar.refresh()
	w.page.Refresh()
}

// reload brings the tree up to date. Events that come faster than hundreds of tenants
// are read don't hold it up.
func (w *Window) reload() { tasks.KeepUp(w.host.Group, &w.lists, w.host.Lists, w.listed) }

// reloadThen brings the tree up to date, and then does something, in a turn of its own:
// a page is as much as a frame has time for.
func (w *Window) reloadThen(then func()) {
	tasks.Ask(w.host.Group, &w.lists, w.host.Lists, func(l host.Lists, err error) {
		w.listed(l, err)
		if err == nil {
			w.host.Post(then)
		}
	})
}

// listed takes what the store holds now.
func (w *Window) listed(l host.Lists, err error) {
	if err != nil {
		w.host.Failed(err)
		return
	}
	w.navigation.show(l.Tenants, l.Profiles)
	w.announce(l.Tenants)
	w.showTray(l.Tenants)
	w.host.Post(func() { // in a turn of its own
		if !w.navigation.has(w.at) {
			w.front(w.at.Parent())
		}
	})
}
