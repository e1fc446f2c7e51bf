package kit

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
)

// Moment chooses the moment that is shown: now, or one in the past. Where it is one
// in the past, Past tells so, with what can't be known of it.
type Moment struct {
	Button *Button
	Past   fyne.CanvasObject

	at       time.Time // zero: now
	window   fyne.Window
	group    *tasks.Group
	now      func() time.Time
	onChange func(time.Time)
	bar      *fyne.Container
	text     *widget.Label
	back     fyne.CanvasObject
	doubts   *widget.Label
}

// NewMoment makes the choice of a moment in a window; changed is told of another one.
func NewMoment(w fyne.Window, group *tasks.Group, now func() time.Time, changed func(at time.Time)) *Moment {
	m := &Moment{window: w, group: group, now: now, onChange: changed, text: widget.NewLabel(""), doubts: Muted("")}
	m.text.TextStyle.Bold = true
	m.doubts.Wrapping = fyne.TextWrapWord
	m.doubts.Hide()
	m.Button = NewButton("", m.ask)
	m.Button.Icon = theme.HistoryIcon()
	m.back = NewButton(lang.L("Back to now"), func() { m.choose(time.Time{}) })
	ground := NewGround(GroundPast)
	sign := widget.NewIcon(theme.NewWarningThemedResource(theme.HistoryIcon()))
	line := container.NewBorder(nil, nil, container.NewPadded(sign), container.NewVBox(m.back), container.New(TightLines{}, m.text, m.doubts))
	m.bar = container.NewVBox(container.NewStack(ground, container.NewPadded(line)), Gap(1))
	m.Past = m.bar
	m.show()
	return m
}

// At is the moment that is shown; zero: now.
func (m *Moment) At() time.Time { return m.at }

// Set shows another moment, without telling.
func (m *Moment) Set(at time.Time) {
	m.at = at
	m.Doubt(nil)
	m.show()
}

// Doubt says what can't be known of the moment, or why what is shown does not stand for now.
func (m *Moment) Doubt(sentences []string) {
	SetText(m.doubts, strings.Join(sentences, " "))
	Reveal(len(sentences) > 0, m.doubts)
	Reveal(!m.at.IsZero() || len(sentences) > 0, m.bar)
	m.bar.Refresh()
}

func (m *Moment) show() {
	past := !m.at.IsZero()
	text := lang.L("As of now")
	if past {
		text = lang.L("As of {{.Time}}", map[string]any{"Time": phrase.Stamp(m.at, m.now())})
		SetText(m.text, lang.L("This is the past: what was there on {{.Time}}", map[string]any{"Time": phrase.Exact(m.at)}))
	}
	m.Button.SetText(text)
	Reveal(past, m.text, m.back)
	Reveal(past || m.doubts.Visible(), m.bar)
}

func (m *Moment) choose(at time.Time) {
	m.Set(at)
	m.onChange(at)
}

// ask lets a person choose a moment.
func (m *Moment) ask() {
	field := NewTextField("", "2026-05-31 14:30")
	if !m.at.IsZero() {
		field.Text = m.at.Local().Format(momentLayout)
	}
	var form *FormDialog
	ways := container.NewGridWithColumns(4)
	for _, w := range m.ways() {
		ways.Add(NewButton(w.text, func() { form.close(); m.choose(w.at) }))
	}
	hint := Muted(lang.L("A date and a time by this computer's clock, such as 2026-05-31 14:30, or a date alone, which means its end."))
	hint.Wrapping = fyne.TextWrapWord
	parsed := func() (time.Time, bool) {
		at, ok := entra.ParsePast(field.Text, m.now())
		return at, ok && !at.After(m.now())
	}
	wrong := NewComplaint()
	form = &FormDialog{Light: true, Title: lang.L("Show the directory as of"), Fields: container.NewVBox(field, wrong, hint, ways, Gap(2)), Submit: lang.L("Show"),
		Valid: func() bool {
			Complain(wrong, NoMoment(field.Text, m.now()))
			_, ok := parsed()
			return ok
		},
		Work: func(context.Context) error { return nil },
		Done: func() {
			if at, ok := parsed(); ok {
				m.choose(at)
			}
		}}
	field.OnChanged = func(string) { form.Check() }
	form.Open(m.window, m.group)
	field.TypedShortcut(&fyne.ShortcutSelectAll{}) // what is typed takes the place of the moment that is shown
}

// NoMoment says why a text names no moment of the past; "": it names one, or nothing is typed.
func NoMoment(text string, now time.Time) string {
	at, ok := entra.ParsePast(text, now)
	typed := map[string]any{"Text": phrase.Quoted(strings.TrimSpace(text))}
	switch {
	case strings.TrimSpace(text) == "" || ok && !at.After(now):
		return ""
	case ok:
		return lang.L("{{.Text}} lies ahead.", typed)
	}
	return lang.L("{{.Text}} is no moment.", typed)
}

// momentLayout is how a moment is typed.
const momentLayout = "2006-01-02 15:04"

// way is a moment that is often asked for.
type way struct {
	text string
	at   time.Time
}

func (m *Moment) ways() []way {
	now := m.now()
	return []way{{lang.L("Now"), time.Time{}}, {lang.L("An hour ago"), now.Add(-time.Hour)},
		{lang.L("Yesterday"), now.AddDate(0, 0, -1)}, {lang.L("A week ago"), now.AddDate(0, 0, -7)}}
}
