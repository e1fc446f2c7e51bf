package directory

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/lists"
)

// ownPrefix tells a person's own views from ready ones, where both may stand.
const ownPrefix = "own:"

// ownEntries are the person's own views.
func (d *Directory) ownEntries() (entries []lists.Entry) {
	if len(d.host.Views) > 0 {
		entries = append(entries, lists.Entry{Text: lang.L("Own views")})
	}
	for _, v := range d.host.Views {
		entries = append(entries, lists.Entry{Key: ownPrefix + v.Name, Text: v.Name})
	}
	return entries
}

// showOwn shows what a view has; from then on it is a list of its class like another.
func (d *Directory) showOwn(name string) {
	for _, v := range d.host.Views {
		if v.Name == name {
			d.stand = v.Stand
			d.stand.Tab = host.DirectoryTab
			d.classes.Mark(v.Stand.Class)
			d.deleted.Checked = v.Stand.Deleted
			d.deleted.Refresh()
			d.moment.Set(d.stand.Moment())
			d.open()
			d.doubt()
			return
		}
	}
}

// offerOwn are the ways to keep what is shown as a view, and to forget views.
func (b *filterBar) offerOwn() []*fyne.MenuItem {
	d := b.directory
	items := []*fyne.MenuItem{fyne.NewMenuItem(lang.L("Save as a view…"), d.askName)}
	for _, v := range d.host.Views {
		items = append(items, fyne.NewMenuItem(lang.L("Forget the view “{{.Name}}”", map[string]any{"Name": v.Name}), func() {
			d.host.DropView(v.Name)
			d.showClasses()
		}))
	}
	return items
}

// askName asks what a view of what is shown is to be called.
func (d *Directory) askName() {
	name := kit.NewTextField("", lang.L("Its name"))
	stand := d.Stand()
	stand.Offset, stand.Row, stand.At = 0, "", 0 // a view is of now
	typed := func() string { return strings.TrimSpace(name.Text) }
	form := &kit.FormDialog{Title: lang.L("Save what is shown as a view"), Fields: kit.Fields(lang.L("Name"), name), Submit: lang.L("Save"),
		Valid: func() bool { return typed() != "" },
		Work:  func(context.Context) error { return nil },
		Done: func() {
			d.host.KeepView(host.OwnView{Name: typed(), Stand: stand})
			d.showClasses()
		}}
	name.OnChanged = func(string) { form.Check() }
	form.Open(d.host.Window, d.host.Group)
}
