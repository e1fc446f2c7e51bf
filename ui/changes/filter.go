package changes

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// filter is which changes are wanted, beside their class and the search. What is empty
// matches all.
type filter struct {
	kind     string // the key of one of kinds
	property string
	actor    string    // who made it, or may have: a name or an id
	days     int       // the last ones, today among them; 0: any time, or what follows
	since    time.Time // of a day that was clicked, of a sync, or as it was named
	until    time.Time
}

// kinds are what a person tells apart.
var kinds = []struct {
	key  string
	of   []entra.ChangeKind
	text func() string
}{
	{"", nil, func() string { return lang.L("All kinds") }},
	{"added", []entra.ChangeKind{entra.Added}, func() string { return lang.L("Added") }},
	{"updated", []entra.ChangeKind{entra.Updated}, func() string { return lang.L("Updated") }},
	{"deleted", []entra.ChangeKind{entra.ChangeDeleted}, func() string { return lang.L("Deleted") }},
	{"restored", []entra.ChangeKind{entra.Restored}, func() string { return lang.L("Restored") }},
	{"links", []entra.ChangeKind{entra.MemberAdded, entra.MemberRemoved, entra.LinkAdded, entra.LinkRemoved}, func() string { return lang.L("Members and relations") }},
}

func kindNames() (names []string) {
	for _, k := range kinds {
		names = append(names, k.text())
	}
	return names
}

// newKindField offers the kinds.
func newKindField(kind string, changed func()) *kit.SelectField {
	return kit.NewSelectField(kindNames(), filter{kind: kind}.kindIndex(), changed)
}

// kindOf is the kind that a field has, the key of one of kinds.
func kindOf(f *kit.SelectField) string { return kinds[max(f.SelectedIndex(), 0)].key }

// newClassField offers all classes, and each of them.
func newClassField(class string, changed func()) *kit.SelectField {
	names, at := []string{lang.L("All classes")}, 0
	for i, k := range entra.Classes() {
		if k.Name == class {
			at = i + 1
		}
		names = append(names, labels.Class(k.Name))
	}
	return kit.NewSelectField(names, at, changed)
}

// classOf is the class that a field has; "": all.
func classOf(f *kit.SelectField) string {
	if at := f.SelectedIndex(); at > 0 {
		return entra.Classes()[at-1].Name
	}
	return ""
}

func (f filter) kindIndex() int {
	for i, k := range kinds {
		if k.key == f.kind {
			return i
		}
	}
	return 0
}

// periods are the last days that can be chosen; 0: any time.
var periods = []int{0, 1, 7, 30}

func periodNames() []string {
	return []string{lang.L("Any time"), lang.L("Today"), lang.L("Last 7 days"), lang.L("Last 30 days")}
}

// between tells whether the filter holds to a day or a sync rather than to the last
// days.
func (f filter) between() bool { return !f.since.IsZero() || !f.until.IsZero() }

// periodText says which day or sync that is.
func (f filter) periodText(now time.Time) string {
	since, until := f.since.Local(), f.until.Local()
	if f.until.IsZero() {
		return lang.L("from {{.Time}} on", map[string]any{"Time": phrase.Stamp(since, now)})
	}
	if since.Equal(startOfDay(since)) && until.Sub(since) > 22*time.Hour && until.Sub(since) < 26*time.Hour {
		return phrase.Day(since)
	}
	return phrase.Stamp(since, now) + " – " + phrase.End(since, until, now)
}

// startOfDay is the midnight before, by this computer's clock.
func startOfDay(t time.Time) time.Time {
	y, m, d := t.Local().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.Local)
}

// ask is the filter as the store takes it.
func (f filter) ask(now time.Time) store.ChangeQuery {
	q := store.ChangeQuery{Kinds: kinds[f.kindIndex()].of, Property: f.property, Actor: f.actor, Since: f.since, Until: f.until}
	if !f.between() && f.days > 0 {
		q.Since = startOfDay(now).AddDate(0, 0, 1-f.days)
	}
	return q
}

// String is the filter as a route has it, which parseFilter reads.
func (f filter) String() string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" && value != "0" {
			v.Set(name, value)
		}
	}
	set("kind", f.kind)
	set("property", f.property)
	set("actor", f.actor)
	set("days", strconv.Itoa(f.days))
	if f.between() {
		set("since", strconv.FormatInt(f.since.UnixMilli(), 10))
		set("until", strconv.FormatInt(f.until.UnixMilli(), 10))
	}
	return v.Encode()
}

// parseFilter reads a filter. What it does not know matches all.
func parseFilter(text string) (f filter) {
	v, err := url.ParseQuery(text)
	if err != nil {
		return f
	}
	f.kind, f.property, f.actor = v.Get("kind"), v.Get("property"), v.Get("actor")
	if days, err := strconv.Atoi(v.Get("days")); err == nil && slices.Contains(periods, days) {
		f.days = days
	}
	since, errSince := strconv.ParseInt(v.Get("since"), 10, 64)
	until, errUntil := strconv.ParseInt(v.Get("until"), 10, 64)
	if errSince == nil && errUntil == nil {
		f.since, f.until = time.UnixMilli(since), time.UnixMilli(until)
	}
	return f
}

// Between is the filter, as a route has it, of what changed from one moment to another,
// such as while a sync ran.
func Between(since, until time.Time) string { return filter{since: since, until: until}.String() }

// words say the filter in the name of a file.
func (f filter) words(now time.Time) string {
	var parts []string
	if f.kind != "" {
		parts = append(parts, kinds[f.kindIndex()].text())
	}
	if f.property != "" {
		parts = append(parts, f.property)
	}
	if f.actor != "" {
		parts = append(parts, f.actor)
	}
	switch {
	case f.between():
		parts = append(parts, f.periodText(now))
	case f.days > 0:
		parts = append(parts, periodNames()[slices.Index(periods, f.days)])
	}
	return strings.Join(parts, " ")
}
