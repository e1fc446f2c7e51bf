package window

import (
	"fmt"
	"reflect"
	"runtime"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/host"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// turn is one turn of the window's loop: how many things it allocated, which is the same
// on every machine however busy.
type turn struct {
	name   string
	allocs uint64
}

// inTurns runs what is posted in turns of their own, as the window's loop does, and
// measures each; what works on the side does so between them.
func inTurns(f *fixture, first func()) (made []turn) {
	var side []func()
	turns := []func(){first}
	f.Post = func(turn func()) { turns = append(turns, turn) }
	f.Start = func(work func()) { side = append(side, work) }
	for len(turns)+len(side) > 0 {
		if len(turns) == 0 {
			work := side[0]
			side = side[1:]
			work()
			continue
		}
		next := turns[0]
		turns = turns[1:]
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		next()
		runtime.ReadMemStats(&after)
		made = append(made, turn{name: runtime.FuncForPC(reflect.ValueOf(next).Pointer()).Name(), allocs: after.Mallocs - before.Mallocs})
	}
	return made
}

// frameOfAllocs is how many things a turn may allocate so that it ends within a frame: where
// docs/performance.md was measured, a page's turns took a millisecond for 2,500 of them.
const frameOfAllocs = 35_000

// holdNoFrame fails where a turn of a step holds the UI thread for longer than a frame.
func holdNoFrame(f *fixture, step int, first func()) {
	f.Helper()
	for _, turn := range inTurns(f, first) {
		if turn.allocs > frameOfAllocs {
			f.Errorf("step %d: %s allocated %d things in one turn, more than %d", step, turn.name, turn.allocs, frameOfAllocs)
		}
	}
}

// peopled gives a tenant a page of users and of changes that no text is known of.
func peopled(f *fixture, name string) {
	f.Helper()
	var users []entra.Object
	object := func(n int, title string) entra.Object {
		return f.Object(fmt.Sprintf("u%d", n), fmt.Sprintf(`{"displayName":"%s User %d","userPrincipalName":"user.%d.of.%s@contoso.onmicrosoft.com","userType":"Member","accountEnabled":true,"department":"Department %d","jobTitle":"%s %d","mail":"mail%d@contoso.com"}`,
			name, n, n, name, n, title, n, n))
	}
	for n := range 60 {
		users = append(users, object(n, "Engineer"))
	}
	f.Scan(name, "users", users...)
	for n := range 60 {
		users[n] = object(n, "Lead")
	}
	f.Round(name, "users", users...)
}

// No page is made by a callback that holds the UI thread for longer than a frame: it
// comes in turns, and the first rows of a table in one. Each is made at a zoom at which no
// text is known. What the turns take by the clock is measured by make bench-window.
func TestPagesComeInTurns(t *testing.T) {
	f := newFixture(t)
	peopled(f, "alpha")
	for n, tab := range []string{"history", host.DirectoryTab, host.ChangesTab, "object"} {
		to := host.ToTenant(f.Tenant("alpha").Key)
		to.Tab = tab
		if tab == "object" {
			to = host.ToObject(f.Tenant("alpha").Key, "users", "u7")
		}
		f.Open(host.To(host.Overview))
		fyne.CurrentApp().Settings().SetTheme(apptheme.Compact{Zoom: 1.01 + float32(n)/100})
		made := inTurns(f, func() { f.Open(to) })
		for _, turn := range made {
			if turn.allocs > frameOfAllocs {
				t.Errorf("%s: %s allocated %d things in one turn, more than %d", tab, turn.name, turn.allocs, frameOfAllocs)
			}
		}
		if len(made) < 3 {
			t.Errorf("%s came in %d turns", tab, len(made))
		}
	}
}
