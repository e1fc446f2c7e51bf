package kit

import (
	"bytes"
	"log"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

func TestWideTextKnowsItsHeight(t *testing.T) {
	test.NewTempApp(t)
	line := Wide(widget.NewLabel("short"), 400).MinSize().Height
	box := container.NewVBox()
	box.Add(Wide(widget.NewLabel(strings.Repeat("many words ", 40)), 400))
	if got := box.MinSize().Height; got < 4*line {
		t.Errorf("a long text is %v high, one line %v", got, line)
	}
}

func TestLogIsSparedFyneComplaintOfPlaces(t *testing.T) {
	var kept bytes.Buffer
	l := log.New(withoutPlaces{&kept}, "", 0)
	l.Println("Fyne error: ", "Getting favorite locations")
	l.Println("  Cause:", "this computer does not define a VIDEOS folder")
	l.Println("  At: /go/pkg/mod/fyne.io/fyne/v2@v2.7.1/dialog/file.go:396")
	l.Println("Fyne error: ", "something else")
	if kept.String() != "Fyne error:  something else\n" {
		t.Errorf("the log holds %q", kept.String())
	}
}

// A switch says how it stands: on, or off.
func TestToggleSaysItsState(t *testing.T) {
	test.NewTempApp(t)
	toggle := NewToggle("Enabled", nil)
	toggle.Off = "Disabled"
	r := test.WidgetRenderer(toggle)
	for _, c := range []struct {
		on   bool
		want string
	}{{false, "Disabled"}, {true, "Enabled"}, {false, "Disabled"}} {
		toggle.SetChecked(c.on)
		toggle.Refresh()
		if got := toggle.label.Text; got != c.want {
			t.Errorf("on %v: it says %q", c.on, got)
		}
		if room := r.MinSize().Width; room < fyne.MeasureText("Disabled", theme.TextSize(), fyne.TextStyle{}).Width {
			t.Errorf("on %v: it is %v wide", c.on, room)
		}
	}
}

// TestFlowTakesTheLinesOfItsWidth goes by the width that the flow has itself: as many lines
// as it makes of its objects, and one again once there is room.
func TestFlowTakesTheLinesOfItsWidth(t *testing.T) {
	test.NewTempApp(t)
	var buttons []fyne.CanvasObject
	for range 4 {
		buttons = append(buttons, NewButton("a button", nil))
	}
	one := buttons[0].MinSize()
	flow, text := Flow(buttons...), widget.NewLabel("a title")
	line := Beside(text, flow)
	w := test.NewTempWindow(t, container.NewVBox(line))
	w.SetPadded(false)
	whole := text.MinSize().Width + theme.Padding() + 4*one.Width + 3*theme.Padding()
	for _, c := range []struct {
		width float32
		lines float32
		under bool
	}{{whole + 1, 1, false}, {whole - 1, 1, true}, {2*one.Width + 2*theme.Padding(), 2, true}, {one.Width + 1, 4, true}, {whole + 1, 1, false}} {
		for _, width := range []float32{c.width - 0.5, c.width} { // the second layout knows what the first came to
			w.Resize(fyne.NewSize(width, 400))
		}
		if got := flow.MinSize().Height; got != c.lines*one.Height+(c.lines-1)*theme.Padding() {
			t.Errorf("%v wide: the buttons are %v high, want %v lines of %v", c.width, got, c.lines, one.Height)
		}
		if under := flow.Position().Y >= text.MinSize().Height; under != c.under {
			t.Errorf("%v wide: under the title: %v", c.width, under)
		}
		if last := buttons[3].Position().X + one.Width; last > flow.Size().Width+0.1 {
			t.Errorf("%v wide: the last button ends at %v of %v", c.width, last, flow.Size().Width)
		}
	}
}

// Marks are not copied: a text that is drawn with them can't be selected.
func TestAValueThatIsDrawnWithMarksIsNotSelected(t *testing.T) {
	test.NewTempApp(t)
	if v := Value("Anna Berg (Users)"); !v.Selectable || v.Text != "Anna Berg (Users)" {
		t.Errorf("%q, selectable: %v", v.Text, v.Selectable)
	}
	if v := Value("דוד כהן (Users)"); v.Selectable || v.Text != phrase.Legible("דוד כהן (Users)") {
		t.Errorf("%q, selectable: %v", v.Text, v.Selectable)
	}
}

// A name with the end of a line in it does not make the title of its page, or of a change, two lines high.
func TestTitlesHaveOneLine(t *testing.T) {
	test.NewTempApp(t)
	plain, broken := Heading("VPN Users"), Heading("VPN\nUsers")
	if plain.MinSize() != broken.MinSize() {
		t.Errorf("a heading is %v high, one with the end of a line %v", plain.MinSize(), broken.MinSize())
	}
	SetHeading(plain, "VPN\r\nUsers")
	title := Cut(widget.NewLabel(""))
	SetText(title, "VPN\nUsers")
	if plain.MinSize() != broken.MinSize() || title.Text != "VPN Users" {
		t.Errorf("a heading is %v high, and a title reads %q", plain.MinSize(), title.Text)
	}
}

// TestTheWheelPassesFields: a page goes on scrolling where an entry comes under the pointer.
func TestTheWheelPassesFields(t *testing.T) {
	test.NewTempApp(t)
	var fields []fyne.CanvasObject
	for range 30 {
		fields = append(fields, NewTextField("a text that is longer than its field is wide", ""))
	}
	tapped := false
	button := NewButton("Press", func() { tapped = true })
	page := PageScroll(container.NewVBox(append(fields, button)...))
	w := test.NewTempWindow(t, page)
	w.Resize(fyne.NewSize(120, 300))
	test.Scroll(w.Canvas(), fyne.NewPos(60, 100), 0, -80)
	if page.Offset.Y != 80 {
		t.Errorf("the page is at %v", page.Offset)
	}
	page.ScrollToBottom()
	test.TapCanvas(w.Canvas(), fyne.NewPos(60, 285))
	if !tapped {
		t.Error("a press does not reach the button")
	}
}

// onDialogs serves a window's dialogs with its keys.
func onDialogs(w fyne.Window) {
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { DialogKey(w.Canvas(), e) })
}

