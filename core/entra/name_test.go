package entra

import (
	"strings"
	"testing"
)

func TestNamesCanBeShown(t *testing.T) {
	for typed, want := range map[string]string{" Contoso, prod ": "Contoso, prod", "李 Łukasz דוד": "李 Łukasz דוד", strings.Repeat("ü", 100): strings.Repeat("ü", 100)} {
		if got, err := Name("it can't be added", typed); err != nil || got != want {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
	for typed, why := range map[string]string{"": "empty", " \n": "empty", "a\nb": "line break", "a\tb": "can't be shown", "a\x00b": "can't be shown",
		"x\u202eevil": "can't be shown", "a\u2028b": "line break", "a\xffb": "can't be shown", strings.Repeat("a", 101): "longer than 100"} {
		if got, err := Name("it can't be added", typed); CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
}
