package kit

import (
	"bytes"
	"io"
	"log"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// ShowFileDialog shows a dialog of Fyne's own, large enough to read in. Escape
// leaves it, but while Tab has gone to a button or a list in it: Fyne gives a
// key to what has the focus alone, and those pass none on.
func ShowFileDialog(d *dialog.FileDialog, w fyne.Window) {
	c := w.Canvas()
	d.Resize(fyne.NewSize(c.Size().Width*0.85, c.Size().Height*0.85))
	was := log.Writer()
	log.SetOutput(withoutPlaces{was})
	d.Show()
	log.SetOutput(was)
	name := lendField(c.Overlays().Top())
	serve := func() {
		if c.Unfocus(); name != nil {
			c.Focus(name)
		}
	}
	onPlace(c.Overlays().Top(), serve)
	ourWay(c.Overlays().Top())
	serve()
}

// withoutPlaces is a log without what Fyne complains of where a user has no
// folder for videos, or another of the places that the dialog offers.
type withoutPlaces struct{ to io.Writer }

// Write passes a record on, unless it is of that complaint.
func (l withoutPlaces) Write(record []byte) (int, error) {
	for _, of := range []string{"Getting favorite locations", "  Cause: this computer does not define a ", "/dialog/file.go:"} {
		if bytes.Contains(record, []byte(of)) {
			return len(record), nil
		}
	}
	return l.to.Write(record)
}

// within gives what a part of a dialog holds.
func within(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *widget.PopUp:
		return []fyne.CanvasObject{o.Content}
	case *fyne.Container:
		return o.Objects
	case *container.Split:
		return []fyne.CanvasObject{o.Leading, o.Trailing}
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	case *container.AppTabs:
		if tab := o.Selected(); tab != nil {
			return []fyne.CanvasObject{tab.Content}
		}
	}
	return nil
}

// lendField puts a field of ours, which passes Escape on, in the place of the
// field for a file's name. Fyne's goes on holding the name. nil: there is none.
func lendField(o fyne.CanvasObject) *TextField {
	if scroll, ok := o.(*container.Scroll); ok {
		if name, ok := scroll.Content.(*widget.Entry); ok {
			field := standIn(name)
			scroll.Content = field
			scroll.Refresh()
			return field
		}
	}
	for _, inner := range within(o) {
		if field := lendField(inner); field != nil {
			return field
		}
	}
	return nil
}

// standIn shows what a field holds and fills it.
func standIn(name *widget.Entry) *TextField {
	field := NewTextField(name.Text, name.PlaceHolder)
	field.OnSubmitted = name.OnSubmitted
	field.OnChanged = name.SetText
	told := name.OnChanged
	name.OnChanged = func(text string) {
		told(text)
		field.SetText(text) // a file was chosen for its name
	}
	return field
}

// onPlace does something once a place has been chosen from the dialog's list.
func onPlace(o fyne.CanvasObject, do func()) {
	if list, ok := o.(*widget.List); ok && list.OnSelected != nil {
		chosen := list.OnSelected
		list.OnSelected = func(at widget.ListItemID) { chosen(at); do() }
	}
	for _, inner := range within(o) {
		onPlace(inner, do)
	}
}

// ourWay lets a dialog of Fyne's own be as ours are: a click beside its parts leaves the focus
// where it is, and the button that leaves it is the last one.
func ourWay(o fyne.CanvasObject) {
	if popup, ok := o.(*widget.PopUp); ok {
		if box, ok := popup.Content.(*fyne.Container); ok {
			KeepFocus(box)
		}
	}
	if box := around(o, fileDialogCancel(o)); box != nil {
		slices.Reverse(box.Objects)
		box.Refresh()
	}
}

// around is the container that holds a button directly.
func around(o fyne.CanvasObject, b *widget.Button) *fyne.Container {
	if box, ok := o.(*fyne.Container); ok && b != nil && slices.Contains(box.Objects, fyne.CanvasObject(b)) {
		return box
	}
	for _, inner := range within(o) {
		if found := around(inner, b); found != nil {
			return found
		}
	}
	return nil
}

// fileDialogCancel finds the button that leaves a dialog of Fyne's own.
func fileDialogCancel(o fyne.CanvasObject) *widget.Button {
	if b := fileDialogButton(o, lang.L("Cancel")); b != nil {
		return b
	}
	return fileDialogButton(o, lang.L("No"))
}
