package entra

import (
	"fmt"
	"strings"
	"time"
)

// StateBefore is the state that an object had at a moment, told from the first
// change of it after that moment ("": none) and from its state of now.
func StateBefore(first ChangeKind, now State) State {
	switch first {
	case Added:
		return Unseen
	case Updated, ChangeDeleted:
		return Live
	case Restored:
		return Deleted
	}
	return now
}

// Undo gives the properties that an object had before a change of it, from those
// that it had after. They are unknown (nil) where it was not in sight.
func (c Change) Undo(after Properties) (Properties, error) {
	if len(c.Before) == 0 {
		return nil, nil
	}
	before, err := ParseProperties(c.Before)
	if err == nil && c.Kind == Updated {
		before = after.Merge(before)
	}
	return before, err
}

// DoubtKind says why something of a moment in the past can't be known.
type DoubtKind string

// The kinds of doubts.
const (
	NotHeldYet   DoubtKind = "not_held"   // the class was first held whole at Until, or never (zero)
	Pruned       DoubtKind = "pruned"     // what changed before Until is no longer kept
	NotSynced    DoubtKind = "not_synced" // the copy had not been synced since Since, until Until
	NotWhole     DoubtKind = "not_whole"  // it was switched off, or read again under another policy, from Since until Until
	OtherFilter  DoubtKind = "filter"     // Count objects were left out then, or since; their filter was another one until Until
	OtherChoice  DoubtKind = "properties" // other properties were read until Until
	VolatileOnly DoubtKind = "volatile"   // Names: of these only the values of now are known
	SwitchedOff  DoubtKind = "off"        // now: it was switched off at Since, and is held as it was at Until
)

// Doubt is what can't be known of a class at a moment in the past, or now.
type Doubt struct {
	Class        string
	Kind         DoubtKind
	Since, Until time.Time // zero: never, or still so
	Count        int64
	Names        []string
}

// Beginning is a moment before anything that a copy knows: what is doubted of it tells
// [RecordedSince].
var Beginning = time.UnixMilli(1)

// RecordedSince tells from when on changes of classes are recorded, by what is doubted of the
// [Beginning]; zero: none of them was ever held whole. Pruned says that there was more, which is no longer kept.
func RecordedSince(doubts []Doubt) (since time.Time, pruned bool) {
	for _, d := range doubts {
		if (d.Kind == Pruned || d.Kind == NotHeldYet) && !d.Until.IsZero() && (since.IsZero() || d.Until.Before(since)) {
			since, pruned = d.Until, d.Kind == Pruned
		}
	}
	return since, pruned
}

// WholeSecond is a moment as it is told, in whole seconds. It is none before: who asks for the
// moment that was named is to find what was said of it.
func WholeSecond(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(time.Second - time.Nanosecond).Truncate(time.Second)
}

// Sentence tells the doubt in a sentence.
func (d Doubt) Sentence() string {
	at := func(t time.Time) string { return WholeSecond(t).UTC().Format(time.RFC3339) }
	until := "still so"
	if !d.Until.IsZero() {
		until = "until " + at(d.Until)
	}
	switch d.Kind {
	case SwitchedOff:
		return fmt.Sprintf("%s are switched off since %s, and stand as they were at %s", d.Class, at(d.Since), at(d.Until))
	case NotHeldYet:
		if d.Until.IsZero() {
			return d.Class + " were never held whole: what there was then is not known"
		}
		return fmt.Sprintf("%s were first held whole at %s: what there was before is not known", d.Class, at(d.Until))
	case Pruned:
		return fmt.Sprintf("what changed of %s before %s is no longer kept: what there was then is not known", d.Class, at(d.Until))
	case NotSynced:
		return fmt.Sprintf("%s are shown as they were synced last before, at %s: what changed from then on is not known (%s)", d.Class, at(d.Since), until)
	case NotWhole:
		return fmt.Sprintf("%s were switched off, or read again under another policy, from %s (%s): what changed meanwhile is not known", d.Class, at(d.Since), until)
	case OtherFilter:
		text := fmt.Sprintf("%d %s were left out by a filter then, or have been since: how they were is not known, and they are not shown", d.Count, d.Class)
		if !d.Until.IsZero() {
			text += "; the filter changed at " + at(d.Until)
		}
		return text
	case OtherChoice:
		return fmt.Sprintf("other properties of %s were read until %s: what is missing may only not have been read", d.Class, at(d.Until))
	}
	return fmt.Sprintf("%s of %s are left out: their changes are not recorded, so that their values then are not known", strings.Join(d.Names, ", "), d.Class)
}

// momentLayouts are the forms in which people write a moment, by this computer's clock.
var momentLayouts = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05", "2.1.2006 15:04", "2 Jan 2006 15:04"}

// ParseMoment reads a moment as a person types it: RFC 3339, or a time by this computer's clock, of which
// it gives the first where summer time ends and an hour is there twice. Of a date it gives the beginning, and
// that it is one. False where it is none.
func ParseMoment(text string) (at time.Time, date, ok bool) {
	text = strings.Join(strings.Fields(text), " ")
	if at, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return at.UTC(), false, true
	}
	for _, layout := range momentLayouts {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			first, _ := twice(at)
			return first, false, true
		}
	}
	for _, layout := range []string{time.DateOnly, "2.1.2006", "2 Jan 2006"} {
		if day, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return day, true, true
		}
	}
	return time.Time{}, false, false
}

// twice gives the first and the last moment at which clocks show what they show at one: where they are put
// back they show an hour twice. What names its offset is meant as it stands.
func twice(at time.Time) (first, last time.Time) {
	first, last = at, at
	_, offset := at.Zone()
	start, end := at.ZoneBounds()
	if !start.IsZero() {
		_, before := start.Add(-time.Second).Zone()
		if earlier := at.Add(time.Duration(offset-before) * time.Second); earlier.Before(start) {
			first = earlier
		}
	}
	if !end.IsZero() {
		_, after := end.Zone()
		if later := at.Add(time.Duration(offset-after) * time.Second); !later.Before(end) {
			last = later
		}
	}
	return first, last
}

// ParsePast reads a moment as [ParseMoment] does, and gives the last where an hour is there twice: all
// that happened by then. A date means its end, or now where that lies ahead.
// False where it is none; a moment that lies ahead is given as it is.
func ParsePast(text string, now time.Time) (time.Time, bool) {
	at, date, ok := ParseMoment(text)
	if at.Location() == time.Local {
		_, at = twice(at)
	}
	if end := at.AddDate(0, 0, 1).Add(-time.Millisecond); ok && date && !at.After(now) {
		if at = end; at.After(now) {
			at = now
		}
	}
	return at, ok
}
