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
	kind   *widget.Select
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
	a.submit.onEscape = a.close
	a.kind = widget.NewSelect([]string{lang.L("Entra ID Sync"), lang.L("Credential Profile")}, func(string) { a.choose(integration(a.kind.SelectedIndex())) })
	a.kind.SetSelectedIndex(int(kind))
	form := container.New(layout.NewFormLayout(), fieldName(lang.L("Type")), a.kind)
	top := container.NewVBox(heading(lang.L("Add New Integration")), form)
	w.SetContent(container.NewStack(container.NewPadded(container.NewBorder(top, a.bar, nil, nil, container.NewVScroll(a.box))), own.toasts.Object()))
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			a.close()
		}
	})
	w.SetOnClosed(func() { a.form.leave() })
	w.Resize(fyne.NewSize(780, 460))
	w.CenterOnScreen()
	w.Show()
	return a
}

func (a *addWindow) close() { a.desk.window.Close() }

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
	cancel.onEscape = a.close
	a.bar.Objects = append([]fyne.CanvasObject{layout.NewSpacer()}, a.form.buttons()...)
	a.bar.Objects = append(a.bar.Objects, a.submit, cancel)
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
	if a.form.valid() {
		a.form.add()
	}
}

// finish adds on the side, then closes and opens what was added. Where adding
// fails the window stays and says why.
func (a *addWindow) finish(work func(context.Context) (node, error)) {
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
	})
}
