package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// news are the tenants that began to fail or recovered and of which the desktop was not told
// yet: what comes together is one notification, and not one for each tenant.
type news struct {
	fell, rose []string
	waits      bool
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
	if len(fell)+len(rose) > 0 && !w.news.waits {
		w.news.waits = true
		w.host.After(newsWait, w.tellNews)
	}
}

// tellNews tells the desktop what has come together.
func (w *Window) tellNews() {
	told := w.news
	w.news = news{}
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

func counted(n int) map[string]any { return map[string]any{"Count": phrase.Count(int64(n))} }

// some names the first of many.
func some(names []string) string {
	first := strings.Join(names[:min(len(names), newsNamed)], ", ")
	if more := len(names) - newsNamed; more > 0 {
		return lang.L("{{.Names}} and {{.Count}} more", map[string]any{"Names": first, "Count": phrase.Number(int64(more))})
	}
	return first
}
