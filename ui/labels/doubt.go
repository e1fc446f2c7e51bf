package labels

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/phrase"
)

// Doubts say what can't be known of a moment in the past, a sentence each. What is so of many
// classes since one sync is said once.
func Doubts(doubts []entra.Doubt, now time.Time) (out []string) {
	for len(doubts) > 0 {
		first, alike, others := doubts[0], []string{Class(doubts[0].Class)}, []entra.Doubt(nil)
		for _, d := range doubts[1:] {
			if d.Kind == first.Kind && first.Count == 0 && names(d) == names(first) && near(d.Since, first.Since) && near(d.Until, first.Until) {
				alike = append(alike, Class(d.Class))
			} else {
				others = append(others, d)
			}
		}
		out, doubts = append(out, doubt(first, classNames(alike), now)), others
	}
	return out
}

// near tells whether two classes came to a moment by the same sync, as far as one can see.
func near(a, b time.Time) bool { return a.IsZero() == b.IsZero() && a.Sub(b).Abs() < 10*time.Minute }

// mostNamed bounds how many classes a sentence names.
const mostNamed = 4

func classNames(all []string) string {
	if len(all) <= mostNamed {
		return strings.Join(all, ", ")
	}
	return lang.L(`{{.Names}} and {{.Count.Of "more class" "more classes"}}`, map[string]any{"Names": strings.Join(all[:mostNamed-1], ", "), "Count": phrase.Count(int64(len(all) - mostNamed + 1))})
}

func doubt(d entra.Doubt, classes string, now time.Time) string {
	at := map[string]any{"Class": classes, "Since": phrase.Stamp(d.Since, now), "Until": phrase.Stamp(entra.WholeSecond(d.Until), now),
		"Count": phrase.Count(d.Count), "Names": names(d)}
	switch d.Kind {
	case entra.SwitchedOff:
		return lang.L("{{.Class}} are switched off since {{.Since}}: they are shown as they were on {{.Until}}.", at)
	case entra.NotHeldYet:
		if d.Until.IsZero() {
			return lang.L("{{.Class}} were never read whole: what there was is not known.", at)
		}
		return lang.L("{{.Class}} were first read whole on {{.Until}}: what there was before is not known.", at)
	case entra.Pruned:
		return lang.L("{{.Class}}: what changed before {{.Until}} is no longer kept; what there was then is not known.", at)
	case entra.NotSynced:
		if d.Until.IsZero() {
			return lang.L("{{.Class}} are shown as they were last synced before, on {{.Since}}: what changed from then on is not known.", at)
		}
		return lang.L("{{.Class}} are shown as they were last synced before, on {{.Since}}: what changed from then until {{.Until}} is not known.", at)
	case entra.NotWhole:
		if d.Until.IsZero() {
			return lang.L("{{.Class}} are switched off, or being read again, since {{.Since}}: what changed meanwhile is not known.", at)
		}
		return lang.L("{{.Class}} were switched off, or read again, from {{.Since}} until {{.Until}}: what changed meanwhile is not known.", at)
	case entra.OtherFilter:
		if d.Until.IsZero() {
			return lang.L(`{{.Class}}: {{.Count.Of "was" "were"}} left out by a filter then, or {{.Count.Has "has" "have"}} been since; {{.Count.Has "it is" "they are"}} not shown.`, at)
		}
		return lang.L(`{{.Class}}: {{.Count.Of "was" "were"}} left out by a filter then, or {{.Count.Has "has" "have"}} been since; {{.Count.Has "it is" "they are"}} not shown. The filter changed on {{.Until}}.`, at)
	case entra.OtherChoice:
		return lang.L("{{.Class}}: other properties were read until {{.Until}}; what is missing may only not have been read.", at)
	}
	return lang.L("{{.Class}}: the values of {{.Names}} are not recorded, and left out.", at)
}

func names(d entra.Doubt) string {
	titles := make([]string, len(d.Names))
	for i, name := range d.Names {
		titles[i] = phrase.Quoted(Property(d.Class, name))
	}
	return strings.Join(titles, ", ")
}

// ObjectState is how the copy holds an object, in a word.
func ObjectState(s entra.State) string {
	switch s {
	case entra.Live:
		return lang.L("there")
	case entra.Deleted:
		return lang.L("deleted")
	case entra.Filtered:
		return lang.L("left out by the filter")
	case entra.Erased:
		return lang.L("gone")
	}
	return lang.L("never read")
}
