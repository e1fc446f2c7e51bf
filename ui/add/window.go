package add

import (
	"context"
	"errors"
	"maps"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// addForm is the part of Add New Integration that one type has. What is typed
// stays in it while the other type is in front.
type addForm interface {
	content() fyne.CanvasObject
	aside() fyne.CanvasObject // what helps to fill it in, beside it
	valid() bool
	touched() bool // something has been typed that would be lost
	first() fyne.Focusable
	buttons() []fyne.CanvasObject
	add()
	leave()
}

// Window is Add New Integration.
type Window struct {
	main    *host.Host // in the window that it was opened from
	host    *host.Host // in its own window
	kind    *kit.SelectField
	forms   map[host.Integration]addForm
	form    addForm // in front
	box     *fyne.Container
	bar     *fyne.Container
	submit  *kit.Button
	onTo    func(profile string) // goes on with the tenant once a profile is added; nil: the window ends
	closing bool
}

// Open shows the window for a type.
func Open(main *host.Host, kind host.Integration) *Window {
	w := fyne.CurrentApp().NewWindow(lang.L("Add New Integration"))
	a := &Window{main: main, host: host.New(main.App, w), forms: map[host.Integration]addForm{}, box: container.New(beside{}), bar: kit.ButtonBar()}
	a.submit = kit.NewButton(lang.L("Add"), a.press).Important(widget.HighImportance)
	a.kind = kit.NewSelectField([]string{lang.L("Entra ID Sync"), lang.L("Credential Profile")}, int(kind), func() { a.choose(host.Integration(a.kind.SelectedIndex())) })
	a.choose(kind)
	form := container.New(layout.NewFormLayout(), kit.FieldName(lang.L("Type")), a.kind)
	top := container.NewVBox(kit.Heading(lang.L("Add New Integration")), form)
	page := container.New(layout.NewBorderLayout(top, a.bar, nil, nil), top, a.box, a.bar) // in the order of Tab
	w.SetContent(a.host.Layers(kit.Within(kit.KeepFocus(container.NewPadded(page)))))
	w.Canvas().SetOnTypedKey(a.typed)
	kit.OnShortcut(w.Canvas(), fyne.KeyS, a.press)
	w.SetCloseIntercept(a.askClose)
	w.SetOnClosed(func() { a.leave() })
	w.Resize(main.Fitting(fyne.NewSize(940, 600)))
	w.CenterOnScreen()
	w.Show()
	w.Canvas().Focus(a.form.first())
	return a
}

// Raise brings the window to front, for a type. False: it is there no more.
func (a *Window) Raise(kind host.Integration) bool {
	if a.closing {
		return false
	}
	if !a.form.touched() {
		a.kind.SetSelectedIndex(int(kind))
	}
	a.host.Window.Show()
	a.host.Window.RequestFocus()
	return true
}

func (a *Window) close() {
	a.closing = true
	a.host.Window.Close()
}

func (a *Window) leave() {
	a.closing = true
	for _, f := range a.forms {
		f.leave()
	}
}

// askClose leaves the window; where something has been typed it asks. A profile
// that was to be added for a tenant is a step, which leads back to the tenant.
func (a *Window) askClose() {
	if a.host.Window.Canvas().Overlays().Top() != nil {
		return // a dialog wants its answer first
	}
	then, lost := a.close, slices.Collect(maps.Values(a.forms))
	if a.onTo != nil && a.forms[host.EntraIDSync] != nil {
		then, lost = func() { a.onTo("") }, []addForm{a.form}
	}
	a.askDiscard(lost, func() { a.forget(); then() })
}

// askDiscard asks whether what was typed in some forms shall be lost, where something was.
func (a *Window) askDiscard(lost []addForm, then func()) {
	if !slices.ContainsFunc(lost, addForm.touched) {
		then()
		return
	}
	kit.AskUser(a.host.Window, lang.L("Add New Integration"), kit.Question(lang.L("Discard what was typed?"), lang.L("Nothing has been added yet.")),
		kit.Choice{Text: lang.L("Discard"), Do: then},
		kit.Choice{Text: lang.L("Stay"), Rank: widget.HighImportance})
}

// Guard does what ends the window. Where something has been typed in it, it comes to
// front and asks first.
func (a *Window) Guard(leave func()) {
	if a.closing {
		leave()
		return
	}
	a.host.Window.Show()
	a.host.Window.RequestFocus()
	kit.Guard(a.host.Window.Canvas(), func() { a.askDiscard(slices.Collect(maps.Values(a.forms)), leave) })
}

// forget empties the form in front.
func (a *Window) forget() {
	a.form.leave()
	for kind, f := range a.forms {
		if f == a.form {
			delete(a.forms, kind)
		}
	}
}

// typed serves the window's keys: Escape leaves, Enter adds, F6 goes to the
// newest toast.
func (a *Window) typed(e *fyne.KeyEvent) {
	c := a.host.Window.Canvas()
	if kit.DialogKey(c, e) {
		return
	}
	switch e.Name {
	case fyne.KeyEscape:
		a.askClose()
	case fyne.KeyReturn, fyne.KeyEnter:
		a.press()
	case fyne.KeyF6:
		a.host.Toasts.Focus(c)
	}
}

// choose shows the fields of a type, as they were left.
func (a *Window) choose(kind host.Integration) {
	f := a.forms[kind]
	if f == nil {
		if kind == host.EntraIDSync {
			f = newAddTenant(a)
		} else {
			f = newAddProfile(a)
		}
		a.forms[kind] = f
	}
	if a.form != nil && kind == host.CredentialProfile && a.form.touched() {
		a.stepAside()
	}
	if kind == host.EntraIDSync {
		a.onTo = nil
	}
	a.form = f
	a.box.Objects = []fyne.CanvasObject{kit.PageScroll(kit.BesideBar(f.content())), f.aside()}
	a.box.Refresh()
	cancel := kit.NewButton(lang.L("Cancel"), a.askClose)
	a.bar.Objects = append(f.buttons(), a.submit, cancel)
	a.bar.Refresh()
	a.check()
}

// stepAside makes the profile a step on the way to the tenant.
func (a *Window) stepAside() { a.onTo = a.resume }

// resume is the tenant's form again, as it was left, with a profile chosen; "": with
// the one that was.
func (a *Window) resume(profile string) {
	a.onTo = nil
	a.kind.SetSelectedIndex(int(host.EntraIDSync))
	if f, ok := a.form.(*addTenant); ok {
		f.load(profile)
	}
	a.host.Window.Canvas().Focus(a.form.first())
}

// check lets Add be pressed once the fields are valid.
func (a *Window) check() {
	if a.form != nil {
		kit.Enable(a.form.valid(), a.submit)
	}
}

func (a *Window) press() {
	if !a.submit.Disabled() && a.form.valid() {
		a.form.add()
	}
}

// finish adds on the side, then does what comes next. Where adding fails the window
// stays and says why; what the vault takes is asked for.
func (a *Window) finish(work func(context.Context) error, next func()) {
	kit.Enable(false, a.submit)
	access.Sealing(a.host, work, func(err error) {
		if err == nil {
			next()
			return
		}
		if !errors.Is(err, context.Canceled) {
			a.host.Failed(err)
		}
		a.check()
	})
}

// end closes the window and opens what was added.
func (a *Window) end(added host.Route) {
	a.close()
	a.host.Changed()
	a.host.Open(added)
}

// beside puts a form and what helps to fill it in side by side, where there is room;
// else the form alone.
type beside struct{}

// The widths of the help, and of the least form that it stands beside, at 100% zoom.
const (
	helpWide = 330
	formWide = 430
)

func (beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(formWide*theme.TextSize()/13*0.7, objects[0].MinSize().Height)
}

func (beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	form, help, zoom := objects[0], objects[1], theme.TextSize()/13
	kit.Reveal(size.Width >= (helpWide+formWide)*zoom, help)
	if !help.Visible() {
		form.Move(fyne.Position{})
		form.Resize(size)
		return
	}
	gap := 4 * theme.Padding()
	form.Resize(fyne.NewSize(size.Width-helpWide*zoom-gap, size.Height))
	help.Move(fyne.NewPos(size.Width-helpWide*zoom, 0))
	help.Resize(fyne.NewSize(helpWide*zoom, min(size.Height, help.MinSize().Height)))
}
