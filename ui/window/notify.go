package window

import (
	"context"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/toast"
	"github.com/entraidsync/entraidsync/ui/watches"
)

// watchman notices when a tenant begins to fail and when it recovers: once
// each, not at every try. It also notices which syncs ended.
type watchman struct {
	failing map[int64]bool      // by tenant; nil: nothing seen yet
	started map[int64]time.Time // by tenant, when its last sync that ended began
}

// look compares the tenants with what was seen before and gives those whose
// state turned. What failed when the app started is no news.
func (m *watchman) look(tenants []entra.Tenant) (fell, rose []entra.Tenant) {
	first := m.failing == nil
	if first {
		m.failing = map[int64]bool{}
	}
	for _, t := range tenants {
		was := m.failing[t.Key]
		switch t.LastSyncStatus {
		case entra.Failed:
			m.failing[t.Key] = true
			if !was && !first {
				fell = append(fell, t)
			}
		case entra.Succeeded, entra.Warning:
			m.failing[t.Key] = false
			if was {
				rose = append(rose, t)
			}
		}
	}
	return fell, rose
}

// ended gives the tenants that have had a sync since they were looked at last.
// What ended before the app started is no news.
func (m *watchman) ended(tenants []entra.Tenant) (synced []entra.Tenant) {
	first := m.started == nil
	if first {
		m.started = map[int64]time.Time{}
	}
	for _, t := range tenants {
		if t.LastSyncStatus == entra.Running || m.started[t.Key].Equal(t.LastSyncStart) {
			continue
		}
		m.started[t.Key] = t.LastSyncStart
		if !first {
			synced = append(synced, t)
		}
	}
	return synced
}

// announce tells the desktop which tenants began to fail and which recovered.
func (w *Window) announce(tenants []entra.Tenant) {
	fell, rose := w.watchman.look(tenants)
	synced := w.watchman.ended(tenants)
	w.announceLosses(synced)
	w.sumUp(tenants, synced)
	w.hear(fell, rose)
}

// announceLosses tells where a sync removed unusually much. It was applied:
// Graph named each of these.
func (w *Window) announceLosses(synced []entra.Tenant) {
	if len(synced) == 0 {
		return
	}
	h := w.host
	losses := map[int64][]entra.ClassRun{}
	h.Act(func(ctx context.Context) error {
		for _, t := range synced {
			var run int64
			for r, err := range h.Store.History(ctx, t.Key, store.HistoryQuery{Range: store.Range{Limit: len(entra.Classes())}}) {
				if err != nil {
					return err
				}
				if run == 0 {
					run = r.Run
				}
				if r.Run == run && r.Code == entra.CodeManyRemoved {
					losses[t.Key] = append(losses[t.Key], r)
				}
			}
		}
		return nil
	}, func(err error) {
		if err != nil {
			h.Failed(err)
		}
		for _, t := range synced {
			if rows := losses[t.Key]; len(rows) > 0 {
				w.hearLoss(t, rows)
			}
		}
	})
}

// announceExpiries tells which credentials came nearer to their end: 30, 7 and
// 1 days before it and at it, once each.
func (w *Window) announceExpiries() {
	h := w.host
	var expiries []signin.Expiry
	h.Act(func(ctx context.Context) (err error) {
		expiries, err = h.Engine.NewlyExpiring(ctx)
		return err
	}, func(err error) {
		if err != nil {
			h.Failed(err)
		}
		w.tellExpiries(expiries)
	})
}

// notify waits for the desktop, so it is done on the side. Where nothing shows notifications
// the toolkit would write of each that it can't be sent.
func (w *Window) notify(title, text string) {
	w.host.Start(func() {
		if w.listens == nil || w.listens() {
			fyne.CurrentApp().SendNotification(fyne.NewNotification(title, text))
		}
	})
}

// errQuiet is why the desktop is told nothing.
var errQuiet = say.Errorf("notifications are switched off in Settings")

// showWatched tells what a watch found, by the desktop and by a toast, which leads there.
// The keeper calls it, on its own goroutine: it fails where nothing was shown.
func (w *Window) showWatched(ctx context.Context, s watch.Sum) error {
	answer := make(chan error, 1)
	var taken atomic.Bool // by the window, or by the end that comes first
	w.host.Post(func() {
		if taken.Swap(true) {
			return
		}
		if w.host.Preferences.Quiet {
			answer <- errQuiet
			return
		}
		title, text := watches.Notice(s, w.navigation.tenants, w.host.Now())
		w.host.Toasts.Show(toast.Toast{Kind: toast.Success, Title: title, Text: text, Action: lang.L("Show"), Do: func() { w.Open(watches.Leads(s)) }})
		w.notify(title, text)
		answer <- nil
		w.page.Refresh() // that of watches lists it
	})
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
	case <-w.host.Context.Done():
	}
	if taken.Swap(true) {
		return <-answer
	}
	return context.Canceled
}
