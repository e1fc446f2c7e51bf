// Package toast shows short messages over a window's content, in its upper
// right corner.
//
// They stack, fade after a while, stay as long as the pointer rests on them,
// and errors stay until they are closed. The layer is no pop-up: clicks and
// keys go on to what lies beneath.
package toast

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Kind says how good the news is.
type Kind int

// The kinds of toasts. Trouble stays until it is closed.
const (
	Success Kind = iota
	Warning
	Trouble
	working // see [Layer.Work]
)

// Toast is one message.
type Toast struct {
	Kind   Kind
	Title  string
	Text   string
	Action string // of a button, such as Details; "": none
	Do     func()
}

// stay is how long a toast is shown; trouble is shown until it is closed.
const stay = 6 * time.Second

// After calls f on the UI thread once d has passed, unless stop is called
// before.
type After func(d time.Duration, f func()) (stop func())

// Timer is the After of a running app.
func Timer(d time.Duration, f func()) (stop func()) {
	t := time.AfterFunc(d, func() { fyne.Do(f) })
	return func() { t.Stop() }
}

// Layer holds a window's toasts. Stack it over the content.
type Layer struct {
	after After
	cards []*card
	box   *fyne.Container
}

// NewLayer makes a layer without toasts.
func NewLayer(after After) *Layer {
	l := &Layer{after: after}
	l.box = &fyne.Container{Layout: corner{}}
	return l
}

// Object is what to stack over the window's content.
func (l *Layer) Object() fyne.CanvasObject { return l.box }

// Show adds a toast under those that are there.
func (l *Layer) Show(t Toast) {
	c := newCard(l, t)
	l.cards = append(l.cards, c)
	l.box.Add(c)
	c.arm()
}

// Focus hands the keyboard to the newest toast: to its action, or to its close
// button. Without toasts nothing happens.
func (l *Layer) Focus(c fyne.Canvas) {
	if len(l.cards) == 0 {
		return
	}
	newest := l.cards[len(l.cards)-1]
	if newest.action != nil {
		c.Focus(newest.action)
	} else {
		c.Focus(newest.close)
	}
}

// remove takes a toast away.
func (l *Layer) remove(c *card) {
	l.cards = slices.DeleteFunc(l.cards, func(other *card) bool { return other == c })
	l.box.Remove(c)
	l.box.Refresh()
}

// corner stacks its objects in the upper right.
type corner struct{}

// below keeps clear of the page's own heading.
const below = 54

func (corner) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (corner) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	gap := 3 * theme.Padding()
	y := float32(below)
	for _, o := range objects {
		min := o.MinSize()
		o.Resize(min)
		o.Move(fyne.NewPos(size.Width-min.Width-gap, y))
		y += min.Height + gap
	}
}
