package labels

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// Activity says what the loop does with a tenant at this moment.
func Activity(a syncer.Activity, now time.Time) string {
	switch a.Phase {
	case syncer.Waiting:
		if a.Next.Sub(now) < time.Second {
			return lang.L("next sync now")
		}
		return lang.L("next sync in {{.Span}}", map[string]any{"Span": phrase.Span(a.Next.Sub(now))})
	case syncer.Queued:
		return lang.L("waiting for other tenants' syncs")
	case syncer.SigningIn:
		return lang.L("signing in")
	case syncer.Syncing:
		return syncingText(a, now)
	case syncer.Throttled:
		return throttledText(a, now)
	case syncer.Disabled:
		return lang.L("disabled")
	case syncer.Paused:
		return pausedText(a)
	}
	return ""
}

// pausedText says what a tenant waits for that only a person can do.
func pausedText(a syncer.Activity) string {
	switch {
	case a.Trouble == nil:
		return lang.L("paused")
	case a.Trouble.Code == entra.CodeVaultLocked:
		return lang.L("waits for the vault to be unlocked")
	case a.Trouble.Code == entra.CodeSignInAgain:
		return lang.L("waits for somebody to sign in")
	}
	return lang.L("paused: {{.Why}}", map[string]any{"Why": wording.Say(a.Trouble.Why)})
}

func throttledText(a syncer.Activity, now time.Time) string {
	why := wording.Say(a.Why)
	if why == "" {
		why = lang.L("throttled by Graph")
	}
	return lang.L("{{.Why}}, goes on in {{.Span}}", map[string]any{"Why": why, "Span": phrase.Span(max(a.Until.Sub(now), 0))})
}

// syncingText names the classes that are still read, and how long that takes where it is
// known of those that take longest: "syncing users: 12,400 of 50,000, 12 s left".
func syncingText(a syncer.Activity, now time.Time) string {
	var still []syncer.ClassActivity
	for _, c := range a.Classes {
		if !c.Done {
			still = append(still, c)
		}
	}
	if len(still) == 0 {
		return lang.L("syncing")
	}
	slices.SortStableFunc(still, func(a, b syncer.ClassActivity) int { return cmp.Compare(heft(b), heft(a)) })
	silence := now.Sub(a.Heard)
	silent := !a.Heard.IsZero() && silence >= silentAfter
	var parts []string
	for _, c := range still[:min(len(still), toldClasses)] {
		if silent {
			c.PerSecond = 0
		}
		parts = append(parts, classProgress(c))
	}
	classes := strings.Join(parts, " · ")
	if more := len(still) - toldClasses; more > 0 {
		classes = lang.L(`{{.Names}} and {{.Count.Of "more class" "more classes"}}`, map[string]any{"Names": classes, "Count": phrase.Count(more)})
	}
	if silent {
		return lang.L("syncing {{.Classes}}, nothing new for {{.Span}}", map[string]any{"Classes": classes, "Span": phrase.Span(silence)})
	}
	rest, atLeast, known := a.Rest(now)
	if !known {
		return lang.L("syncing {{.Classes}}", map[string]any{"Classes": classes})
	}
	return restText(classes, rest, atLeast)
}

// restText says how long classes take yet, or how long at least.
func restText(classes string, rest time.Duration, atLeast bool) string {
	told := map[string]any{"Classes": classes, "Span": phrase.Rest(rest)}
	if atLeast {
		return lang.L("syncing {{.Classes}}, at least {{.Span}} left", told)
	}
	return lang.L("syncing {{.Classes}}, {{.Span}} left", told)
}

// silentAfter is how long nothing may be new before that is said: then neither pace nor rest
// holds any more.
const silentAfter = 15 * time.Second

// toldClasses is how many classes a line names: those that are the most to read. A tenant has
// more than a line has room for.
const toldClasses = 3

// heft is how much there is of a class, as far as that is known.
func heft(c syncer.ClassActivity) int64 { return max(c.Of, c.Objects) }

func classProgress(c syncer.ClassActivity) string {
	name := amid(c.Class)
	switch {
	case c.Objects == 0:
		return name
	case c.Linked > 0:
		return lang.L("{{.Class}}: links of {{.Linked}} of {{.Objects}}", map[string]any{
			"Class": name, "Objects": phrase.Number(c.Objects), "Linked": phrase.Number(c.Linked)})
	case c.Of > 0:
		return lang.L("{{.Class}}: {{.Objects}} of {{.Total}}", map[string]any{
			"Class": name, "Objects": phrase.Number(c.Objects), "Total": phrase.Number(c.Of)})
	case c.PerSecond <= 0:
		return lang.L("{{.Class}}: {{.Objects}}", map[string]any{"Class": name, "Objects": phrase.Number(c.Objects)})
	}
	return lang.L("{{.Class}}: {{.Objects}} at {{.Rate}}/s", map[string]any{
		"Class": name, "Objects": phrase.Number(c.Objects), "Rate": phrase.Number(int64(c.PerSecond))})
}

// amid is a class amid a sentence: German writes each noun with a capital letter.
func amid(class string) string {
	if phrase.Language() == "de" {
		return Class(class)
	}
	return strings.ToLower(Class(class))
}

// Share is how much of what is read whole has been read, from 0 to 1; false where it is
// not known how much that is, but for classes that are little beside the others.
func Share(a syncer.Activity) (share float64, known bool) {
	var read, all, unknown int64
	for _, c := range a.Classes {
		switch {
		case !c.Full || c.Objects == 0 && !c.Done:
		case c.Done:
			read, all = read+c.Objects, all+c.Objects
		case c.Of == 0:
			unknown += c.Objects
		case c.Apart: // what takes longest comes last
			read, all, known = read+c.Objects/2+c.Linked/2, all+c.Of, true
		default:
			read, all, known = read+c.Objects, all+c.Of, true
		}
	}
	if unknown*little > all {
		return 0, false
	}
	return float64(read) / float64(max(all, 1)), known
}

// little is the part of all, the whole by it, that what is not known to end may be.
const little = 20

// Now is a history row with what is known of it at this moment: of a class's first scan
// the numbers that its activity tells, so that both say the same; of a run whose end could not
// be stored, how it ended.
func Now(r entra.ClassRun, a syncer.Activity) entra.ClassRun {
	if r.Status != entra.Running {
		return r
	}
	if e := a.Untold; e != nil {
		r.Status, r.Code, r.What, r.Why, r.Remedy, r.Detail = entra.Failed, e.Code, e.What, e.Why, e.Remedy, e.Detail
		return r
	}
	for _, c := range a.Classes {
		if c.Class == r.Stream() && c.First {
			more := c.Objects - c.Filtered - r.Total
			r.Total, r.Changed, r.Filtered = r.Total+more, max(r.Changed+more, 0), c.Filtered
		}
	}
	return r
}
