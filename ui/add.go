package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/toast"
)

// integration is a type of what can be added.
type integration int

// The types of integrations.
const (
	entraIDSync integration = iota
	credentialProfile
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
	desk   *desk // its own window and toasts
	main   *desk
	kind   *selectField
	form   addForm
	box    *fyne.Container
	bar    *fyne.Container
	submit *button
}

// newAddWindow shows the window for a type.
func newAddWindow(main *desk, kind integration) *addWindow {
	w := fyne.CurrentApp().NewWindow(lang.L("Add New Integration"))
	own := *main
	own.window, own.toasts = w, toast.NewLayer(main.after)
	a := &addWindow{desk: &own, main: main, box: container.NewStack(), bar: container.NewHBox()}
	a.submit = newButton(lang.L("Add"), a.press).important(widget.HighImportance)
	a.kind = newSelectField([]string{lang.L("Entra ID Sync"), lang.L("Credential Profile")}, int(kind), func() { a.choose(integration(a.kind.SelectedIndex())) })
	a.choose(kind)
	form := container.New(layout.NewFormLayout(), fieldName(lang.L("Type")), a.kind)
	top := container.NewVBox(heading(lang.L("Add New Integration")), form)
	page := container.New(layout.NewBorderLayout(top, a.bar, nil, nil), top, container.NewVScroll(a.box), a.bar) // in the order of Tab
	w.SetContent(container.NewStack(container.NewPadded(page), own.toasts.Object()))
	w.Canvas().SetOnTypedKey(a.typed)
	onShortcut(w.Canvas(), fyne.KeyS, a.press)
	w.SetOnClosed(func() { a.form.leave() })
	w.Resize(fyne.NewSize(700, 460))
	w.CenterOnScreen()
	w.Show()
	w.Canvas().Focus(a.kind)
	w.Canvas().FocusNext() // the first field of the type
	return a
}

func (a *addWindow) close() { a.desk.window.Close() }

// typed serves the window's keys: Escape leaves, Enter adds, F6 goes to the
// newest toast.
func (a *addWindow) typed(e *fyne.KeyEvent) {
	c := a.desk.window.Canvas()
	if dialogKey(c, e) {
		return
	}
	switch e.Name {
	case fyne.KeyEscape:
		a.close()
	case fyne.KeyReturn, fyne.KeyEnter:
		a.press()
	case fyne.KeyF6:
		a.desk.toasts.Focus(c)
	}
}

// choose shows the fields of a type.
func (a *addWindow) choose(kind integration) {
	if a.form != nil {
		a.form.leave()
	}
	if kind == entraIDSync {
		a.form = newAddTenant(a)
	} else {
		a.form = newAddProfile(a)
	}
	a.box.Objects = []fyne.CanvasObject{a.form.content()}
	a.box.Refresh()
	cancel := newButton(lang.L("Cancel"), a.close)
	a.bar.Objects = append(a.form.buttons(), a.submit, cancel)
	a.bar.Refresh()
	a.check()
}

// check lets Add be pressed once the fields are valid.
func (a *addWindow) check() {
	if a.form != nil {
		enable(a.form.valid(), a.submit)
	}
}

func (a *addWindow) press() {
	if !a.submit.Disabled() && a.form.valid() {
		a.form.add()
	}
}

// finish adds on the side, then closes, opens what was added and does what
// comes after. Where adding fails the window stays and says why.
func (a *addWindow) finish(work func(context.Context) (node, error), then func()) {
	enable(false, a.submit)
	var added node
	a.desk.act(func(ctx context.Context) (err error) {
		added, err = work(ctx)
		return err
	}, func(err error) {
		if err != nil {
			a.desk.failed(err)
			a.check()
			return
		}
		a.close()
		a.main.changed()
		a.main.open(added)
		then()
	})
}
