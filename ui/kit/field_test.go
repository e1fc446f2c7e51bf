package kit

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// The window gets its keys from a field that has the focus, F1 among them.
func TestFieldsLeaveTheWindowItsKeys(t *testing.T) {
	test.NewTempApp(t)
	for _, o := range []fyne.Focusable{NewSelectField([]string{"a"}, 0, func() {}), NewCheckField("a", false, func(bool) {}), NewTextField("", ""), NewChoiceField("", func() {})} {
		w := test.NewTempWindow(t, o.(fyne.CanvasObject))
		var typed []fyne.KeyName
		w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { typed = append(typed, e.Name) })
		want := []fyne.KeyName{fyne.KeyF1, fyne.KeyF5, fyne.KeyF6, fyne.KeyEscape}
		for _, name := range want {
			o.TypedKey(&fyne.KeyEvent{Name: name})
		}
		if !slices.Equal(typed, want) {
			t.Errorf("from a %T the window gets %v", o, typed)
		}
	}
}

// Who opens the choices goes on in the field, and Escape leaves the dialog from its arrow, too.
func TestChoicesLeaveTheFocusToTheirField(t *testing.T) {
	test.NewTempApp(t)
	field := NewChoiceField("", func() {})
	w := test.NewTempWindow(t, field)
	var typed []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { typed = append(typed, e.Name) })
	for range 2 { // of choices that are offered anew as well
		field.Complete([]string{"a", "b"})
		for _, open := range []func(){func() { field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown}) }, func() { test.Tap(field.ActionItem.(fyne.Tappable)) }} {
			w.Canvas().Focus(field)
			open()
			menu := w.Canvas().Overlays().Top()
			if menu == nil {
				t.Fatal("the choices do not open")
			}
			w.Canvas().Overlays().Remove(menu)
			if w.Canvas().Focused() != field {
				t.Errorf("then %T has the focus", w.Canvas().Focused())
			}
		}
	}
	field.ActionItem.(fyne.Focusable).TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if !slices.Equal(typed, []fyne.KeyName{fyne.KeyEscape}) {
		t.Errorf("from its arrow the window gets %v", typed)
	}
	field.Disable()
	field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if test.Tap(field.ActionItem.(fyne.Tappable)); w.Canvas().Overlays().Top() != nil {
		t.Error("choices open that can't be chosen")
	}
}

// A drop-down has the frame and the height of a field to type in.
func TestDropDownsLookLikeFields(t *testing.T) {
	test.NewTempApp(t)
	choose, entry := NewSelectField([]string{"a"}, 0, func() {}), NewTextField("a", "")
	if choose.MinSize().Height != entry.MinSize().Height {
		t.Errorf("a drop-down is %v high, a field %v", choose.MinSize().Height, entry.MinSize().Height)
	}
	r := test.WidgetRenderer(choose).(*framedRenderer)
	r.Layout(fyne.NewSize(200, 30))
	if r.frame.StrokeColor != theme.Color(theme.ColorNameInputBorder) || r.frame.StrokeWidth != theme.InputBorderSize() || r.frame.Size().Width != 200 {
		t.Errorf("its frame is %v, %v wide, around %v", r.frame.StrokeColor, r.frame.StrokeWidth, r.frame.Size())
	}
}

// undrawn is an app that has drawn no frame yet: its widgets don't know their canvas.
type undrawn struct{ fyne.App }

func (a undrawn) Driver() fyne.Driver { return canvasless{a.App.Driver()} }

type canvasless struct{ fyne.Driver }

func (canvasless) CanvasForObject(fyne.CanvasObject) fyne.Canvas { return nil }

// Who clicks or types on a page that was made anew, before it is drawn, is not the end of
// the program: Fyne's drop-downs ask their canvas for a menu.
func TestDropDownsWaitForTheirFirstFrame(t *testing.T) {
	app := test.NewTempApp(t)
	choose, field := NewSelectField([]string{"a", "b"}, 0, func() {}), NewChoiceField("", func() {})
	field.Complete([]string{"a"})
	fyne.SetCurrentApp(undrawn{app})
	defer fyne.SetCurrentApp(app)
	choose.Tapped(&fyne.PointEvent{})
	choose.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	field.ActionItem.(fyne.Tappable).Tapped(&fyne.PointEvent{})
}
