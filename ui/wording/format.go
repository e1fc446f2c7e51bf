package wording

import (
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/ui/phrase"
)

// format is a text with places, as package fmt writes them: literal, place,
// literal, … literal.
type format struct {
	literals []string
	places   []place
}

// place is a verb of a format: %s, %d or %q, with the number of its argument.
type place struct {
	number int // from 1
	verb   byte
}

var verbs = regexp.MustCompile(`%(?:\[(\d+)\])?([dqs])|%%`)

func parse(text string) format {
	f, at, literal := format{}, 0, ""
	for _, m := range verbs.FindAllStringSubmatchIndex(text, -1) {
		literal += text[at:m[0]]
		at = m[1]
		if m[4] < 0 {
			literal += "%"
			continue
		}
		p := place{len(f.places) + 1, text[m[4]]}
		if m[2] >= 0 {
			p.number, _ = strconv.Atoi(text[m[2]:m[3]]) // digits
		}
		f.places, f.literals, literal = append(f.places, p), append(f.literals, literal), ""
	}
	f.literals = append(f.literals, literal+text[at:])
	return f
}

// length is how many bytes of text the format has of its own.
func (f format) length() (n int) {
	for _, l := range f.literals {
		n += len(l)
	}
	return n
}

// fill writes the format with what its places hold, by their numbers.
func (f format) fill(parts []string) string {
	var b strings.Builder
	b.WriteString(f.literals[0])
	for i, p := range f.places {
		b.WriteString(p.say(parts[p.number]))
		b.WriteString(f.literals[i+1])
	}
	return b.String()
}

// matches gives the ways in which a text can have been made with the format:
// what stands in its places.
func (f format) matches(text string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		rest, begins := strings.CutPrefix(text, f.literals[0])
		if begins && strings.HasSuffix(rest, f.literals[len(f.places)]) {
			f.take(rest, nil, yield)
		}
	}
}

// take finds what stands in the next place, and in those behind it; false: no
// more is wanted.
func (f format) take(rest string, held []string, yield func([]string) bool) bool {
	i := len(held)
	if i == len(f.places) {
		return rest != "" || yield(held)
	}
	literal := f.literals[i+1]
	for from := 0; ; {
		at := len(rest) - len(literal) // the last place reaches to the last literal
		if i+1 < len(f.places) {
			at = strings.Index(rest[from:], literal) + from
		}
		if at < from || !strings.HasPrefix(rest[at:], literal) {
			return true
		}
		if f.fits(held, rest[:at]) && !f.take(rest[at+len(literal):], append(held[:i:i], rest[:at]), yield) {
			return false
		}
		if from = at + 1; i+1 == len(f.places) {
			return true
		}
	}
}

// fits tells whether a text can stand in the place behind those that are held.
func (f format) fits(held []string, text string) bool {
	p := f.places[len(held)]
	for i, h := range held {
		if f.places[i].number == p.number && h != text {
			return false
		}
	}
	switch p.verb {
	case 'd':
		_, err := strconv.ParseInt(text, 10, 64)
		return err == nil
	case 'q':
		_, err := strconv.Unquote(text)
		return err == nil
	}
	return true
}

// say writes what stands in a place as the language has it: numbers where they
// count something, and days.
func (p place) say(text string) string {
	if p.verb == 'd' {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return phrase.Number(n)
		}
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return phrase.Day(day)
	}
	return text
}
