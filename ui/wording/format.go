package wording

import (
	"fmt"
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
	f, at, literal, next := format{}, 0, "", 1
	for _, m := range verbs.FindAllStringSubmatchIndex(text, -1) {
		literal += text[at:m[0]]
		at = m[1]
		if m[4] < 0 {
			literal += "%"
			continue
		}
		p := place{next, text[m[4]]}
		if m[2] >= 0 {
			p.number, _ = strconv.Atoi(text[m[2]:m[3]]) // digits
		}
		next = p.number + 1
		f.places, f.literals, literal = append(f.places, p), append(f.literals, literal), ""
	}
	f.literals = append(f.literals, literal+text[at:])
	return f
}

// fill writes the format with what stands in its places.
func (f format) fill(args []any) string {
	var b strings.Builder
	b.WriteString(f.literals[0])
	for i, p := range f.places {
		if p.number >= 1 && p.number <= len(args) {
			b.WriteString(p.say(args[p.number-1]))
		}
		b.WriteString(f.literals[i+1])
	}
	return b.String()
}

// say writes what stands in a place as the language has it: numbers where they
// count something, and days.
func (p place) say(arg any) string {
	n, number := arg.(int64)
	text := fmt.Sprint(arg)
	switch {
	case number && p.verb == 'd':
		return phrase.Number(n)
	case p.verb == 'q':
		return strconv.Quote(text)
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return phrase.Day(day)
	}
	return text
}
