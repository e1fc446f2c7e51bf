package settings

import (
	"context"
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/tasks"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Page is the page Settings. What is chosen on it holds at once.
type Page struct {
	host.Plain
	host     *host.Host
	mode     *kit.SelectField
	zoom     *kit.SelectField
	language *kit.SelectField
	login    *kit.CheckField
	tray     *kit.CheckField
	notify   *kit.CheckField
	proxy    *proxySection
	clouds   *cloudSection
	vault    *vaultSection
	keep     *retentionSection
	room     *storageSection
	question tasks.Latest
}

var modes = []apptheme.Mode{apptheme.System, apptheme.Light, apptheme.Dark}

// languages are the window's languages, the system's first.
var languages = []string{"", "en", "de"}

// New makes the page.
func New(h *host.Host) *Page {
	p := &Page{host: h, proxy: newProxySection(h), clouds: newCloudSection(h), vault: newVaultSection(h), room: newStorageSection(h)}
	p.keep = newRetentionSection(h, p.room.weigh)
	look := h.Look
	p.mode = kit.NewSelectField([]string{lang.L("Match system"), lang.L("Light"), lang.L("Dark")}, slices.Index(modes, look.Mode), p.restyle)
	names := make([]string, len(host.Zooms))
	for i, z := range host.Zooms {
		names[i] = fmt.Sprintf("%d %%", z)
	}
	p.zoom = kit.NewSelectField(names, slices.Index(host.Zooms, look.Zoom), p.restyle)
	p.language = kit.NewSelectField([]string{lang.L("Match system"), "English", "Deutsch"}, slices.Index(languages, h.Preferences.Language), p.setLanguage)
	p.tray = kit.NewCheckField(lang.L("Keep syncing in the tray when the window is closed"), h.Preferences.Tray && h.Tray, func(on bool) {
		h.Prefer(func(c *host.Preferences) { c.Tray = on })
	})
	kit.Enable(h.Tray, p.tray)
	p.notify = kit.NewCheckField(lang.L("Notify when a tenant begins to fail, and when it recovers"), !h.Preferences.Quiet, func(on bool) {
		h.Prefer(func(c *host.Preferences) { c.Quiet = !on })
	})
	p.login = kit.NewCheckField(lang.L("Start when I sign in to this computer"), false, p.setLogin)
	kit.Enable(false, p.login)
	p.Refresh()
	p.room.weigh()
	return p
}

func (p *Page) restyle() {
	p.host.Wear(host.Look{Mode: modes[p.mode.SelectedIndex()], Zoom: host.Zooms[p.zoom.SelectedIndex()]})
}

func (p *Page) setLanguage() {
	language := languages[p.language.SelectedIndex()]
	p.host.Prefer(func(c *host.Preferences) { c.Language = language })
	if err := p.host.Speak(language); err != nil {
		p.host.Failed(err)
	}
}

// setLogin makes the desktop start the app at sign-in, or not.
func (p *Page) setLogin(on bool) {
	p.host.Act(func(context.Context) error { return p.host.Login.Set(on) }, func(err error) {
		if err != nil {
			p.showLogin(!on)
			p.host.Failed(err)
		}
	})
}

// showLogin shows how it stands without setting it.
func (p *Page) showLogin(on bool) {
	p.login.Checked = on
	p.login.Refresh()
}

// Content is the page.
func (p *Page) Content() fyne.CanvasObject {
	look := section(lang.L("Appearance"), kit.FormRows(
		kit.FieldName(lang.L("Theme")), kit.Narrow(p.mode),
		kit.FieldName(lang.L("Zoom")), kit.Narrow(p.zoom),
		kit.FieldName(lang.L("Language")), kit.Narrow(p.language)))
	desktop := container.NewVBox(kit.CheckLine(p.login), kit.CheckLine(p.tray))
	if !p.host.Tray {
		desktop.Add(kit.Muted(lang.L("This desktop has no tray.")))
	}
	desktop.Add(kit.CheckLine(p.notify))
	all := container.NewVBox(look, section(lang.L("Desktop"), desktop), section(lang.L("Network"), container.NewVBox(p.proxy.content(), p.clouds.content())),
		section(lang.L("Vault"), p.vault.content()), section(lang.L("Data"), p.data()),
		section(lang.L("Retention"), p.keep.content()), section(lang.L("Storage"), p.room.content()), section(lang.L("App registration"), p.registration()))
	return container.NewBorder(kit.Heading(lang.L("Settings")), nil, nil, nil, kit.PageScroll(kit.BesideBar(kit.Bounded(all))))
}

// data says where the data is.
func (p *Page) data() fyne.CanvasObject {
	form := kit.FormRows(kit.FieldName(lang.L("Data folder")), p.place(p.host.Store.Dir(), lang.L("Open folder")))
	if log := p.host.LogFile; log != "" {
		form.Add(kit.FieldName(lang.L("Logs")))
		form.Add(p.place(log, lang.L("Open the log")))
	}
	return form
}

// registration leads to what the app registration has to be given.
func (p *Page) registration() fyne.CanvasObject {
	every := access.PermissionsButton(p.host, func() entra.Tenant { return entra.Tenant{} })
	return kit.Fields(lang.L("Permissions"), kit.Beside(kit.Cut(widget.NewLabel(lang.L("What every object class needs to be read."))), kit.Flow(every)))
}

// place is a path, to copy, and a button that lets the desktop open it.
func (p *Page) place(path, action string) fyne.CanvasObject {
	label := kit.Cut(widget.NewLabel(path))
	label.Selectable = true
	open := kit.NewButton(action, func() { p.host.OpenOutside(host.FileURL(path)) })
	open.Icon = theme.FolderOpenIcon()
	return container.NewBorder(nil, nil, nil, open, label)
}

// section is a part of the page under a title.
func section(title string, content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewVBox(kit.Card(container.NewVBox(kit.Subheading(title), content)), kit.Gap(1))
}

// Refresh asks how things stand that others may change.
func (p *Page) Refresh() {
	p.vault.refresh()
	p.clouds.refresh()
	p.keep.refresh()
	if p.host.Login == nil {
		return
	}
	tasks.Ask(p.host.Group, &p.question, func(context.Context) (bool, error) { return p.host.Login.Enabled() }, func(on bool, err error) {
		if err != nil {
			return // stays greyed: it can't be told how it stands
		}
		p.showLogin(on)
		kit.Enable(true, p.login)
	})
}

// Leave forgets what is being asked and typed.
func (p *Page) Leave() {
	p.question.Drop()
	p.proxy.leave()
	p.vault.question.Drop()
	p.clouds.question.Drop()
	p.keep.leave()
	p.room.weighing.Drop()
}
