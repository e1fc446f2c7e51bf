// Package widgetmap tells a script that drives the window with real mouse and
// keyboard where the widgets are, since Fyne offers nothing of the kind to
// other processes. It holds names and places, never what a field holds.
package widgetmap

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// pace is how often the map is drawn anew.
const pace = 150 * time.Millisecond

// Keep writes the map of all windows to a file, again and again until ctx ends.
// The app must run.
//
// Each visible widget is a line of fields with tabs between: the window's
// title, the kind, the name, "on" or "off" (disabled), and x, y, width and
// height in pixels of that window. Where a dialog is open, only that is mapped.
func Keep(ctx context.Context, file string) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			fyne.Do(func() { write(file, draw(fyne.CurrentApp().Driver().AllWindows())) })
		}
	}
}

// write replaces the file as a whole: its reader never sees half a map. Where
// that fails the reader waits in vain and says so.
func write(file, content string) {
	if os.WriteFile(file+".new", []byte(content), 0o600) == nil {
		_ = os.Rename(file+".new", file)
	}
}

func draw(windows []fyne.Window) string {
	var m mapping
	for _, w := range windows {
		m.window, m.scale = w.Title(), w.Canvas().Scale()
		if top := w.Canvas().Overlays().Top(); top != nil {
			m.add(top)
		} else if w.Content() != nil {
			m.add(w.Content())
		}
	}
	return m.String()
}

// mapping is a map being drawn.
type mapping struct {
	strings.Builder
	window string
	scale  float32
}

func (m *mapping) add(o fyne.CanvasObject) {
	if o == nil || !o.Visible() {
		return
	}
	switch o := o.(type) {
	case *fyne.Container:
		m.all(o.Objects...)
	case *container.Split:
		m.all(o.Leading, o.Trailing)
	case *container.Scroll:
		m.add(o.Content)
	case *container.AppTabs:
		m.line(o, "AppTabs", "")
		if tab := o.Selected(); tab != nil {
			m.add(tab.Content)
		}
	case *widget.PopUp:
		m.add(o.Content)
	case lined:
		m.line(o, kind(o), name(o))
		m.all(o.Lines()...)
	case fyne.Widget:
		m.line(o, kind(o), name(o))
	}
}

// lined is a widget whose lines are sought by themselves.
type lined interface {
	fyne.Widget
	Lines() []fyne.CanvasObject
}

func (m *mapping) all(objects ...fyne.CanvasObject) {
	for _, o := range objects {
		m.add(o)
	}
}

func (m *mapping) line(o fyne.CanvasObject, kind, name string) {
	at, size, state := fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size(), "on"
	if d, ok := o.(fyne.Disableable); ok && d.Disabled() {
		state = "off"
	}
	px := func(n float32) int { return int(n * m.scale) }
	name = strings.Join(strings.Fields(name), " ")
	fmt.Fprintf(m, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\n", m.window, kind, name, state, px(at.X), px(at.Y), px(size.Width), px(size.Height))
}

// kinds are told apart by the fields that Fyne's widgets have, so that those
// which extend them, as our buttons do, count as the same.
func kind(w fyne.Widget) string {
	switch {
	case has(w, "PlaceHolder") && has(w, "Password"):
		return "Entry"
	case has(w, "Options") && has(w, "Selected"):
		return "Select"
	case has(w, "Checked"):
		return "Check"
	case has(w, "OnTapped") && has(w, "Importance"):
		return "Button"
	}
	return reflect.TypeOf(w).Elem().Name()
}

// name is what a widget is called on screen.
func name(w fyne.Widget) string {
	switch kind(w) {
	case "Entry":
		return text(w, "PlaceHolder")
	case "Select":
		return text(w, "Selected")
	}
	if s, ok := w.(fmt.Stringer); ok { // a RichText
		return s.String()
	}
	return text(w, "Text")
}

func field(w fyne.Widget, name string) reflect.Value {
	if v := reflect.Indirect(reflect.ValueOf(w)); v.Kind() == reflect.Struct {
		return v.FieldByName(name)
	}
	return reflect.Value{}
}

func has(w fyne.Widget, name string) bool { return field(w, name).IsValid() }

func text(w fyne.Widget, name string) string {
	if v := field(w, name); v.IsValid() && v.Kind() == reflect.String {
		return v.String()
	}
	return ""
}
