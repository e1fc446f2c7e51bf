package lists

import (
	"strings"
	"testing"
	"time"
)

func TestWhatTakesLongIsNotDoneAgainSoon(t *testing.T) {
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	p := Pace{Ended: at, Took: time.Second}
	for after, want := range map[time.Duration]bool{0: true, 19 * time.Second: true, 20 * time.Second: false} {
		if got := p.Soon(at.Add(after)); got != want {
			t.Errorf("%v after one that took a second: %v, want %v", after, got, want)
		}
	}
	if (Pace{}).Soon(at) {
		t.Error("what was never done has to wait")
	}
}

func TestFileNamesAreTakenByEverySystem(t *testing.T) {
	for text, want := range map[string]string{
		"contoso.com users  “a/b:c*?”\n": "contoso.com users “a b c ” 2026 by 1.0", "..\\x.": "x. 2026 by 1.0", "a\tb": "a b 2026 by 1.0",
		strings.Repeat("ä", 200): strings.Repeat("ä", 120-12) + " 2026 by 1.0",
	} {
		if got := FileName(text, "2026\tby 1.0"); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
