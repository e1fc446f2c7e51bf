package grams

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// A gram is four signs in a row, six bits each. Texts are taken apart into
// their grams, one beginning at each sign, and filled up with zeros at the end;
// what holds a text holds all grams of it.
const (
	gramSigns = 4
	signBits  = 6
	Bits      = gramSigns * signBits
	Mask      = 1<<Bits - 1
)

// Always is the gram of what can't be told by grams: it may hold any text. No
// text has it.
const Always = 0

// signs are what bytes become: letters without their case, digits and the usual
// punctuation apart, the rest shared out over what is left. Two bytes with one
// sign cost time only: what is found is compared with the text.
var signs = func() (table [256]byte) {
	next := byte(1)
	for _, group := range []string{"abcdefghijklmnopqrstuvwxyz", "0123456789", " -_.,@:/+()'=&#"} {
		for _, c := range []byte(group) {
			table[c] = next
			table[bytes.ToUpper([]byte{c})[0]] = next
			next++
		}
	}
	shared := 1<<signBits - next
	rest := byte(0)
	for c := range table {
		if table[c] == 0 {
			table[c] = next + rest%shared
			rest++
		}
	}
	return table
}()

// set gathers grams, each once.
type set struct {
	has  []uint64 // a bit a gram
	list []uint32
}

func newSet() *set { return &set{has: make([]uint64, 1<<Bits/64)} }

func (s *set) reset() {
	for _, g := range s.list {
		s.has[g/64] = 0
	}
	s.list = s.list[:0]
}

func (s *set) add(gram uint32) {
	if bit := uint64(1) << (gram % 64); s.has[gram/64]&bit == 0 {
		s.has[gram/64] |= bit
		s.list = append(s.list, gram)
	}
}

func (s *set) text(text []byte) {
	gram := uint32(0)
	for i, c := range text {
		gram = (gram<<signBits | uint32(signs[c])) & Mask
		if i >= gramSigns-1 {
			s.add(gram)
		}
	}
	for i := len(text); i < len(text)+gramSigns-1; i++ {
		gram = gram << signBits & Mask
		if i >= gramSigns-1 && gram != 0 {
			s.add(gram)
		}
	}
}

// values adds all strings and numbers of stored properties, but not the names in
// objects. Of true and false nothing can be found by two signs.
func (s *set) values(packed []byte) {
	for i := 0; i < len(packed); {
		switch c := packed[i]; {
		case c == '"':
			i = s.quoted(packed, i)
		case c == '-' || (c >= '0' && c <= '9'):
			i = s.number(packed, i)
		default:
			i++
		}
	}
}

// quoted adds the string that begins at from and gives its end.
func (s *set) quoted(packed []byte, from int) (end int) {
	last, escaped := from+1, false
	for ; last < len(packed) && packed[last] != '"'; last++ {
		if packed[last] == '\\' {
			escaped = true
			last++
		}
	}
	end = min(last+1, len(packed))
	switch {
	case end < len(packed) && packed[end] == ':': // a name
	case escaped:
		text, err := jsontext.AppendUnquote(nil, packed[from:end])
		if err != nil {
			s.add(Always)
		}
		s.text(text)
	default:
		s.text(packed[from+1 : min(last, len(packed))])
	}
	return end
}

// number adds the number that begins at from and gives its end. SQL compares
// one that is no plain integer in its own notation.
func (s *set) number(packed []byte, from int) (end int) {
	plain := true
	for end = from + 1; end < len(packed) && packed[end] != ',' && packed[end] != ']' && packed[end] != '}'; end++ {
		plain = plain && packed[end] >= '0' && packed[end] <= '9'
	}
	text := packed[from:end]
	if !plain || len(text) > len("-100000000000000000") || string(text) == "-0" {
		s.add(Always)
	} else {
		s.text(text)
	}
	return end
}

// Range is all grams from Low to High: those that begin alike.
type Range struct{ Low, High uint32 }

// Shortest is the least that grams can find.
const Shortest = 2

// Of gives the grams that whatever holds the text has: one of each range.
func Of(text string) []Range {
	if missing := gramSigns - len(text); missing > 0 {
		low := uint32(0)
		for _, c := range []byte(text) {
			low = low<<signBits | uint32(signs[c])
		}
		low <<= missing * signBits
		return []Range{{low, low | (1<<(missing*signBits) - 1)}}
	}
	var out []Range
	gram := uint32(0)
	for i, c := range []byte(text) {
		gram = (gram<<signBits | uint32(signs[c])) & Mask
		if i >= gramSigns-1 {
			out = append(out, Range{gram, gram})
		}
	}
	return out
}
