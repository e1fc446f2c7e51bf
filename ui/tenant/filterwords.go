package tenant

import (
	"regexp"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// filterWords is what could come next in a filter: the words, and what of the text each
// takes the place of.
type filterWords struct {
	words      []string
	start, end int    // in runes
	property   string // whose values are asked for; "": none's are
	typed      string // of the word so far
}

// mostWords is how many values are asked for at a time.
const mostWords = 8

var (
	comparison = regexp.MustCompile(`([A-Za-z_][A-Za-z0-9_]*)\s*(==|!=|\bstartsWith|\bendsWith|\bcontains|\bmatches|\bin)\s*\[?[^\[\]()&|]*$`)
	lastWord   = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*$`)
	joined     = regexp.MustCompile(`(^|\b(and|or|not)|&&|\|\||[(!])$`)
)

// operatorsOf are the operators that fit a property, by what its values are.
func operatorsOf(kind store.PropertyKind) []string {
	switch kind {
	case store.KindFlag, store.KindList, store.KindComplex:
		return []string{"==", "!="}
	case store.KindNumber:
		return []string{"==", "!=", "<", ">"}
	}
	return []string{"==", "!=", "startsWith", "endsWith", "contains", "matches", "in"}
}

// nextWords tells what could come at a place of a filter, by the properties that there are.
func nextWords(text string, at int, uses []store.PropertyUse) filterWords {
	runes := []rune(text)
	at = min(at, len(runes))
	before := string(runes[:at])
	if quote, open := openQuote(runes[:at]); open {
		w := filterWords{start: quote, end: closing(runes, at), typed: string(runes[quote+1 : at])}
		if m := comparison.FindStringSubmatch(string(runes[:quote])); m != nil {
			w.property = m[1]
		}
		return w
	}
	typed := lastWord.FindString(before)
	w := filterWords{start: at - len([]rune(typed)), end: at, typed: typed}
	head := strings.TrimRight(string(runes[:w.start]), " ")
	named := lastWord.FindString(head)
	use := slices.IndexFunc(uses, func(u store.PropertyUse) bool { return u.Name == named })
	switch m := comparison.FindStringSubmatch(head); {
	case m != nil && strings.HasSuffix(head, m[2]):
		w.property = m[1]
		w.words = kit.Fitting(map[bool][]string{true: {"true", "false"}, false: {"nil"}}[kindOf(uses, m[1]) == store.KindFlag], typed)
	case joined.MatchString(head):
		names := make([]string, len(uses))
		for i, u := range uses {
			names[i] = u.Name
		}
		w.words = kit.Fitting(names, typed)
	case use >= 0:
		w.words = kit.Fitting(operatorsOf(uses[use].Kind), typed)
	default:
		w.words = kit.Fitting([]string{"and", "or"}, typed)
	}
	return w
}

func kindOf(uses []store.PropertyUse, name string) store.PropertyKind {
	for _, u := range uses {
		if u.Name == name {
			return u.Kind
		}
	}
	return store.KindUnknown
}

// openQuote finds the quote that a text ends within; false where it does not.
func openQuote(runes []rune) (at int, open bool) {
	for i := 0; i < len(runes); i++ {
		switch {
		case open && runes[i] == '\\':
			i++
		case open && runes[i] == runes[at]:
			open = false
		case !open && (runes[i] == '"' || runes[i] == '\''):
			at, open = i, true
		}
	}
	return at, open
}

// closing is the place behind the quote that ends the text at a place, or that place.
func closing(runes []rune, at int) int {
	if i := slices.Index(runes[at:], '"'); i >= 0 {
		return at + i + 1
	}
	return at
}

// put is the text with a word in its place, and where the next one begins.
func (w filterWords) put(text, word string) (whole string, at int) {
	runes := []rune(text)
	rest := strings.TrimLeft(string(runes[w.end:]), " ")
	head := string(runes[:w.start]) + word + " "
	return head + rest, len([]rune(head))
}
