package entra

import (
	"strings"
	"testing"
	"time"
)

// TestMomentsAreReadAsTheyAreTyped: in all forms, by this computer's clock where none else is named.
func TestMomentsAreReadAsTheyAreTyped(t *testing.T) {
	now := time.Date(2026, 5, 31, 18, 0, 0, 0, time.Local)
	for text, want := range map[string]time.Time{
		"2026-05-31 14:30":          time.Date(2026, 5, 31, 14, 30, 0, 0, time.Local),
		" 2026-05-31   14:30:05 ":   time.Date(2026, 5, 31, 14, 30, 5, 0, time.Local),
		"2026-05-31T14:30":          time.Date(2026, 5, 31, 14, 30, 0, 0, time.Local),
		"31.5.2026 14:30":           time.Date(2026, 5, 31, 14, 30, 0, 0, time.Local),
		"2026-05-31T14:30:00Z":      time.Date(2026, 5, 31, 14, 30, 0, 0, time.UTC),
		"2026-05-31T14:30:00+02:00": time.Date(2026, 5, 31, 12, 30, 0, 0, time.UTC),
		"2026-05-30":                time.Date(2026, 5, 30, 23, 59, 59, 999e6, time.Local),
		"30 May 2026":               time.Date(2026, 5, 30, 23, 59, 59, 999e6, time.Local),
		"2026-05-31":                now, // its end lies ahead
		"2026-06-01":                time.Date(2026, 6, 1, 0, 0, 0, 0, time.Local),
	} {
		if got, ok := ParsePast(text, now); !ok || !got.Equal(want) {
			t.Errorf("%q is %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "yesterday", "2026-13-01", "2026-05-31 25:00", "31/5/2026"} {
		if got, ok := ParsePast(text, now); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// TestTheMomentThatIsNamedIsOneOfWhichItIsTrue: whoever types the moment that a note names, to the
// second, asks for one at which there is something.
func TestTheMomentThatIsNamedIsOneOfWhichItIsTrue(t *testing.T) {
	held := time.Date(2026, 5, 31, 14, 30, 5, 784e6, time.UTC)
	if says := (Doubt{Class: "users", Kind: NotHeldYet, Until: held}).Sentence(); !strings.Contains(says, "2026-05-31T14:30:06Z") {
		t.Error(says)
	}
	for at, want := range map[time.Time]time.Time{held: held.Add(216 * time.Millisecond), held.Truncate(time.Second): held.Truncate(time.Second), {}: {}} {
		if got := WholeSecond(at); !got.Equal(want) {
			t.Errorf("%v is told as %v", at, got)
		}
	}
}

func TestRecordedSince(t *testing.T) {
	early, late := time.UnixMilli(1000), time.UnixMilli(2000)
	for _, c := range []struct {
		doubts []Doubt
		since  time.Time
		pruned bool
	}{
		{nil, time.Time{}, false}, {[]Doubt{{Kind: NotHeldYet}}, time.Time{}, false},
		{[]Doubt{{Kind: NotHeldYet}, {Kind: NotHeldYet, Until: late}, {Kind: Pruned, Until: early}}, early, true},
		{[]Doubt{{Kind: Pruned, Until: late}, {Kind: NotHeldYet, Until: early}}, early, false},
	} {
		if since, pruned := RecordedSince(c.doubts); !since.Equal(c.since) || pruned != c.pruned {
			t.Errorf("%+v: %v, %v", c.doubts, since, pruned)
		}
	}
}
