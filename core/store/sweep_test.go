package store

import (
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestClearMarks: what a scan has seen is forgotten when it is over, and not what
// another one that goes on has seen.
func TestClearMarks(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("devices", object("d1", `{}`))
	users, devices := b.round(Scan, "users"), b.round(Scan, "devices")
	b.page("users", "next", "", user("u1", "A"), user("u2", "B"))
	b.page("devices", "next", "", object("d1", `{}`))

	_, err := b.Complete(b.Context(), devices, "delta", Verdict{})
	b.must(err)
	b.must(b.ClearMarks(b.Context()))
	if seen, rounds := b.number("SELECT count(*) FROM seen"), b.number("SELECT count(*) FROM rounds"); seen != 2 || rounds != 1 {
		t.Errorf("%d marks and %d rounds are left of the scan that goes on", seen, rounds)
	}
	c, err := b.Candidates(b.Context(), users)
	b.must(err)
	if len(c.IDs) > 0 || c.Held > 0 {
		t.Errorf("it misses %+v", c)
	}
	_, err = b.Complete(b.Context(), users, "delta", Verdict{})
	b.must(err)
	b.must(b.ClearMarks(b.Context()))
	for _, table := range []string{"seen", "rounds", "cursors"} {
		if n := b.number("SELECT count(*) FROM " + table); n > 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
}

// TestWhatIsGoneDoesNotMakeUpForWhatIsMissed: a scan that saw one object go and
// missed another one has seen as many as there are.
func TestWhatIsGoneDoesNotMakeUpForWhatIsMissed(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	r := b.round(Scan, "users")
	b.page("users", "next", "", user("u1", "A"))
	b.page("users", "next", "", removed("u1", entra.Gone))
	c, err := b.Candidates(b.Context(), r)
	b.must(err)
	if c.Held != 1 {
		t.Errorf("it misses %+v, not u2", c)
	}
}
