package watches

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/watch"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// readyTitle is a ready watch in a few words.
func readyTitle(name string) string {
	switch name {
	case "privileged-role":
		return lang.L("Privileged roles")
	case "app-credential":
		return lang.L("App credentials")
	case "guest-invited":
		return lang.L("New guests")
	case "conditional-access":
		return lang.L("Conditional access")
	case watch.ManyDeletions:
		return lang.L("Many deletions")
	case watch.SyncFailing:
		return lang.L("Failing syncs")
	}
	return name
}

// what says in words what a watch watches for.
func what(w watch.Watch) string {
	var parts []string
	if w.View != "" {
		return lang.L("View: {{.View}}", map[string]any{"View": wording.Sentence(w.ViewTitle())})
	}
	if w.Ready != "" {
		parts = append(parts, readyTitle(w.Ready))
	}
	if w.Ready == watch.ManyDeletions {
		parts = append(parts, lang.L("more than {{.Count}}", map[string]any{"Count": phrase.Number(int64(w.More))}))
	}
	if w.Filter.Class != "" {
		parts = append(parts, labels.Class(w.Filter.Class))
	}
	if len(w.Filter.Kinds) > 0 {
		parts = append(parts, kindsText(w.Filter.Kinds))
	}
	for _, text := range []string{labels.Property(w.Filter.Class, w.Filter.Property), w.Filter.Object} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if w.Filter.Search != "" {
		parts = append(parts, phrase.Quoted(w.Filter.Search))
	}
	if len(parts) == 0 {
		return lang.L("All changes")
	}
	return strings.Join(parts, " · ")
}

// kinds are what a person tells apart; nil: all.
var kinds = [][]entra.ChangeKind{nil, {entra.Added}, {entra.Updated}, {entra.ChangeDeleted}, {entra.Restored},
	{entra.MemberAdded, entra.MemberRemoved, entra.LinkAdded, entra.LinkRemoved}}

func kindsText(of []entra.ChangeKind) string {
	switch {
	case len(of) == 0:
		return lang.L("All kinds")
	case slices.Equal(of, kinds[5]):
		return lang.L("Members and relations")
	}
	var texts []string
	for _, k := range of {
		texts = append(texts, labels.Change(k))
	}
	return strings.Join(texts, ", ")
}

// tells says who is told.
func tells(w watch.Watch) string {
	var by []string
	if w.Desktop {
		by = append(by, lang.L("Desktop"))
	}
	if w.Webhook != "" {
		by = append(by, hookText(w))
	}
	return strings.Join(by, ", ")
}

// hookText names a webhook by its host: the rest of an address may be a secret.
func hookText(w watch.Watch) string {
	text := w.Webhook
	if u, err := url.Parse(w.Webhook); err == nil {
		text = u.Host
	}
	if w.Secret == nil {
		text += " (" + lang.L("not signed") + ")"
	}
	return text
}

// trouble says why a watch can't tell.
func trouble(s watch.Standing, now time.Time) string {
	if s.Trouble == "" {
		return ""
	}
	text := wording.Sentence(s.Trouble)
	if !s.Next.IsZero() {
		text += " · " + lang.L("next try: {{.When}}", map[string]any{"When": phrase.Stamp(s.Next, now)})
	}
	return text
}

// happened says in words what a notice is about.
func happened(s watch.Subject, now time.Time) string {
	switch {
	case s.Change != nil:
		return labels.ChangeText(*s.Change, now)
	case s.Text == "":
		return lang.L("no longer kept")
	}
	return wording.Sentence(s.Text)
}

// state says how a notice stands.
func state(n watch.Notice) string {
	switch {
	case n.Taken:
		return lang.L("told")
	case !n.Ended.IsZero():
		return lang.L("not told: {{.Why}}", map[string]any{"Why": wording.Say(n.Trouble())})
	case n.Error != "":
		return lang.L("waits: {{.Why}}", map[string]any{"Why": wording.Say(n.Trouble())})
	}
	return lang.L("waits")
}

func stateSign(n watch.Notice) fyne.Resource {
	switch {
	case n.Taken:
		return apptheme.Signs().Good
	case !n.Ended.IsZero():
		return apptheme.Signs().Bad
	case n.Error != "":
		return apptheme.Signs().Warning
	}
	return apptheme.Signs().Fresh
}

func by(n watch.Notice) string {
	if n.Desktop {
		return lang.L("Desktop")
	}
	return lang.L("Webhook")
}

// Notice words what the desktop is told; tenants are those that there are.
func Notice(s watch.Sum, tenants []entra.Tenant, now time.Time) (title, text string) {
	if s.Test {
		return lang.L("Test: {{.Watch}}", map[string]any{"Watch": s.Watch.Name}), lang.L("So the desktop tells of what you watch.")
	}
	title, of := s.Watch.Name, s.Of
	if s.Only != nil {
		of = s.Only.Tenant
	}
	if of.Key != 0 {
		title += " · " + of.Among(tenants)
	}
	if s.Only != nil {
		return title, happened(*s.Only, now)
	}
	return title, wording.Sentence(s.Text)
}

// Leads is where a notice leads: to its change, or to where there are all of them.
func Leads(s watch.Sum) host.Route {
	if s.Only == nil {
		return host.To(host.Watches)
	}
	return route(*s.Only)
}

// route leads to what a notice is about.
func route(s watch.Subject) host.Route {
	to := host.ToTenant(s.Tenant.Key)
	switch {
	case s.Tenant.Key == 0:
		return host.To(host.Watches)
	case s.Object != nil:
		to = host.ToObject(s.Tenant.Key, s.Object.Class, s.Object.ID)
	case s.Change != nil:
		to = host.ToObject(s.Tenant.Key, s.Change.Class, s.Change.ID)
		to.Tab, to.Row = host.ChangesTab, strconv.FormatInt(s.Change.Key, 10)
	case s.Run != nil:
		to.Tab = host.HistoryTab
	}
	return to
}
