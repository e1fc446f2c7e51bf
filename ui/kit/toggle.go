package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Toggle is a switch with a text beside it. The knob's side tells its state as
// well as the colour does.
type Toggle struct {
	widget.BaseWidget
	Text      string // while it is on
	Off       string // while it is off; "": as while it is on
	Checked   bool
	OnChanged func(bool)

	hovered, focused bool
	track            *canvas.Rectangle
	knob             *canvas.Circle
	label            *canvas.Text
}

var (
	_ fyne.Tappable     = (*Toggle)(nil)
	_ fyne.Focusable    = (*Toggle)(nil)
	_ desktop.Hoverable = (*Toggle)(nil)
)

// NewToggle makes a switch that is off.
func NewToggle(text string, changed func(bool)) *Toggle {
	t := &Toggle{Text: text, OnChanged: changed, track: &canvas.Rectangle{StrokeWidth: 1.5}, knob: &canvas.Circle{}, label: &canvas.Text{Text: text}}
	t.ExtendBaseWidget(t)
	return t
}

// SetChecked switches it on or off.
func (t *Toggle) SetChecked(on bool) {
	if t.Checked == on {
		return
	}
	t.Checked = on
	t.Refresh()
	if t.OnChanged != nil {
		t.OnChanged(on)
	}
}

// says is the text of its state.
func (t *Toggle) says() string {
	if !t.Checked && t.Off != "" {
		return t.Off
	}
	return t.Text
}

// Tapped switches it over.
func (t *Toggle) Tapped(*fyne.PointEvent) { t.SetChecked(!t.Checked) }

// TypedKey switches it over on Space or Enter.
func (t *Toggle) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		t.Tapped(nil)
	default:
		PassKey(t, e)
	}
}

// TypedRune passes what is typed on.
func (t *Toggle) TypedRune(r rune) { PassRune(t, r) }

// FocusGained shows that keys go here.
func (t *Toggle) FocusGained() { t.focused = true; t.Refresh() }

// FocusLost shows that they don't.
func (t *Toggle) FocusLost() { t.focused = false; t.Refresh() }

// MouseIn marks it under the pointer.
func (t *Toggle) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.Refresh() }

// MouseMoved is needed to be told of MouseIn.
func (t *Toggle) MouseMoved(*desktop.MouseEvent) {}

// MouseOut unmarks it.
func (t *Toggle) MouseOut() { t.hovered = false; t.Refresh() }

// CreateRenderer draws the switch.
func (t *Toggle) CreateRenderer() fyne.WidgetRenderer {
	r := &toggleRenderer{t}
	r.paint()
	return r
}

type toggleRenderer struct{ toggle *Toggle }

func (r *toggleRenderer) Destroy() {}

func (r *toggleRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.toggle.track, r.toggle.knob, r.toggle.label}
}

// track's size grows with the text.
func (r *toggleRenderer) track() fyne.Size {
	height := float32(int(theme.TextSize() * 1.3))
	return fyne.NewSize(height*1.8, height)
}

func (r *toggleRenderer) MinSize() fyne.Size {
	text := r.toggle.label.MinSize()
	for _, says := range []string{r.toggle.Text, r.toggle.Off} { // it keeps its width when it is switched over
		text.Width = max(text.Width, fyne.MeasureText(says, theme.TextSize(), fyne.TextStyle{}).Width)
	}
	return fyne.NewSize(r.track().Width+text.Width+6*theme.Padding(), max(text.Height, r.track().Height)+4*theme.Padding())
}

func (r *toggleRenderer) Layout(size fyne.Size) {
	t, track, pad := r.toggle, r.track(), 2*theme.Padding()
	t.track.Resize(track)
	t.track.CornerRadius = track.Height / 2
	top := (size.Height - track.Height) / 2
	t.track.Move(fyne.NewPos(pad, top))
	knob := track.Height - 6
	t.knob.Resize(fyne.NewSquareSize(knob))
	left := pad + 3
	if t.Checked {
		left = pad + track.Width - knob - 3
	}
	t.knob.Move(fyne.NewPos(left, top+3))
	t.label.Resize(t.label.MinSize())
	t.label.Move(fyne.NewPos(2*pad+track.Width, (size.Height-t.label.MinSize().Height)/2))
}

func (r *toggleRenderer) Refresh() {
	r.paint()
	r.Layout(r.toggle.Size())
	canvas.Refresh(r.toggle)
}

func (r *toggleRenderer) paint() {
	t := r.toggle
	t.label.Text = t.says()
	t.label.Color, t.label.TextSize = theme.Color(theme.ColorNameForeground), theme.TextSize()
	t.track.FillColor, t.track.StrokeColor = theme.Color(theme.ColorNameInputBackground), theme.Color(theme.ColorNamePlaceHolder)
	t.knob.FillColor = theme.Color(theme.ColorNamePlaceHolder)
	if t.Checked {
		t.track.FillColor, t.track.StrokeColor = theme.Color(theme.ColorNamePrimary), theme.Color(theme.ColorNamePrimary)
		t.knob.FillColor = theme.Color(theme.ColorNameForegroundOnPrimary)
	}
	t.track.StrokeWidth = 1.5
	if t.focused || t.hovered {
		t.track.StrokeWidth, t.track.StrokeColor = 2.5, theme.Color(theme.ColorNameForeground)
	}
}
