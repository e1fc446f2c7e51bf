package ui

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
)

// settingsPage is the page Settings. What is chosen on it holds at once.
type settingsPage struct {
	desk     *desk
	mode     *selectField
	zoom     *selectField
	language *selectField
	login    *checkField
	tray     *checkField
	notify   *checkField
	proxy    *proxySection
	vault    *vaultSection
	question latest
}

// languages are the window's languages, the system's first.
var languages = []string{"", "en", "de"}

func newSettingsPage(d *desk) *settingsPage {
	p := &settingsPage{desk: d, proxy: newProxySection(d), vault: newVaultSection(d)}
	look := d.look()
	p.mode = newSelectField([]string{lang.L("As the desktop has it"), lang.L("Light"), lang.L("Dark")}, slices.Index(modes, look.Mode), p.restyle)
	names := make([]string, len(zooms))
	for i, z := range zooms {
		names[i] = fmt.Sprintf("%d %%", z)
	}
	p.zoom = newSelectField(names, slices.Index(zooms, look.Zoom), p.restyle)
	p.language = newSelectField([]string{lang.L("As the desktop has it"), "English", "Deutsch"}, slices.Index(languages, d.preferences.Language), p.setLanguage)
	p.tray = newCheckField(lang.L("Keep syncing in the tray when the window is closed"), d.preferences.Tray && d.tray != nil, func(on bool) {
		d.prefer(func(c *preferences) { c.Tray = on })
	})
	enable(d.tray != nil, p.tray)
	p.notify = newCheckField(lang.L("Notify when a tenant begins to fail, and when it recovers"), !d.preferences.Quiet, func(on bool) {
		d.prefer(func(c *preferences) { c.Quiet = !on })
	})
	p.login = newCheckField(lang.L("Start when I sign in to this computer"), false, p.setLogin)
	enable(false, p.login)
	p.refresh()
	return p
}

func (p *settingsPage) restyle() {
	p.desk.show(appearance{Mode: modes[p.mode.SelectedIndex()], Zoom: zooms[p.zoom.SelectedIndex()]})
}

func (p *settingsPage) setLanguage() {
	language := languages[p.language.SelectedIndex()]
	p.desk.prefer(func(c *preferences) { c.Language = language })
	if err := p.desk.speak(language); err != nil {
		p.desk.failed(err)
	}
}

// setLogin makes the desktop start the app at sign-in, or not.
func (p *settingsPage) setLogin(on bool) {
	p.desk.act(func(context.Context) error { return p.desk.options.Login.Set(on) }, func(err error) {
		if err != nil {
			p.showLogin(!on)
			p.desk.failed(err)
		}
	})
}

// showLogin shows how it stands without setting it.
func (p *settingsPage) showLogin(on bool) {
	p.login.Checked = on
	p.login.Refresh()
}

func (p *settingsPage) content() fyne.CanvasObject {
	look := section(lang.L("Appearance"), container.New(layout.NewFormLayout(),
		fieldName(lang.L("Theme")), narrow(p.mode),
		fieldName(lang.L("Zoom")), narrow(p.zoom),
		fieldName(lang.L("Language")), narrow(p.language)))
	desktop := container.NewVBox(p.login, p.tray)
	if p.desk.tray == nil {
		desktop.Add(muted(lang.L("This desktop has no tray.")))
	}
	desktop.Add(p.notify)
	all := container.NewVBox(look, section(lang.L("Desktop"), desktop), section(lang.L("Network"), p.proxy.content()),
		section(lang.L("Vault"), p.vault.content()), section(lang.L("Data"), p.data()), section(lang.L("App registration"), p.registration()))
	return container.NewBorder(heading(lang.L("Settings")), nil, nil, nil, container.NewVScroll(besideBar(bounded(all))))
}

// data says where the data is and how long it is kept.
func (p *settingsPage) data() fyne.CanvasObject {
	form := container.New(layout.NewFormLayout(), fieldName(lang.L("Data folder")), p.place(p.desk.store.Dir(), lang.L("Open folder")))
	if log := p.desk.options.LogFile; log != "" {
		form.Add(fieldName(lang.L("Logs")))
		form.Add(p.place(log, lang.L("Open the log")))
	}
	form.Add(fieldName(lang.L("Retention")))
	form.Add(widget.NewLabel(lang.L("History and changes are kept for ever.")))
	return form
}

// registration leads to what the app registration has to be given.
func (p *settingsPage) registration() fyne.CanvasObject {
	every := newPermissionsButton(p.desk, func() entra.Tenant { return entra.Tenant{} })
	return fields(lang.L("Permissions"), container.NewBorder(nil, nil, nil, every, cut(widget.NewLabel(lang.L("What every object class needs to be read.")))))
}

// place is a path, to copy, and a button that lets the desktop open it.
func (p *settingsPage) place(path, action string) fyne.CanvasObject {
	label := cut(widget.NewLabel(path))
	label.Selectable = true
	open := newButton(action, func() { p.desk.openOutside(fileURL(path).String()) })
	open.Icon = theme.FolderOpenIcon()
	return container.NewBorder(nil, nil, nil, open, label)
}

// fileURL names a file for other programs. A path of Windows begins with a
// letter, its URL with a slash.
func fileURL(path string) *url.URL {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	return &url.URL{Scheme: "file", Path: slashed}
}

// section is a part of the page under a title.
func section(title string, content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewVBox(card(container.NewVBox(subheading(title), content)), gap(1))
}

func (p *settingsPage) refresh() {
	p.vault.refresh()
	if p.desk.options.Login == nil {
		return
	}
	ask(p.desk.crew, &p.question, func(context.Context) (bool, error) { return p.desk.options.Login.Enabled() }, func(on bool, err error) {
		if err != nil {
			return // stays greyed: it can't be told how it stands
		}
		p.showLogin(on)
		enable(true, p.login)
	})
}

func (p *settingsPage) leave() {
	p.question.drop()
	p.proxy.leave()
	p.vault.question.drop()
}
