package jsonscan

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/say"
)

// MaxDepth bounds how deep values are nested in each other: a page's objects stand
// three deep, and no property of Graph's is anywhere near 64 more.
const MaxDepth = 67

// ErrTooDeep tells of values nested deeper than [MaxDepth].
var ErrTooDeep = say.Errorf("it is nested too deep")

// Scanner walks over JSON once, proves valid what it walks over (RFC 8259 and
// UTF-8, as jsontext does; names may come twice) and gives out parts of it.
// jsontext proved a page valid first, and its parts were found by a second walk:
// that took a tenth more of a first scan's CPU.
type Scanner struct {
	JSON    []byte
	At      int    // what comes next
	Expect  string // the name, in quotes, that the next member probably has
	Lenient bool   // takes strings whose end is known, whatever stands in them
	Unclean bool   // whether what was walked over may not be spelled as [AppendClean] does; for the caller to clear

	depth int
}

// Place is where a Scanner stands.
type Place struct{ at, depth int }

// Place tells where the Scanner stands, for [Scanner.Return].
func (s *Scanner) Place() Place { return Place{s.At, s.depth} }

// Return goes back to where the Scanner stood.
func (s *Scanner) Return(p Place) { s.At, s.depth = p.at, p.depth }

// Peek is the first byte of what comes next, behind blanks; 0 at the end.
func (s *Scanner) Peek() byte {
	for ; s.At < len(s.JSON); s.At++ {
		switch c := s.JSON[s.At]; c {
		case ' ', '\n', '\r', '\t':
			s.Unclean = true
		default:
			return c
		}
	}
	return 0
}

// Object walks over an object; visit takes the value of each member.
func (s *Scanner) Object(visit func(quoted jsontext.Value) error) error {
	if err := s.open('{'); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := s.more('}', first)
		if err != nil || !more {
			return err
		}
		quoted, err := s.name()
		if err != nil {
			return err
		}
		if err := visit(quoted); err != nil {
			return err
		}
	}
}

// Array walks over an array; visit takes each element.
func (s *Scanner) Array(visit func() error) error {
	if err := s.open('['); err != nil {
		return err
	}
	for first := true; ; first = false {
		more, err := s.more(']', first)
		if err != nil || !more {
			return err
		}
		if err := visit(); err != nil {
			return err
		}
	}
}

// Value takes the next value, whatever it is.
func (s *Scanner) Value() (jsontext.Value, error) {
	c := s.Peek()
	begin := s.At
	var err error
	switch c {
	case '"':
		err = s.string()
	case '{':
		err = s.Object(func(jsontext.Value) error { return s.skip() })
	case '[':
		err = s.Array(s.skip)
	default:
		err = s.scalar(c)
	}
	return s.JSON[begin:s.At:s.At], err
}

func (s *Scanner) skip() error {
	_, err := s.Value()
	return err
}

// Skip walks over the next value, which may be nested as deep as it likes.
func (s *Scanner) Skip() error {
	var open []byte // the brackets that will close what is open
	for {
		var err error
		switch c := s.Peek(); c {
		case '{', '[':
			s.At++
			open = append(open, c+2)
			if s.Peek() == c+2 {
				break
			}
			if c == '{' {
				_, err = s.name()
			}
			if err != nil {
				return err
			}
			continue
		case '"':
			err = s.string()
		default:
			err = s.scalar(c)
		}
		if err != nil {
			return err
		}
		if open, err = s.close(open); err != nil || len(open) == 0 {
			return err
		}
	}
}

// close walks over the brackets behind a value, and to where the next one begins.
func (s *Scanner) close(open []byte) ([]byte, error) {
	for len(open) > 0 {
		last := open[len(open)-1]
		switch s.Peek() {
		case last:
			s.At++
			open = open[:len(open)-1]
			continue
		case ',':
			s.At++
			if last != '}' {
				return open, nil
			}
			_, err := s.name()
			return open, err
		}
		return open, s.unexpected()
	}
	return nil, nil
}

// End refuses what follows. Zeros that fill up a buffer say nothing.
func (s *Scanner) End() error {
	for s.Lenient && s.Peek() == 0 && s.At < len(s.JSON) {
		s.At++
		s.Unclean = true
	}
	if s.Peek() != 0 || s.At < len(s.JSON) {
		return say.Errorf("something follows its end")
	}
	return nil
}

func (s *Scanner) open(bracket byte) error {
	if c := s.Peek(); c != bracket {
		if c == 0 && s.At == len(s.JSON) {
			return errCut
		}
		if bracket == '[' {
			return say.Errorf("%s stands where an array should", kindOf(c))
		}
		return say.Errorf("%s stands where an object should", kindOf(c))
	}
	if s.depth++; s.depth > MaxDepth {
		return ErrTooDeep
	}
	s.At++
	return nil
}

