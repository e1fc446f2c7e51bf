package add

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// addForm is the part of Add New Integration that one type has.
type addForm interface {
	content() fyne.CanvasObject
	valid() bool
	buttons() []fyne.CanvasObject
	add()
	leave()
}

// addWindow is Add New Integration.
type addWindow struct {
	main   *host.Host // in the window that it was opened from
	host   *host.Host // in its own window
	kind   *kit.SelectField
	form   addForm
	box    *fyne.Container
	bar    *fyne.Container
	submit *kit.Button
}

// Open shows the window for a type.
func Open(main *host.Host, kind host.Integration) *addWindow {
	w := fyne.CurrentApp().NewWindow(lang.L("Add New Integration"))
	a := &addWindow{main: main, host: host.New(main.App, w), box: container.NewStack(), bar: container.NewHBox()}
	a.submit = kit.NewButton(lang.L("Add"), a.press).Important(widget.HighImportance)
	a.kind = kit.NewSelectField([]string{lang.L("Entra ID Sync"), lang.L("Credential Profile")}, int(kind), func() { a.choose(host.Integration(a.kind.SelectedIndex())) })
	a.choose(kind)
	form := container.New(layout.NewFormLayout(), kit.FieldName(lang.L("Type")), a.kind)
	top := container.NewVBox(kit.Heading(lang.L("Add New Integration")), form)
	page := container.New(layout.NewBorderLayout(top, a.bar, nil, nil), top, container.NewVScroll(a.box), a.bar) // in the order of Tab
	w.SetContent(a.host.Layers(container.NewPadded(page)))
	w.Canvas().SetOnTypedKey(a.typed)
	kit.OnShortcut(w.Canvas(), fyne.KeyS, a.press)
	w.SetOnClosed(func() { a.form.leave() })
	w.Resize(fyne.NewSize(700, 460))
	w.CenterOnScreen()
	w.Show()
	w.Canvas().Focus(a.kind)
	w.Canvas().FocusNext() // the first field of the type
	return a
}

func (a *addWindow) close() { a.host.Window.Close() }

// typed serves the window's keys: Escape leaves, Enter adds, F6 goes to the
// newest toast.
func (a *addWindow) typed(e *fyne.KeyEvent) {
	c := a.host.Window.Canvas()
	if kit.DialogKey(c, e) {
		return
	}
	switch e.Name {
	case fyne.KeyEscape:
		a.close()
	case fyne.KeyReturn, fyne.KeyEnter:
		a.press()
	case fyne.KeyF6:
		a.host.Toasts.Focus(c)
	}
}

// choose shows the fields of a type.
func (a *addWindow) choose(kind host.Integration) {
	if a.form != nil {
		a.form.leave()
	}
	if kind == host.EntraIDSync {
		a.form = newAddTenant(a)
	} else {
		a.form = newAddProfile(a)
	}
	a.box.Objects = []fyne.CanvasObject{a.form.content()}
	a.box.Refresh()
	cancel := kit.NewButton(lang.L("Cancel"), a.close)
	a.bar.Objects = append(a.form.buttons(), a.submit, cancel)
	a.bar.Refresh()
	a.check()
}

// check lets Add be pressed once the fields are valid.
func (a *addWindow) check() {
	if a.form != nil {
		kit.Enable(a.form.valid(), a.submit)
	}
}

func (a *addWindow) press() {
	if !a.submit.Disabled() && a.form.valid() {
		a.form.add()
	}
}

// finish adds on the side, then closes, opens what was added and does what
// comes after. Where adding fails the window stays and says why.
func (a *addWindow) finish(work func(context.Context) (host.Route, error), then func()) {
	kit.Enable(false, a.submit)
	var added host.Route
	a.host.Act(func(ctx context.Context) (err error) {
		added, err = work(ctx)
		return err
	}, func(err error) {
		if err != nil {
			a.host.Failed(err)
			a.check()
			return
		}
		a.close()
		a.host.Changed()
		a.host.Open(added)
		then()
	})
}
