package say

import "testing"

// Words follow the number before them, in sentences within sentences, too.
func TestWordsFollowTheirNumber(t *testing.T) {
	const held = "%d held {deletion was|deletions were} confirmed"
	for _, c := range []struct {
		s    Sentence
		want string
	}{
		{With(held, 1), "1 held deletion was confirmed"},
		{With(held, int64(0)), "0 held deletions were confirmed"},
		{With(held, 21), "21 held deletions were confirmed"},
		{With("%d of %d {object|objects} of %s {is|are} gone", 5, 1, "1"), "5 of 1 object of 1 is gone"},
		{With("%[2]d {row|rows}, %[1]d {try|tries}", 1, 2), "2 rows, 1 try"},
		{With("%s: %s", "a|b {x|y}", With("100%% of %d {row|rows}", 1)), "a|b {x|y}: 100% of 1 row"},
	} {
		if got := c.s.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
