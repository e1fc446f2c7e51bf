package jsonscan

import "testing"

func TestUTF8LeavesOutEveryMark(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: `{}`, "\ufeff{}": `{}`, "\ufeff\ufeff{}": `{}`, "\xff\xfe\xff\xfe{\x00}\x00": `{}`, "{\"a\":\"\ufeff\"}": "{\"a\":\"\ufeff\"}",
	} {
		if got, _ := UTF8([]byte(text), ""); string(got) != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
