package help

import (
	"runtime"
	"runtime/debug"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/docs"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// Page is the page Help.
type Page struct {
	host.Plain
	host    *host.Host
	updates *updateSection
}

// New makes the page.
func New(h *host.Host) *Page {
	p := &Page{host: h, updates: newUpdateSection(h)}
	p.Refresh()
	return p
}

// Content is the page.
func (p *Page) Content() fyne.CanvasObject {
	all := container.NewVBox(section(lang.L("Documents"), p.documents()), section(lang.L("About Entra ID Sync"), p.about()),
		section(lang.L("Newer versions"), p.updates.content()))
	return container.NewBorder(kit.Heading(lang.L("Help")), nil, nil, nil, container.NewVScroll(kit.BesideBar(kit.Bounded(all))))
}

// section is a part of the page under a title.
func section(title string, content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewVBox(kit.Card(container.NewVBox(kit.Subheading(title), content)), kit.Gap(1))
}

// documents offers the documents. They are in English.
func (p *Page) documents() fyne.CanvasObject {
	list := kit.FormRows()
	add := func(name, title, says string) {
		b := kit.NewButton(title, func() { p.host.Read(name) }).Important(widget.LowImportance)
		b.Alignment, b.Icon = widget.ButtonAlignLeading, theme.DocumentIcon()
		list.Add(b)
		list.Add(kit.Cut(kit.Muted(says)))
	}
	add(docs.Start, lang.L("Getting started"), lang.L("From nothing to the first synced tenant."))
	add(docs.Guide, lang.L("User guide"), lang.L("The window, page by page."))
	add(docs.Troubleshooting, lang.L("Troubleshooting"), lang.L("What Entra's and Graph's codes mean, and what to do."))
	add(docs.Registration, lang.L("Registering the app"), lang.L("What an admin does in Entra, by hand or by a script."))
	add(docs.Terminal, "entrasyncctl", lang.L("Every command of the terminal."))
	add(docs.Privacy, lang.L("Privacy"), lang.L("What is stored, where, for how long, and how to erase it."))
	add(docs.Upgrading, lang.L("Upgrading"), lang.L("Newer versions, and the way back."))
	add(docs.Guarantees, lang.L("Guarantees"), lang.L("What is promised, and the test that holds it."))
	keyboard := kit.NewButton(lang.L("Keyboard"), func() { ShowKeys(p.host.Window) }).Important(widget.LowImportance)
	keyboard.Alignment, keyboard.Icon = widget.ButtonAlignLeading, theme.ComputerIcon()
	list.Add(keyboard)
	list.Add(kit.Cut(kit.Muted(lang.L("All keys of the window. ? shows them, too."))))
	where := kit.Muted(lang.L("They open in your browser, without a network, while this program runs."))
	where.Wrapping = fyne.TextWrapWord
	return container.NewVBox(list, where)
}

// about says which program this is, to read and to copy.
func (p *Page) about() fyne.CanvasObject {
	facts := facts(p.host)
	form := kit.FormRows()
	var lines []string
	for _, f := range facts {
		value := kit.Cut(widget.NewLabel(f.value))
		value.Selectable = true
		form.Add(kit.FieldName(f.name))
		form.Add(value)
		lines = append(lines, f.name+": "+f.value)
	}
	copyAll := kit.NewButton(lang.L("Copy"), func() { fyne.CurrentApp().Clipboard().SetContent(strings.Join(lines, "\n")) })
	copyAll.Icon = theme.ContentCopyIcon()
	licences := kit.NewButton(lang.L("Licences"), func() { p.host.Read(docs.LicencesPage) })
	licences.Icon = theme.DocumentIcon()
	website := kit.NewButton(lang.L("Website"), func() { p.host.OpenOutside(docs.Website) })
	return container.NewVBox(form, kit.Flow(licences, copyAll, website))
}

// fact is one thing to know of this program.
type fact struct{ name, value string }

func facts(h *host.Host) []fact {
	version := h.Program.Version
	if h.Program.Commit != "" {
		version += " (" + h.Program.Commit + ")"
	}
	return []fact{
		{lang.L("Version"), version},
		{lang.L("Made with"), runtime.Version() + ", Fyne " + linked("fyne.io/fyne/v2") + ", SQLite " + store.SQLiteVersion()},
		{lang.L("System"), runtime.GOOS + "/" + runtime.GOARCH},
		{lang.L("Licence"), "MIT"},
	}
}

// linked is the version of a module in this program.
func linked(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == module {
			return strings.TrimPrefix(m.Version, "v")
		}
	}
	return ""
}

// Refresh asks how it stands with newer versions.
func (p *Page) Refresh() { p.updates.refresh() }

// Leave forgets what is being asked and typed.
func (p *Page) Leave() { p.updates.leave() }
