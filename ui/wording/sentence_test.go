package wording

import (
	"testing"

	"github.com/entraidsync/entraidsync/core/say"
)

// An error without a reason leaves no gap where the reason stands else.
func TestSentences(t *testing.T) {
	for want, parts := range map[string][]say.Sentence{
		"It failed. Try again.": {"it failed", "try again"},
		"Try again.":            {"", "try again"},
		"It failed.":            {"it failed.", ""},
		"":                      {"", ""},
	} {
		if got := Sentences(parts...); got != want {
			t.Errorf("%q: %q, want %q", parts, got, want)
		}
	}
}