// pressIn presses a button of the dialog on top.
func pressIn(t *testing.T, w fyne.Window, text string) {
	t.Helper()
	for _, b := range buttonsOf(w.Canvas().Overlays().Top()) {
		if b.Text == text {
			b.OnTapped()
			return
		}
	}
	t.Fatalf("no dialog with %q", text)
}

// Enter means the button in colour, whatever its place; where something would be lost,
// the safe one.
func TestEnterPressesTheButtonInColour(t *testing.T) {
	test.NewTempApp(t)
	for rank, want := range map[widget.Importance]string{widget.HighImportance: "go", widget.MediumImportance: "", widget.DangerImportance: ""} {
		w := test.NewTempWindow(t, widget.NewLabel("a page"))
		did := ""
		AskUser(w, "Title", Question("Shall it?", ""), Choice{Text: "Go", Rank: rank, Do: func() { did = "go" }}, Choice{Text: "Cancel"})
		w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if did != want || w.Canvas().Overlays().Top() != nil {
			t.Errorf("rank %v: Enter did %q", rank, did)
		}
	}
}

// What was typed in a form is not lost without a question, neither by Escape nor by what
// leaves the window.
func TestFormAsksBeforeWhatWasTypedIsLost(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, widget.NewLabel("a page"))
	onDialogs(w)
	escape := func() { w.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape}) }
	for _, light := range []bool{false, true} {
		name, field, left := NewTextField("alpha", ""), NewTextField("", ""), 0
		f := &FormDialog{Title: "Form", Submit: "Add", Light: light, Fields: Fields("Name", name, "Field", field), Valid: func() bool { return true }, Left: func() { left++ }}
		f.Open(w, nil)
		gone := false
		if Guard(w.Canvas(), func() { gone = true }); !gone {
			t.Error("an untouched form keeps the window")
		}
		field.SetText("typed")
		gone = false
		Guard(w.Canvas(), func() { gone = true })
		if gone != light {
			t.Errorf("light %v: the window is left: %v", light, gone)
		}
		if !light {
			escape() // the safe way out of the question
			escape()
			if left != 0 {
				t.Fatal("Escape threw away what was typed")
			}
			pressIn(t, w, "Stay")
			if field.Text != "typed" || w.Canvas().Overlays().Top() == nil {
				t.Error("the form did not stay as it was")
			}
			escape()
			pressIn(t, w, "Discard")
		} else {
			escape()
		}
		if left != 1 || w.Canvas().Overlays().Top() != nil {
			t.Errorf("light %v: left %d times", light, left)
		}
	}
}

