package window

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// watchman notices when a tenant begins to fail and when it recovers: once
// each, not at every try.
type watchman struct{ failing map[int64]bool } // by tenant; nil: nothing seen yet

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

// announce tells the desktop which tenants began to fail and which recovered.
func (w *Window) announce(tenants []entra.Tenant) {
	fell, rose := w.watchman.look(tenants)
	if w.host.Preferences.Quiet {
		return
	}
	for _, t := range fell {
		w.notify(lang.L("{{.Name}} fails to sync", map[string]any{"Name": t.Label()}), lang.L("Open Entra ID Sync to see why and what to do."))
	}
	for _, t := range rose {
		w.notify(lang.L("{{.Name}} syncs again", map[string]any{"Name": t.Label()}), "")
	}
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
		for _, e := range expiries {
			w.tellExpiry(e)
		}
	})
}

func (w *Window) tellExpiry(e signin.Expiry) {
	title := lang.L("Credential {{.Number}} of {{.Profile}} ends: {{.When}}", map[string]any{"Number": e.Credential.Index, "Profile": e.Profile.Name, "When": labels.Expiry(e.Credential, w.host.Now())})
	text := lang.L("Add its successor to the credential profile before that.")
	kind := toast.Warning
	if e.Days == 0 {
		text, kind = lang.L("Replace it: its tenants can't sign in with it."), toast.Trouble
	}
	w.host.Toasts.Show(toast.Toast{Kind: kind, Title: title, Text: text, Action: lang.L("Open"), Do: func() { w.Open(host.ToProfile(e.Profile.ID)) }})
	if !w.host.Preferences.Quiet {
		w.notify(title, text)
	}
}

// notify waits for the desktop, so it is done on the side.
func (w *Window) notify(title, text string) {
	w.host.Start(func() { fyne.CurrentApp().SendNotification(fyne.NewNotification(title, text)) })
}
