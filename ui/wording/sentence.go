package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence says a text of core in the language of the window, as a sentence of
// its own. Inside of a longer one it is [Say].
func Sentence(text string) string {
	return Capital(Say(text))
}

// Capital begins a text with a capital letter.
func Capital(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return text
	}
	return string(unicode.ToUpper(r)) + text[n:]
}

// Sentences says texts of core one after the other, leaving empty ones out.
func Sentences(texts ...string) string {
	var said []string
	for _, text := range texts {
		if text != "" {
			said = append(said, strings.TrimSuffix(Sentence(text), ".")+".")
		}
	}
	return strings.Join(said, " ")
}
