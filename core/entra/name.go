package entra

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/entraidsync/entraidsync/core/say"
)

// mostName is how many characters a name has at most that a person gives: more has room in no list.
const mostName = 100

// Name is a name that a person gives to a profile, a watch or a view, without the blanks around it.
// What says what can't be done where no list could show it as it is.
func Name(what say.Sentence, typed string) (string, error) {
	name := strings.TrimSpace(typed)
	switch {
	case name == "":
		return "", Invalid(what, "its name is empty", "give it a name")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unshown):
		return "", Invalid(what, "its name has a line break or another sign that can't be shown", "give it another one")
	case utf8.RuneCountInString(name) > mostName:
		return "", Invalid(what, say.With("its name is longer than %d {character|characters}", mostName), "give it a shorter one")
	}
	return name, nil
}

// unshown tells of what is no letter and changes how others stand: ends of lines, and what turns the
// direction of those behind it, so that a name reads as another one.
func unshown(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// Natural compares two names as people order them: customer-2 comes before Customer-10.
func Natural(a, b string) int {
	x, y := strings.ToLower(a), strings.ToLower(b)
	for x != "" && y != "" {
		n, m := digitsOf(x), digitsOf(y)
		if n > 0 && m > 0 {
			i, j := strings.TrimLeft(x[:n], "0"), strings.TrimLeft(y[:m], "0")
			if order := cmp.Or(cmp.Compare(len(i), len(j)), strings.Compare(i, j)); order != 0 {
				return order
			}
			x, y = x[n:], y[m:]
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

// digitsOf is how many digits a text begins with.
func digitsOf(text string) int { return len(text) - len(strings.TrimLeft(text, "0123456789")) }
