package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

var (
	escape = &fyne.KeyEvent{Name: fyne.KeyEscape}
	enter  = &fyne.KeyEvent{Name: fyne.KeyReturn}
	ctrlS  = &desktop.CustomShortcut{KeyName: fyne.KeyS, Modifier: fyne.KeyModifierShortcutDefault}
)

// isOpen tells whether a window has not been closed.
func isOpen(w fyne.Window) bool {
	return slices.Contains(fyne.CurrentApp().Driver().AllWindows(), w)
}

func TestEscapeLeavesAddFromEveryField(t *testing.T) {
	f := newFixture(t)
	for name, field := range map[string]func(*addTenant) fyne.Focusable{
		"type":    func(a *addTenant) fyne.Focusable { return a.owner.kind },
		"tenant":  func(a *addTenant) fyne.Focusable { return a.tenant },
		"cloud":   func(a *addTenant) fyne.Focusable { return a.cloud },
		"profile": func(a *addTenant) fyne.Focusable { return a.profile },
		"enabled": func(a *addTenant) fyne.Focusable { return a.enabled },
		"test":    func(a *addTenant) fyne.Focusable { return a.test.button },
	} {
		a := newAddWindow(f.desk, entraIDSync)
		field(a.form.(*addTenant)).TypedKey(escape)
		if isOpen(a.desk.window) {
			t.Errorf("%s: the window is still open", name)
			a.close()
		}
	}
}

func TestAddIsPressedFromItsFields(t *testing.T) {
	f := newFixture(t)
	for name, press := range map[string]func(*addTenant){
		"Enter":  func(a *addTenant) { a.tenant.TypedKey(enter) },
		"Ctrl+S": func(a *addTenant) { a.tenant.TypedShortcut(ctrlS) },
	} {
		a := newAddWindow(f.desk, entraIDSync)
		form := a.form.(*addTenant)
		form.profile.SetSelected("alpha")
		press(form)
		if a.desk.window.Canvas().Overlays().Top() != nil {
			t.Errorf("%s: adds without a tenant", name)
		}
		form.tenant.SetText("contoso.onmicrosoft.com")
		press(form)
		if a.desk.window.Canvas().Overlays().Top() == nil {
			t.Errorf("%s: does not ask whether to add without a test", name)
		}
		a.typed(escape)
		if a.desk.window.Canvas().Overlays().Top() != nil || !isOpen(a.desk.window) {
			t.Errorf("%s: Escape does not leave the question alone", name)
			continue
		}
		a.close()
	}
}

func TestFormDialogIsServedFromItsFields(t *testing.T) {
	f := newFixture(t)
	p := f.openProfile("alpha", "1")
	test.Tap(p.edit)
	f.filled("alpha").TypedKey(escape)
	if f.desk.window.Canvas().Overlays().Top() != nil {
		t.Fatal("Escape in a field does not close the dialog")
	}
	test.Tap(p.edit)
	f.filled("alpha").TypedKey(enter)
	if f.desk.window.Canvas().Overlays().Top() == nil {
		t.Fatal("Enter saved what has not changed")
	}
	name := f.filled("alpha")
	name.SetText("readers")
	name.TypedKey(enter)
	if f.desk.window.Canvas().Overlays().Top() != nil || p.title.String() != "readers" {
		t.Errorf("Enter in a field does not save: the page is titled %q", p.title.String())
	}
}

func TestAddBeginsInItsFirstField(t *testing.T) {
	f := newFixture(t)
	a := newAddWindow(f.desk, entraIDSync)
	if a.desk.window.Canvas().Focused() != a.form.(*addTenant).tenant {
		t.Errorf("the focus is on %T", a.desk.window.Canvas().Focused())
	}
	p := newAddWindow(f.desk, credentialProfile)
	if p.desk.window.Canvas().Focused() != p.form.(*addProfile).name {
		t.Errorf("the focus is on %T", p.desk.window.Canvas().Focused())
	}
}

func TestEscapeLeavesTheFileDialog(t *testing.T) {
	f := newFixture(t)
	c := f.desk.window.Canvas()
	newCredentialForm(f.desk.window, func() {}).chooseFile()
	if c.Overlays().Top() == nil {
		t.Fatal("no file dialog")
	}
	c.OnTypedKey()(escape)
	if c.Overlays().Top() != nil {
		t.Error("the file dialog stays")
	}
}
