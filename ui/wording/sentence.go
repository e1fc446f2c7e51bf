package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/entraidsync/entraidsync/core/say"
)

// Sentence says a sentence of core in the language of the window, as a sentence of
// its own. Inside of a longer one it is [Say].
func Sentence(s say.Sentence) string {
	return Capital(Say(s))
}

// Capital begins a text with a capital letter.
func Capital(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return text
	}
	return string(unicode.ToUpper(r)) + text[n:]
}

// Sentences says sentences of core one after the other, leaving empty ones out.
func Sentences(list ...say.Sentence) string {
	var said []string
	for _, s := range list {
		if s != "" {
			text := Sentence(s)
			if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") {
				text += "."
			}
			said = append(said, text)
		}
	}
	return strings.Join(said, " ")
}
