package entra

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // where the system has none
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
		"2026-05-31t14:30:00.5z":    time.Date(2026, 5, 31, 14, 30, 0, 5e8, time.UTC), // RFC 3339 leaves the case open
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

// TestTheHourThatIsThereTwice: a period takes all of it, and no other hour is another one.
func TestTheHourThatIsThereTwice(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][2]string{
		"2026-10-25T02:14": {"2026-10-25T00:14:00Z", "2026-10-25T01:14:00Z"},
		"2026-10-25T01:59": {"2026-10-24T23:59:00Z", "2026-10-24T23:59:00Z"},
		"2026-10-25T03:00": {"2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z"},
		"2026-03-29T01:59": {"2026-03-29T00:59:00Z", "2026-03-29T00:59:00Z"},
		"2026-03-29T03:30": {"2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z"},
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04", text, berlin)
		if err != nil {
			t.Fatal(err)
		}
		first, last := twice(at)
		if got := [2]string{first.UTC().Format(time.RFC3339), last.UTC().Format(time.RFC3339)}; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	here := time.Local
	defer func() { time.Local = here }()
	time.Local = berlin
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	from, _, _ := ParseMoment("2026-10-25 02:14")
	until, _ := ParsePast("2026-10-25 02:14", now)
	if named, _ := ParsePast("2026-10-25T02:14:00+02:00", now); until.Sub(from) != time.Hour || !named.Equal(from) {
		t.Errorf("from %v until %v; with its offset %v", from, until, named)
	}
	if first, last := twice(time.Date(2026, 5, 31, 14, 30, 0, 0, time.UTC)); !first.Equal(last) {
		t.Errorf("%v, %v", first, last)
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
