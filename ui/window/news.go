package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/toast"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// news are the tenants that began to fail or recovered, or lost unusually much, and of which
// nobody was told yet: what comes together is one notification, and not one for each tenant.
type news struct {
	fell, rose []string
	losses     []loss
	waits      bool
}

// loss is what a tenant lost in one sync.
type loss struct {
	tenant entra.Tenant
	rows   []entra.ClassRun
}

// newsWait is how long others are waited for, from the first one on.
const newsWait = 4 * time.Second

// newsNamed is how many tenants a notification names.
const newsNamed = 3

// hear takes tenants that began to fail, and such that recovered.
func (w *Window) hear(fell, rose []entra.Tenant) {
	for _, t := range fell {
		w.news.fell = append(w.news.fell, t.Among(w.navigation.tenants))
	}
	for _, t := range rose {
		w.news.rose = append(w.news.rose, t.Among(w.navigation.tenants))
	}
	w.waitForNews(len(fell)+len(rose) > 0)
}

// hearLoss takes a tenant that lost unusually much.
func (w *Window) hearLoss(t entra.Tenant, rows []entra.ClassRun) {
	w.news.losses = append(w.news.losses, loss{t, rows})
	w.waitForNews(true)
}

// waitForNews lets others come that are told with what is there.
func (w *Window) waitForNews(some bool) {
	if some && !w.news.waits {
		w.news.waits = true
		w.host.After(newsWait, w.tellNews)
	}
}

// tellNews tells what has come together.
func (w *Window) tellNews() {
	told := w.news
	w.news = news{}
	w.tellLosses(told.losses)
	if w.host.Preferences.Quiet {
		return
	}
	see := lang.L("Open Entra ID Sync to see why and what to do.")
	switch n := len(told.fell); {
	case n == 1:
		w.notify(lang.L("{{.Name}} fails to sync", map[string]any{"Name": told.fell[0]}), see)
	case n > 1:
		w.notify(lang.L(`{{.Count.Of "tenant fails to sync" "tenants fail to sync"}}`, counted(n)), some(told.fell)+". "+see)
	}
	switch n := len(told.rose); {
	case n == 1:
		w.notify(lang.L("{{.Name}} syncs again", map[string]any{"Name": told.rose[0]}), "")
	case n > 1:
		w.notify(lang.L(`{{.Count.Of "tenant syncs again" "tenants sync again"}}`, counted(n)), some(told.rose))
	}
}

// tellLosses tells where syncs removed unusually much, by a toast and to the desktop.
func (w *Window) tellLosses(losses []loss) {
	if len(losses) == 0 {
		return
	}
	first := losses[0]
	title, to := lang.L("{{.Name}}: unusually many deletions", map[string]any{"Name": first.tenant.Among(w.navigation.tenants)}), host.ToTenant(first.tenant.Key)
	var said []string
	for _, r := range first.rows {
		said = append(said, wording.Sentence(r.Sentence()))
	}
	text := strings.Join(said, "; ")
	if len(losses) > 1 {
		var names []string
		for _, l := range losses {
			names = append(names, l.tenant.Among(w.navigation.tenants))
		}
		title = lang.L(`Unusually many deletions in {{.Count.Of "tenant" "tenants"}}`, counted(len(losses)))
		text, to = some(names), host.To(host.Tenants)
	}
	w.tellAll(toast.Toast{Kind: toast.Warning, Title: title, Text: text, Action: lang.L("Open"), Do: func() { w.Open(to) }})
}

// tellExpiries tells which credentials came nearer to their end.
func (w *Window) tellExpiries(expiries []signin.Expiry) {
	if len(expiries) == 0 {
		return
	}
	first, ended := expiries[0], 0
	var ends []string
	for _, e := range expiries {
		ends = append(ends, e.Profile.Name+": "+labels.Expiry(e.Credential, w.host.Now()))
		if e.Days == 0 {
			ended++
		}
	}
	t := toast.Toast{Kind: toast.Warning, Text: lang.L("Add its successor to the credential profile before that."), Action: lang.L("Open"), Do: func() { w.Open(host.ToProfile(first.Profile.ID)) }}
	t.Title = lang.L("Credential {{.Number}} of {{.Profile}} ends: {{.When}}", map[string]any{"Number": first.Credential.Index, "Profile": first.Profile.Name, "When": labels.Expiry(first.Credential, w.host.Now())})
	if ended > 0 {
		t.Kind, t.Text = toast.Trouble, lang.L("Replace it: its tenants can't sign in with it.")
	}
	if n := len(expiries); n > 1 {
		t.Title = lang.L(`{{.Count.Of "credential ends" "credentials end"}} soon`, counted(n))
		switch {
		case ended == n:
			t.Title = lang.L(`{{.Count.Of "credential has ended" "credentials have ended"}}`, counted(n))
		case ended > 0:
			t.Title = lang.L(`{{.Count.Of "credential ends" "credentials end"}} soon or {{.Count.Has "has" "have"}} ended`, counted(n))
		}
		t.Text, t.Do = some(ends), func() { w.Open(host.To(host.Profiles)) }
	}
	w.tellAll(t)
}

// tellAll tells by a toast and, where somebody wants that, to the desktop.
func (w *Window) tellAll(t toast.Toast) {
	w.host.Toasts.Show(t)
	if !w.host.Preferences.Quiet {
		w.notify(t.Title, t.Text)
	}
}

func counted(n int) map[string]any { return map[string]any{"Count": phrase.Count(int64(n))} }

// some names the first of many.
func some(names []string) string {
	first := strings.Join(names[:min(len(names), newsNamed)], ", ")
	if more := len(names) - newsNamed; more > 0 {
		return lang.L("{{.Names}} and {{.Count}} more", map[string]any{"Names": first, "Count": phrase.Number(int64(more))})
	}
	return first
}