// more goes to the next item; false where the bracket ends them.
func (s *Scanner) more(bracket byte, first bool) (bool, error) {
	switch c := s.Peek(); {
	case c == bracket:
		s.At++
		s.depth--
		return false, nil
	case first:
		return true, nil
	case c == ',':
		s.At++
		return true, nil
	}
	return false, s.unexpected()
}

// name takes the name of a member and the colon behind it.
func (s *Scanner) name() (jsontext.Value, error) {
	if s.Peek() != '"' {
		return nil, s.unexpected()
	}
	begin := s.At
	if e := s.Expect; e != "" && len(s.JSON)-begin > len(e) && string(s.JSON[begin:begin+len(e)]) == e {
		s.At += len(e)
	} else if err := s.string(); err != nil {
		return nil, err
	}
	end := s.At
	if s.Peek() != ':' {
		return nil, s.unexpected()
	}
	s.At++
	return s.JSON[begin:end:end], nil
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// string walks over a string, eight bytes at a time: those that end it, escape
// something or have no place in it are found by arithmetic on all eight (Bit
// Twiddling Hacks, "determine if a word has a byte equal to n").
func (s *Scanner) string() error {
	b, begin, i := s.JSON, s.At, s.At+1
	var beyondASCII uint64
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, slash := w^ones*'"', w^ones*'\\'
		stop := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w) & highs
		beyondASCII |= w & highs
		if stop != 0 {
			i += bits.TrailingZeros64(stop) / 8
			break
		}
	}
	for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' {
		beyondASCII |= uint64(b[i]) & 0x80
		i++
	}
	switch {
	case i >= len(b):
		return errCut
	case b[i] == '"':
		s.At = i + 1
		if beyondASCII != 0 && !utf8.Valid(b[begin:s.At]) {
			if !s.Lenient {
				return say.Errorf("a text at byte %d is no valid UTF-8", begin)
			}
			s.Unclean = true
		}
		return nil
	case b[i] == '\\' || s.Lenient:
		return s.escaped(begin, i)
	}
	s.At = i
	return s.unexpected()
}

// escaped walks over a string in which something is escaped, or should have been,
// as few are.
func (s *Scanner) escaped(begin, i int) error {
	s.Unclean = true
	for i < len(s.JSON) && s.JSON[i] != '"' {
		if s.JSON[i] == '\\' {
			i++
		}
		i++
	}
	if i >= len(s.JSON) {
		return errCut
	}
	s.At = i + 1
	if !s.Lenient && !jsontext.Value(s.JSON[begin:s.At]).IsValid() {
		return s.unexpected()
	}
	return nil
}

// scalar walks over a number, true, false or null.
func (s *Scanner) scalar(c byte) error {
	rest := s.JSON[s.At:]
	for _, literal := range [...]string{"true", "false", "null"} {
		if c == literal[0] && bytes.HasPrefix(rest, []byte(literal)) && !(s.Lenient && len(rest) > len(literal) && ofWord(rest[len(literal)])) {
			s.At += len(literal)
			return nil
		}
	}
	n := numberLength(rest)
	if s.Lenient && (n == 0 || n < len(rest) && ofWord(rest[n])) {
		return s.word()
	}
	if n == 0 {
		return s.unexpected()
	}
	s.At += n
	s.Unclean = s.Unclean || !plain(rest[:n])
	return nil
}

// word walks over what stands for a value and is none, as NaN, Infinity or 007 do.
// Its end is known only where a comma or a bracket follows.
func (s *Scanner) word() error {
	begin := s.At
	for s.At < len(s.JSON) && ofWord(s.JSON[s.At]) {
		s.At++
	}
	end := s.At
	if next := s.Peek(); end == begin || next != ',' && next != '}' && next != ']' {
		s.At = begin
		return s.unexpected()
	}
	s.At, s.Unclean = end, true
	return nil
}

// ofWord tells whether a byte may stand in a number, or in what some write for one.
func ofWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '+' || c == '-' || c == '.' || c == '_'
}

// numberLength is how long the number is that b begins with; 0: there is none.
func numberLength(b []byte) int {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	whole := digits(b[i:])
	if whole == 0 {
		return 0
	}
	if b[i] == '0' {
		whole = 1
	}
	i += whole
	if i < len(b) && b[i] == '.' {
		n := digits(b[i+1:])
		if n == 0 {
			return 0
		}
		i += 1 + n
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		j := i + 1
		if j < len(b) && (b[j] == '+' || b[j] == '-') {
			j++
		}
		n := digits(b[j:])
		if n == 0 {
			return 0
		}
		i = j + n
	}
	return i
}

func digits(b []byte) int {
	for i, c := range b {
		if c < '0' || c > '9' {
			return i
		}
	}
	return len(b)
}

var errCut = say.Errorf("its end is missing")

func (s *Scanner) unexpected() error {
	if s.At >= len(s.JSON) {
		return errCut
	}
	return say.Errorf("it is no valid JSON at byte %d", s.At)
}

// kindOf names what begins with a byte.
func kindOf(c byte) string { return jsontext.Value([]byte{c}).Kind().String() }
