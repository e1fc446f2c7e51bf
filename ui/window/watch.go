package window

import (
	"time"

	"github.com/entraidsync/entraidsync/core/syncer"
)

// calm is how long events gather before the page is refreshed.
const calm = 200 * time.Millisecond

// watch refreshes tree and page as the engine tells, and once in a while for
// the times on them that are relative and for an event that was missed.
func (w *Window) watch() {
	events, cancel := w.host.Engine.Subscribe()
	defer cancel()
	w.host.Post(w.Changed) // a sync may have ended before this
	w.host.Post(w.announceExpiries)
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-w.host.Context.Done():
			return
		case e := <-events:
			kinds := w.gather(events, e)
			if kinds[syncer.Expiring] {
				w.host.Post(w.announceExpiries)
			}
			delete(kinds, syncer.Progress)
			if len(kinds) > 0 { // the tree is concerned, and not only the page
				w.host.Post(w.Changed)
			} else {
				w.host.Post(func() { w.page.Refresh() })
			}
		case <-tick.C:
			w.host.Post(w.Changed)
		}
	}
}

// gather takes the events of a short while together and gives their kinds.
func (w *Window) gather(events <-chan syncer.Event, e syncer.Event) map[syncer.EventKind]bool {
	kinds := map[syncer.EventKind]bool{e.Kind: true}
	enough := time.NewTimer(calm)
	defer enough.Stop()
	for {
		select {
		case e = <-events:
			kinds[e.Kind] = true
		case <-enough.C:
			return kinds
		case <-w.host.Context.Done():
			return kinds
		}
	}
}