// A long name is cut, and takes neither the buttons' place beside it nor makes a dialog wider.
func TestLongNamesGiveWay(t *testing.T) {
	test.NewTempApp(t)
	long := strings.Repeat("a name that goes on ", 20)
	for _, name := range []string{long, "a name that is cut beside the buttons alone"} {
		button := NewButton("Delete", nil)
		w := test.NewTempWindow(t, container.NewVBox(Beside(Heading(name), Flow(button))))
		wide := min(600, uncut(Heading(name))+20)
		for range 2 { // the second layout knows what the first came to
			w.Resize(fyne.NewSize(wide, 400))
			w.Resize(fyne.NewSize(wide+1, 400))
		}
		if at := fyne.CurrentApp().Driver().AbsolutePositionForObject(button); at.X+button.Size().Width < wide-20 || at.Y > 20 {
			t.Errorf("of %v: the button is at %v", wide, at)
		}
	}
	w := test.NewTempWindow(t, nil)
	short, wide := NewDialog(w, "Title", Paragraph("text")), NewDialog(w, long, Paragraph("text"))
	if got, want := wide.popup.Content.MinSize().Width, short.popup.Content.MinSize().Width; got > want+1 {
		t.Errorf("a dialog with a long title is %v wide, else %v", got, want)
	}
}

// ? reaches the window from all that has no use for letters.
func TestLettersReachTheWindow(t *testing.T) {
	test.NewTempApp(t)
	widgets := []fyne.CanvasObject{NewButton("b", nil), NewToggle("t", nil), NewCheckField("c", false, nil), NewSelectField([]string{"s"}, 0, func() {})}
	w := test.NewTempWindow(t, container.NewVBox(widgets...))
	heard := 0
	w.Canvas().SetOnTypedRune(func(rune) { heard++ })
	for _, o := range widgets {
		o.(fyne.Focusable).TypedRune('?')
	}
	if heard != len(widgets) {
		t.Errorf("%d of %d pass ? on", heard, len(widgets))
	}
}

// A dialog in a small window wraps its texts where there is no more room, and scrolls down alone.
func TestDialogsWrapInASmallWindow(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, widget.NewLabel("a page"))
	w.Resize(fyne.NewSize(240, 300))
	says := strings.Repeat("a text that wraps ", 10)
	f := &FormDialog{Title: "Form", Submit: "Add", Fields: container.NewVBox(Paragraph(says), Fields("Name", NewTextField("", ""))), Valid: func() bool { return true }}
	f.Open(w, nil)
	AskUser(w, "Title", Question(says, says), Choice{Text: "Close"})
	for i, overlay := range w.Canvas().Overlays().List() {
		d := dialogOf(overlay)
		if content := d.scroll.Content; content.Size().Width > d.scroll.Size().Width {
			t.Errorf("dialog %d is %v wide and shows %v", i, content.Size().Width, d.scroll.Size().Width)
		}
		if d.scroll.Content.MinSize().Height < 4*theme.TextSize() {
			t.Errorf("dialog %d does not wrap", i)
		}
	}
	w.Resize(fyne.NewSize(900, 600))
	if d := dialogOf(w.Canvas().Overlays().Top()); d.scroll.Size().Width < readable*theme.TextSize()-1 {
		t.Errorf("with room again it is %v wide", d.scroll.Size().Width)
	}
}
