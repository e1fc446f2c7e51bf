package watches

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/vault"
	"github.com/entraidsync/entraidsync/core/views"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// form asks for a watch.
type form struct {
	page   *Page
	was    watch.Watch
	dialog *kit.FormDialog
	secret string // that was made, to be shown once; "": none was

	name, more, property, search, webhook *kit.TextField
	what, view, tenant, class, kind       *kit.SelectField
	desktop, sign                         *kit.CheckField
	count, filter, ofView                 []fyne.CanvasObject // the fields of many deletions, of changes, and of a view
	views                                 []string            // their names
	tenants                               []entra.Tenant
	classes                               []string
	kinds                                 [][]entra.ChangeKind
}

// ask asks for a watch: a new one, or how one is to be from now on.
func (p *Page) ask(w watch.Watch) {
	f := &form{page: p, was: w, tenants: p.known.tenants}
	f.make()
	title, submit := lang.L("Add a watch"), lang.L("Add")
	if w.ID != "" {
		title, submit = lang.L("Edit the watch"), lang.L("Save")
	}
	f.dialog = &kit.FormDialog{Title: title, Fields: f.content(), Submit: submit, Valid: f.valid, Work: f.put, Act: access.SealingHere(p.host), Done: f.done}
	f.dialog.Open(p.host.Window, p.host.Group)
	f.changed()
}

// make makes the fields, as the watch stands.
func (f *form) make() {
	w, check := f.was, func(string) { f.changed() }
	more := ""
	if w.More > 0 {
		more = strconv.Itoa(w.More)
	}
	f.name, f.more = kit.NewTextField(w.Name, lang.L("Its name")), kit.NewTextField(more, "500")
	f.property, f.search = kit.NewTextField(w.Filter.Property, lang.L("any, or a name such as jobTitle")), kit.NewTextField(w.Filter.Search, lang.L("in a name, an id or a value"))
	f.webhook = kit.NewTextField(w.Webhook, "https://…")
	for _, e := range []*kit.TextField{f.name, f.more, f.property, f.search, f.webhook} {
		e.OnChanged = check
	}
	whats, at := []string{lang.L("Changes that pass a filter")}, 0
	for i, r := range watch.ReadyOnes() {
		if whats = append(whats, readyTitle(r.Name)); r.Name == w.Ready {
			at = i + 1
		}
	}
	if whats = append(whats, lang.L("What comes into a view, or leaves it")); w.View != "" {
		at = len(whats) - 1
	}
	f.what = kit.NewSelectField(whats, at, f.changed)
	f.makeViews()
	names, at := []string{lang.L("All tenants")}, 0
	for i, t := range f.tenants {
		if names = append(names, t.Name); t.Key == w.Tenant {
			at = i + 1
		}
	}
	f.tenant = kit.NewSelectField(names, at, f.changed)
	names, f.classes = []string{lang.L("All classes")}, []string{""}
	for _, c := range entra.Classes() {
		names, f.classes = append(names, labels.Class(c.Name)), append(f.classes, c.Name)
	}
	f.class = kit.NewSelectField(names, slices.Index(f.classes, w.Filter.Class), f.changed)
	f.kinds, names = slices.Clone(kinds), nil
	same := func(k []entra.ChangeKind) bool { return slices.Equal(k, w.Filter.Kinds) }
	if !slices.ContainsFunc(f.kinds, same) { // the terminal offers more
		f.kinds = append(f.kinds, w.Filter.Kinds)
	}
	for _, k := range f.kinds {
		names = append(names, kindsText(k))
	}
	f.kind = kit.NewSelectField(names, slices.IndexFunc(f.kinds, same), f.changed)
	f.desktop = kit.NewCheckField(lang.L("A notice of the desktop, while this window runs"), w.Desktop, func(bool) { f.changed() })
	sign := lang.L("Sign what is sent: a secret is made, and shown once")
	if w.Secret != nil {
		sign = lang.L("Make a new secret, which is shown once")
	}
	f.sign = kit.NewCheckField(sign, w.ID == "", func(bool) { f.changed() })
}

// makeViews offers the ready views and the own ones.
func (f *form) makeViews() {
	var titles []string
	for _, v := range views.All() {
		f.views, titles = append(f.views, v.Name), append(titles, wording.Sentence(v.Title))
	}
	for _, v := range f.page.host.Views {
		f.views, titles = append(f.views, v.Name), append(titles, v.Name)
	}
	f.view = kit.NewSelectField(titles, slices.Index(f.views, f.was.View), f.changed)
}

