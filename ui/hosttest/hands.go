package hosttest

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/translations"
)

// Keys that tests press.
var (
	Escape = &fyne.KeyEvent{Name: fyne.KeyEscape}
	Enter  = &fyne.KeyEvent{Name: fyne.KeyReturn}
	CtrlS  = &desktop.CustomShortcut{KeyName: fyne.KeyS, Modifier: fyne.KeyModifierShortcutDefault}
)

// TypeKeys presses keys where the focus is.
func (f *Fixture) TypeKeys(names ...fyne.KeyName) {
	f.Helper()
	for _, name := range names {
		if f.Focused() == nil {
			f.Fatalf("nothing takes %s", name)
		}
		f.Focused().TypedKey(&fyne.KeyEvent{Name: name})
	}
}

// Focused is what has the focus.
func (f *Fixture) Focused() fyne.Focusable { return f.Window.Canvas().Focused() }

// Top is the dialog on top; nil: none is open.
func (f *Fixture) Top() fyne.CanvasObject { return f.Window.Canvas().Overlays().Top() }

// Press presses the button of a text in the dialog on top.
func (f *Fixture) Press(text string) {
	f.Helper()
	if f.Top() == nil {
		f.Fatalf("no dialog to press %q in", text)
	}
	for _, b := range All[*kit.Button](f.Top()) {
		if b.Text == text {
			b.OnTapped()
			return
		}
	}
	f.Fatalf("the dialog has no button %q", text)
}

// Copied is what a button of the dialog on top puts on the clipboard.
func (f *Fixture) Copied(button string) string {
	f.Helper()
	f.Press(button)
	return fyne.CurrentApp().Clipboard().Content()
}

// Filled finds the text field that holds a text in the dialog on top.
func (f *Fixture) Filled(text string) *kit.TextField {
	f.Helper()
	for _, field := range All[*kit.TextField](f.Top()) {
		if field.Text == text && field.Visible() {
			return field
		}
	}
	f.Fatalf("the dialog has no field that holds %q", text)
	return nil
}

// PressToast presses the button of a text in a toast.
func (f *Fixture) PressToast(text string) {
	f.Helper()
	for _, o := range test.LaidOutObjects(f.Toasts.Object()) {
		v := reflect.Indirect(reflect.ValueOf(o))
		if b, ok := o.(fyne.Tappable); ok && v.FieldByName("OnTapped").IsValid() && v.FieldByName("Text").String() == text {
			b.Tapped(&fyne.PointEvent{})
			return
		}
	}
	f.Fatalf("no toast has a button %q", text)
}

// Toasted are the texts of all toasts.
func (f *Fixture) Toasted() string { return strings.Join(Texts(f.Toasts.Object()), " ") }

// All finds all widgets of a kind in what an object shows.
func All[W any](o fyne.CanvasObject) (found []W) {
	for _, o := range test.LaidOutObjects(o) {
		if w, ok := o.(W); ok {
			found = append(found, w)
		}
	}
	return found
}

// The finds the first widget of a kind in what an object shows.
func The[W any](f *Fixture, o fyne.CanvasObject) W {
	f.Helper()
	found := All[W](o)
	if len(found) == 0 {
		f.Fatalf("there is no %T", *new(W))
	}
	return found[0]
}

// TextOf is the text of a label; "": it is none.
func TextOf(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *widget.Label:
		return o.Text
	case *canvas.Text:
		return o.Text
	}
	return ""
}

// Texts are what an object shows, text by text.
func Texts(o fyne.CanvasObject) (out []string) {
	for _, o := range test.LaidOutObjects(o) {
		if text := TextOf(o); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// Says tells whether a text stands anywhere in an object.
func Says(o fyne.CanvasObject, text string) bool {
	return slices.ContainsFunc(test.LaidOutObjects(o), func(o fyne.CanvasObject) bool {
		l, ok := o.(interface{ String() string })
		return ok && l.String() == text || TextOf(o) == text
	})
}

// english are words that no German sentence has and few English ones lack.
var english = regexp.MustCompile(`(?i)\b(the|is|are|of|to|and|failed|with|its|for|or|that|this|no|not|try|give|add|check)\b`)

// ExpectGerman fails for each English sentence that an object shows; technical
// texts stay English.
func (f *Fixture) ExpectGerman(where string, o fyne.CanvasObject, technical ...string) {
	f.Helper()
	shown := Texts(o)
	if len(shown) == 0 {
		f.Errorf("%s shows nothing", where)
	}
	for _, text := range shown {
		line := strings.TrimSpace(text) // a long text is shown line by line
		within := func(t string) bool { return strings.Contains(t, line) }
		if word := english.FindString(line); word != "" && !slices.ContainsFunc(technical, within) {
			f.Errorf("%s says %q in %q", where, word, text)
		}
	}
}

// InGerman speaks German until the test ends.
func (f *Fixture) InGerman() {
	f.Helper()
	f.Cleanup(func() { f.Must(translations.Speak("en")) })
	f.Must(f.Host.Speak("de"))
}

// Hinted finds the text field with a hint in what an object shows.
func (f *Fixture) Hinted(o fyne.CanvasObject, hint string) *kit.TextField {
	f.Helper()
	for _, field := range All[*kit.TextField](o) {
		if field.PlaceHolder == hint {
			return field
		}
	}
	f.Fatalf("there is no field with the hint %q", hint)
	return nil
}

// Secret finds the field that shows dots for what is typed.
func (f *Fixture) Secret(o fyne.CanvasObject) *kit.TextField {
	f.Helper()
	for _, field := range All[*kit.TextField](o) {
		if field.Password {
			return field
		}
	}
	f.Fatal("there is no field for a secret")
	return nil
}

// Tip is the tip that is shown; "": none is.
func (f *Fixture) Tip() string {
	for _, o := range f.Tips.Layer.Objects {
		if text, ok := o.(*canvas.Text); ok && text.Visible() {
			return text.Text
		}
	}
	return ""
}

// PressAt does to the focus what the desktop's driver does at a press, which that of
// tests does not: it takes it away where nothing under the pointer could have it.
func PressAt(w fyne.Window, at fyne.Position) {
	root, d := w.Canvas().Overlays().Top(), fyne.CurrentApp().Driver()
	if root == nil {
		root = w.Content()
	}
	for _, o := range test.LaidOutObjects(root) {
		from := d.AbsolutePositionForObject(o)
		to := from.Add(o.Size())
		if _, takes := o.(fyne.Focusable); takes && from.X <= at.X && at.X < to.X && from.Y <= at.Y && at.Y < to.Y {
			return
		}
	}
	w.Canvas().Unfocus()
}

// ExpectFocusStays fails where a press beside all fields, as the second one of a double click
// may be, takes the focus away from a window or a dialog over it.
func ExpectFocusStays(t testing.TB, w fyne.Window) {
	t.Helper()
	focused, size := w.Canvas().Focused(), w.Canvas().Size()
	if focused == nil {
		t.Fatal("nothing has the focus")
	}
	for _, at := range []fyne.Position{fyne.NewPos(2, 2), fyne.NewPos(size.Width-3, size.Height-3), fyne.NewPos(size.Width/2, size.Height/2), fyne.NewPos(size.Width/2, 3)} {
		if PressAt(w, at); w.Canvas().Focused() != focused {
			t.Errorf("a press at %v leaves the focus on %T, which was on %T", at, w.Canvas().Focused(), focused)
			w.Canvas().Focus(focused)
		}
	}
}
