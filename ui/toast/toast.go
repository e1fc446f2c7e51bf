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
	About  string // what it is the latest news of: it takes the place of older ones; "": of nothing that lasts
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
	after   After
	cards   []*card
	box     *fyne.Container
	beneath fyne.CanvasObject
}

// NewLayer makes a layer without toasts.
func NewLayer(after After) *Layer {
	l := &Layer{after: after}
	l.box = &fyne.Container{Layout: corner{l}}
	return l
}

// Over tells what lies beneath: toasts keep clear of its fields and buttons, where
// there is room that they can go to.
func (l *Layer) Over(content fyne.CanvasObject) { l.beneath = content }

// Place puts the toasts anew, where what lies beneath has changed.
func (l *Layer) Place() {
	if len(l.cards) > 0 {
		l.box.Refresh()
	}
}

// Object is what to stack over the window's content.
func (l *Layer) Object() fyne.CanvasObject { return l.box }

// Show adds a toast under those that are there; what told of the same before goes.
func (l *Layer) Show(t Toast) {
	l.Forget(t.About)
	c := newCard(l, t)
	l.cards = append(l.cards, c)
	l.box.Add(c)
	c.arm()
}

// Forget takes away what told of something; "": nothing.
func (l *Layer) Forget(about string) {
	if about == "" {
		return
	}
	for _, old := range slices.Clone(l.cards) {
		if old.toast.About == about {
			l.drop(old)
		}
	}
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

// drop takes a toast away that has not left by itself.
func (l *Layer) drop(c *card) {
	if c.stop != nil {
		c.stop()
	}
	if c.fade != nil {
		c.fade.Stop()
	}
	l.remove(c)
}

// remove takes a toast away.
func (l *Layer) remove(c *card) {
	l.cards = slices.DeleteFunc(l.cards, func(other *card) bool { return other == c })
	l.box.Remove(c)
	l.box.Refresh()
}