func (f *form) content() fyne.CanvasObject {
	fields := kit.Fields(lang.L("Name"), f.name, lang.L("What"), f.what, lang.L("View"), f.view, lang.L("More than"), f.more, lang.L("Tenant"), f.tenant,
		lang.L("Class"), f.class, lang.L("Kind"), f.kind, lang.L("Property"), f.property, lang.L("Text"), f.search,
		lang.L("Tells"), f.desktop, lang.L("Webhook"), f.webhook, "", f.sign)
	f.ofView, f.count, f.filter = fields.Objects[4:6], fields.Objects[6:8], fields.Objects[10:18]
	return fields
}

// ready is the ready watch that is chosen; "": a filter is.
func (f *form) ready() string {
	if i := f.what.SelectedIndex(); i > 0 && !f.watchesView() {
		return watch.ReadyOnes()[i-1].Name
	}
	return ""
}

func (f *form) watchesView() bool { return f.what.SelectedIndex() > len(watch.ReadyOnes()) }

// changed shows the fields that what is chosen has.
func (f *form) changed() {
	ready := f.ready()
	kit.Reveal(ready == watch.ManyDeletions, f.count...)
	kit.Reveal(f.watchesView(), f.ofView...)
	kit.Reveal(ready == "" && !f.watchesView(), f.filter...)
	kit.Reveal(strings.TrimSpace(f.webhook.Text) != "", f.sign)
	if f.dialog != nil {
		f.dialog.Check()
	}
}

func (f *form) valid() bool {
	more, err := strconv.Atoi(strings.TrimSpace(f.more.Text))
	return strings.TrimSpace(f.name.Text) != "" && (f.desktop.Checked || strings.TrimSpace(f.webhook.Text) != "") &&
		(f.ready() != watch.ManyDeletions || err == nil && more >= 0)
}

// typed is the watch as the form has it.
func (f *form) typed() watch.Watch {
	w := f.was
	w.Name, w.Ready, w.Tenant = strings.TrimSpace(f.name.Text), f.ready(), 0
	if i := f.tenant.SelectedIndex(); i > 0 {
		w.Tenant = f.tenants[i-1].Key
	}
	if n, err := strconv.Atoi(strings.TrimSpace(f.more.Text)); err == nil {
		w.More = n
	}
	w.Filter.Class, w.Filter.Kinds = f.classes[f.class.SelectedIndex()], f.kinds[f.kind.SelectedIndex()]
	w.Filter.Property, w.Filter.Search = strings.TrimSpace(f.property.Text), strings.TrimSpace(f.search.Text)
	if w.View = ""; f.watchesView() {
		w.View = f.views[f.view.SelectedIndex()]
	}
	if w.View != "" || w.Ready != "" && f.was.Ready != w.Ready { // it was another one's
		w.Filter = watch.Filter{}
	}
	w.Desktop, w.Webhook = f.desktop.Checked, strings.TrimSpace(f.webhook.Text)
	if w.Webhook == "" {
		w.Secret, w.CA = nil, nil
	}
	return w
}

// put keeps the watch, with a new secret where one is wanted.
func (f *form) put(ctx context.Context) error {
	w := f.typed()
	if w.Webhook != "" && f.sign.Checked {
		key := make([]byte, 32)
		_, _ = rand.Read(key) // it never fails
		f.secret = base64.StdEncoding.EncodeToString(key)
		secret := vault.NewSecret([]byte(f.secret))
		defer secret.Clear()
		if err := w.Seal(ctx, f.page.host.Vault, secret); err != nil {
			return err
		}
	}
	w, err := watch.Put(ctx, f.page.host.Store, w)
	if err == nil {
		f.was = w
	}
	return err
}

func (f *form) done() {
	f.page.chosen = f.was.ID
	f.page.Refresh()
	if f.secret != "" {
		f.page.showSecret(f.was.Name, f.secret)
	}
}

// showSecret shows the secret that was made; it is sealed from now on.
func (p *Page) showSecret(name, secret string) {
	field := kit.NewTextField(secret, "")
	field.OnChanged = func(string) { field.SetText(secret) }
	says := kit.Question(lang.L("The secret of {{.Watch}}", map[string]any{"Watch": name}), lang.L("Give it to whoever receives the webhook, who can then tell that a notice is ours. It is sealed now and not shown again."))
	copied := kit.NewButton(lang.L("Copy"), func() {
		fyne.CurrentApp().Clipboard().SetContent(secret)
		p.host.Succeeded(lang.L("Copied"), "")
	})
	var d *kit.Dialog
	closing := kit.NewButton(lang.L("Close"), func() { d.Hide() }).Important(widget.HighImportance)
	closing.OnEscape, copied.OnEscape = closing.OnTapped, closing.OnTapped
	d = kit.NewDialog(p.host.Window, lang.L("Shown once"), container.NewVBox(says, field), copied, closing)
	d.Show()
	p.host.Window.Canvas().Focus(copied)
}
