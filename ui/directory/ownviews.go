package directory

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/views"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/lists"
)

// ownPrefix tells a person's own views from ready ones, where both may stand.
const ownPrefix = "own:"

// owns are the person's own views that are offered for the tenant.
func (d *Directory) owns() (out []views.Own) {
	for _, v := range d.host.Views {
		if v.Of(d.tenant().Key) {
			out = append(out, v)
		}
	}
	return out
}

// ownEntries are the person's own views.
func (d *Directory) ownEntries() (entries []lists.Entry) {
	own := d.owns()
	if len(own) > 0 {
		entries = append(entries, lists.Entry{Text: lang.L("Own views")})
	}
	for _, v := range own {
		entries = append(entries, lists.Entry{Key: ownPrefix + v.Name, Text: v.Name})
	}
	return entries
}

// showOwn shows what a view has, at the moment that is shown; from then on it is a list
// of its class like another.
func (d *Directory) showOwn(name string, at int64) {
	for _, v := range d.owns() {
		if v.Name == name {
			d.stand = host.Stand{Tab: host.DirectoryTab, Class: v.Class, Search: v.Search, Filter: strings.Join(v.Filters, "\n"),
				Sort: v.Sort, Descending: v.Descending, Deleted: v.Deleted, At: at}
			d.classes.Mark(v.Class)
			d.deleted.Checked = v.Deleted
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
	for _, v := range d.owns() {
		items = append(items, fyne.NewMenuItem(lang.L("Forget the view “{{.Name}}”", map[string]any{"Name": v.Name}), func() {
			d.host.DropView(v)
			d.showClasses()
		}), fyne.NewMenuItem(lang.L("Tell me when the view “{{.Name}}” changes", map[string]any{"Name": v.Name}), func() { lists.Watch(d.host, d.watchOf(v.Name, v.Name)) }))
	}
	return items
}

// watchOf is a watch of a view of the tenant.
func (d *Directory) watchOf(view, title string) watch.Watch {
	return watch.Watch{Name: title + " · " + d.tenant().Name, View: view, Tenant: d.tenant().Key}
}

// own is what is shown as a view; a view is of no moment.
func (d *Directory) own(name string, everywhere bool) views.Own {
	s := d.Stand()
	v := views.Own{Name: name, Class: s.Class, Search: strings.TrimSpace(s.Search), Sort: s.Sort, Descending: s.Descending, Deleted: s.Deleted}
	if s.Filter != "" {
		v.Filters = strings.Split(s.Filter, "\n")
	}
	if !everywhere {
		v.Tenant = d.tenant().Key
	}
	return v
}

// askName asks what a view of what is shown is to be called, and for whom it is.
func (d *Directory) askName() {
	name := kit.NewTextField("", lang.L("Its name"))
	everywhere := kit.NewCheckField(lang.L("For all tenants"), true, func(bool) {})
	typed := func() string { return strings.TrimSpace(name.Text) }
	form := &kit.FormDialog{Light: true, Title: lang.L("Save what is shown as a view"), Fields: kit.Fields(lang.L("Name"), name, "", everywhere), Submit: lang.L("Save"),
		Valid: func() bool { return typed() != "" },
		Work: func(context.Context) error {
			_, err := entra.Name("the view can't be saved", name.Text)
			return err
		},
		Done: func() {
			d.host.KeepView(d.own(typed(), everywhere.Checked))
			d.showClasses()
			d.host.Succeeded(lang.L("The view “{{.Name}}” has been saved.", map[string]any{"Name": typed()}), lang.L("It stands at the left, below the classes."))
		}}
	name.OnChanged = func(string) { form.Check() }
	form.Open(d.host.Window, d.host.Group)
}
