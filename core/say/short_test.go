package say

import (
	"strings"
	"testing"
)

func TestShort(t *testing.T) {
	long := strings.Repeat("a", 5000)
	for _, c := range []struct{ given, want Sentence }{
		{With("there is no watch %q", "two\r\n lines"), `there is no watch "two lines"`},
		{With("%s is no class", long), Sentence(long[:194] + "…" + long[:65] + " is no class")},
		{With("%s: %s", With("invalid argument %s for the flag", "é"+long), "why"), Sentence("invalid argument é" + long[:193] + "…" + long[:65] + " for the flag: why")},
		{With("name one of %s", strings.Repeat("users, ", 80)+"end"), Sentence("name one of " + strings.Repeat("users, ", 80) + "end")},
		{With("%s", strings.Repeat("é", 260)), Sentence(strings.Repeat("é", 260))},
		{"as it stands", "as it stands"},
	} {
		if got := c.given.Short().String(); got != string(c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if n := len([]rune(With("%s", strings.Repeat("word ", 5000)).Short().String())); n != mostText {
		t.Errorf("a text of many words has %d letters", n)
	}
}
