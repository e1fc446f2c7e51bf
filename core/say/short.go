package say

import "strings"

const (
	mostWord = 260 // letters of a foreign word, such as a path
	mostText = 600 // of a foreign text
)

// Short is the sentence on one line, with what is foreign in it cut in its middle where it is longer than any name: what
// was given by mistake may be a whole file. Its end tells as much as its beginning.
func (s Sentence) Short() Sentence {
	return s.Map(func(text string) string {
		words := strings.Fields(text)
		for i := range words {
			words[i] = cut(words[i], mostWord)
		}
		return cut(strings.Join(words, " "), mostText)
	})
}

// cut leaves out the middle of what is longer than so many letters.
func cut(text string, most int) string {
	if len(text) <= most { // of bytes
		return text
	}
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	tail := most / 4
	return string(letters[:most-1-tail]) + "…" + string(letters[len(letters)-tail:])
}
