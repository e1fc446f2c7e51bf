package kit

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/table"
)

// The fields below are Fyne's, but for the window's keys (F1, F5, F6, Escape, and Enter in
// a text): they reach the window from them, as they do from everywhere.

// SelectField is a drop-down.
type SelectField struct{ widget.Select }

// NewSelectField offers options, the one at selected chosen.
func NewSelectField(options []string, selected int, changed func()) *SelectField {
	f := &SelectField{}
	f.ExtendBaseWidget(f)
	f.SetOptions(options)
	f.SetSelectedIndex(max(selected, 0))
	f.OnChanged = func(string) { changed() }
	return f
}

// Fit makes it as wide as its widest choice.
func (f *SelectField) Fit() *SelectField {
	wide := func(a, b string) int {
		return cmp.Compare(table.Width(a, theme.TextSize(), fyne.TextStyle{}), table.Width(b, theme.TextSize(), fyne.TextStyle{}))
	}
	f.PlaceHolder = slices.MaxFunc(f.Options, wide) // Fyne goes by what stands there while nothing is chosen
	return f
}

// Tapped opens it, once it has been drawn: Fyne's drop-down asks for its canvas, which it has
// from its first frame on, and ends the program where there is none.
func (f *SelectField) Tapped(e *fyne.PointEvent) {
	if drawn(f) {
		f.Select.Tapped(e)
	}
}

// TypedKey passes the window's keys on.
func (f *SelectField) TypedKey(e *fyne.KeyEvent) {
	if drawn(f) {
		f.Select.TypedKey(e)
		passOn(f, e)
	}
}

// TypedRune passes what is typed on.
func (f *SelectField) TypedRune(r rune) { PassRune(f, r) }

// drawn tells whether a widget has been drawn, so that it knows its canvas. A page that was just
// made anew, as by another theme, is under the pointer before that.
func drawn(o fyne.CanvasObject) bool {
	return fyne.CurrentApp().Driver().CanvasForObject(o) != nil
}

// CreateRenderer draws it with the frame that entries have.
func (f *SelectField) CreateRenderer() fyne.WidgetRenderer {
	r := &framedRenderer{f.Select.CreateRenderer(), f, &canvas.Rectangle{}}
	r.paint()
	return r
}

// framedRenderer is a drop-down's with a frame over it.
type framedRenderer struct {
	fyne.WidgetRenderer
	field *SelectField
	frame *canvas.Rectangle
}

// Layout puts the frame around all.
func (r *framedRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.frame.Resize(size)
}

// Objects are the drop-down's, and the frame.
func (r *framedRenderer) Objects() []fyne.CanvasObject {
	return append(slices.Clip(r.WidgetRenderer.Objects()), r.frame)
}

// Refresh takes the colours as they are.
func (r *framedRenderer) Refresh() {
	r.WidgetRenderer.Refresh()
	r.paint()
	r.frame.Refresh()
}

func (r *framedRenderer) paint() {
	r.frame.StrokeColor, r.frame.StrokeWidth = theme.Color(theme.ColorNameInputBorder), theme.InputBorderSize()
	r.frame.CornerRadius = theme.InputRadiusSize()
	if r.field.Disabled() {
		r.frame.StrokeColor = theme.Color(theme.ColorNameDisabled)
	}
}

// CheckField is a check box.
type CheckField struct{ widget.Check }

// NewCheckField makes a check box.
func NewCheckField(text string, on bool, changed func(bool)) *CheckField {
	f := &CheckField{}
	f.ExtendBaseWidget(f)
	f.Text, f.Checked, f.OnChanged = text, on, changed
	return f
}

// TypedKey passes the window's keys on.
func (f *CheckField) TypedKey(e *fyne.KeyEvent) { f.Check.TypedKey(e); passOn(f, e) }

// TypedRune ticks it by a blank, and passes what is typed on.
func (f *CheckField) TypedRune(r rune) { f.Check.TypedRune(r); PassRune(f, r) }

// TextField is a field to type in.
type TextField struct {
	widget.Entry
	Entered func() // what is typed is whole: Enter was pressed, or the field left; nil: nobody wants to know
}

// NewTextField makes a field that holds a text, and shows a hint while it is empty.
func NewTextField(text, hint string) *TextField {
	f := &TextField{}
	f.ExtendBaseWidget(f)
	f.Text, f.PlaceHolder = text, hint
	return f
}

// NewPasswordField shows dots for what is typed.
func NewPasswordField() *TextField {
	f := NewTextField("", "")
	f.Password = true
	return f
}

// FocusLost says that the field was left.
func (f *TextField) FocusLost() {
	f.Entry.FocusLost()
	f.entered()
}

func (f *TextField) entered() {
	if f.Entered != nil {
		f.Entered()
	}
}

// TypedKey passes the window's keys on.
func (f *TextField) TypedKey(e *fyne.KeyEvent) {
	f.Entry.TypedKey(e)
	if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		f.entered()
		PassKey(f, e)
	}
	passOn(f, e)
}

// TypedShortcut leaves the window its own shortcuts.
func (f *TextField) TypedShortcut(s fyne.Shortcut) {
	if !passShortcut(f, s) {
		f.Entry.TypedShortcut(s)
	}
}

func passOn(o fyne.CanvasObject, e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyF1, fyne.KeyF5, fyne.KeyF6, fyne.KeyEscape:
		PassKey(o, e)
	}
}

// ChoiceField is a field to type in that offers what there is to choose.
type ChoiceField struct {
	widget.SelectEntry
	open func() // opens the choices; nil: there are none yet
}

// NewChoiceField makes an empty field with a hint. changed is called when its text is
// another one.
func NewChoiceField(hint string, changed func()) *ChoiceField {
	f := &ChoiceField{}
	f.ExtendBaseWidget(f)
	f.PlaceHolder = hint
	f.OnChanged = func(string) { changed() }
	return f
}

// Complete offers texts to choose from. The focus is the field's, whoever opens them: Fyne's own
// button takes it away, and keeps Escape to itself.
func (f *ChoiceField) Complete(texts []string) {
	f.SetOptions(texts)
	button, ok := f.ActionItem.(*widget.Button)
	if !ok {
		return
	}
	f.open = func() {
		if c := fyne.CurrentApp().Driver().CanvasForObject(f); c != nil {
			c.Focus(f)
			button.OnTapped()
		}
	}
	arrow := NewButton("", f.open).Important(button.Importance)
	if arrow.SetIcon(button.Icon); f.Disabled() {
		arrow.Disable()
	}
	f.ActionItem = arrow
}

// TypedKey opens the choices by Down, and passes the window's keys on.
func (f *ChoiceField) TypedKey(e *fyne.KeyEvent) {
	if f.open != nil && e.Name == fyne.KeyDown && !f.Disabled() {
		f.open()
		return
	}
	f.SelectEntry.TypedKey(e)
	if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
		PassKey(f, e)
	}
	passOn(f, e)
}

// TypedShortcut leaves the window its own shortcuts.
func (f *ChoiceField) TypedShortcut(s fyne.Shortcut) {
	if !passShortcut(f, s) {
		f.SelectEntry.TypedShortcut(s)
	}
}
