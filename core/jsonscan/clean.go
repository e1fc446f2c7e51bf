package jsonscan

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendClean appends a value that a [Scanner] walked over, in the spelling that
// equal values share: without blanks, every character as itself unless JSON
// demands an escape, every number as [AppendNumber] writes it. Names keep their
// order. What is no text becomes U+FFFD, and then the value is not sound.
func AppendClean(to, value []byte) (clean []byte, sound bool) {
	sound = true
	for i := 0; i < len(value); {
		switch c := value[i]; {
		case c == '"':
			end := stringEnd(value, i)
			var ok bool
			to, ok = appendString(to, value[i:end])
			sound = sound && ok
			i = end
		case ofWord(c):
			end := wordEnd(value, i)
			var ok bool
			to, ok = appendWord(to, value[i:end])
			sound = sound && ok
			i = end
		case c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0:
			i++
		default:
			to = append(to, c)
			i++
		}
	}
	return to, sound
}

// stringEnd is where the string ends that begins at from.
func stringEnd(value []byte, from int) int {
	i := from + 1
	for i < len(value) && value[i] != '"' {
		if value[i] == '\\' {
			i++
		}
		i++
	}
	return min(i+1, len(value))
}

func wordEnd(value []byte, from int) int {
	for from < len(value) && ofWord(value[from]) {
		from++
	}
	return from
}

// appendWord writes a number, true, false or null; null also for what is none of
// them, which is not sound.
func appendWord(to, word []byte) (clean []byte, sound bool) {
	switch {
	case numberLength(word) == len(word):
		return AppendNumber(to, word), true
	case isLiteral(word):
		return append(to, word...), true
	}
	return append(to, "null"...), false
}

func isLiteral(word []byte) bool {
	return string(word) == "true" || string(word) == "false" || string(word) == "null"
}

// Nothing tells of a value that a [Scanner] walked over that it is a word that says
// nothing in JSON.
func Nothing(value []byte) bool {
	return len(value) > 0 && ofWord(value[0]) && !isLiteral(value) && numberLength(value) != len(value)
}

// Text is what a string says. What is no text becomes U+FFFD, and then it is not
// sound.
func Text(quoted []byte) (text string, sound bool) {
	var out []byte
	sound = true
	for inner := inside(quoted); len(inner) > 0; {
		r, size, ok := nextRune(inner)
		out = utf8.AppendRune(out, r)
		sound = sound && ok
		inner = inner[size:]
	}
	return string(out), sound
}

func inside(quoted []byte) []byte {
	if len(quoted) < 2 {
		return nil
	}
	return quoted[1 : len(quoted)-1]
}

func appendString(to, quoted []byte) ([]byte, bool) {
	sound := true
	to = append(to, '"')
	for inner := inside(quoted); len(inner) > 0; {
		r, size, ok := nextRune(inner)
		to = appendEscaped(to, r)
		sound = sound && ok
		inner = inner[size:]
	}
	return append(to, '"'), sound
}

// appendEscaped writes a character as RFC 8785 does.
func appendEscaped(to []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	switch {
	case r == '"' || r == '\\':
		return append(to, '\\', byte(r))
	case r >= ' ':
		return utf8.AppendRune(to, r)
	}
	if short := bytes.IndexByte([]byte("\b\t\n\f\r"), byte(r)); short >= 0 {
		return append(to, '\\', "btnfr"[short])
	}
	return append(to, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
}

// nextRune reads the next character of a string, and how many bytes it takes.
func nextRune(b []byte) (r rune, size int, sound bool) {
	if b[0] < utf8.RuneSelf && b[0] != '\\' {
		return rune(b[0]), 1, true
	}
	if b[0] != '\\' {
		r, size = utf8.DecodeRune(b)
		return r, size, r != utf8.RuneError || size > 1
	}
	if len(b) < 2 {
		return utf8.RuneError, 1, false
	}
	if b[1] == 'u' {
		return escapedRune(b)
	}
	if at := bytes.IndexByte([]byte(`"\/bfnrt`), b[1]); at >= 0 {
		return rune("\"\\/\b\f\n\r\t"[at]), 2, true
	}
	return utf8.RuneError, 1, false // what follows the backslash stays
}

// escapedRune reads \u and its four digits, and the second half of a character
// that takes two of these.
func escapedRune(b []byte) (r rune, size int, sound bool) {
	r, ok := hexRune(b)
	if !ok {
		return utf8.RuneError, 2, false
	}
	if !utf16.IsSurrogate(r) {
		return r, 6, true
	}
	if low, ok := hexRune(b[6:]); ok {
		if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
			return both, 12, true
		}
	}
	return utf8.RuneError, 6, false
}

func hexRune(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// mostPlain is how many digits a whole number has at most that is written out.
const mostPlain = 21

// plain tells of a number that AppendNumber would not change.
func plain(number []byte) bool {
	for i, c := range number {
		if (c < '0' || c > '9') && i > 0 {
			return false
		}
	}
	return len(number) < mostPlain && string(number) != "-0"
}

// AppendNumber writes a number, exactly, in the form of JavaScript: 1 for 1.0 and
// 1e0, 1e+21 for what has more digits than that.
func AppendNumber(to, number []byte) []byte {
	if plain(number) {
		return append(to, number...)
	}
	negative := number[0] == '-'
	mantissa, exponent, _ := bytes.Cut(bytes.ToLower(bytes.TrimPrefix(number, []byte("-"))), []byte("e"))
	whole, fraction, _ := bytes.Cut(mantissa, []byte("."))
	digits := append(append(make([]byte, 0, len(mantissa)), whole...), fraction...)
	significant := bytes.TrimLeft(digits, "0")
	leading := len(digits) - len(significant)
	significant = bytes.TrimRight(significant, "0")
	if len(significant) == 0 {
		return append(to, '0')
	}
	power := int64(0)
	if len(exponent) > 0 {
		var err error
		if power, err = strconv.ParseInt(string(exponent), 10, 48); err != nil { // astronomic: it stays as it is
			return append(to, bytes.ToLower(number)...)
		}
	}
	point := power + int64(len(whole)-leading) // where the decimal point stands, counted from the first digit
	if negative {
		to = append(to, '-')
	}
	return appendDecimal(to, significant, point)
}

func appendDecimal(to, digits []byte, point int64) []byte {
	n := int64(len(digits))
	switch {
	case n <= point && point <= mostPlain:
		return append(append(to, digits...), bytes.Repeat([]byte("0"), int(point-n))...)
	case 0 < point && point <= mostPlain:
		return append(append(append(to, digits[:point]...), '.'), digits[point:]...)
	case -6 < point && point <= 0:
		return append(append(append(to, "0."...), bytes.Repeat([]byte("0"), int(-point))...), digits...)
	}
	to = append(to, digits[0])
	if n > 1 {
		to = append(append(to, '.'), digits[1:]...)
	}
	to = append(to, 'e')
	if point > 0 {
		to = append(to, '+')
	}
	return strconv.AppendInt(to, point-1, 10)
}

// Mend gives a whole text as AppendClean spells it, for readers that take JSON by
// the book only. Where its end is unknown it stays as it is.
func Mend(text []byte) []byte {
	s := Scanner{JSON: text, Lenient: true}
	if s.Skip() != nil || s.End() != nil || !s.Unclean {
		return text
	}
	clean, _ := AppendClean(make([]byte, 0, len(text)), text)
	return clean
}
