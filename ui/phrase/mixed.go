package phrase

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// mark has no width and is read from left to right.
const mark = '\u200e'

// Legible is a text as it has to be given to Fyne where people with names written from right to left are
// told of. Fyne draws the runs of a text one after the other from the left, but lets a blank, a
// bracket or a number that follows such a name belong to it, and turns it: "דוד כהן (Users)" ended
// in a bracket that opens. So nothing belongs to such a run but its letters and what stands
// between two of them. What turns the direction of all that follows is shown as a sign of its own: a name
// could read as another one by it. It is for drawing alone: what is copied or exported has no marks.
func Legible(text string) string {
	if strings.ContainsFunc(text, turns) {
		text = strings.Map(unturned, text)
	}
	if !strings.ContainsFunc(text, leftward) {
		return text
	}
	var out strings.Builder
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		if !leftward(runes[i]) {
			out.WriteRune(runes[i])
			continue
		}
		end := i + run(runes[i:])
		out.WriteRune(mark)
		out.WriteString(string(runes[i:end]))
		if end < len(runes) {
			out.WriteRune(mark)
		}
		i = end - 1
	}
	return out.String()
}

// run is how many of the runes, of which the first is written from right to left, are read together.
func run(runes []rune) int {
	end := 1
	for i := 1; i < len(runes); i++ {
		if leftward(runes[i]) || i == end && class(runes[i]) == bidi.NSM {
			end = i + 1
		} else if !joins(runes[i]) {
			break
		}
	}
	return end
}

// leftward tells whether a letter is written from right to left.
func leftward(r rune) bool {
	if r < 0x590 { // no script before Hebrew is
		return false
	}
	c := class(r)
	return c == bidi.R || c == bidi.AL
}

func class(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

// joins tells whether a sign between two such letters belongs to them: blanks and hyphens of a
// name, quotes inside of an acronym, vowels, and what joins letters.
func joins(r rune) bool {
	c := class(r)
	return strings.ContainsRune(" \u00a0-'’\".", r) || c == bidi.NSM || c == bidi.BN
}

// OneLine is a text with blanks where it has the end of a line or another sign that can't be drawn:
// names and descriptions of a directory have such.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return unturned(r)
	}, strings.ReplaceAll(text, "\r\n", " "))
}

// turns tells of embeddings, overrides and isolates. Marks of direction are not among them: they turn nothing else.
func turns(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

func unturned(r rune) rune {
	if turns(r) {
		return unicode.ReplacementChar
	}
	return r
}
