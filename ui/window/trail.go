package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/entraidsync/entraidsync/ui/host"
)

// trail are the pages that were in front before the one that is, and those that
// a step forward leads to, each as it stood when it was left.
type trail struct{ past, next []host.Route }

// longestTrail is how many pages Back finds at most.
const longestTrail = 200

// leave puts a page behind, on the way to a new one.
func (t *trail) leave(at host.Route) {
	if t.past = append(t.past, at); len(t.past) > longestTrail {
		t.past = t.past[1:]
	}
	t.next = nil
}

// ways are the pages of one direction, and those of the other.
func (t *trail) ways(by int) (ahead, behind *[]host.Route) {
	if by < 0 {
		return &t.past, &t.next
	}
	return &t.next, &t.past
}

// Stands takes how the page in front stands now. Nothing else changes.
func (w *Window) Stands(at host.Route) { w.at = at }

// Steps tells whether there is a page in a direction.
func (w *Window) Steps(by int) bool {
	ahead, _ := w.trail.ways(by)
	return len(*ahead) > 0
}

// Step goes back or forward, unless the page in front keeps the user. A page of
// what is gone is passed over.
func (w *Window) Step(by int) {
	if !w.Steps(by) {
		return
	}
	w.page.Guard(func() {
		at := w.at
		ahead, behind := w.trail.ways(by)
		for len(*ahead) > 0 {
			n := len(*ahead) - 1
			to := (*ahead)[n]
			*ahead = (*ahead)[:n]
			if w.navigation.has(to) && to != at {
				*behind = append(*behind, at)
				w.front(to)
				return
			}
		}
	})
}

// stepIfFree goes back or forward, unless a dialog is open.
func (w *Window) stepIfFree(by int) {
	if w.host.Window.Canvas().Overlays().Top() == nil {
		w.Step(by)
	}
}

// addSteps gives the window the keys of back and forward: Alt with an arrow as in
// a browser, Cmd with a bracket as on a Mac.
func (w *Window) addSteps(c fyne.Canvas) {
	for key, by := range map[desktop.CustomShortcut]int{
		{KeyName: fyne.KeyLeft, Modifier: fyne.KeyModifierAlt}:           -1,
		{KeyName: fyne.KeyRight, Modifier: fyne.KeyModifierAlt}:          1,
		{KeyName: fyne.KeyLeftBracket, Modifier: fyne.KeyModifierSuper}:  -1,
		{KeyName: fyne.KeyRightBracket, Modifier: fyne.KeyModifierSuper}: 1,
	} {
		c.AddShortcut(&key, func(fyne.Shortcut) { w.stepIfFree(by) })
	}
}
