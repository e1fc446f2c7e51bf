package window

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/ui/help"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// hourly is how often the window sees whether a day has passed.
const hourly = time.Hour

// watchUpdates looks for newer versions, where that is switched on, for as long
// as the window is there.
func (w *Window) watchUpdates() {
	if w.host.Updates == nil {
		return
	}
	w.look()
	tick := time.NewTicker(hourly)
	defer tick.Stop()
	for {
		select {
		case <-w.host.Context.Done():
			return
		case <-tick.C:
			w.look()
		}
	}
}

// LookForUpdates looks on the side whether there is a newer version.
func (w *Window) LookForUpdates() { w.host.Start(w.look) }

// look tells of a version that was not known of before. What else comes of it
// stands on the page Help: nobody is bothered with an answer that does not count.
func (w *Window) look() {
	r, err := w.host.Updates.Look(w.host.Context)
	w.host.Post(func() {
		if w.host.Context.Err() != nil {
			return
		}
		w.page.Refresh()
		if err != nil || r == nil {
			return
		}
		w.host.Toasts.Show(toast.Toast{Kind: toast.Success, Title: lang.L("Version {{.Version}} can be had.", map[string]any{"Version": r.Version}),
			Text: lang.L("Nothing is installed by itself."), Action: lang.L("What is new…"), Do: func() { help.ShowRelease(w.host, *r) }})
	})
}
